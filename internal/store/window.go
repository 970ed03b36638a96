package store

import (
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// steps are the lengths of the windows in which a list is looked for before all the rest: most lists end within
// the last minutes.
var steps = []operation.Time{operation.Time(time.Hour), operation.Time(6 * time.Hour), operation.Time(24 * time.Hour), operation.Time(4 * 24 * time.Hour)}

// many is from which limit on a list is more likely to want the whole range than its newest part.
const many = 5000

// Windows split the range of a query, newest first. The first reaches from shortly before now, or before the
// cursor or the end of the range, to that end. A list with an order of its own has one window only.
func Windows(q OperationQuery, now operation.Time) []Range {
	if q.Limit >= many || len(q.Sort) > 0 {
		return []Range{q.Range}
	}
	top := now
	if q.Range.To != 0 {
		top = min(top, q.Range.To)
	}
	if q.After != nil {
		top = min(top, q.After.StartTime)
	}
	var out []Range
	to := q.Range.To
	for _, step := range steps {
		from := top - step
		if from <= q.Range.From {
			break
		}
		out = append(out, Range{From: from, To: to})
		to = from
		top = from
	}
	return append(out, Range{From: q.Range.From, To: to})
}
