package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

const (
	// NewFor is how long after it was first seen an error is new.
	NewFor = operation.Time(24 * time.Hour)
	// MostNew bounds how many new errors one question may be about.
	MostNew = 1000
)

// ErrorHistory is what tells since when errors are known.
type ErrorHistory interface {
	Aggregator
	ErrorDays(ctx context.Context, within Range) ([]*operation.ErrorDay, error)
}

// ErrManyNew says that more than MostNew errors are new in the range of a question with query.NewError. It wraps
// ErrTooExpensive.
var ErrManyNew = fmt.Errorf("%w: more than %d errors are new", ErrTooExpensive, MostNew)

// WithNewErrors shows a store that answers questions with query.NewError, too. An error was first seen where the first
// of its operations began that are stored, or the first that the sums of errors by day still know. It costs two more
// questions, about the failed operations of a day more than the range and about those before.
func WithNewErrors(b Backend) Backend { return newErrors{b} }

type newErrors struct{ Backend }

func (n newErrors) Operations(ctx context.Context, q OperationQuery) (_ []*operation.Operation, err error) {
	if q.Filter, err = ResolveNew(ctx, n.Backend, q.Filter, q.Range, q.Limits); err != nil {
		return nil, err
	}
	return n.Backend.Operations(ctx, q)
}

func (n newErrors) Aggregate(ctx context.Context, q AggregateQuery) (_ Table, err error) {
	if q.Filter, err = ResolveNew(ctx, n.Backend, q.Filter, q.Range, q.Limits); err != nil {
		return Table{}, err
	}
	return n.Backend.Aggregate(ctx, q)
}

// ResolveNew is the filter with the errors that are new in the range in place of each query.NewError, or
// ErrManyNew. It means the same for operations of the range only.
func ResolveNew(ctx context.Context, r ErrorHistory, filter query.Expr, within Range, limits Limits) (query.Expr, error) {
	if !query.AsksNew(filter) {
		return filter, nil
	}
	of := both(aboutErrors(filter)...)
	found, err := firstSeen(ctx, r, of, within, limits)
	if err == nil && len(found) > 0 {
		err = withoutKnown(ctx, r, of, found, within.From-NewFor, limits)
	}
	if err == nil {
		err = sinceDays(ctx, r, found, within)
	}
	if err == nil && len(found) > MostNew {
		err = ErrManyNew
	}
	if err != nil {
		return nil, fmt.Errorf("find new errors: %w", err)
	}
	return query.KnownNew(filter, areThese(found, within)), nil
}

// errorKey is an error of a service.
type errorKey struct{ service, fingerprint string }

// aboutErrors are the terms that must hold and that hold for all operations of an error or for none.
func aboutErrors(filter query.Expr) []query.Expr {
	if and, ok := filter.(query.And); ok {
		var out []query.Expr
		for _, t := range and.Terms {
			out = append(out, aboutErrors(t)...)
		}
		return out
	}
	if about(filter, []string{"service_name", "error_fingerprint"}) {
		return []query.Expr{filter}
	}
	return nil
}

// firstSeen are the errors that occur in the range, with when they were first seen in it or in the day before.
func firstSeen(ctx context.Context, r Aggregator, of query.Expr, within Range, limits Limits) (map[errorKey]operation.Time, error) {
	t, err := r.Aggregate(ctx, AggregateQuery{
		Range: Range{From: max(0, within.From-NewFor), To: within.To}, Limits: limits,
		Filter:    both(of, query.Exists{Field: FieldNamed("error_fingerprint").Field}),
		Aggregate: query.Aggregate{By: By("service_name", "error_fingerprint"), Aggs: []query.Agg{Call("first", query.Min, "start_time"), Call("last", query.Max, "start_time")}},
	})
	if err == nil && t.More {
		err = ErrManyNew
	}
	out := map[errorKey]operation.Time{}
	for _, row := range t.Rows {
		if last := cell[operation.Time](row, 3); last >= within.From {
			out[errorKey{cell[string](row, 0), cell[string](row, 1)}] = cell[operation.Time](row, 2)
		}
	}
	return out, err
}

// withoutKnown takes away the errors that were seen before that time.
func withoutKnown(ctx context.Context, r Aggregator, of query.Expr, found map[errorKey]operation.Time, before operation.Time, limits Limits) error {
	if before <= 0 {
		return nil
	}
	if len(found) <= MostNew {
		in := query.In{Field: FieldNamed("error_fingerprint").Field}
		for key := range found {
			in.Values = append(in.Values, key.fingerprint)
		}
		of = both(of, in)
	}
	t, err := r.Aggregate(ctx, AggregateQuery{
		Range: Range{To: before}, Limits: limits, Filter: both(of, query.Exists{Field: FieldNamed("error_fingerprint").Field}),
		Aggregate: query.Aggregate{By: By("service_name", "error_fingerprint"), Aggs: []query.Agg{Call("count", query.Count, "")}},
	})
	if err == nil && t.More {
		err = ErrManyNew
	}
	for _, row := range t.Rows {
		delete(found, errorKey{cell[string](row, 0), cell[string](row, 1)})
	}
	return err
}

// sinceDays knows from the sums by day when errors were first seen whose operations are gone.
func sinceDays(ctx context.Context, r ErrorHistory, found map[errorKey]operation.Time, within Range) error {
	if len(found) == 0 {
		return nil
	}
	days, err := r.ErrorDays(ctx, Range{To: within.To})
	for _, d := range days {
		key := errorKey{d.ServiceName, d.Fingerprint}
		first, known := found[key]
		switch {
		case !known || d.FirstSeen >= first:
		case d.FirstSeen+NewFor <= within.From:
			delete(found, key)
		default:
			found[key] = d.FirstSeen
		}
	}
	return err
}

// areThese holds for the operations of the range that failed with one of these errors while it was new.
func areThese(found map[errorKey]operation.Time, within Range) query.Expr {
	var terms []query.Expr
	throughout := map[string][]query.Value{} // fingerprints of a service that are new as long as the range is
	for key, first := range found {
		until := first + NewFor
		if within.To != 0 && until >= within.To {
			throughout[key.service] = append(throughout[key.service], key.fingerprint)
			continue
		}
		start := query.Compare{Field: FieldNamed("start_time").Field, Op: query.Lt, Value: until}
		terms = append(terms, query.And{Terms: []query.Expr{ofService(key.service), query.Compare{Field: FieldNamed("error_fingerprint").Field, Op: query.Eq, Value: key.fingerprint}, start}})
	}
	for _, service := range slices.Sorted(maps.Keys(throughout)) {
		terms = append(terms, query.And{Terms: []query.Expr{ofService(service), query.In{Field: FieldNamed("error_fingerprint").Field, Values: throughout[service]}}})
	}
	switch len(terms) {
	case 0:
		return query.In{Field: FieldNamed("error_fingerprint").Field} // none
	case 1:
		return terms[0]
	default:
		return query.Or{Terms: terms}
	}
}

func ofService(name string) query.Expr {
	field := FieldNamed("service_name").Field
	if name == "" {
		return query.Not{Term: query.Exists{Field: field}}
	}
	return query.Compare{Field: field, Op: query.Eq, Value: name}
}
