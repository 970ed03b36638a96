// Package tenant shows a store as one tenant may see it. It is the one place that keeps tenants apart when they read:
// whatever is asked, the answer is made of records of the tenant that the context names. A question that cannot be put
// that way is refused, and so is one without a tenant.
package tenant

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// errNobody says that a question came without a tenant: a mistake of the program, answered with nothing.
var errNobody = errors.New("asked without a tenant")

type key struct{}

// With answers a context whose questions are the tenant's. The name must not be empty.
func With(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, key{}, name)
}

// Of is whose questions the context's are; empty when nobody's.
func Of(ctx context.Context) string {
	name, _ := ctx.Value(key{}).(string)
	return name
}

func of(ctx context.Context) (string, error) {
	if name := Of(ctx); name != "" {
		return name, nil
	}
	return "", errNobody
}

// backend has each method of store.Backend by itself, so that one which is new there does not compile before somebody
// has said what it means for a tenant.
type backend struct {
	next      store.Backend
	attribute string
}

// Only shows the store as the tenant of each call may see it: operations by their tenant_id, spans and log records by
// the attribute of their resource that holds the tenant, and state by a name of its own in each key. No records can be
// written, and there is no sum over operations of all tenants. What the database itself keeps apart it is asked to; see store.ForTenants.
func Only(next store.Backend, attribute string) store.Backend {
	return backend{next: store.ForTenants(next), attribute: attribute}
}

// mine is the condition on operations, joined to what is asked for.
func (b backend) mine(ctx context.Context, asked query.Expr) (query.Expr, error) {
	name, err := of(ctx)
	if err != nil {
		return nil, err
	}
	own := query.Compare{Field: store.FieldNamed("tenant_id").Field, Op: query.Eq, Value: name}
	if asked == nil {
		return own, nil
	}
	return query.And{Terms: []query.Expr{own, b.within(name, asked)}}, nil
}

// within keeps conditions on spans to the tenant's: a trace may go through several tenants.
func (b backend) within(name string, e query.Expr) query.Expr {
	all := func(terms []query.Expr) []query.Expr {
		out := make([]query.Expr, len(terms))
		for i, t := range terms {
			out[i] = b.within(name, t)
		}
		return out
	}
	switch e := e.(type) {
	case query.And:
		return query.And{Terms: all(e.Terms)}
	case query.Or:
		return query.Or{Terms: all(e.Terms)}
	case query.Not:
		return query.Not{Term: b.within(name, e.Term)}
	case query.Quant:
		return b.ownSpans(name, e)
	default:
		return e
	}
}

func (b backend) ownSpans(name string, q query.Quant) query.Expr {
	if q.Over != query.OverSpans {
		return q
	}
	own := b.ownSpan(name)
	some := func(kind query.Kind, term query.Expr) query.Expr {
		return query.Quant{Kind: kind, Over: q.Over, Term: query.And{Terms: []query.Expr{own, term}}}
	}
	if q.Kind == query.KindAll { // there are some, and none of them fails
		return query.And{Terms: []query.Expr{query.Quant{Kind: query.KindAny, Over: q.Over, Term: own}, some(query.KindNone, query.Not{Term: q.Term})}}
	}
	return some(q.Kind, q.Term)
}

// ownSpan holds for the tenant's spans.
func (b backend) ownSpan(name string) query.Expr {
	return query.Compare{Field: query.Field{Name: "resource", Type: operation.TypeMap, Key: b.attribute}, Op: query.Eq, Value: name}
}

func (b backend) Operations(ctx context.Context, q store.OperationQuery) (_ []*operation.Operation, err error) {
	if q.Filter, err = b.mine(ctx, q.Filter); err != nil {
		return nil, err
	}
	return b.next.Operations(ctx, q)
}

func (b backend) Operation(ctx context.Context, id operation.ID) (*operation.Operation, error) {
	name, err := of(ctx)
	if err != nil {
		return nil, err
	}
	op, err := b.next.Operation(ctx, id)
	if err != nil {
		return nil, err
	}
	if op.TenantID != name {
		return nil, store.ErrNotFound
	}
	return op, nil
}

func (b backend) TraceOperations(ctx context.Context, q store.TraceQuery) ([]*operation.Operation, error) {
	name, err := of(ctx)
	if err != nil {
		return nil, err
	}
	ops, err := b.next.TraceOperations(ctx, q)
	return slices.DeleteFunc(ops, func(op *operation.Operation) bool { return op.TenantID != name }), err
}

func (b backend) Spans(ctx context.Context, q store.TraceQuery) ([]*operation.Span, error) {
	name, err := of(ctx)
	if err != nil {
		return nil, err
	}
	spans, err := b.next.Spans(ctx, q)
	return slices.DeleteFunc(spans, func(s *operation.Span) bool { return s.Resource[b.attribute] != name }), err
}

func (b backend) ListSpans(ctx context.Context, q store.SpanQuery) ([]*operation.Span, error) {
	name, err := of(ctx)
	if err != nil {
		return nil, err
	}
	own := b.ownSpan(name)
	if q.Filter != nil {
		own = query.And{Terms: []query.Expr{own, q.Filter}}
	}
	q.Filter = own
	return b.next.ListSpans(ctx, q)
}

func (b backend) Logs(ctx context.Context, q store.TraceQuery) ([]*operation.LogRecord, error) {
	name, err := of(ctx)
	if err != nil {
		return nil, err
	}
	logs, err := b.next.Logs(ctx, q)
	return slices.DeleteFunc(logs, func(l *operation.LogRecord) bool { return l.Resource[b.attribute] != name }), err
}

func (b backend) Aggregate(ctx context.Context, q store.AggregateQuery) (_ store.Table, err error) {
	if q.Filter, err = b.mine(ctx, q.Filter); err != nil {
		return store.Table{}, err
	}
	return b.next.Aggregate(ctx, q)
}

// Edges are those within the tenant, where the connector tells tenants apart.
func (b backend) Edges(ctx context.Context, q store.EdgeQuery) ([]*operation.Edge, error) {
	name, err := of(ctx)
	if err != nil {
		return nil, err
	}
	q.Tenant = operation.TenantKey(name)
	return b.next.Edges(ctx, q)
}

// Quality counts the tenant's, likewise.
func (b backend) Quality(ctx context.Context, q store.QualityQuery) ([]*store.QualitySum, error) {
	name, err := of(ctx)
	if err != nil {
		return nil, err
	}
	q.Tenant = operation.TenantKey(name)
	return b.next.Quality(ctx, q)
}

// Services counts the tenant's operations, as the store counts all.
func (b backend) Services(ctx context.Context, r store.Range) ([]store.ServiceSummary, error) {
	t, err := b.Aggregate(ctx, store.AggregateQuery{
		Range: r, Sort: []query.SortKey{{Name: "service_name"}},
		Aggregate: query.Aggregate{By: store.By("service_name"), Aggs: []query.Agg{
			store.Call("count", query.Count, ""), store.Call("error_rate", query.ErrorRate, ""), store.Call("last", query.Max, "start_time"),
		}},
	})
	if err != nil {
		return nil, fmt.Errorf("list services: %w", err)
	}
	out := make([]store.ServiceSummary, len(t.Rows))
	for i, row := range t.Rows {
		name, _ := row[0].(string)
		count, _ := row[1].(int64)
		rate, _ := row[2].(float64)
		last, _ := row[3].(operation.Time)
		out[i] = store.ServiceSummary{Name: name, Operations: count, Errors: int64(math.Round(rate * float64(count))), LastSeen: last}
	}
	return out, nil
}

// Stats tells the engine only: how much there is, and since when, is of all tenants.
func (b backend) Stats(ctx context.Context) (store.Stats, error) {
	if _, err := of(ctx); err != nil {
		return store.Stats{}, err
	}
	stats, err := b.next.Stats(ctx)
	return store.Stats{Engine: stats.Engine}, err
}

func (backend) Close(context.Context) error { return nil } // it belongs to whoever opened it
