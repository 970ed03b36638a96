package clickhouse

import (
	"context"
	"fmt"

	"github.com/opslog/opslog/internal/store"
)

var serviceFields = []field[store.ServiceSummary]{
	{"name", func(s *store.ServiceSummary) any { return &s.Name }},
	{"operations", func(s *store.ServiceSummary) any { return &s.Operations }},
	{"errors", func(s *store.ServiceSummary) any { return &s.Errors }},
	{"last_seen", func(s *store.ServiceSummary) any { return &s.LastSeen }},
}

// Services sums up the operations of each service.
func (b *Backend) Services(ctx context.Context, r store.Range) ([]store.ServiceSummary, error) {
	end, err := b.begin(ctx)
	if err != nil {
		return nil, fmt.Errorf("list services: %w", err)
	}
	defer end()
	var q request
	q.where = inRange("start_time", r, &q.params)
	found, err := read(ctx, b, "list services", "services.sql", serviceFields, q)
	if err != nil {
		return nil, err
	}
	out := make([]store.ServiceSummary, len(found))
	for i, s := range found {
		out[i] = *s
	}
	return out, nil
}

// statsParts are the queries that fill Stats.
var statsParts = []struct {
	file   string
	fields []field[store.Stats]
}{
	{"stats.sql", []field[store.Stats]{
		{"operations", func(s *store.Stats) any { return &s.Operations }},
		{"oldest", func(s *store.Stats) any { return &s.Oldest }},
		{"newest", func(s *store.Stats) any { return &s.Newest }},
	}},
	{"stats_spans.sql", []field[store.Stats]{{"spans", func(s *store.Stats) any { return &s.Spans }}}},
	{"stats_logs.sql", []field[store.Stats]{{"logs", func(s *store.Stats) any { return &s.Logs }}}},
	{"stats_bytes.sql", []field[store.Stats]{{"bytes", func(s *store.Stats) any { return &s.Bytes }}}},
}

// Stats tells what the store holds.
func (b *Backend) Stats(ctx context.Context) (store.Stats, error) {
	end, err := b.begin(ctx)
	if err != nil {
		return store.Stats{}, fmt.Errorf("read statistics: %w", err)
	}
	defer end()
	total := store.Stats{Engine: engine, Refused: b.guard.refused.Load()}
	for _, part := range statsParts {
		var r request
		r.where = []string{"database = " + r.params.text(b.layout.database), "active"}
		found, err := read(ctx, b, "read statistics", part.file, part.fields, r)
		if err != nil {
			return store.Stats{}, err
		}
		s := found[0]
		total.Operations += s.Operations
		total.Spans += s.Spans
		total.Logs += s.Logs
		total.Bytes += s.Bytes
		total.Oldest = max(total.Oldest, s.Oldest)
		total.Newest = max(total.Newest, s.Newest)
	}
	return total, nil
}
