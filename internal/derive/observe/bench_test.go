package observe

import (
	"encoding/binary"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/opslog/opslog/internal/derive/assemble"
	"github.com/opslog/opslog/internal/operation"
)

// BenchmarkObserve is what observing one operation of ten spans costs, the graph and the checks apart.
func BenchmarkObserve(b *testing.B) {
	w := newWorld(b, testConfig())
	var ops []assemble.Emission
	w.shard = assemble.New(assemble.DefaultConfig(), w.deriver, w.at, func(e assemble.Emission) {
		e.Spans = append(e.Spans[:0:0], e.Spans...)
		for i := range e.Spans {
			if e.Entry != nil && e.Spans[i].ID == e.Entry.ID {
				e.Entry = &e.Spans[i]
			}
		}
		ops = append(ops, e)
	})
	for n := range 1000 {
		for _, s := range many(8, span{service: "shop", parent: 1, kind: internal, name: "price of item", start: 5, end: 45, resource: identity}) {
			w.sendAs(pcommon.TraceID{0: 3, 14: byte(n >> 8), 15: byte(n)}, s)
		}
	}
	w.shard.Flush(w.at)
	for name, observe := range map[string]func(now operation.Time, e *assemble.Emission){
		"graph":  func(now operation.Time, e *assemble.Emission) { w.graph.Operation(now, e.Operation, e.Entry, e.Spans) },
		"checks": func(now operation.Time, e *assemble.Emission) { w.checks.Operation(now, e.Operation, e.Entry, e.Spans) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			now, before, n := operation.TimeOf(epoch), cpu(), 0
			for i := 0; b.Loop(); i++ {
				observe(now, &ops[i%len(ops)])
				n++
				if i%1000 == 999 {
					now += operation.Time(2 * time.Minute)
					w.graph.Expire(now, false)
					w.checks.Expire(now, false)
				}
			}
			b.ReportMetric(float64(cpu()-before)/float64(n), "cpu-ns/op")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// cpu is the time that this process spent on processors.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkWaitingCalls is what noting a call costs, and what the heap holds for each as long as it waits for its other
// side: operations of three calls, of a hundred names.
func BenchmarkWaitingCalls(b *testing.B) {
	cfg := testConfig()
	cfg.MaxPending = 50_000
	w := newWorld(b, cfg)
	var e assemble.Emission
	w.shard = assemble.New(assemble.DefaultConfig(), w.deriver, w.at, func(got assemble.Emission) {
		e = got
		e.Spans = append(e.Spans[:0:0], got.Spans...)
	})
	w.send(1, shopEntry, payCall, with(payCall, func(s *span) { s.id = 7 }), with(payCall, func(s *span) { s.id = 8 }))
	w.shard.Flush(w.at)
	names := make([]string, 100)
	for i := range names {
		names[i] = "POST /checkout/" + strconv.Itoa(i)
	}
	b.ReportAllocs()
	before, empty, n := cpu(), heap(), 0
	for b.Loop() {
		e.Operation.Name = names[n%len(names)]
		binary.BigEndian.PutUint64(e.Operation.TraceID[:], uint64(n))
		w.graph.Operation(operation.TimeOf(epoch), e.Operation, nil, e.Spans)
		n += 3
	}
	b.ReportMetric(float64(cpu()-before)/float64(n), "cpu-ns/call")
	b.ReportMetric(float64(heap()-empty)/float64(w.graph.Pending()), "held-B/call")
	b.ReportMetric(0, "ns/op")
}

// heap is how many bytes are in use.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
