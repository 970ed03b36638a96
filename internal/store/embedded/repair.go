//go:build cgo && !noduckdb

package embedded

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/opslog/opslog/internal/store"
)

// judge looks at an error of a statement on a file. DuckDB gives a file up when a checkpoint fails, as on a full disk:
// nothing is lost, since all is in the log, but it must be attached again. Such a file goes to repair.
func (s *segments) judge(seg *segment, err error) error {
	if err == nil || !strings.Contains(err.Error(), "has been invalidated") {
		return err
	}
	seg.leave(inRepair)
	select {
	case s.broken <- struct{}{}:
	default: // it has been told already
	}
	return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
}

// repair attaches the broken files again, and answers the errors of those that stay broken.
func (s *segments) repair(ctx context.Context) []error {
	var errs []error
	for _, seg := range s.known() {
		alone := seg.toRepair()
		if alone == nil {
			continue
		}
		select {
		case <-alone:
		case <-ctx.Done():
			return errs
		}
		if err := s.reattach(ctx, seg); err != nil {
			errs = append(errs, fmt.Errorf("repair %s: %w", seg.file(), err))
		}
	}
	return errs
}

func (s *segments) reattach(ctx context.Context, seg *segment) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	if seg.toRepair() == nil {
		return nil
	}
	// The first try may have come as far as detaching it.
	_, detach := s.db.ExecContext(ctx, render("detach", fields{"Segment": seg.name()}))
	if err := attachFile(ctx, s.db, s.dir.file(seg.file()), seg.name(), seg.kind); err != nil {
		return errors.Join(err, detach)
	}
	times, _, err := measure(ctx, s.db, seg)
	if err != nil {
		return err
	}
	if err := s.loadSlots(ctx, seg); err != nil {
		return err
	}
	seg.reopen(times)
	return nil
}
