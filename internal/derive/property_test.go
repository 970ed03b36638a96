package derive

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/operation"
)

// randomGroup is an operation of up to 60 spans of all kinds at random times, some misplaced, some failed.
func randomGroup(d *Deriver, random *rand.Rand) *Group {
	r := d.Resource(pcommon.NewResource())
	n := 1 + random.IntN(60)
	g := &Group{Complete: true}
	for i := range n {
		span := ptrace.NewSpan()
		span.SetSpanID(pcommon.SpanID(spanID(uint64(i + 1))))
		from, length := random.IntN(1000), random.IntN(500)
		if i == 0 {
			from, length = 100, 800
		} else {
			span.SetParentSpanID(pcommon.SpanID(spanID(uint64(random.IntN(n + 2)))))
		}
		span.SetStartTimestamp(pcommon.Timestamp(from * ms))
		span.SetEndTimestamp(pcommon.Timestamp((from + length) * ms))
		span.SetKind(ptrace.SpanKind(random.IntN(6)))
		span.SetName([]string{"a", "GET /x", "redis", "send"}[random.IntN(4)])
		span.Status().SetCode(ptrace.StatusCode(random.IntN(3)))
		switch random.IntN(6) {
		case 0:
			span.Attributes().PutStr("db.query.text", []string{"SELECT 1", "INSERT INTO a VALUES (1)", "COMMIT", "ROLLBACK", "BEGIN"}[random.IntN(5)])
		case 1:
			span.Attributes().PutStr("url.full", "http://h/x/1")
		case 2:
			span.Attributes().PutStr("messaging.destination.name", "q")
		case 3:
			span.Attributes().PutBool("cache.hit", random.IntN(2) == 0)
		}
		g.Spans = append(g.Spans, d.Span(r, pcommon.NewInstrumentationScope(), span))
		if random.IntN(10) == 0 {
			g.Exceptions = append(g.Exceptions, Exception{SpanID: spanID(uint64(i + 1)), Time: operation.Time(random.IntN(3)), Type: "E", Message: "m", Resource: r})
		}
	}
	entry := g.Spans[0]
	g.Entry = &entry
	return g
}

// TestInvariants holds for random operations: any order gives one record, the critical path is as long as the
// operation, unions are no longer than it nor than their sums, and shares and counts add up.
func TestInvariants(t *testing.T) {
	d := newDeriver(t)
	random := rand.New(rand.NewPCG(5, 6))
	for range 3000 {
		g := randomGroup(d, random)
		op := d.Operation(g)
		tr := plant(g)
		tr.markCalls()
		tr.followCritical()
		var path operation.Duration
		for _, spent := range tr.path.spent {
			assert.GreaterOrEqual(t, spent, operation.Duration(0))
			path += spent
		}
		tr.release()
		assert.Equal(t, op.Duration, path)
		shares, calls := 0.0, int64(0)
		for _, category := range categories {
			c := callsOf(op, category)
			shares += c.CriticalShare
			calls += c.Calls
			assert.LessOrEqual(t, c.Errors, c.Calls)
		}
		assert.LessOrEqual(t, shares, 1.001)
		assert.LessOrEqual(t, calls, op.SpanCount)
		assert.EqualValues(t, len(g.Spans), op.SpanCount)
		assert.LessOrEqual(t, len(op.Findings), maxFindings)
		want := asJSON(t, op)
		random.Shuffle(len(g.Spans), func(i, j int) { g.Spans[i], g.Spans[j] = g.Spans[j], g.Spans[i] })
		random.Shuffle(len(g.Exceptions), func(i, j int) { g.Exceptions[i], g.Exceptions[j] = g.Exceptions[j], g.Exceptions[i] })
		assert.Equal(t, want, asJSON(t, d.Operation(g)))
	}
}

// TestCriticalPath pins the walk on small trees: what each span adds.
func TestCriticalPath(t *testing.T) {
	type row struct {
		id, parent uint64
		from, to   operation.Time
		want       operation.Duration
	}
	tests := map[string][]row{
		"one after the other":                  {{1, 0, 0, 100, 20}, {2, 1, 10, 50, 40}, {3, 1, 60, 100, 40}},
		"side by side, the last to end counts": {{1, 0, 0, 100, 10}, {2, 1, 0, 60, 0}, {3, 1, 10, 100, 90}},
		"a grandchild":                         {{1, 0, 0, 100, 50}, {2, 1, 20, 70, 20}, {3, 2, 30, 60, 30}},
		"a child that ends late is cut":        {{1, 0, 0, 100, 50}, {2, 1, 50, 150, 50}},
		"a child outside belongs higher":       {{1, 0, 0, 100, 20}, {2, 1, 0, 40, 40}, {3, 2, 50, 90, 40}},
		"a child after the operation is off":   {{1, 0, 0, 100, 100}, {2, 1, 150, 190, 0}},
	}
	for name, rows := range tests {
		r := &Resource{}
		g := &Group{}
		for _, row := range rows {
			g.Spans = append(g.Spans, Span{ID: spanID(row.id), Parent: spanID(row.parent), Start: row.from, End: row.to, Resource: r})
		}
		g.Entry = &g.Spans[0]
		tr := plant(g)
		tr.markCalls()
		tr.followCritical()
		for _, row := range rows {
			assert.Equal(t, row.want, tr.path.spent[tr.ids[spanID(row.id)]], "%s: span %d", name, row.id)
		}
		tr.release()
	}
}
