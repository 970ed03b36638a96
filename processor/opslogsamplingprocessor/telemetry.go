package opslogsamplingprocessor

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/opslog/opslog/internal/sampling"
)

var decisions = [sampling.Decisions]metric.MeasurementOption{
	sampling.Dropped: decision("dropped"), sampling.Share: decision("share"), sampling.Failed: decision("error"), sampling.Slow: decision("slow"),
}

func decision(name string) metric.MeasurementOption {
	return metric.WithAttributeSet(attribute.NewSet(attribute.String("decision", name)))
}

// observe registers what is read when the metrics are.
func (s *sampler) observe() error {
	t := s.telemetry
	return errors.Join(
		t.RegisterProcessorOpslogSamplingEarlyTracesCallback(s.one(func(st *sampling.Stats) int64 { return st.Early })),
		t.RegisterProcessorOpslogSamplingHeldBytesCallback(s.one(func(st *sampling.Stats) int64 { return st.Bytes })),
		t.RegisterProcessorOpslogSamplingHeldSpansCallback(s.one(func(st *sampling.Stats) int64 { return st.Waiting })),
		t.RegisterProcessorOpslogSamplingLateSpansCallback(s.one(func(st *sampling.Stats) int64 { return st.Late })),
		t.RegisterProcessorOpslogSamplingSpansCallback(s.each(func(st *sampling.Stats) *[sampling.Decisions]int64 { return &st.Spans })),
		t.RegisterProcessorOpslogSamplingTracesCallback(s.each(func(st *sampling.Stats) *[sampling.Decisions]int64 { return &st.Traces })),
	)
}

func (s *sampler) one(value func(*sampling.Stats) int64) metric.Int64Callback {
	return func(_ context.Context, o metric.Int64Observer) error {
		st := s.sampling.Stats()
		o.Observe(value(&st))
		return nil
	}
}

func (s *sampler) each(values func(*sampling.Stats) *[sampling.Decisions]int64) metric.Int64Callback {
	return func(_ context.Context, o metric.Int64Observer) error {
		st := s.sampling.Stats()
		for d, n := range values(&st) {
			o.Observe(n, decisions[d])
		}
		return nil
	}
}
