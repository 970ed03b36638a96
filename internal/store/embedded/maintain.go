//go:build cgo && !noduckdb

package embedded

import (
	"context"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

const (
	// maintenance is how often it is looked what has to be done.
	maintenance = 15 * time.Second
	// idle is when a file that nobody writes to any more gives back the memory that its newest records take.
	idle = time.Minute
)

func (s *embedded) maintainForever(ctx context.Context) {
	ticker := time.NewTicker(maintenance)
	defer ticker.Stop()
	for {
		s.maintain(ctx)
		select {
		case <-ticker.C:
		case <-s.segments.broken:
		case <-ctx.Done():
			return
		}
	}
}

// maintain repairs broken files, deletes old ones, and puts those in order that are not written to any more.
func (s *embedded) maintain(ctx context.Context) {
	for _, err := range s.segments.repair(ctx) {
		s.log.Error("a data file is out of use, which is tried again", "error", err)
	}
	s.expire(ctx)
	until := s.now().Add(maintenance)
	for _, seg := range s.segments.known() {
		if err := s.filter(ctx, seg, until); err != nil && ctx.Err() == nil {
			s.log.Warn("cannot make the filters of a data file", "file", seg.file(), "error", err)
		}
		if seg.toIndex(dayOf(operation.TimeOf(s.now()))) {
			if err := s.index(ctx, seg); err != nil && ctx.Err() == nil {
				s.log.Warn("cannot index a data file", "file", seg.file(), "error", err)
			}
		}
		if !seg.idleSince(s.now().Add(-idle)) {
			continue
		}
		if err := s.segments.checkpoint(ctx, seg); err != nil && ctx.Err() == nil {
			s.log.Warn("cannot put a data file in order", "file", seg.file(), "error", err)
		}
	}
}
