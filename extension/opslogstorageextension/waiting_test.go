package opslogstorageextension

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
	pdatareq "go.opentelemetry.io/collector/pdata/xpdata/request"

	"github.com/opslog/opslog/internal/erasure"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/oplog"
	"github.com/opslog/opslog/internal/spool"
	"github.com/opslog/opslog/internal/store"
)

const canary = "canary-7f3a91"

var (
	theirTrace = operation.TraceID{1}
	someTrace  = operation.TraceID{2}
	looseTrace = operation.TraceID{3}
)

func userMatch() *erasure.Match {
	return erasure.NewMatch(store.Subject{Kind: store.SubjectUser, Values: []string{canary}})
}

func subjectMatch() *erasure.Match {
	return erasure.NewMatch(store.Subject{Kind: store.SubjectAny, Values: []string{canary}})
}

// waitingSpans has spans of each of the traces, of which the first says whose it is.
func waitingSpans(traces ...operation.TraceID) ptrace.Traces {
	td := ptrace.NewTraces()
	for _, id := range traces {
		s := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
		s.SetTraceID(pcommon.TraceID(id))
		s.SetSpanID(pcommon.SpanID{id[0]})
		s.SetName("GET /")
		if id == theirTrace {
			s.Attributes().PutStr("enduser.id", canary)
		}
	}
	return td
}

func waitingLogs(body string, traces ...operation.TraceID) plog.Logs {
	ld := plog.NewLogs()
	for _, id := range traces {
		r := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
		r.SetTraceID(pcommon.TraceID(id))
		r.Body().SetStr(body)
	}
	return ld
}

func waitingOperation(user string) plog.Logs {
	at := operation.Time(1)
	return oplog.Encode([]*operation.Operation{{
		ID: operation.NewID(at, theirTrace, operation.SpanID{1}), TraceID: theirTrace, SpanID: operation.SpanID{1}, StartTime: at, Revision: 1, Name: "GET /", UserID: user,
	}})
}

func encodedTraces(t *testing.T, td ptrace.Traces) []byte {
	t.Helper()
	data, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
	require.NoError(t, err)
	return data
}

func encodedLogs(t *testing.T, ld plog.Logs) []byte {
	t.Helper()
	data, err := (&plog.ProtoMarshaler{}).MarshalLogs(ld)
	require.NoError(t, err)
	return data
}

// What waits in a queue is changed in the form that it has; what cannot be read goes when it names the subject.
func TestQueuesAreErased(t *testing.T) {
	withContext, err := pdatareq.MarshalTraces(context.Background(), waitingSpans(theirTrace, someTrace))
	require.NoError(t, err)
	withoutTheirs, err := pdatareq.MarshalTraces(context.Background(), waitingSpans(someTrace))
	require.NoError(t, err)
	logsWithContext, err := pdatareq.MarshalLogs(context.Background(), waitingLogs("x", theirTrace, someTrace))
	require.NoError(t, err)
	logsWithoutTheirs, err := pdatareq.MarshalLogs(context.Background(), waitingLogs("x", someTrace))
	require.NoError(t, err)
	const traces, logs = "exporter_opslog__traces", "exporter_opslog__logs"
	others := encodedTraces(t, waitingSpans(someTrace))
	cut := encodedTraces(t, waitingSpans(theirTrace))
	for name, c := range map[string]struct {
		queue, key string
		value      []byte
		want       []byte // nil goes
	}{
		"others":                 {traces, "1", others, others},
		"theirs alone":           {traces, "1", encodedTraces(t, waitingSpans(theirTrace)), nil},
		"with a context":         {traces, "12", withContext, withoutTheirs},
		"log records":            {logs, "1", encodedLogs(t, waitingLogs("x", someTrace, theirTrace)), encodedLogs(t, waitingLogs("x", someTrace))},
		"logs with a context":    {logs, "1", logsWithContext, logsWithoutTheirs},
		"an operation":           {logs, "1", encodedLogs(t, waitingOperation(canary)), nil},
		"numbers":                {traces, "ri", []byte{1, 2, 3}, []byte{1, 2, 3}},
		"cut off, theirs":        {traces, "1", cut[:len(cut)-1], nil},
		"cut off, of others":     {traces, "1", others[:len(others)-1], others[:len(others)-1]},
		"another signal, theirs": {"exporter_otlp__metrics", "1", []byte(" " + canary + " "), nil},
		"another signal":         {"exporter_otlp__metrics", "1", []byte("metrics"), []byte("metrics")},
		"another component":      {"receiver_filelog__", "knownFiles", []byte(`"` + canary + `"`), nil},
	} {
		t.Run(name, func(t *testing.T) {
			m := userMatch()
			m.Learn(theirTrace)
			w := &subjectEraser{Match: m}
			got, err := w.queue(c.queue, c.key, c.value)
			require.NoError(t, err)
			assert.Equal(t, c.want, got)
			look := &subjectEraser{Match: m, look: true}
			same, err := look.queue(c.queue, c.key, c.value)
			require.NoError(t, err)
			assert.Equal(t, c.value, same)
			assert.Equal(t, c.want == nil || len(c.want) != len(c.value), look.sum.Queue == 1, "it is counted")
		})
	}
}

// Traces are learned where somebody is named, and then everything of them goes.
func TestTracesAreLearnedFromWhatWaits(t *testing.T) {
	m := userMatch()
	w := &subjectEraser{Match: m, look: true}
	_, err := w.queue("exporter_opslog__logs", "7", encodedLogs(t, waitingOperation(canary)))
	require.NoError(t, err)
	assert.True(t, m.Trace(theirTrace))
	w.look = false
	got, err := w.journal("traces_opslog_journal", encodedTraces(t, waitingSpans(theirTrace, someTrace)))
	require.NoError(t, err)
	assert.Equal(t, encodedTraces(t, waitingSpans(someTrace)), got)
}

func TestJournalsAreErased(t *testing.T) {
	w := &subjectEraser{Match: subjectMatch()}
	for _, c := range []struct {
		journal    string
		data, want []byte
	}{
		{"logs_opslog_journal", encodedLogs(t, waitingLogs("said "+canary+".", looseTrace)), nil},
		{"logs_opslog_journal", encodedLogs(t, waitingLogs("said "+canary+"x", someTrace)), encodedLogs(t, waitingLogs("said "+canary+"x", someTrace))},
		{"traces_opslog_journal/2", []byte("no request"), []byte("no request")},
		{"traces_opslog_journal/2", []byte("no request of " + canary), nil},
	} {
		got, err := w.journal(c.journal, c.data)
		require.NoError(t, err)
		assert.Equal(t, c.want, got)
	}
	assert.Equal(t, 2, w.sum.Journal)
}

func TestDeadLettersAreErased(t *testing.T) {
	letter := func(record string, data any, complaint string) spool.Letter {
		text, err := json.Marshal(data)
		require.NoError(t, err)
		return spool.Letter{Time: time.Unix(1, 0), Record: record, Data: text, Error: complaint}
	}
	theirs := []spool.Letter{
		letter("operation", operation.Operation{TraceID: looseTrace, UserID: canary}, "no"),
		letter("span", operation.Span{TraceID: someTrace, Attributes: operation.Attributes{"user.id": canary}}, "no"),
		letter("log_record", operation.LogRecord{TraceID: theirTrace}, "no"),
		letter("operation", operation.Operation{}, "constraint: "+canary+" is too long"),
		letter("span", "of "+canary+", and no span", "no"),
	}
	others := []spool.Letter{
		letter("operation", operation.Operation{UserID: "somebody", RequestBody: canary}, "no"),
		letter("edge", map[string]string{"service_name": "shop"}, "no"),
	}
	for _, look := range []bool{true, false} {
		m := userMatch()
		m.Learn(theirTrace)
		w := &subjectEraser{Match: m, look: look}
		for i, l := range theirs {
			assert.Equal(t, look, w.letterStays(l), i)
		}
		for i, l := range others {
			assert.True(t, w.letterStays(l), i)
		}
		assert.Equal(t, len(theirs), w.sum.DeadLetters)
		assert.True(t, m.Trace(looseTrace) && m.Trace(someTrace))
	}
}

func TestDamagedFilesGoWhenTheyNameTheSubject(t *testing.T) {
	m := userMatch()
	m.Learn(theirTrace)
	w := &subjectEraser{Match: m}
	for text, goes := range map[string]bool{
		"\x00\x01" + canary + "\xff": true, canary + "x": false, "trace " + theirTrace.String(): true, "raw " + string(theirTrace[:]): true, "": false,
	} {
		assert.Equal(t, goes, w.damaged([]byte(text)), "%q", text)
	}
}

// FuzzWaiting: whatever waits, looking into it ends, and what stays can be read again.
func FuzzWaiting(f *testing.F) {
	encode := &ptrace.ProtoMarshaler{}
	spans, err := encode.MarshalTraces(waitingSpans(theirTrace, someTrace))
	require.NoError(f, err)
	logs, err := (&plog.ProtoMarshaler{}).MarshalLogs(waitingOperation(canary))
	require.NoError(f, err)
	old, err := pdatareq.MarshalTraces(context.Background(), waitingSpans(theirTrace, someTrace))
	require.NoError(f, err)
	for _, seed := range [][]byte{spans, logs, old, []byte(canary)} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, data []byte, traces bool) {
		queue := "exporter_opslog__logs"
		if traces {
			queue = "exporter_opslog__traces"
		}
		w := &subjectEraser{Match: subjectMatch()}
		once, err := w.queue(queue, "1", data)
		require.NoError(t, err)
		again, err := w.queue(queue, "1", once)
		require.NoError(t, err)
		assert.Equal(t, once, again, "a second time changes nothing")
	})
}
