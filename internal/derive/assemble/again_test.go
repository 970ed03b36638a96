package assemble

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/operation"
)

func request1(id, parent uint32, service string, kind ptrace.SpanKind, flags uint32, start, end time.Duration) sp {
	return sp{trace: 1, id: id, parent: parent, service: service, name: "GET /stock", kind: kind, flags: flags, start: start, end: end}
}

func TestAgain(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.add(request1(1, 0, "shop", server, local, 0, time.Second))
	mine := Attempt{operation.TraceID(traceID(1)), operation.SpanID(spanID(1))}
	w.shard.Again(w.now, mine)
	w.pass(w.shard.cfg.Linger + resolution)
	require.EqualValues(t, 1, w.one().Operation.Revision, "it was not published yet: nothing to do")
	w.shard.Again(w.now, mine)
	w.shard.Again(w.now, Attempt{mine.TraceID, operation.SpanID(spanID(9))})
	w.pass(w.shard.cfg.Linger + resolution)
	again := w.one()
	require.EqualValues(t, 2, again.Operation.Revision)
	require.False(t, again.Count)
	w.pass(w.shard.cfg.LateWindow)
	w.shard.Again(w.now, mine)
	w.pass(time.Minute)
	require.Empty(t, w.take(), "it was forgotten")
	w.flush()
}

// TestClockSkew holds that the caller's clock is compared whenever its span comes, and remembered.
func TestClockSkew(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.add(request1(3, 2, "stock", server, remote, -time.Second, -900*time.Millisecond))
	w.pass(w.shard.cfg.Linger + resolution)
	require.Empty(t, w.one().Operation.Findings)
	w.add(request1(1, 0, "shop", server, local, 0, 200*time.Millisecond), request1(2, 1, "shop", client, local, 50*time.Millisecond, 170*time.Millisecond))
	w.pass(w.shard.cfg.MaxWait)
	for _, op := range last(t, w.take()) {
		if op.ServiceName == "shop" {
			require.Empty(t, op.Findings)
			continue
		}
		require.Len(t, op.Findings, 1)
		require.Equal(t, "clock_skew", op.Findings[0].Kind)
		require.Contains(t, op.Findings[0].Evidence, "1.06s behind that of shop")
		require.Equal(t, operation.TimeOf(begin.Add(-time.Second)), op.StartTime, "times stay as they came")
	}
	w.flush()
}

// TestRedeliveryAfterPublishing holds that the same batch again gives no further record.
func TestRedeliveryAfterPublishing(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	batch := []sp{request1(2, 1, "shop", client, local, 0, time.Second), request1(1, 0, "shop", server, local, 0, time.Second)}
	w.add(batch...)
	w.exception(1, 1, "shop", "boom")
	w.pass(w.shard.cfg.MaxWait)
	require.True(t, w.one().Count)
	for range 3 {
		w.add(batch...)
		w.exception(1, 1, "shop", "boom")
		w.pass(w.shard.cfg.MaxWait)
	}
	require.Empty(t, w.take())
	require.EqualValues(t, 6, w.shard.Stats().Duplicates)
	w.flush()
}

// TestProvisionalThenCompleteThenLate holds that the revisions of one operation are one series under one id, of which
// one record counts.
func TestProvisionalThenCompleteThenLate(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.add(request1(2, 1, "shop", client, local, 0, time.Second))
	w.pass(w.shard.cfg.ProvisionalAfter + resolution)
	w.add(request1(1, 0, "shop", server, local, 0, time.Minute))
	w.pass(w.shard.cfg.MaxWait)
	w.add(request1(3, 1, "shop", client, local, 0, time.Second))
	w.pass(w.shard.cfg.MaxWait)
	out := w.take()
	require.Len(t, out, 3)
	for i, e := range out {
		require.Equal(t, out[0].Operation.ID, e.Operation.ID)
		require.EqualValues(t, i+1, e.Operation.Revision)
		require.Equal(t, []Reason{Running, Complete, Late}[i], e.Reason)
		require.Equal(t, i == 1, e.Count)
		require.Equal(t, i > 0, e.Operation.Complete)
	}
	w.flush()
	require.Empty(t, w.take())
}
