package alert

import (
	"math"
	"math/bits"
	"regexp"
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

// rowCounts learn how many rows a statement changes: powers of two, over the last 15 to 30 days.
type rowCounts struct {
	Since          operation.Time
	Recent, Before [40]uint32
}

const rowGeneration = operation.Time(15 * 24 * 3600 * 1e9)

// shape is a kind of change: the same action on the same target by the same service.
type shape struct{ environment, service, kind, action, target string }

// shapesKept bounds the statements whose row counts are learned.
const shapesKept = 20000

func (c *rowCounts) add(rows int64, now operation.Time) {
	if now-c.Since > rowGeneration {
		c.Before, c.Recent, c.Since = c.Recent, [40]uint32{}, now
	}
	c.Recent[min(bits.Len64(uint64(max(rows, 0))), 39)]++
}

// p99 is the upper end of the bucket that holds the 99th percentile; 0 when nothing was seen.
func (c *rowCounts) p99() float64 {
	var n, seen uint32
	for i := range c.Recent {
		n += c.Recent[i] + c.Before[i]
	}
	for i := range c.Recent {
		seen += c.Recent[i] + c.Before[i]
		if n > 0 && float64(seen) >= 0.99*float64(n) {
			return math.Exp2(float64(i)) - 1
		}
	}
	return 0
}

// guard watches what commands remove or change: far more rows than the same statement does usually, or a DELETE or
// UPDATE without a WHERE.
func (e *Engine) guard(op *operation.Operation, now operation.Time) {
	var rows int64
	var limit float64
	for i := range op.Effects {
		effect := &op.Effects[i]
		if effect.Rows == nil || effect.Outcome != operation.EffectDone || strings.EqualFold(effect.Action, "INSERT") {
			continue
		}
		usual := e.rowsOf(shape{op.Environment, op.ServiceName, effect.Kind, effect.Action, effect.Target})
		for _, r := range e.destructive {
			if at := max(float64(r.MinRows), r.Factor*usual.p99()); float64(*effect.Rows) > at && *effect.Rows > rows {
				rows, limit = *effect.Rows, at
			}
		}
		usual.add(*effect.Rows, now)
	}
	unbounded := op.Destructive && withoutWhere(op.External)
	if rows == 0 && !unbounded {
		return
	}
	for _, r := range e.destructive {
		if r.match == nil || r.match(op, nil) {
			e.warn(r, op, rows, limit, now)
		}
	}
}

func (e *Engine) rowsOf(s shape) *rowCounts {
	c := e.rows[s]
	if c == nil {
		if len(e.rows) >= shapesKept {
			clear(e.rows) // learned anew; the least rows of the rule hold meanwhile
		}
		c = &rowCounts{}
		e.rows[s] = c
	}
	return c
}

func (e *Engine) warn(r *rule, op *operation.Operation, rows int64, limit float64, now operation.Time) {
	labels := labelsOf(r, seriesKey{environment: op.Environment, service: op.ServiceName, operation: op.Name})
	id := identity(labels)
	a := e.alert(id)
	if a == nil {
		a = e.begin(r, id, labels)
	}
	a.Value, a.Threshold = float64(rows), limit
	a.Evidence = evidenceOf(op)
	a.Evidence.Rows = rows
	e.fireEvent(a, ReasonDestructive, now)
}

var (
	removing = regexp.MustCompile(`(?i)^\s*(DELETE\s+FROM|UPDATE\s)`)
	whole    = regexp.MustCompile(`(?i)^\s*(TRUNCATE|DROP)\b`)
	where    = regexp.MustCompile(`(?i)\bWHERE\b`)
)

// withoutWhere looks at the statements of an operation, whose literals are out already.
func withoutWhere(steps []operation.Step) bool {
	for i := range steps {
		t := steps[i].Template
		if steps[i].Category == operation.CategoryDB && steps[i].Errors < steps[i].Count && (whole.MatchString(t) || removing.MatchString(t) && !where.MatchString(t)) {
			return true
		}
	}
	return false
}
