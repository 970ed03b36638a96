package alert

import (
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// BenchmarkObserve counts operations of 5,000 series, 3 % of them errors, under the default rules.
func BenchmarkObserve(b *testing.B) {
	const batch = 1000
	cfg := DefaultConfig()
	cfg.LearningPeriod = 0
	e, err := New(cfg, begin)
	if err != nil {
		b.Fatal(err)
	}
	ops := make([]*operation.Operation, 5*batch)
	for i := range ops {
		op := &operation.Operation{
			Revision: 1, Complete: true, Duration: time.Millisecond, ServiceName: fmt.Sprintf("service-%d", i%50), Environment: "prod",
			Name: fmt.Sprintf("GET /things/%d", i/50), Status: operation.StatusOK,
		}
		if i%33 == 0 {
			op.Status, op.ErrorFingerprint, op.ErrorType = operation.StatusError, fmt.Sprintf("fp1:%d", i%500), "Timeout"
		}
		ops[i] = op
	}
	b.ReportAllocs()
	now, id := begin, uint64(0)
	for i := 0; b.Loop(); i++ {
		part := ops[i%5*batch:][:batch]
		now += operation.Time(10 * time.Millisecond)
		for _, op := range part {
			id++
			binary.BigEndian.PutUint64(op.ID[:], id)
			op.StartTime = now
		}
		e.Observe(part, now)
		e.Changes()
	}
	b.ReportMetric(float64(b.N*batch)/b.Elapsed().Seconds(), "operations/s")
}

// BenchmarkEvaluate evaluates 5,000 series.
func BenchmarkEvaluate(b *testing.B) {
	cfg := DefaultConfig()
	e, err := New(cfg, begin)
	if err != nil {
		b.Fatal(err)
	}
	now := begin
	for i := range 5000 {
		e.Observe([]*operation.Operation{{Revision: 1, Complete: true, StartTime: now, ServiceName: "s", Name: fmt.Sprint(i), Status: operation.StatusOK}}, now)
	}
	b.ReportAllocs()
	for b.Loop() {
		now += operation.Time(10 * time.Second)
		e.Evaluate(now)
	}
}
