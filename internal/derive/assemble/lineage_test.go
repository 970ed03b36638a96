package assemble

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
)

func TestLineage(t *testing.T) {
	command := func(id byte, change func(*operation.Operation)) *operation.Operation {
		op := &operation.Operation{ID: operation.ID{1, id}, TraceID: operation.TraceID{id}, SpanID: operation.SpanID{id}, ServiceName: "mailer",
			Name: "consume order.created", Transport: operation.TransportMessage, Kind: operation.KindCommand, Status: operation.StatusOK}
		change(op)
		return op
	}
	message := func(id string, failed bool) func(*operation.Operation) {
		return func(op *operation.Operation) {
			op.MessageID = id
			if failed {
				op.Status = operation.StatusError
			}
		}
	}
	body := func(text string, failed bool) func(*operation.Operation) {
		return func(op *operation.Operation) {
			message("", failed)(op)
			op.Transport, op.RequestBody = operation.TransportHTTP, text
		}
	}
	link := func(to byte) func(*operation.Operation) {
		return func(op *operation.Operation) {
			op.Links = []operation.Link{{TraceID: operation.TraceID{to}, SpanID: operation.SpanID{to}}}
		}
	}
	type want struct {
		attempt int64
		of      byte
	}
	for name, c := range map[string]struct {
		ops  []*operation.Operation
		want []want
	}{
		"message delivered three times": {
			[]*operation.Operation{command(1, message("m-1", true)), command(2, message("m-1", true)), command(3, message("m-1", false))},
			[]want{{1, 0}, {2, 1}, {3, 1}},
		},
		"two messages": {
			[]*operation.Operation{command(1, message("m-1", false)), command(2, message("m-2", false))},
			[]want{{1, 0}, {1, 0}},
		},
		"a later revision is no attempt": {
			[]*operation.Operation{command(1, message("m-1", true)), command(2, message("m-1", false)), command(1, message("m-1", true)), command(2, message("m-1", false))},
			[]want{{1, 0}, {2, 1}, {1, 0}, {2, 1}},
		},
		"same idempotency key": {
			[]*operation.Operation{
				command(1, func(op *operation.Operation) { op.IdempotencyKey = "k" }),
				command(2, func(op *operation.Operation) { op.IdempotencyKey = "k" }),
			},
			[]want{{1, 0}, {2, 1}},
		},
		"same key for another operation": {
			[]*operation.Operation{
				command(1, func(op *operation.Operation) { op.IdempotencyKey = "k" }),
				command(2, func(op *operation.Operation) { op.IdempotencyKey, op.Name = "k", "POST /orders" }),
			},
			[]want{{1, 0}, {1, 0}},
		},
		"body again after a failure": {
			[]*operation.Operation{command(1, body("{}", true)), command(2, body("{}", true)), command(3, body("{}", false)), command(4, body("{}", false))},
			[]want{{0, 0}, {2, 1}, {3, 1}, {0, 0}},
		},
		"body again after a success is another command": {
			[]*operation.Operation{command(1, body("{}", false)), command(2, body("{}", false))},
			[]want{{0, 0}, {0, 0}},
		},
		"a late revision of a failed attempt does not undo the success": {
			[]*operation.Operation{command(1, body("{}", true)), command(2, body("{}", false)), command(1, body("{}", true)), command(3, body("{}", false))},
			[]want{{0, 0}, {2, 1}, {0, 0}, {0, 0}},
		},
		"two messages with one body": {
			[]*operation.Operation{
				command(1, func(op *operation.Operation) { message("m-1", true)(op); op.RequestBody = "{}" }),
				command(2, func(op *operation.Operation) { message("m-2", true)(op); op.RequestBody = "{}" }),
			},
			[]want{{1, 0}, {1, 0}},
		},
		"link to an earlier attempt": {
			[]*operation.Operation{command(1, message("", true)), command(2, link(1)), command(3, link(9))},
			[]want{{0, 0}, {2, 1}, {0, 0}},
		},
		"queries are left alone": {
			[]*operation.Operation{
				command(1, func(op *operation.Operation) { op.Kind, op.MessageID = operation.KindQuery, "m" }),
				command(2, func(op *operation.Operation) { op.Kind, op.MessageID = operation.KindQuery, "m" }),
			},
			[]want{{0, 0}, {0, 0}},
		},
		"what the broker counted stays": {
			[]*operation.Operation{command(1, func(op *operation.Operation) { op.MessageID, op.Attempt = "m", 4 })},
			[]want{{4, 0}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := NewLineage(time.Minute, 1000)
			for i, op := range c.ops {
				l.Join(op, begin)
				require.Equal(t, c.want[i].attempt, op.Attempt, "operation %d", i)
				require.Equal(t, c.want[i].of != 0, !op.RetryOf.IsZero(), "operation %d", i)
				if c.want[i].of != 0 {
					require.Equal(t, operation.ID{1, c.want[i].of}, op.RetryOf)
				}
			}
		})
	}
}

func TestLineageForgets(t *testing.T) {
	l := NewLineage(time.Minute, 1000)
	op := func(i int) *operation.Operation {
		return &operation.Operation{ID: operation.ID{1, byte(i >> 8), byte(i)}, Kind: operation.KindCommand, MessageID: strconv.Itoa(i % 10_000)}
	}
	now := begin
	first := op(1)
	l.Join(first, now)
	again := op(10_001)
	l.Join(again, now.Add(3*time.Minute))
	require.EqualValues(t, 2, again.Attempt, "nothing else came, so nothing had to be forgotten before now")
	l.Join(op(2), now.Add(6*time.Minute))
	l.Join(op(3), now.Add(9*time.Minute))
	third := op(20_001)
	l.Join(third, now.Add(9*time.Minute))
	require.EqualValues(t, 1, third.Attempt)
	for i := range 10_000 {
		l.Join(op(i), now.Add(9*time.Minute))
		require.LessOrEqual(t, len(l.young)+len(l.old), 1000)
	}
}
