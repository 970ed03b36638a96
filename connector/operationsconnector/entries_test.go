package operationsconnector

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.uber.org/zap"
	logtest "go.uber.org/zap/zaptest/observer"
)

// loop is a long span with turns of a loop under it, all of one process and with flags that say so.
func loop() ptrace.Traces {
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	rs.Resource().Attributes().PutStr("service.name", "mailer")
	spans := rs.ScopeSpans().AppendEmpty().Spans()
	add := func(id, parent byte, name string) ptrace.Span {
		s := spans.AppendEmpty()
		s.SetTraceID(pcommon.TraceID{0: 9, 15: 1})
		s.SetSpanID(pcommon.SpanID{7: id})
		if parent != 0 {
			s.SetParentSpanID(pcommon.SpanID{7: parent})
		}
		s.SetName(name)
		s.SetKind(ptrace.SpanKindInternal)
		s.SetFlags(0x101)
		s.SetStartTimestamp(pcommon.NewTimestampFromTime(time.Unix(1_700_000_000+int64(id), 0)))
		s.SetEndTimestamp(s.StartTimestamp() + 1_000_000)
		return s
	}
	add(1, 0, "worker loop")
	add(2, 1, "send mails").Attributes().PutInt("batch", 7)
	add(3, 2, "render")
	add(4, 1, "send mails")
	return td
}

func TestEntriesBeginOperations(t *testing.T) {
	cfg := defaultConfig()
	cfg.Entries = []string{`name == "send mails" and kind == SPAN_KIND_INTERNAL`}
	r := newRig(t, cfg, nil)
	require.NoError(t, r.send(loop()))
	r.shutdown()
	spans, names := map[string]int64{}, []string{}
	for _, op := range r.records() {
		spans[op.Name] += op.SpanCount
		names = append(names, op.Name)
		if op.Name == "send mails" {
			require.False(t, op.ParentOperationID.IsZero())
		}
	}
	require.ElementsMatch(t, []string{"worker loop", "send mails", "send mails"}, names)
	require.Equal(t, map[string]int64{"worker loop": 1, "send mails": 3}, spans)
}

func TestEntriesThatCannotBeDecided(t *testing.T) {
	zapCore, logs := logtest.New(zap.WarnLevel)
	e, err := newEntries(component.TelemetrySettings{Logger: zap.New(zapCore)}, []string{`IsMatch(attributes["batch"], name) or Len(attributes["batch"]) > 1`})
	require.NoError(t, err)
	td := loop()
	rs := td.ResourceSpans().At(0)
	for range 2 {
		for _, s := range rs.ScopeSpans().At(0).Spans().All() {
			require.False(t, e.match(t.Context(), rs, rs.ScopeSpans().At(0), s))
		}
	}
	require.Equal(t, 1, logs.Len())
}
