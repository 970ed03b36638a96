package observe

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/derive/assemble"
	"github.com/opslog/opslog/internal/operation"
)

// epoch is a minute's beginning.
var epoch = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// world is an assembly with a graph and checks behind it, as the connector has them.
type world struct {
	tb       testing.TB
	deriver  *derive.Deriver
	shard    *assemble.Shard
	exchange *Exchange
	graph    *Graph
	checks   *Checks
	ledger   *Ledger
	at       time.Time
}

func testConfig() Config {
	return Config{Wait: time.Minute, MaxPending: 10_000, MaxEdges: 100, MaxCounters: 1000, WholeTraces: true}
}

func newWorld(tb testing.TB, cfg Config) *world {
	tb.Helper()
	d, err := derive.New(derive.DefaultConfig())
	require.NoError(tb, err)
	w := &world{tb: tb, deriver: d, exchange: NewExchange(cfg), ledger: NewLedger(cfg, [16]byte{1}), at: epoch}
	w.graph, w.checks = NewGraph(cfg, w.exchange), NewChecks(cfg, NewBreaks(cfg))
	w.graph.OnUnpaired = w.checks.Unpaired
	w.shard = assemble.New(assemble.DefaultConfig(), d, w.at, func(e assemble.Emission) {
		now := operation.TimeOf(w.at)
		switch late := e.Late(); {
		case e.Count:
			w.graph.Operation(now, e.Operation, e.Entry, e.Spans)
			w.checks.Operation(now, e.Operation, e.Entry, e.Spans)
		case late > 0:
			w.graph.Late(now, e.Operation, e.FreshEntry(), e.Spans, e.Fresh)
			w.checks.Late(e.Operation, late)
		}
		if e.Skew.By != 0 {
			w.checks.Skew(e.Operation, e.Skew)
		}
	})
	w.shard.OnLost = w.checks.Lost
	return w
}

// span is one span of a trace, in ms since epoch.
type span struct {
	service    string
	id, parent byte
	kind       ptrace.SpanKind
	name       string
	start, end float64
	failed     bool
	attrs      string // key=value behind spaces
	resource   string
	link       byte // a span of the trace with that number, span 1
}

// send delivers a trace.
func (w *world) send(trace byte, spans ...span) {
	for _, s := range spans {
		w.sendAs(pcommon.TraceID{0: 1, 15: trace}, s)
	}
}

func (w *world) sendAs(trace pcommon.TraceID, s span) {
	resource := pcommon.NewResource()
	put(resource.Attributes(), "service.name="+s.service+" deployment.environment.name=prod "+s.resource)
	p := ptrace.NewSpan()
	p.SetTraceID(trace)
	p.SetSpanID(pcommon.SpanID{7: s.id})
	if s.parent != 0 {
		p.SetParentSpanID(pcommon.SpanID{7: s.parent})
	}
	p.SetKind(s.kind)
	p.SetName(s.name)
	p.SetStartTimestamp(pcommon.NewTimestampFromTime(epoch.Add(time.Duration(s.start * 1e6))))
	p.SetEndTimestamp(pcommon.NewTimestampFromTime(epoch.Add(time.Duration(s.end * 1e6))))
	if s.failed {
		p.Status().SetCode(ptrace.StatusCodeError)
	}
	if s.link != 0 {
		l := p.Links().AppendEmpty()
		l.SetTraceID(pcommon.TraceID{0: 1, 15: s.link})
		l.SetSpanID(pcommon.SpanID{7: 1})
	}
	put(p.Attributes(), s.attrs)
	out := w.deriver.Span(w.deriver.Resource(resource), pcommon.NewInstrumentationScope(), p)
	if out.Parent.IsZero() {
		w.checks.Root(&out)
	}
	w.shard.Add(w.at, &out)
}

func put(attrs pcommon.Map, pairs string) {
	for _, pair := range strings.Fields(pairs) {
		key, value, _ := strings.Cut(pair, "=")
		var n int64
		if _, err := fmt.Sscanf(value, "%d", &n); err == nil && fmt.Sprint(n) == value {
			attrs.PutInt(key, n)
			continue
		}
		attrs.PutStr(key, strings.ReplaceAll(value, "_", " "))
	}
}

// pass lets time go by.
func (w *world) pass(d time.Duration) {
	for end := w.at.Add(d); w.at.Before(end); {
		w.at = w.at.Add(min(time.Second, end.Sub(w.at)))
		w.shard.Tick(w.at)
		now := operation.TimeOf(w.at)
		w.graph.Expire(now, false)
		w.exchange.Expire(now, false)
		w.checks.Expire(now, false)
	}
}

// finishAll ends everything.
func (w *world) finishAll() {
	w.shard.Flush(w.at)
	now := operation.TimeOf(w.at)
	w.graph.Expire(now, true)
	w.exchange.Expire(now, true)
	w.checks.Expire(now, true)
	w.graph.Flush(w.ledger)
	w.exchange.Flush(w.ledger)
	w.checks.Flush(w.ledger)
}

// finish ends everything and answers the edges as lines, and the counters with failures as "check subject".
func (w *world) finish() (edges []string, failures []string) {
	w.finishAll()
	all, counters := w.ledger.Take()
	sums := map[string]*operation.Edge{}
	for _, e := range all {
		arrow := "->"
		if e.Async {
			arrow = "~>"
		}
		name := fmt.Sprintf("%s %s|%s %s %s %s|%s", e.SourceKind, e.Source, e.SourceOperation, arrow, e.TargetKind, e.Target, e.TargetOperation)
		if sums[name] == nil {
			sums[name] = &operation.Edge{}
		}
		sums[name].Add(e)
	}
	for name, e := range sums {
		edges = append(edges, fmt.Sprintf("%s: %d calls %d errors %d unpaired client %v server %v network %v", name, e.Calls, e.Errors, e.Unpaired,
			e.ClientTime, e.ServerTime, e.NetworkTime))
	}
	for _, q := range counters {
		if line := strings.TrimSpace(q.ServiceName + " " + q.Check + " " + q.Subject); q.Failed > 0 && !slices.Contains(failures, line) {
			failures = append(failures, line)
		}
	}
	slices.Sort(edges)
	slices.Sort(failures)
	return edges, failures
}
