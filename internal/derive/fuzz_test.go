package derive

import (
	"path/filepath"
	"testing"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/golden"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/operation"
)

// FuzzTraces holds that no OTLP message makes the derivation panic, loop, or depend on the order of spans.
func FuzzTraces(f *testing.F) {
	inputs, err := filepath.Glob(filepath.Join("testdata", "operations", "*.yaml"))
	require.NoError(f, err)
	marshaler := ptrace.ProtoMarshaler{}
	for _, input := range inputs {
		td, err := golden.ReadTraces(input)
		require.NoError(f, err)
		if td.SpanCount() > 20 {
			continue
		}
		data, err := marshaler.MarshalTraces(td)
		require.NoError(f, err)
		f.Add(data)
	}
	d := newDeriver(f)
	unmarshaler := ptrace.ProtoUnmarshaler{}
	f.Fuzz(func(t *testing.T, data []byte) {
		td, err := unmarshaler.UnmarshalTraces(data)
		if err != nil {
			return
		}
		g := groupOf(d, td)
		op := d.Operation(g)
		if op == nil {
			return
		}
		for i := range g.Spans {
			assert.Positive(t, g.Spans[i].Size())
			EntryGivenParent(&g.Spans[i], &g.Spans[0])
		}
		assert.GreaterOrEqual(t, op.Duration, operation.Duration(0))
		assert.EqualValues(t, len(g.Spans), op.SpanCount)
		if distinct(g.Spans) {
			for i, j := 0, len(g.Spans)-1; i < j; i, j = i+1, j-1 {
				g.Spans[i], g.Spans[j] = g.Spans[j], g.Spans[i]
			}
			assert.Equal(t, op, d.Operation(g))
		}
	})
}

func distinct(spans []Span) bool {
	seen := map[[8]byte]bool{}
	for i := range spans {
		if seen[spans[i].ID] {
			return false
		}
		seen[spans[i].ID] = true
	}
	return true
}

func FuzzLogs(f *testing.F) {
	logs := plog.NewLogs()
	record := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	record.SetTraceID([16]byte{1})
	record.SetSpanID([8]byte{1})
	record.Attributes().PutStr("exception.type", "E")
	data, err := (&plog.ProtoMarshaler{}).MarshalLogs(logs)
	require.NoError(f, err)
	f.Add(data)
	d := newDeriver(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		logs, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(data)
		if err != nil {
			return
		}
		for _, rl := range logs.ResourceLogs().All() {
			for _, sl := range rl.ScopeLogs().All() {
				for _, record := range sl.LogRecords().All() {
					if e, ok := d.Exception(d.Resource(rl.Resource()), record); ok {
						assert.Positive(t, e.Size())
					}
				}
			}
		}
	})
}
