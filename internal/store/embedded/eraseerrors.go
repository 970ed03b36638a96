//go:build cgo && !noduckdb

package embedded

import (
	"context"

	"github.com/opslog/opslog/internal/store"
)

// erasedIDs are the operations that go, as texts.
func (s *embedded) erasedIDs(ctx context.Context, e store.Erasure) (out []string, err error) {
	c := theirs(operations.name, e)
	for _, seg := range s.segments.known() {
		if seg.kind != operations.name {
			continue
		}
		some, err := s.idsIn(ctx, seg, c)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}

func (s *embedded) idsIn(ctx context.Context, seg *segment, c *condition) (out []string, err error) {
	held, err := s.segments.find(seg.name())
	if held == nil {
		return nil, err
	}
	defer held.release()
	rows, err := s.db.QueryContext(ctx, render("erase_ids", fields{"Segment": seg.name(), "Where": c.sql.String()}), c.args...)
	if err != nil {
		return nil, s.segments.judge(seg, err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, rows.Err()
}

// eraseErrorTexts takes out of the sums of errors what operations that go said, and what names the subject.
func (s *embedded) eraseErrorTexts(ctx context.Context, e store.Erasure, ids []string) (n int64, err error) {
	c := newCondition(nil)
	c.add("(o.last_example IN (SELECT unnest(CAST(CAST(? AS VARCHAR[]) AS UUID[])))", ids)
	if pattern := e.InMessages(); pattern != "" {
		c.add(" OR regexp_matches(o.error_message, ?)", pattern)
	}
	c.add(") AND o.error_message NOT IN (?, '')", store.ErasedText)
	for _, seg := range s.segments.known() {
		if seg.kind != errorDays.name {
			continue
		}
		some, err := s.rewrite(ctx, seg, "erase_copy_errors", errorDays.tie, c, e.DryRun)
		if n += some; err != nil {
			return n, err
		}
	}
	return n, nil
}
