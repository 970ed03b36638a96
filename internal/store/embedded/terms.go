//go:build cgo && !noduckdb

package embedded

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// indexed are the fields of each kind by which single records are looked up. The table terms says in which minutes
// of a day a value of one occurs, so that a look over many days reads only those.
var indexed = map[string][]string{
	operations.name: {"trace_id", "parent_operation_id", "retry_of", "user_id", "session_id", "request_id", "message_id", "idempotency_key"},
	spans.name:      {"trace_id"},
}

const (
	minute = operation.Time(60e9)
	// manyMinutes is from how many minutes on the index is left aside.
	manyMinutes = 32
)

// termsSQL gives the terms of a record, NULL where a field is empty.
func termsSQL(names []string) string {
	terms := make([]string, len(names))
	for i, name := range names {
		access, err := recordScope(query.Field{Name: name})
		if err != nil {
			panic(err)
		}
		column := strings.TrimPrefix(access.value, "o.")
		terms[i] = "CASE WHEN " + strings.ReplaceAll(access.present, "o.", "") + " THEN '" + name + "=' || CAST(" + column + " AS VARCHAR) END"
	}
	return strings.Join(terms, ", ")
}

// termOf is a term that every operation has for which the filter holds; empty when there is none.
func termOf(filter query.Expr) string {
	switch e := filter.(type) {
	case query.And:
		for _, t := range e.Terms {
			if term := termOf(t); term != "" {
				return term
			}
		}
	case query.Compare:
		if e.Op != query.Eq || e.Field.Fold || !slices.Contains(indexed[operations.name], e.Field.Name) {
			return ""
		}
		switch v := e.Value.(type) {
		case string:
			return e.Field.Name + "=" + v
		case operation.ID:
			return e.Field.Name + "=" + uuid(v)
		case operation.TraceID:
			return e.Field.Name + "=" + uuid(v)
		}
	}
	return ""
}

// readHasTerms tells whether the terms of a file were filled.
func (s *segments) readHasTerms(ctx context.Context, seg *segment) (has bool, err error) {
	if indexed[seg.kind] == nil {
		return false, nil
	}
	if err := s.db.QueryRowContext(ctx, render("has_terms", fields{"Segment": seg.name()})).Scan(&has); err != nil {
		return false, fmt.Errorf("look for the terms of %s: %w", seg.name(), err)
	}
	return has, nil
}

// minutes are those in which the term occurs; known is false when the file cannot tell, or they are many.
func (s *segments) minutes(ctx context.Context, seg *segment, term string) (minutes []int64, known bool, err error) {
	if term == "" || !seg.hasTerms() {
		return nil, false, nil
	}
	rows, err := s.db.QueryContext(ctx, render("find_term", fields{"Segment": seg.name(), "Limit": manyMinutes + 1}), term)
	if err != nil {
		return nil, false, s.judge(seg, err)
	}
	defer rows.Close()
	for rows.Next() {
		var m int64
		if err := rows.Scan(&m); err != nil {
			return nil, false, err
		}
		minutes = append(minutes, m)
	}
	return minutes, len(minutes) <= manyMinutes && seg.hasTerms(), s.judge(seg, rows.Err())
}

// within narrows the condition to a range.
func (c *condition) within(r store.Range) *condition {
	out := rangeCondition("start_time", r)
	out.add(" AND ("+c.sql.String()+")", c.args...)
	return out
}

// index fills the terms of a day that is over. It takes the writer's connection, so that nothing is written meanwhile.
func (s *embedded) index(ctx context.Context, seg *segment) error {
	writer := s.connOf(seg.kind)
	select {
	case conn := <-writer:
		defer func() { writer <- conn }()
		held, err := s.segments.find(seg.name())
		if held == nil {
			return err
		}
		defer held.release()
		text := render("build_terms", fields{"Segment": seg.name(), "Table": seg.kind, "Terms": termsSQL(indexed[seg.kind])})
		if err := inTransaction(ctx, conn, func() error { _, err := conn.ExecContext(ctx, text); return err }); err != nil {
			return s.segments.judge(seg, fmt.Errorf("index %s: %w", seg.name(), err))
		}
		held.setTerms(true)
		held.wrote(s.now()) // to be put in order
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// toIndex tells that a file holds a day that is over, in order, and has no terms yet.
func (s *segment) toIndex(today day) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return indexed[s.kind] != nil && s.day < today && s.state == inUse && s.written.IsZero() && s.times.some && !s.terms
}

func (s *segment) hasTerms() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.terms
}

func (s *segment) setTerms(has bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.terms = has
}

// forget empties the terms before a write changes what they are about.
func (s *segment) forget(ctx context.Context, conn *sql.Conn) error {
	if !s.hasTerms() {
		return nil
	}
	s.setTerms(false) // also when the write fails: then they are built again
	if _, err := conn.ExecContext(ctx, render("delete_terms", fields{"Segment": s.name()})); err != nil {
		return fmt.Errorf("forget the terms of %s: %w", s.name(), err)
	}
	return nil
}
