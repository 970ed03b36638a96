//go:build unix && cgo && !noduckdb

package embedded

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/store/storetest"
)

const batch = 10_000

// processor is the time that this process has used of it: on a busy machine the clock says little.
func processor(t testing.TB) time.Duration {
	var u unix.Rusage
	require.NoError(t, unix.Getrusage(unix.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// batches are n batches of operations that start one after the other within a day.
func batches(start operation.Time, n int) [][]*operation.Operation {
	out := make([][]*operation.Operation, n)
	step := storetest.Day / operation.Time(n)
	for i := range out {
		out[i] = storetest.NewGenerator(uint64(i), start+operation.Time(i)*step, step).Operations(batch)
	}
	return out
}

func BenchmarkWriteOperations(b *testing.B) {
	s := openBench(b)
	benchmarkWrite(b, s, s.WriteOperations, func(gen *storetest.Generator) []*operation.Operation { return gen.Operations(batch) })
}

func BenchmarkWriteSpans(b *testing.B) {
	s := openBench(b)
	benchmarkWrite(b, s, s.WriteSpans, func(gen *storetest.Generator) []*operation.Span {
		var out []*operation.Span
		for _, op := range gen.Operations(batch / 10) {
			out = append(out, gen.Spans(op, 10)...)
		}
		return out
	})
}

func openBench(b *testing.B) *embedded {
	cfg := testConfig(b.TempDir())
	cfg.MemoryLimit = DefaultConfig().MemoryLimit
	return openTest(b, cfg, time.Now)
}

// benchmarkWrite writes batches that each reach over two minutes, the next one minute later.
func benchmarkWrite[T any](b *testing.B, s *embedded, write func(context.Context, []*T) error, records func(*storetest.Generator) []*T) {
	start := operation.TimeOf(time.Now()) / storetest.Day * storetest.Day
	rows := 0
	var worst, used time.Duration
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		b.StopTimer()
		some := records(storetest.NewGenerator(uint64(i), start+operation.Time(i)*operation.Time(time.Minute), operation.Time(2*time.Minute)))
		b.StartTimer()
		before, cpu := time.Now(), processor(b)
		require.NoError(b, write(context.Background(), some))
		worst, used = max(worst, time.Since(before)), used+processor(b)-cpu
		rows += len(some)
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(rows)/used.Seconds(), "rows/cpu-s")
	b.ReportMetric(float64(worst.Milliseconds()), "worst-ms")
	require.NoError(b, s.segments.checkpointAll(context.Background()))
	bytes, err := s.dir.bytes()
	require.NoError(b, err)
	b.ReportMetric(float64(bytes)/float64(rows), "disk-B/row")
}

func BenchmarkRead(b *testing.B) {
	s := openBench(b)
	start := operation.TimeOf(time.Now())/storetest.Day*storetest.Day - storetest.Day
	var some *operation.Operation
	for i, ops := range batches(start, 50) {
		require.NoError(b, s.WriteOperations(context.Background(), ops))
		if i == 20 {
			some = ops[77]
		}
	}
	ctx := context.Background()
	hour := store.Range{From: start + storetest.Day/2, To: start + storetest.Day/2 + storetest.Day/24}
	whole := store.Range{From: start, To: start + storetest.Day}
	is := func(name string, value any) query.Expr {
		return query.Compare{Field: query.Field{Name: name}, Op: query.Eq, Value: value}
	}
	attr := query.Compare{Field: query.Field{Name: "attributes", Type: operation.TypeMap, Key: "shop.cart.total"}, Op: query.Eq, Value: some.Attributes["shop.cart.total"]}
	for name, run := range map[string]func() error{
		"list of an hour":     func() error { _, err := s.Operations(ctx, store.OperationQuery{Range: hour, Limit: 50}); return err },
		"list of a day":       func() error { _, err := s.Operations(ctx, store.OperationQuery{Range: whole, Limit: 50}); return err },
		"list of a day, 1000": func() error { _, err := s.Operations(ctx, store.OperationQuery{Range: whole, Limit: 1000}); return err },
		"list of everything":  func() error { _, err := s.Operations(ctx, store.OperationQuery{Limit: 50}); return err },
		"errors of a service, 1 h": func() error {
			_, err := s.Operations(ctx, store.OperationQuery{Range: hour, Limit: 50, Filter: query.And{Terms: []query.Expr{is("status", "error"), is("service_name", "service-01")}}})
			return err
		},
		"user of a day": func() error {
			_, err := s.Operations(ctx, store.OperationQuery{Range: whole, Limit: 50, Filter: is("user_id", some.UserID)})
			return err
		},
		"request of a day": func() error {
			_, err := s.Operations(ctx, store.OperationQuery{Range: whole, Limit: 50, Filter: is("request_id", some.RequestID)})
			return err
		},
		"attribute, hour": func() error {
			_, err := s.Operations(ctx, store.OperationQuery{Range: hour, Limit: 50, Filter: attr})
			return err
		},
		"attribute, day": func() error {
			_, err := s.Operations(ctx, store.OperationQuery{Range: whole, Limit: 50, Filter: attr})
			return err
		},
		"text, hour": func() error {
			_, err := s.Operations(ctx, store.OperationQuery{Range: hour, Limit: 50, Filter: query.Text{Words: "no such words"}})
			return err
		},
		"text, day": func() error {
			_, err := s.Operations(ctx, store.OperationQuery{Range: whole, Limit: 50, Filter: query.Text{Words: "no such words"}})
			return err
		},
		"by id": func() error { _, err := s.Operation(ctx, some.ID); return err },
		"by trace": func() error {
			_, err := s.TraceOperations(ctx, store.TraceQuery{TraceID: some.TraceID, Limit: 1000})
			return err
		},
		"services of a day": func() error { _, err := s.Services(ctx, whole); return err },
		"stats":             func() error { _, err := s.Stats(ctx); return err },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			cpu := processor(b)
			for b.Loop() {
				require.NoError(b, run())
			}
			b.ReportMetric(float64((processor(b)-cpu).Microseconds())/1e3/float64(b.N), "cpu-ms/op")
		})
	}
}

// BenchmarkFilters makes the filters of one slot again and again.
func BenchmarkFilters(b *testing.B) {
	s := openBench(b)
	start := operation.TimeOf(time.Now())/storetest.Day*storetest.Day - storetest.Day
	ops := storetest.NewGenerator(1, start, slotLength).Operations(batch)
	require.NoError(b, s.WriteOperations(context.Background(), ops))
	require.NoError(b, s.segments.checkpointAll(context.Background()))
	seg := s.segments.known()[0]
	b.ReportAllocs()
	cpu := processor(b)
	for b.Loop() {
		_, err := s.blocksOf(context.Background(), seg, slotOf(start))
		require.NoError(b, err)
	}
	b.ReportMetric(float64((processor(b)-cpu).Nanoseconds())/float64(b.N*batch), "cpu-ns/row")
}
