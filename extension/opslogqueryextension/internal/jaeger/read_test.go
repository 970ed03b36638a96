package jaeger

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
)

// decode reads JSON as the import does: numbers keep their digits.
func decode(t testing.TB, text []byte) (out Trace) {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	require.NoError(t, dec.Decode(&out))
	return out
}

func TestWhatIsWrittenReadsTheSame(t *testing.T) {
	trace := operation.TraceID{1}
	spans := []*operation.Span{
		{TraceID: trace, SpanID: operation.SpanID{1}, Name: "GET /", Kind: operation.SpanServer, StartTime: 5_000, Duration: time.Millisecond, Status: operation.StatusError,
			StatusMessage: "broken", ServiceName: "shop", Scope: "lib", Resource: operation.Attributes{"service.name": "shop", "host.name": "h"},
			Attributes: operation.Attributes{"big": int64(1<<62 + 1), "share": 0.5, "yes": true, "text": "x", "bytes": []byte{1, 2}},
			Events:     []operation.Event{{Time: 6_000, Name: "exception", Attributes: operation.Attributes{"exception.type": "T"}}}},
		{TraceID: trace, SpanID: operation.SpanID{2}, ParentSpanID: operation.SpanID{1}, Kind: operation.SpanUnspecified, Status: operation.StatusOK, ServiceName: "shop",
			Resource: operation.Attributes{"service.name": "shop"}, Attributes: operation.Attributes{}, Links: []operation.Link{{TraceID: operation.TraceID{9}, SpanID: operation.SpanID{9}}}},
	}
	text, err := json.Marshal(TraceOf(trace, spans))
	require.NoError(t, err)
	got, err := SpansOf(decode(t, text))
	require.NoError(t, err)
	assert.Equal(t, spans, got)
}

func TestJaegersOwnWays(t *testing.T) {
	got, err := SpansOf(decode(t, []byte(`{"traceID":"1f","spans":[{"traceID":"1f","spanID":"a","startTime":1,"duration":2,"processID":"none",
		"tags":[{"key":"error","type":"bool","value":true},{"key":"n","type":"int64","value":"no number"}]}]}`)))
	require.NoError(t, err)
	assert.Equal(t, operation.TraceID{15: 0x1f}, got[0].TraceID)
	assert.Equal(t, operation.SpanID{7: 0xa}, got[0].SpanID)
	assert.Equal(t, operation.StatusError, got[0].Status)
	assert.Equal(t, "no number", got[0].Attributes["n"])
	for _, text := range []string{
		`{"spans":[{"traceID":"","spanID":"a"}]}`, `{"spans":[{"traceID":"1","spanID":"zz"}]}`, `{"spans":[{"traceID":"1","spanID":"1","startTime":-1}]}`,
		`{"spans":[{"traceID":"1","spanID":"1","references":[{"refType":"CHILD_OF","traceID":"1","spanID":""}]}]}`,
	} {
		_, err := SpansOf(decode(t, []byte(text)))
		assert.Error(t, err, text)
	}
}

func FuzzSpansOf(f *testing.F) {
	f.Add([]byte(`{"traceID":"1f","spans":[{"traceID":"1f","spanID":"a","startTime":1,"duration":2,"tags":[{"key":"k","type":"binary","value":"AQ=="}]}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var trace Trace
		if json.Unmarshal(text, &trace) != nil {
			return
		}
		if spans, err := SpansOf(trace); err == nil && len(spans) != len(trace.Spans) {
			t.Fatalf("%d spans of %d", len(spans), len(trace.Spans))
		}
	})
}
