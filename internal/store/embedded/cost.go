//go:build cgo && !noduckdb

package embedded

import (
	"context"
	"fmt"

	"github.com/opslog/opslog/internal/store"
)

// afford counts what the files hold in the range, and refuses what is more than the limit.
func (s *embedded) afford(ctx context.Context, held []*segment, within *condition, limits store.Limits, scan *store.Scan) error {
	if limits.Rows == 0 && scan == nil {
		return nil
	}
	var sum int64
	for _, seg := range held {
		var n int64
		text := render("count", fields{"Segment": seg.name(), "Table": seg.kind, "Where": within.sql.String()})
		if err := s.db.QueryRowContext(ctx, text, within.args...).Scan(&n); err != nil {
			return s.segments.judge(seg, err)
		}
		sum += n
	}
	if limits.Rows > 0 && sum > limits.Rows {
		return fmt.Errorf("%w: it would look at %d operations, at most %d are allowed", store.ErrTooExpensive, sum, limits.Rows)
	}
	scan.Add(sum)
	return nil
}
