//go:build cgo && !noduckdb

package embedded

import (
	"context"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

const (
	// ahead is how far the clock of a sender may be in front of ours, in days.
	ahead = 2
)

// keep is the retention of a kind.
func (r Retention) keep(kind string) time.Duration {
	switch kind {
	case operations.name:
		return r.Operations
	case spans.name:
		return r.Spans
	case edges.name, quality.name:
		return r.Graph
	case rollups.name:
		return wholeFiles(r.Rollups, rollupFile)
	case errorDays.name:
		return wholeFiles(r.Errors, errorDayFile)
	default:
		return r.Logs
	}
}

// wholeFiles is the time for which something in a file is kept: a file goes with the last that is in it.
func wholeFiles(keep time.Duration, file operation.Time) time.Duration {
	if keep == 0 {
		return 0
	}
	return keep + time.Duration(file)
}

// oldest is the first day that is kept.
func (r Retention) oldest(kind string, now time.Time) day {
	keep := r.keep(kind)
	if keep == 0 {
		return 0
	}
	return dayOf(operation.TimeOf(now.Add(-keep)))
}

// guard refuses records outside of what is kept: they would make files that go at once, or never.
type guard struct {
	keep    Retention
	now     func() time.Time
	log     *slog.Logger
	refused atomic.Int64
	warned  atomic.Int64 // the minute of the last warning
}

// accepted are the records that may be stored. The others are counted, and said once a minute.
func accepted[T any](g *guard, t *table[T], records []*T) []*T {
	now := g.now()
	first, last := g.keep.oldest(t.name, now), dayOf(operation.TimeOf(now))+ahead
	fits := func(at operation.Time) bool { return at >= 0 && dayOf(at) >= first && dayOf(at) <= last }
	out := make([]*T, 0, len(records))
	for _, r := range records {
		if fits(t.home(r)) && fits(t.at(r)) {
			out = append(out, r)
		}
	}
	g.count(t.name, len(records)-len(out), now)
	return out
}

func (g *guard) count(kind string, n int, now time.Time) {
	if n == 0 {
		return
	}
	sum := g.refused.Add(int64(n))
	minute := now.Unix() / 60
	if g.warned.Swap(minute) != minute {
		g.log.Warn("records are older than the retention, or lie in the future, and were not stored",
			"kind", kind, "records", n, "since_start", sum)
	}
}

// expire deletes the files that are too old, then the oldest days while there is more than the budget.
func (s *embedded) expire(ctx context.Context) {
	for _, seg := range s.segments.known() {
		first := s.cfg.Retention.oldest(seg.kind, s.now())
		if seg.day < first && (!seg.holds().some || dayOf(seg.holds().to) < first) {
			s.drop(ctx, seg, "too old")
		}
	}
	for s.cfg.MaxBytes > 0 && ctx.Err() == nil {
		size, err := s.dir.bytes()
		if err != nil {
			s.log.Error("cannot measure the data directory", "error", err)
			return
		}
		if size <= s.cfg.MaxBytes || !s.dropOldest(ctx, size) {
			return
		}
	}
}

// dropOldest deletes one file of the oldest day; the day that is being written to stays, and so does what is there to
// outlive the days.
func (s *embedded) dropOldest(ctx context.Context, size int64) bool {
	known := slices.DeleteFunc(s.segments.known(), func(seg *segment) bool { return seg.kind == rollups.name || seg.kind == errorDays.name })
	if len(known) == 0 || known[0].day >= dayOf(operation.TimeOf(s.now())) {
		s.log.Warn("today's data alone is more than the budget", "bytes", size, "max_bytes", s.cfg.MaxBytes)
		return false
	}
	return s.drop(ctx, known[0], "over the budget")
}

func (s *embedded) drop(ctx context.Context, seg *segment, why string) bool {
	if err := s.segments.drop(ctx, seg); err != nil {
		s.log.Error("cannot delete a data file", "file", seg.file(), "error", err)
		return false
	}
	s.log.Info("deleted a data file", "file", seg.file(), "reason", why)
	return true
}
