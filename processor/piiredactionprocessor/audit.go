package piiredactionprocessor

import (
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"github.com/opslog/opslog/internal/pii"
)

// audit writes to the log what was found, by shape and never by value, and which
// of the user's entries have matched nothing.
type audit struct {
	log *zap.Logger
	now func() time.Time
	// interval is the time between samples, nextSample when the next may be written.
	interval   time.Duration
	nextSample atomic.Int64
	// unmatchedAt is when entries without a match are told, 0 when that is done.
	unmatchedAfter time.Duration
	unmatchedAt    atomic.Int64
}

func newAudit(cfg AuditConfig, log *zap.Logger, now func() time.Time) *audit {
	return &audit{log: log, now: now, interval: cfg.SampleInterval, unmatchedAfter: cfg.UnmatchedAfter}
}

func (a *audit) begin() {
	if a.unmatchedAfter > 0 {
		a.unmatchedAt.Store(a.now().Add(a.unmatchedAfter).UnixNano())
	}
}

// wantsSample tells whether a finding of the next batch may be described.
func (a *audit) wantsSample() bool {
	return a.interval > 0 && a.now().UnixNano() >= a.nextSample.Load()
}

// sample writes the finding that a session kept, if it is still time for one.
func (a *audit) sample(s *pii.Session) {
	found, ok := s.Sample()
	if !ok {
		return
	}
	due, now := a.nextSample.Load(), a.now()
	if now.UnixNano() < due || !a.nextSample.CompareAndSwap(due, now.Add(a.interval).UnixNano()) {
		return
	}
	a.log.Info("redaction sample", zap.String("rule", found.Rule), zap.String("location", placeNames[found.Place]),
		zap.Int("length", found.Length), zap.String("shape", found.Shape))
}

// unmatchedDue is true once, when it is time to tell.
func (a *audit) unmatchedDue() bool {
	at := a.unmatchedAt.Load()
	return at != 0 && a.now().UnixNano() >= at && a.unmatchedAt.CompareAndSwap(at, 0)
}

func (a *audit) reportUnmatched(entries []string) {
	if len(entries) > 0 {
		a.log.Warn("redaction entries that have matched nothing yet", zap.Duration("since", a.unmatchedAfter), zap.Strings("entries", entries))
	}
}
