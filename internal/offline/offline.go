// Package offline does to a file what the collector's pipeline does to traffic: it redacts, puts spans together to
// operations and completes them with each other's help. Nothing is stored and nothing is sent.
package offline

import (
	"cmp"
	"context"
	"io"
	"slices"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/derive/assemble"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/oplog"
	"github.com/opslog/opslog/internal/otlpfile"
)

// Result is what was made of a file. All of it is redacted.
type Result struct {
	Operations []*operation.Operation // by start; complete with all details
	Spans      []*operation.Span
	Logs       []*operation.LogRecord
}

// Read derives what files hold together.
func Read(ctx context.Context, files []io.Reader) (*Result, error) {
	all := &otlpfile.Data{Traces: ptrace.NewTraces(), Logs: plog.NewLogs()}
	for _, file := range files {
		data, err := otlpfile.Read(file)
		if err != nil {
			return nil, err
		}
		data.Traces.ResourceSpans().MoveAndAppendTo(all.Traces.ResourceSpans())
		data.Logs.ResourceLogs().MoveAndAppendTo(all.Logs.ResourceLogs())
	}
	return Derive(ctx, all)
}

// Derive redacts the data, which it takes over, and derives the operations with the defaults of the pipeline.
func Derive(ctx context.Context, data *otlpfile.Data) (*Result, error) {
	if err := redact(ctx, data); err != nil {
		return nil, err
	}
	deriver, err := derive.New(derive.DefaultConfig())
	if err != nil {
		return nil, err
	}
	a := newAssembly(deriver, (&ptrace.ProtoMarshaler{}).TracesSize(data.Traces))
	a.addSpans(data)
	a.addExceptions(data.Logs)
	out := &Result{Operations: a.finish(), Spans: oplog.Spans(data.Traces)}
	derived, logs := oplog.Split(data.Logs)
	if len(out.Operations) == 0 {
		out.Operations = derived // a file of records that were derived before
	}
	out.Logs = logs
	return out, nil
}

// assembly gives spans to a shard as the connector does, with a clock that stands still until the end.
type assembly struct {
	deriver *derive.Deriver
	shard   *assemble.Shard
	now     time.Time
	last    map[operation.ID]assemble.Emission
}

// growth is how much larger spans may be in memory than in a file.
const growth = 10

// newAssembly leaves room for spans that take the given bytes in a file: nothing of a file is cut short.
func newAssembly(deriver *derive.Deriver, bytes int) *assembly {
	a := &assembly{deriver: deriver, now: time.Unix(0, 0), last: map[operation.ID]assemble.Emission{}}
	cfg := assemble.DefaultConfig()
	cfg.MaxBytes += growth * int64(bytes)
	a.shard = assemble.New(cfg, deriver, a.now, func(e assemble.Emission) { a.last[e.Operation.ID] = e })
	return a
}

func (a *assembly) addSpans(data *otlpfile.Data) {
	for _, rs := range data.Traces.ResourceSpans().All() {
		resource := a.deriver.Resource(rs.Resource())
		for _, ss := range rs.ScopeSpans().All() {
			for _, span := range ss.Spans().All() {
				s := a.deriver.Span(resource, ss.Scope(), span)
				a.shard.Add(a.now, &s)
			}
		}
	}
}

func (a *assembly) addExceptions(logs plog.Logs) {
	for _, rl := range logs.ResourceLogs().All() {
		resource := a.deriver.Resource(rl.Resource())
		for _, sl := range rl.ScopeLogs().All() {
			for _, record := range sl.LogRecords().All() {
				if e, ok := a.deriver.Exception(resource, record); ok {
					a.shard.AddException(a.now, &e)
				}
			}
		}
	}
}

// finish publishes everything and lets the operations learn from each other, in the order of their starts.
func (a *assembly) finish() []*operation.Operation {
	cfg := assemble.DefaultConfig()
	for _, wait := range []time.Duration{cfg.MaxWait, cfg.MaxAge, cfg.MaxAge} {
		a.now = a.now.Add(wait)
		a.shard.Tick(a.now)
	}
	a.shard.Flush(a.now)
	ops := make([]*operation.Operation, 0, len(a.last))
	for _, e := range a.last {
		ops = append(ops, e.Operation)
	}
	slices.SortFunc(ops, func(x, y *operation.Operation) int {
		return cmp.Or(cmp.Compare(x.StartTime, y.StartTime), cmp.Compare(x.ID.String(), y.ID.String()))
	})
	const window = 24 * time.Hour
	lineage, learner := assemble.NewLineage(window, len(ops)*2+2), derive.NewLearner(len(ops)*2+2)
	for _, op := range ops {
		e := a.last[op.ID]
		lineage.Join(&e, op.StartTime.Std())
	}
	for _, op := range ops {
		e := a.last[op.ID]
		lineage.Join(&e, op.StartTime.Std()) // what came after a failed attempt tells what became of its message
		learner.Learn(op, &e.Lesson)
	}
	for _, op := range ops {
		if op.Status == operation.StatusError {
			learner.Learn(op, &derive.Lesson{}) // what ran later tells what a failed one did not reach
		}
	}
	return ops
}
