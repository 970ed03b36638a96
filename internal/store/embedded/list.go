//go:build cgo && !noduckdb

package embedded

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// list is a question for records in their order.
type list[T any] struct {
	table *table[T]
	where *condition
	// withSpans is the condition once more for the files with the spans of a file's operations; nil when it is not
	// about spans.
	withSpans func(spans []string) (*condition, error)
	limit     int
	detail    bool
	newest    bool                  // first; otherwise the oldest
	keys      []sortKey             // of a list with an order of its own
	asked     *store.OperationQuery // limits, windows and progress; nil for lists of a trace
	compare   func(a, b *T) int     // the order of what is asked; nil for lists of a trace
	window    store.Range           // that is being read
	term      string                // that every record has; empty when there is none
	probe     *probe                // of what every record has; nil when it cannot be told
}

// read looks in one window of time after the other, until there are enough.
func (l *list[T]) read(ctx context.Context, s *embedded, r store.Range) ([]*T, error) {
	searching, stop := store.SearchTime(ctx)
	defer stop()
	out := []*T{}
	for _, window := range l.windows(r, operation.TimeOf(s.now())) {
		l.window = window
		found, err := l.readWindow(searching, s)
		if err != nil && searching.Err() != nil {
			err = context.Cause(searching) // the database says only that it was interrupted
		}
		if l.ended(ctx, err, window.To) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if out = l.merge(out, found); len(out) == l.limit {
			break
		}
	}
	return out, nil
}

// windows are more than one where a condition must be tried on many operations, so that the newest are found first.
func (l *list[T]) windows(r store.Range, now operation.Time) []store.Range {
	if l.asked == nil || l.asked.Filter == nil || l.term != "" {
		return []store.Range{r}
	}
	return store.Windows(*l.asked, now)
}

// readWindow asks one file after the other, until no further one can hold a record that belongs before the limit.
func (l *list[T]) readWindow(ctx context.Context, s *embedded) ([]*T, error) {
	held, err := s.segments.within(l.table.name, l.window)
	if err != nil {
		return nil, err
	}
	defer release(held)
	if l.newest {
		slices.Reverse(held)
	}
	var out []*T
	for _, seg := range held {
		if len(out) == l.limit && l.beyond(seg.holds(), out[len(out)-1]) {
			continue
		}
		found, err := l.readSegment(ctx, s, seg)
		if err != nil {
			return nil, err
		}
		out = l.merge(out, found)
	}
	return out, nil
}

// ended tells whether a limit ended the list.
func (l *list[T]) ended(ctx context.Context, err error, searched operation.Time) bool {
	return l.asked != nil && l.asked.Scan.Ended(ctx, err, searched)
}

// beyond tells that all records of a file come after the last one that counts.
func (l *list[T]) beyond(times span, last *T) bool {
	if l.asked != nil && len(l.asked.Sort) > 0 {
		return false
	}
	if l.newest {
		return times.to < l.table.at(last)
	}
	return times.from > l.table.at(last)
}

func (l *list[T]) merge(a, b []*T) []*T {
	out := append(append(make([]*T, 0, len(a)+len(b)), a...), b...)
	slices.SortFunc(out, l.order())
	return out[:min(len(out), l.limit)]
}

func (l *list[T]) order() func(a, b *T) int {
	switch {
	case l.compare != nil:
		return l.compare
	case l.newest:
		return func(a, b *T) int { return l.table.order(b, a) }
	default:
		return l.table.order
	}
}

func (l *list[T]) readSegment(ctx context.Context, s *embedded, seg *segment) ([]*T, error) {
	if l.withSpans == nil {
		return l.query(ctx, s, seg, l.where)
	}
	held, err := s.segments.within(spans.name, seg.spansAround())
	if err != nil {
		return nil, err
	}
	defer release(held)
	where, err := l.withSpans(names(held))
	if err != nil {
		return nil, err
	}
	return l.query(ctx, s, seg, where)
}

func (l *list[T]) query(ctx context.Context, s *embedded, seg *segment, where *condition) ([]*T, error) {
	if l.asked != nil {
		if err := s.afford(ctx, []*segment{seg}, rangeCondition("start_time", l.window), l.asked.Limits.Less(l.asked.Scan), l.asked.Scan); err != nil {
			return nil, err
		}
	}
	before := seg.edition()
	ranges, known, err := l.narrow(ctx, s, seg)
	if err != nil {
		return nil, err
	}
	if !known {
		return l.ask(ctx, s, seg, l.inWindow(where))
	}
	var out []*T
	if len(ranges) > 0 {
		out, err = l.ask(ctx, s, seg, where.during(ranges))
	}
	if err == nil && seg.edition() != before {
		return l.ask(ctx, s, seg, l.inWindow(where))
	}
	return out, err
}

// narrow answers when what is asked for may have been; known is false when that cannot be told.
func (l *list[T]) narrow(ctx context.Context, s *embedded, seg *segment) (ranges []store.Range, known bool, err error) {
	minutes, known, err := s.segments.minutes(ctx, seg, l.term)
	if err != nil || known {
		return minuteRanges(minutes), known, err
	}
	return s.segments.narrow(ctx, seg, l.probe, l.window)
}

func (l *list[T]) inWindow(where *condition) *condition {
	if l.asked != nil && l.window != l.asked.Range {
		return where.within(l.window)
	}
	return where
}

func (l *list[T]) ask(ctx context.Context, s *embedded, seg *segment, where *condition) ([]*T, error) {
	columns := l.table.list(l.detail, l.sorted()...)
	text, args := l.sql(seg.name(), where, columns)
	rows, err := s.db.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, s.segments.judge(seg, err)
	}
	defer rows.Close()
	var out []*T
	for rows.Next() {
		record, err := scan(rows, columns)
		if err != nil {
			return nil, err
		}
		out = append(out, record)
	}
	return out, s.segments.judge(seg, rows.Err())
}

func scan[T any](rows *sql.Rows, columns []column[T]) (*T, error) {
	values, targets := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		targets[i] = &values[i]
	}
	if err := rows.Scan(targets...); err != nil {
		return nil, err
	}
	record := new(T)
	for i, c := range columns {
		if err := fromDB(c.ref(record), values[i]); err != nil {
			return nil, fmt.Errorf("column %s: %w", c.name, err)
		}
	}
	return record, nil
}

// sorted are the fields that the list is sorted by.
func (l *list[T]) sorted() []string {
	var out []string
	if l.asked != nil {
		for _, k := range l.asked.Sort {
			out = append(out, k.Field.Name)
		}
	}
	return out
}

func (l *list[T]) sql(segment string, where *condition, columns []column[T]) (text string, args []any) {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = quoted(c.name)
	}
	direction := ""
	if l.newest {
		direction = " DESC"
	}
	order, args := l.table.time+direction+", "+l.table.tie+direction, []any(nil)
	if l.keys != nil {
		order, args = orderBy(l.keys)
	}
	text = render("list", fields{
		"Columns": strings.Join(names, ", "), "Segment": segment, "Table": l.table.name, "Where": where.sql.String(), "Order": order,
	})
	return text, slices.Concat(where.args, args, []any{l.limit})
}
