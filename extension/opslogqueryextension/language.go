package opslogqueryextension

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// check tells what a query means and about what it costs. A query with mistakes is an answer here, no error.
func (h *apiHandler) check(r *http.Request) (any, error) {
	p := newParameters(r, h.time())
	check := query.Check
	if p.rowsAreSpans() {
		check = query.CheckSpans
	}
	out := api.Diagnosis{Diagnosis: check(p.get("q"), p.now)}
	from := "now-1h"
	if out.From != "" {
		from = out.From
	}
	within := p.timeRange(from, "now")
	if err := p.done(); err != nil {
		return nil, err
	}
	if out.Query == nil {
		return out, nil
	}
	length := operation.Duration(within.To - within.From)
	if expensive := out.Query.Expensive(length); expensive != nil {
		out.Warnings = append(out.Warnings, *expensive)
	}
	if most := h.cfg.MaxRange; most > 0 && length > most {
		out.Warnings = append(out.Warnings, query.Problem{Code: "range_too_long", Message: fmt.Sprintf("aggregates look at %v at most, this range has %v", most, length)})
	}
	if stats, err := h.reader.Stats(r.Context()); err == nil { // a store that is away keeps nobody from writing a query
		if p.rowsAreSpans() { // which are spread as operations are
			stats.Operations = stats.Spans
		}
		out.Cost = &api.QueryCost{Rows: rowsWithin(stats, within)}
	}
	return out, nil
}

func (p *parameters) rowsAreSpans() bool {
	return p.oneOf("scope", scopeEntries, scopeRoots, scopeSpans) == scopeSpans
}

// rowsWithin estimates how many operations are in the range, as if they were spread evenly over time.
func rowsWithin(stats store.Stats, within store.Range) int64 {
	whole := stats.Newest - stats.Oldest + 1
	part := min(within.To, stats.Newest+1) - max(within.From, stats.Oldest)
	if stats.Operations == 0 || part <= 0 {
		return 0
	}
	return int64(float64(stats.Operations) * float64(part) / float64(whole))
}

// complete tells what may stand at a place of a query; values come from the operations of the range.
func (h *apiHandler) complete(r *http.Request) (any, error) {
	p := newParameters(r, h.time())
	text := p.get("q")
	pos := p.number("pos", len(text), 0, query.MaxLength)
	within := p.scanRange(h.cfg.MaxRange)
	limit := p.limit(20, 100)
	complete := query.Complete
	if p.rowsAreSpans() {
		complete = query.CompleteSpans
	}
	if err := p.done(); err != nil {
		return nil, err
	}
	c := complete(text, pos)
	if c.Values != nil {
		values, err := h.values(r, query.FieldRef{Name: c.Values.Field.Name, Field: c.Values.Field}, c.Values.Prefix, store.FacetQuery{Range: within, Limit: limit})
		if err != nil {
			return nil, err
		}
		for _, v := range values {
			if s, ok := v.Value.(string); ok {
				c.Items = append(c.Items, c.Values.Item(s, v.Count))
			}
		}
	}
	return c, nil
}

func (h *apiHandler) values(r *http.Request, f query.FieldRef, prefix string, q store.FacetQuery) ([]store.FacetValue, error) {
	q.Limits = h.limits()
	if f.Field.Type != operation.TypeString && f.Field.Type != operation.TypeMap {
		prefix = ""
	}
	return store.FieldValues(r.Context(), h.reader, f, prefix, q)
}

// sampled is how many of the newest operations are looked at for the keys of their attributes.
const sampled = 200

// catalogue lists the fields that a query can name: those of the record, and the attributes of late operations.
func (h *apiHandler) catalogue(r *http.Request) (any, error) {
	p := newParameters(r, h.time())
	prefix := strings.ToLower(p.get("prefix"))
	q := store.OperationQuery{Filter: p.filter(), Range: p.timeRange("now-1h", "now"), Limit: sampled, Detail: true, Limits: h.limits(), Scan: &store.Scan{}}
	if err := p.done(); err != nil {
		return nil, err
	}
	out := api.FieldList{Items: []api.FieldInfo{}}
	for _, item := range query.Complete(prefix, len(prefix)).Items {
		if item.Kind == "field" {
			out.Items = append(out.Items, api.FieldInfo{Name: item.Label, Type: item.Detail, Source: "record"})
		}
	}
	ops, err := h.reader.Operations(r.Context(), q)
	if err != nil {
		return nil, err
	}
	keys := map[string]int64{}
	for _, op := range ops {
		for key := range op.Attributes {
			keys[key]++
		}
	}
	for _, key := range slices.SortedFunc(maps.Keys(keys), func(a, b string) int { return cmp.Or(cmp.Compare(keys[b], keys[a]), cmp.Compare(a, b)) }) {
		if strings.HasPrefix(strings.ToLower(key), prefix) {
			out.Items = append(out.Items, api.FieldInfo{Name: key, Type: "attribute", Source: "attributes", Share: float64(keys[key]) / float64(len(ops))})
		}
	}
	return out, nil
}

// fieldValues lists the most frequent values of one field.
func (h *apiHandler) fieldValues(r *http.Request) (any, error) {
	p := newParameters(r, h.time())
	f := p.field("name", r.PathValue("name"))
	prefix := p.get("prefix")
	q := store.FacetQuery{Filter: p.filter(), Range: p.scanRange(h.cfg.MaxRange), Limit: p.limit(20, maxLimit)}
	if err := p.done(); err != nil {
		return nil, err
	}
	values, err := h.values(r, *f, prefix, q)
	if err != nil {
		return nil, err
	}
	return api.ValueList{Name: f.Name, Items: values}, nil
}
