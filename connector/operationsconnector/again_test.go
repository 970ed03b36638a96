package operationsconnector

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/derive/assemble"
	"github.com/opslog/opslog/internal/operation"
)

// delivery is one attempt of a message, in a trace of its own.
func delivery(trace byte, at time.Time) ptrace.Traces {
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	rs.Resource().Attributes().PutStr("service.name", "mailer")
	span := rs.ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	span.SetTraceID(pcommon.TraceID{7: trace, 15: trace})
	span.SetSpanID(pcommon.SpanID{7: trace})
	span.SetKind(ptrace.SpanKindConsumer)
	span.SetName("process orders")
	span.SetFlags(0x301)
	span.SetParentSpanID(pcommon.SpanID{0: 9})
	span.SetStartTimestamp(pcommon.NewTimestampFromTime(at))
	span.SetEndTimestamp(pcommon.NewTimestampFromTime(at.Add(time.Millisecond)))
	span.Attributes().PutStr("messaging.system", "rabbitmq")
	span.Attributes().PutStr("messaging.destination.name", "orders")
	span.Attributes().PutStr("messaging.operation.type", "process")
	span.Attributes().PutStr("messaging.message.id", "m-1")
	return td
}

// TestAttemptsAreNumberedAgain sends the second attempt before the first, to different workers.
func TestAttemptsAreNumberedAgain(t *testing.T) {
	cfg := defaultConfig()
	cfg.NumShards, cfg.Linger = 4, minWait
	r := newRig(t, cfg, nil)
	attempts := func() map[operation.TraceID]int64 {
		out, revision := map[operation.TraceID]int64{}, map[operation.TraceID]int64{}
		for _, op := range r.records() {
			if op.Revision >= revision[op.TraceID] {
				out[op.TraceID], revision[op.TraceID] = op.Attempt, op.Revision
			}
		}
		return out
	}
	second, first := operation.TraceID{7: 2, 15: 2}, operation.TraceID{7: 1, 15: 1}
	require.NotEqual(t, r.traces.(*tracesToLogs).core.shardOf(first), r.traces.(*tracesToLogs).core.shardOf(second))
	require.NoError(t, r.send(delivery(2, time.Now())))
	require.Eventually(t, func() bool { return attempts()[second] == 1 }, 10*time.Second, 10*time.Millisecond)
	require.NoError(t, r.send(delivery(1, time.Now().Add(-time.Minute))))
	assert.Eventually(t, func() bool { return attempts()[first] == 1 && attempts()[second] == 2 }, 10*time.Second, 10*time.Millisecond)
	r.shutdown()
}

func TestAgainIsBounded(t *testing.T) {
	var a again
	for range 2 * mostAgain {
		a.add(assemble.Attempt{})
	}
	assert.Len(t, a.take(), mostAgain)
	assert.Empty(t, a.take())
}
