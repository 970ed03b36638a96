package opslogqueryextension

import (
	"net/http"
	"reflect"
	"time"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// closedAfter is how long after the end of a range operations in it may still come in.
const closedAfter = operation.Time(10 * time.Minute)

func (h *apiHandler) operations(r *http.Request) (any, error) {
	return h.scoped(r, newParameters(r, h.time()))
}

func (h *apiHandler) search(r *http.Request) (any, error) {
	p := newParameters(r, h.time())
	if err := p.fromBody(); err != nil {
		return nil, err
	}
	return h.scoped(r, p)
}

// Values of the parameter scope: what the rows of a list are.
const (
	scopeEntries = "entries"
	scopeRoots   = "roots"
	scopeSpans   = "spans"
)

func (h *apiHandler) scoped(r *http.Request, p *parameters) (any, error) {
	switch p.oneOf("scope", scopeEntries, scopeRoots, scopeSpans) {
	case scopeSpans:
		return h.spanList(r, p)
	case scopeRoots:
		return h.list(r, p, query.Not{Term: query.Exists{Field: store.FieldNamed("parent_operation_id").Field}})
	default:
		return h.list(r, p, nil)
	}
}

// listing is what a page of operations is asked for.
type listing struct {
	store.OperationQuery
	size   int // of a page
	left   int // rows that a limit in the query leaves; 0 is no limit
	fields []query.FieldRef
	exact  bool // count all matches
}

// list answers a page of operations; more is a condition beside those of the parameters.
func (h *apiHandler) list(r *http.Request, p *parameters, more query.Expr) (any, error) {
	l := p.listing(more)
	page := p.cursor()
	if err := p.done(); err != nil {
		return nil, err
	}
	if page != nil {
		// "now" of the first page holds for all, so that pages do not shift while data arrives.
		l.Range, l.After, l.left = page.Range, &page.After, page.Left
	}
	out, err := h.page(r, p, l)
	if err != nil {
		return nil, err
	}
	if page == nil && l.exact {
		if out.Total, err = h.count(r, l); err != nil {
			return nil, err
		}
	}
	if h.isClosed(l.Range, out.Partial) {
		out.Stats = nil // differs from time to time
		return final(out)
	}
	return out, nil
}

// isClosed tells that a list of the range will be the same when it is asked for again.
func (h *apiHandler) isClosed(within store.Range, partial *store.Partial) bool {
	return within.To != 0 && within.To < h.time()-closedAfter && partial == nil
}

func isListStage(s query.Stage) bool {
	switch s.(type) {
	case *query.Sort, *query.Limit, *query.Select:
		return true
	default:
		return false
	}
}

func (p *parameters) listing(more query.Expr) listing {
	q := p.query(isListStage, "a list takes sort, limit and fields; aggregates are for /query")
	q.Filter = allOf(q.Filter, more)
	within := p.timeRange("now-1h", "now")
	if keys := p.sort(); keys != nil {
		q.Stages = append(q.Stages, &query.Sort{Keys: keys}) // the last one counts
	}
	plan := store.PlanOf(q, within, 0)
	l := listing{size: p.limit(defaultLimit, maxLimit), fields: plan.Fields, exact: p.oneOf("count", "exact", "none") == "exact"}
	if named := p.fields("fields", p.get("fields")); named != nil {
		l.fields = named
	}
	if plan.List != nil {
		l.OperationQuery, l.left = *plan.List, plan.List.Limit
	}
	for _, f := range l.fields {
		if known := operation.FieldByName(f.Field.Name); known != nil && known.Detail {
			l.Detail = true
		}
	}
	return l
}

func (h *apiHandler) page(r *http.Request, p *parameters, l listing) (*api.OperationPage, error) {
	began, scan := h.now(), &store.Scan{}
	limit := l.size
	if l.left > 0 {
		limit = min(limit, l.left)
	}
	q := l.OperationQuery
	q.Limit, q.Limits, q.Scan = limit+1, h.limits(), scan // one more tells whether there is a next page
	items, err := h.reader.Operations(r.Context(), q)
	if err != nil {
		return nil, err
	}
	out := &api.OperationPage{Items: items, AsOf: l.Range.To, Partial: scan.Partial, Stats: h.stats(scan, began)}
	if len(items) > limit {
		out.Items = items[:limit]
		if l.left != limit {
			next := cursor{Range: l.Range, After: store.CursorAt(out.Items[limit-1], l.Sort), Left: max(0, l.left-limit)}
			text := p.encodeCursor(next)
			out.NextCursor = &text
		}
	}
	out.Columns, out.Rows = selected(out.Items, l.fields)
	if l.Detail {
		withoutDetail(out.Items)
	}
	return out, nil
}

func (h *apiHandler) count(r *http.Request, l listing) (*int64, error) {
	t, err := h.reader.Aggregate(r.Context(), store.AggregateQuery{
		Range: l.Range, Filter: l.Filter, Limits: h.limits(), Aggregate: query.Aggregate{Aggs: []query.Agg{store.Call("count", query.Count, "")}},
	})
	if err != nil {
		return nil, err
	}
	n, _ := t.Rows[0][0].(int64)
	return &n, nil
}

// limits bound what one question may cost; the deadline of the request bounds its time.
func (h *apiHandler) limits() store.Limits {
	return store.Limits{Rows: maxRowsScanned, Memory: maxMemory}
}

// Bounds of one question, as databases count them.
const (
	maxRowsScanned = 1_000_000_000
	maxMemory      = 2 << 30
)

func (h *apiHandler) stats(scan *store.Scan, began time.Time) *api.ScanStats {
	return &api.ScanStats{RowsScanned: scan.Rows, Elapsed: h.now().Sub(began), Rollups: scan.Rollups}
}

// longTerm answers also of times whose operations are gone.
func (h *apiHandler) longTerm() store.LongTerm {
	return store.LongTerm{Backend: h.reader, Now: h.time()}
}

func (h *apiHandler) time() operation.Time { return operation.TimeOf(h.now()) }

// selected are the values of the fields as rows beside the operations; nothing without fields.
func selected(ops []*operation.Operation, fields []query.FieldRef) (columns []string, rows [][]any) {
	if len(fields) == 0 {
		return nil, nil
	}
	for _, f := range fields {
		columns = append(columns, f.Name)
	}
	rows = make([][]any, len(ops))
	for i, op := range ops {
		for _, f := range fields {
			rows[i] = append(rows[i], valueOf(op, f.Field))
		}
	}
	return columns, rows
}

// valueOf is the value of a field; nil when the operation does not have it.
func valueOf(op *operation.Operation, f query.Field) any {
	ref := operation.FieldByName(f.Name).Ref(op)
	if attrs, ok := ref.(*operation.Attributes); ok && f.Key != "" {
		return (*attrs)[f.Key]
	}
	if text, ok := ref.(*string); ok && *text == "" {
		return nil
	}
	return reflect.ValueOf(ref).Elem().Interface()
}

// withoutDetail empties the fields that lists leave out.
func withoutDetail(ops []*operation.Operation) {
	fields := operation.Fields()
	for i := range fields {
		if fields[i].Detail {
			for _, op := range ops {
				reflect.ValueOf(fields[i].Ref(op)).Elem().SetZero()
			}
		}
	}
}
