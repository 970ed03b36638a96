package clickhouse

import (
	"bytes"
	"context"
	"fmt"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

var edgeTable = &table[operation.Edge]{
	name:     "edges",
	fields:   flatFields[operation.Edge](),
	day:      func(e *operation.Edge) int64 { return dayOf(e.Minute) },
	identity: func(e *operation.Edge, buf []byte) []byte { return append(buf, e.ID[:]...) },
	order:    func(a, b *operation.Edge) int { return bytes.Compare(a.ID[:], b.ID[:]) },
	same:     func(a, b *operation.Edge) bool { return a.ID == b.ID },
}

var qualityTable = &table[operation.Quality]{
	name:     "quality",
	fields:   flatFields[operation.Quality](),
	day:      func(q *operation.Quality) int64 { return dayOf(q.Minute) },
	identity: func(q *operation.Quality, buf []byte) []byte { return append(buf, q.ID[:]...) },
	order:    func(a, b *operation.Quality) int { return bytes.Compare(a.ID[:], b.ID[:]) },
	same:     func(a, b *operation.Quality) bool { return a.ID == b.ID },
}

func flatFields[T any]() []field[T] {
	var out []field[T]
	for _, c := range operation.Columns[T]() {
		out = append(out, field[T]{c.Name, c.Ref})
	}
	return out
}

// edgeSumFields are what edges.sql answers: everything but the identity of single records.
var edgeSumFields = edgeTable.fields[2 : len(edgeTable.fields)-1]

var qualitySumFields = []field[store.QualitySum]{
	{"service_name", func(q *store.QualitySum) any { return &q.ServiceName }},
	{"environment", func(q *store.QualitySum) any { return &q.Environment }},
	{"check_name", func(q *store.QualitySum) any { return &q.Check }},
	{"subject", func(q *store.QualitySum) any { return &q.Subject }},
	{"total", func(q *store.QualitySum) any { return &q.Total }},
	{"failed", func(q *store.QualitySum) any { return &q.Failed }},
	{"value", func(q *store.QualitySum) any { return &q.Value }},
	{"first_failed", func(q *store.QualitySum) any { return &q.FirstFailed }},
	{"last_failed", func(q *store.QualitySum) any { return &q.LastFailed }},
	{"example_trace_id", func(q *store.QualitySum) any { return &q.ExampleTrace }},
}

// WriteEdges stores edges.
func (b *Backend) WriteEdges(ctx context.Context, edges []*operation.Edge) error {
	return write(ctx, b, edgeTable, edges)
}

// WriteQuality stores counters of trace quality.
func (b *Backend) WriteQuality(ctx context.Context, counters []*operation.Quality) error {
	return write(ctx, b, qualityTable, counters)
}

// Edges sums up the edges of the range.
func (b *Backend) Edges(ctx context.Context, q store.EdgeQuery) ([]*operation.Edge, error) {
	const doing = "sum up edges"
	end, err := b.begin(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	defer end()
	var r request
	r.where = inRange("e.minute", q.Range, &r.params)
	if q.Environment != "" {
		r.where = append(r.where, "e.environment = "+r.params.text(q.Environment))
	}
	if q.Service != "" {
		service := r.params.text(q.Service)
		r.where = append(r.where, "(e.source = "+service+" OR e.target = "+service+")")
	}
	if q.Tenant != "" {
		r.where = append(r.where, "e.tenant_key = "+r.params.text(q.Tenant))
	}
	return read(ctx, b, doing, "edges.sql", edgeSumFields, r)
}

// Quality sums up the counters of trace quality of the range.
func (b *Backend) Quality(ctx context.Context, q store.QualityQuery) ([]*store.QualitySum, error) {
	const doing = "sum up trace quality"
	end, err := b.begin(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	defer end()
	var r request
	r.where = inRange("q.minute", q.Range, &r.params)
	if q.Service != "" {
		r.where = append(r.where, "q.service_name = "+r.params.text(q.Service))
	}
	if q.Tenant != "" {
		r.where = append(r.where, "q.tenant_key = "+r.params.text(q.Tenant))
	}
	return read(ctx, b, doing, "quality.sql", qualitySumFields, r)
}
