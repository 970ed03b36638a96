package clickhouse

import (
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// ahead is how far the clock of a sender may be in front of ours, in days.
const ahead = 2

// guard refuses records outside of what is kept: the server would drop them at once, or keep them in partitions
// that live for too long.
type guard struct {
	keep    Retention
	log     *slog.Logger
	refused atomic.Int64
	warned  atomic.Int64 // the minute of the last warning
}

// days are the first and the last day that a table takes.
func (g *guard) days(table string, now time.Time) (first, last int64) {
	keep := map[string]time.Duration{
		"operations": g.keep.Operations, "spans": g.keep.Spans, "logs": g.keep.Logs, "edges": g.keep.Graph, "quality": g.keep.Graph,
		"rollups": g.keep.Rollups, "error_days": g.keep.Errors,
	}[table]
	if keep > 0 {
		first = dayOf(operation.TimeOf(now.Add(-keep)))
	}
	return first, dayOf(operation.TimeOf(now)) + ahead
}

// accepted are the records that may be stored. The others are counted, and said once a minute.
func accepted[T any](g *guard, t *table[T], records []*T, now time.Time) []*T {
	first, last := g.days(t.name, now)
	out := make([]*T, 0, len(records))
	for _, record := range records {
		if day := t.day(record); day >= first && day <= last {
			out = append(out, record)
		}
	}
	if n := len(records) - len(out); n > 0 {
		g.count(t.name, n, now)
	}
	return out
}

func (g *guard) count(table string, n int, now time.Time) {
	total := g.refused.Add(int64(n))
	minute := now.Unix() / 60
	if g.warned.Swap(minute) != minute {
		g.log.Warn("records are older than the retention, or lie in the future, and were not stored",
			"kind", table, "records", n, "since_start", total)
	}
}
