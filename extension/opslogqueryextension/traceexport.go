package opslogqueryextension

import (
	"encoding/json"
	"fmt"
	"net/http"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/extension/opslogqueryextension/internal/jaeger"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/oplog"
	"github.com/opslog/opslog/internal/store"
)

// traceFormats are how a trace can be written as a file.
var traceFormats = map[string]struct {
	kind, ending string
	encode       func(operation.TraceID, []*operation.Span) ([]byte, error)
}{
	"otlp_json": {"application/json", "otlp.json", func(_ operation.TraceID, spans []*operation.Span) ([]byte, error) {
		return (&ptrace.JSONMarshaler{}).MarshalTraces(oplog.Traces(spans))
	}},
	"otlp_proto": {"application/x-protobuf", "otlp.pb", func(_ operation.TraceID, spans []*operation.Span) ([]byte, error) {
		return (&ptrace.ProtoMarshaler{}).MarshalTraces(oplog.Traces(spans))
	}},
	"jaeger": {"application/json", "jaeger.json", func(id operation.TraceID, spans []*operation.Span) ([]byte, error) {
		return json.Marshal(map[string]any{"data": []jaeger.Trace{jaeger.TraceOf(id, spans)}})
	}},
}

// exportTrace answers a trace as a file that other tools read.
func (h *apiHandler) exportTrace(w http.ResponseWriter, r *http.Request) error {
	p := newParameters(r, h.time())
	q := store.TraceQuery{TraceID: p.traceID(), Range: p.timeRange("", ""), Limit: maxSpanLimit}
	format := traceFormats[orElse(p.oneOf("format", "otlp_json", "otlp_proto", "jaeger"), "otlp_json")]
	if err := p.done(); err != nil {
		return err
	}
	t, err := h.readTrace(r.Context(), q)
	if err != nil {
		return err
	}
	content, err := format.encode(t.id, t.tree.Spans)
	if err != nil {
		return fmt.Errorf("encode the trace: %w", err)
	}
	w.Header().Set("Content-Type", format.kind)
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s.%s"`, t.id, format.ending))
	_, _ = w.Write(content) // the caller is gone when this fails
	return nil
}
