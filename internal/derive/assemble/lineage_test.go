package assemble

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/operation"
)

func TestLineage(t *testing.T) {
	command := func(id byte, change func(*operation.Operation)) *operation.Operation {
		op := &operation.Operation{ID: operation.ID{1, id}, StartTime: operation.Time(id), TraceID: operation.TraceID{id}, SpanID: operation.SpanID{id}, ServiceName: "mailer",
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
		"the second attempt is seen first": {
			[]*operation.Operation{command(2, message("m-1", false)), command(1, message("m-1", true)), command(2, message("m-1", false))},
			[]want{{1, 0}, {1, 0}, {2, 1}},
		},
		"read from the dead letter queue": {
			[]*operation.Operation{command(1, message("m-1", true)), command(2, func(op *operation.Operation) {
				message("m-1", false)(op)
				op.Name, op.Target = "consume order.created.DLQ", "order.created.DLQ"
			})},
			[]want{{1, 0}, {2, 1}},
		},
		"one message for two consumers": {
			[]*operation.Operation{command(1, message("m-1", false)), command(2, func(op *operation.Operation) {
				message("m-1", false)(op)
				op.ServiceName = "billing"
			})},
			[]want{{1, 0}, {1, 0}},
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
				l.Join(&Emission{Operation: op}, begin)
				require.Equal(t, c.want[i].attempt, op.Attempt, "operation %d", i)
				require.Equal(t, c.want[i].of != 0, !op.RetryOf.IsZero(), "operation %d", i)
				if c.want[i].of != 0 {
					require.Equal(t, operation.ID{1, c.want[i].of}, op.RetryOf)
				}
			}
		})
	}
}

// TestLineageByProducer joins deliveries without a message id, which have the producer's span as their parent.
func TestLineageByProducer(t *testing.T) {
	delivery := func(id, trace, producer byte, failed bool) *Emission {
		op := &operation.Operation{ID: operation.ID{id}, StartTime: operation.Time(id), TraceID: operation.TraceID{trace}, SpanID: operation.SpanID{id},
			Name: "consume orders", Transport: operation.TransportMessage, Kind: operation.KindCommand, Status: operation.StatusOK}
		if failed {
			op.Status = operation.StatusError
		}
		return &Emission{Operation: op, Lesson: derive.Lesson{Caller: operation.SpanID{producer}}}
	}
	l := NewLineage(time.Minute, 1000)
	for i, c := range []struct {
		e    *Emission
		want int64
	}{
		{delivery(1, 1, 7, true), 0},
		{delivery(2, 1, 7, true), 2},
		{delivery(3, 1, 7, false), 3},
		{delivery(4, 1, 7, false), 0}, // another message of a batch, or another consumer: the command was done
		{delivery(5, 1, 8, true), 0},
		{delivery(6, 2, 8, false), 0}, // another trace
		{delivery(7, 1, 9, false), 0}, // another message
	} {
		l.Join(c.e, begin)
		require.Equal(t, c.want, c.e.Operation.Attempt, "delivery %d", i+1)
	}
}

func TestLineageTellsWhatChanged(t *testing.T) {
	delivery := func(id byte, queue string) *Emission {
		return &Emission{Operation: &operation.Operation{ID: operation.ID{id}, StartTime: operation.Time(id), TraceID: operation.TraceID{id}, SpanID: operation.SpanID{id},
			Name: "consume " + queue, Target: queue, Transport: operation.TransportMessage, MessageID: "m", Kind: operation.KindCommand, Status: operation.StatusError}}
	}
	l := NewLineage(time.Minute, 1000)
	require.Empty(t, l.Join(delivery(3, "orders"), begin))
	require.Equal(t, []Attempt{{operation.TraceID{3}, operation.SpanID{3}}}, l.Join(delivery(2, "orders"), begin), "it was not the first")
	require.Equal(t, []Attempt{{operation.TraceID{3}, operation.SpanID{3}}}, l.Join(delivery(4, "orders.dlq"), begin), "it was the last")
	require.Empty(t, l.Join(delivery(4, "orders.dlq"), begin), "once is enough")
	again := delivery(3, "orders")
	require.Empty(t, l.Join(again, begin))
	require.EqualValues(t, 2, again.Operation.Attempt)
	require.True(t, again.Operation.DeadLettered)
	require.Equal(t, operation.ID{2}, again.Operation.RetryOf)
}

func TestAttemptsAreBounded(t *testing.T) {
	l := NewLineage(time.Minute, 1000)
	for i := range 10 * maxAttempts {
		op := &operation.Operation{ID: operation.ID{byte(i >> 8), byte(i)}, StartTime: operation.Time(i), Kind: operation.KindCommand, MessageID: "m"}
		l.Join(&Emission{Operation: op}, begin)
		require.Equal(t, i < maxAttempts, op.Attempt > 0)
	}
}

func TestLineageForgets(t *testing.T) {
	l := NewLineage(time.Minute, 1000)
	op := func(i int) *operation.Operation {
		return &operation.Operation{ID: operation.ID{1, byte(i >> 8), byte(i)}, Kind: operation.KindCommand, MessageID: strconv.Itoa(i % 10_000)}
	}
	now := begin
	first := op(1)
	l.Join(&Emission{Operation: first}, now)
	again := op(10_001)
	l.Join(&Emission{Operation: again}, now.Add(3*time.Minute))
	require.EqualValues(t, 2, again.Attempt, "nothing else came, so nothing had to be forgotten before now")
	l.Join(&Emission{Operation: op(2)}, now.Add(6*time.Minute))
	l.Join(&Emission{Operation: op(3)}, now.Add(9*time.Minute))
	third := op(20_001)
	l.Join(&Emission{Operation: third}, now.Add(9*time.Minute))
	require.EqualValues(t, 1, third.Attempt)
	for i := range 10_000 {
		l.Join(&Emission{Operation: op(i)}, now.Add(9*time.Minute))
		require.LessOrEqual(t, len(l.young)+len(l.old), 1000)
	}
}
