package oplog

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/opslog/opslog/internal/operation"
)

// What Traces writes, Spans reads back.
func TestTracesRoundTrip(t *testing.T) {
	shop := operation.Attributes{"service.name": "shop", "n": int64(1)}
	spans := []*operation.Span{
		{
			TraceID: operation.TraceID{1}, SpanID: operation.SpanID{2}, Name: "GET /", Kind: operation.SpanServer, Status: operation.StatusError,
			StatusMessage: "no", StartTime: 100, Duration: 50, Flags: 0x301, TraceState: "a=b", ServiceName: "shop", Scope: "http", Resource: shop,
			Attributes: operation.Attributes{"a": "x", "b": int64(2), "c": 1.5, "d": true, "e": []any{"y", int64(3)}, "f": map[string]any{"g": "z"}, "h": []byte{1}},
			Events:     []operation.Event{{Time: 120, Name: "exception", Attributes: operation.Attributes{"m": "n"}}},
			Links:      []operation.Link{{TraceID: operation.TraceID{9}, SpanID: operation.SpanID{8}, Attributes: operation.Attributes{"l": "k"}}},
		},
		{
			TraceID: operation.TraceID{1}, SpanID: operation.SpanID{3}, ParentSpanID: operation.SpanID{2}, Kind: operation.SpanUnspecified,
			Status: operation.StatusUnset, ServiceName: "shop", Scope: "sql", Resource: shop,
		},
		{
			TraceID: operation.TraceID{1}, SpanID: operation.SpanID{4}, Kind: operation.SpanClient, Status: operation.StatusOK,
			ServiceName: "pay", Resource: operation.Attributes{"service.name": "pay"},
		},
	}
	traces := Traces(spans)
	assert.Equal(t, 2, traces.ResourceSpans().Len())
	assert.Equal(t, spans, Spans(traces))
	odd := Traces([]*operation.Span{{ServiceName: "x", Attributes: operation.Attributes{"odd": struct{}{}, "even": "y"}}})
	got := Spans(odd)[0]
	assert.Equal(t, "x", got.ServiceName)
	assert.Equal(t, "y", got.Attributes["even"])
}
