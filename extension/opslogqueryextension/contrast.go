package opslogqueryextension

import (
	"context"
	"strconv"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// contrast is what a comparison sets against each other: two values of a field, or a range and the same one earlier.
type contrast struct {
	field   string       // by which the sides differ
	split   *query.Split // nil between ranges
	back    operation.Time
	earlier string // the name of the range that lies back
}

// contrast reads against, or field, a and b.
func (p *parameters) contrast(r store.Range) contrast {
	against, name := p.get("against"), p.get("field")
	field := p.field("field", orElse(name, "version"))
	split := p.split(field)
	switch {
	case against == "" && field != nil:
		return contrast{field: field.Name, split: split}
	case against == "":
		return contrast{}
	case name != "" || p.values.Get("a") != "" || p.values.Get("b") != "":
		p.wrong("against", "sets ranges of time against each other and comes without field, a and b")
		return contrast{}
	}
	from, err := query.ParseTime("now-"+against, r.From)
	if err != nil || from >= r.From || from < 0 && len(p.problems) == 0 {
		p.wrong("against", "is %q, want how much earlier than this range the other one is, like 24h, after 1970", clip(against))
	}
	return contrast{field: "start_time", back: r.From - from, earlier: against + " earlier"}
}

// of makes the comparison; between ranges A is the earlier one.
func (c contrast) of(ctx context.Context, r store.Aggregator, q store.AggregateQuery) (store.Comparison, error) {
	if c.split != nil {
		return store.SplitOf(ctx, r, q, c.split)
	}
	earlier := q
	earlier.Range = store.Range{From: q.Range.From - c.back, To: q.Range.To - c.back}
	return store.Comparison{A: earlier, B: q, NameA: c.earlier, NameB: "this range"}, nil
}

// split reads a and b; both or none.
func (p *parameters) split(field *query.FieldRef) *query.Split {
	a, b := p.get("a"), p.get("b")
	if (a == "") != (b == "") {
		p.wrong("b", "and a come together, or none of them for the two latest values")
	}
	if field == nil {
		return nil
	}
	s := &query.Split{Field: *field}
	if a == "" || b == "" {
		return s
	}
	q, err := query.Parse("| count() | compare "+field.Name+" "+strconv.Quote(a)+", "+strconv.Quote(b), p.now)
	if err != nil {
		p.wrong("a", "and b cannot be compared%s", because(err))
		return s
	}
	for _, stage := range q.Stages {
		if found, ok := stage.(*query.Split); ok {
			return found
		}
	}
	return s
}
