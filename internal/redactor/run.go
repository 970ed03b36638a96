package redactor

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// Texts redacts texts as bodies of log records, and returns as many.
func (r *Redactor) Texts(ctx context.Context, texts []string) ([]string, error) {
	ld := plog.NewLogs()
	records := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	for _, text := range texts {
		records.AppendEmpty().Body().SetStr(text)
	}
	if err := r.logs.ConsumeLogs(ctx, ld); err != nil {
		return nil, fmt.Errorf("redact text: %w", err)
	}
	out := make([]string, 0, len(texts))
	for _, record := range r.gotLogs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
		out = append(out, record.Body().AsString())
	}
	return out, nil
}

// ErrNotOTLP says that a document is not OTLP JSON.
var ErrNotOTLP = errors.New("not OTLP JSON: it has none of resourceSpans, resourceLogs, resourceMetrics")

// OTLP redacts an OTLP JSON document of one signal. before is the document as it is written back without redaction.
func (r *Redactor) OTLP(ctx context.Context, document []byte) (before, after []byte, err error) {
	var has map[string]json.RawMessage
	if err := json.Unmarshal(document, &has); err != nil {
		return nil, nil, fmt.Errorf("read OTLP JSON: %w", err)
	}
	switch {
	case has["resourceSpans"] != nil:
		before, after, err = r.otlpTraces(ctx, document)
	case has["resourceLogs"] != nil:
		before, after, err = r.otlpLogs(ctx, document)
	case has["resourceMetrics"] != nil:
		before, after, err = r.otlpMetrics(ctx, document)
	default:
		return nil, nil, ErrNotOTLP
	}
	if err != nil {
		return nil, nil, fmt.Errorf("redact OTLP JSON: %w", err)
	}
	return before, after, nil
}

func (r *Redactor) otlpTraces(ctx context.Context, document []byte) (before, after []byte, err error) {
	td, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(document)
	if err != nil {
		return nil, nil, err
	}
	var m ptrace.JSONMarshaler
	if before, err = m.MarshalTraces(td); err != nil {
		return nil, nil, err
	}
	if err = r.traces.ConsumeTraces(ctx, td); err != nil {
		return nil, nil, err
	}
	after, err = m.MarshalTraces(r.gotTraces)
	return before, after, err
}

func (r *Redactor) otlpLogs(ctx context.Context, document []byte) (before, after []byte, err error) {
	ld, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs(document)
	if err != nil {
		return nil, nil, err
	}
	var m plog.JSONMarshaler
	if before, err = m.MarshalLogs(ld); err != nil {
		return nil, nil, err
	}
	if err = r.logs.ConsumeLogs(ctx, ld); err != nil {
		return nil, nil, err
	}
	after, err = m.MarshalLogs(r.gotLogs)
	return before, after, err
}

func (r *Redactor) otlpMetrics(ctx context.Context, document []byte) (before, after []byte, err error) {
	md, err := (&pmetric.JSONUnmarshaler{}).UnmarshalMetrics(document)
	if err != nil {
		return nil, nil, err
	}
	var m pmetric.JSONMarshaler
	if before, err = m.MarshalMetrics(md); err != nil {
		return nil, nil, err
	}
	if err = r.metrics.ConsumeMetrics(ctx, md); err != nil {
		return nil, nil, err
	}
	after, err = m.MarshalMetrics(r.gotMetrics)
	return before, after, err
}

// Finding is how often a rule found something in a kind of place. It holds no value.
type Finding struct {
	Rule, Action, Signal, Location string
	Count                          int64
}

// Findings sums up what was found since Open, most frequent first. They are the processor's own metric.
func (r *Redactor) Findings(ctx context.Context) ([]Finding, error) {
	var data metricdata.ResourceMetrics
	if err := r.reader.Collect(ctx, &data); err != nil {
		return nil, fmt.Errorf("read the processor's metrics: %w", err)
	}
	var out []Finding
	for _, scope := range data.ScopeMetrics {
		for _, m := range scope.Metrics {
			if sum, ok := m.Data.(metricdata.Sum[int64]); ok && strings.Contains(m.Name, "pii_redaction_findings") {
				out = append(out, findings(sum)...)
			}
		}
	}
	slices.SortFunc(out, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Signal, b.Signal), cmp.Compare(a.Location, b.Location))
	})
	return out, nil
}

func findings(sum metricdata.Sum[int64]) []Finding {
	var out []Finding
	for _, p := range sum.DataPoints {
		get := func(key string) string {
			v, _ := p.Attributes.Value(attribute.Key(key))
			return v.AsString()
		}
		out = append(out, Finding{Rule: get("rule"), Action: get("action"), Signal: get("signal"), Location: get("location"), Count: p.Value})
	}
	return out
}
