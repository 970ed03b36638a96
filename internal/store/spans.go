package store

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// SpanQuery selects spans.
type SpanQuery struct {
	Range  Range
	Filter query.Expr      // as query.ParseSpans gives it; nil selects all
	Sort   []query.SortKey // fields of spans; empty is newest first
	After  *SpanCursor     // continue behind this span; nil starts at the first
	Limit  int             // at least 1
	Limits Limits
	Scan   *Scan // when not nil, is told what the search cost and whether a limit ended it
}

// SpanCursor is a place in a list of spans: the last one seen; see Cursor.
type SpanCursor struct {
	StartTime operation.Time
	TraceID   operation.TraceID
	SpanID    operation.SpanID
	Keys      []string `json:",omitempty"`
}

// SpanCursorAt is the place of a span in a list with this order.
func SpanCursorAt(s *operation.Span, sort []query.SortKey) SpanCursor {
	c := SpanCursor{StartTime: s.StartTime, TraceID: s.TraceID, SpanID: s.SpanID}
	for _, key := range sort {
		c.Keys = append(c.Keys, keyText(spanField(s, key.Field.Name), key.Field.Key))
	}
	return c
}

// AsOperations is the same list as one of operations, as far as limits, windows of time and progress go.
func (q SpanQuery) AsOperations() OperationQuery {
	o := OperationQuery{Range: q.Range, Filter: q.Filter, Sort: q.Sort, Limit: q.Limit, Limits: q.Limits, Scan: q.Scan}
	if q.After != nil {
		o.After = &Cursor{StartTime: q.After.StartTime, Keys: q.After.Keys}
	}
	return o
}

// SpanOrder compares spans in the order of a list.
func SpanOrder(sort []query.SortKey) func(a, b *operation.Span) int {
	byIDs := func(a, b *operation.Span) int {
		return cmp.Or(slices.Compare(b.SpanID[:], a.SpanID[:]), slices.Compare(b.TraceID[:], a.TraceID[:]))
	}
	if len(sort) == 0 {
		return func(a, b *operation.Span) int { return cmp.Or(cmp.Compare(b.StartTime, a.StartTime), byIDs(a, b)) }
	}
	return func(a, b *operation.Span) int {
		for _, key := range sort {
			if c := compareBy(key, keyText(spanField(a, key.Field.Name), key.Field.Key), keyText(spanField(b, key.Field.Name), key.Field.Key)); c != 0 {
				return c
			}
		}
		return byIDs(a, b)
	}
}

// spanField is a reference to the field of that JSON name; it must be one.
func spanField(s *operation.Span, name string) any {
	v := reflect.ValueOf(s).Elem()
	for i := range v.NumField() {
		if tag, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ","); tag == name {
			return v.Field(i).Addr().Interface()
		}
	}
	panic(fmt.Sprintf("store: a span has no field %q", name))
}

// SpanPlanOf reads the stages of a query whose rows are spans. limit is for lists that name none.
func SpanPlanOf(q *query.Query, r Range, limit int) SpanQuery {
	list := PlanOf(q, r, limit).List
	return SpanQuery{Range: r, Filter: q.Filter, Sort: list.Sort, Limit: list.Limit}
}
