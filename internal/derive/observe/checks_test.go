package observe

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/operation"
)

// identity is a resource with which nothing is wrong.
const identity = "service.instance.id=i1"

// good is a trace with which nothing is wrong.
func good() []span {
	return []span{
		{service: "shop", id: 1, kind: server, name: "GET /cart", start: 0, end: 50, attrs: "http.request.method=GET http.route=/cart", resource: identity},
		{service: "shop", id: 2, parent: 1, kind: client, name: "SELECT carts", start: 5, end: 45, resource: identity,
			attrs: "db.system.name=postgresql server.address=db1 db.query.text=SELECT_1_FROM_carts"},
	}
}

// many are n spans like s, under new ids.
func many(n int, s span) []span {
	out := good()
	for i := range n {
		s.id = byte(10 + i)
		s.start, s.end = s.start+0.1, s.end+0.1
		out = append(out, s)
	}
	return out
}

// Each defect trips its checks and no other.
func TestEachDefectTripsItsCheck(t *testing.T) {
	spans := func(spans ...span) func(*world) { return func(w *world) { w.send(1, spans...) } }
	changed := func(at int, change func(*span)) func(*world) {
		trace := good()
		change(&trace[at])
		return spans(trace...)
	}
	short := span{service: "shop", parent: 1, kind: client, start: 1, end: 2, resource: identity}
	work := span{service: "shop", parent: 1, kind: internal, name: "price of item", start: 5, end: 45, resource: identity}
	for name, c := range map[string]struct {
		send func(*world)
		want []string
	}{
		"nothing":    {spans(good()...), nil},
		"an orphan":  {changed(1, func(s *span) { s.parent = 77 }), []string{"shop orphan"}},
		"no root":    {changed(0, func(s *span) { s.parent = 77 }), []string{"shop orphan", "shop rootless"}},
		"one span":   {spans(good()[0]), []string{"shop single_span GET /cart"}},
		"a gap":      {changed(0, func(s *span) { s.end = 400 }), []string{"shop gap GET /cart"}},
		"no meaning": {changed(0, func(s *span) { s.name, s.attrs = "handler 1", "http.request.method=GET http.route=/cart" }), []string{"shop generic_name handler 1"}},
		"short spans": {spans(many(21, with(short, func(s *span) {
			s.name, s.attrs = "SELECT carts", "db.system.name=postgresql server.address=db1 db.query.text=SELECT_1_FROM_carts"
		}))...), []string{"shop SPA-005", "shop noise GET /cart"}},
		"internal spans":   {spans(many(11, work)...), []string{"shop SPA-001"}},
		"no route":         {changed(0, func(s *span) { s.name, s.attrs = "cart page", "http.request.method=GET" }), []string{"shop missing_attribute http.route"}},
		"a call to nobody": {changed(1, func(s *span) { s.attrs = "db.system.name=postgresql db.query.text=SELECT_1_FROM_carts" }), []string{"shop missing_attribute server.address"}},
		"no instance": {func(w *world) {
			for _, s := range good() {
				w.send(1, with(s, func(s *span) { s.resource = "" }))
			}
		}, []string{"shop RES-001"}},
		"no pod": {func(w *world) {
			for _, s := range good() {
				w.send(1, with(s, func(s *span) { s.resource += " k8s.pod.name=p1" }))
			}
		}, []string{"shop RES-003"}},
		"one instance in two pods": {func(w *world) {
			for trace := range byte(2) {
				for _, s := range good() {
					w.send(1+trace, with(s, func(s *span) { s.resource += fmt.Sprintf(" k8s.pod.uid=u%d", trace) }))
				}
			}
		}, []string{"shop RES-002"}},
		"a span's attribute on the resource": {func(w *world) {
			for _, s := range good() {
				w.send(1, with(s, func(s *span) { s.resource += " http.request.method=GET" }))
			}
		}, []string{"shop RES-004 http.request.method"}},
		"a resource's attribute on a span": {changed(0, func(s *span) { s.attrs += " service.name=shop" }), []string{"shop RES-004 service.name"}},
		"no service name": {func(w *world) {
			for _, s := range good() {
				w.send(1, with(s, func(s *span) { s.service = "" }))
			}
		}, []string{"unknown_service RES-005"}},
		"a root call": {func(w *world) {
			w.send(1, good()...)
			w.send(2, span{service: "shop", id: 1, kind: client, name: "GET", start: 1, end: 9, attrs: "http.request.method=GET url.full=http://x/", resource: identity})
		}, []string{"shop SPA-004"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, testConfig())
			c.send(w)
			w.pass(10 * time.Minute)
			_, got := w.finish()
			// Every first sight of a name is new; how many are too many, the reader decides.
			got = slices.DeleteFunc(got, func(line string) bool { return strings.Contains(line, operation.CheckHighCardinality) })
			assert.ElementsMatch(t, c.want, got)
		})
	}
}

// number is the trace id of a number.
func number(n int) pcommon.TraceID { return pcommon.TraceID{0: 2, 14: byte(n >> 8), 15: byte(n)} }

func (w *world) counter(check, subject string) operation.Quality {
	w.settle()
	sum := operation.Quality{}
	_, counters := w.ledger.Take()
	for _, q := range counters {
		if q.Check == check && (subject == "" || q.Subject == subject) {
			sum.Add(q)
		}
	}
	return sum
}

func (w *world) settle() {
	w.shard.Flush(w.at)
	now := operation.TimeOf(w.at)
	w.graph.Expire(now, true)
	w.checks.Expire(now, true)
	w.checks.Flush(w.ledger)
}

// A step that nearly all runs had is missed when most of the last ones lack it.
func TestMissingStep(t *testing.T) {
	w := newWorld(t, testConfig())
	run := func(n int, whole bool) {
		for _, s := range good() {
			if s.id == 1 || whole {
				w.sendAs(number(n), s)
			}
		}
	}
	for n := range 60 {
		run(n, true)
	}
	for n := 60; n < 100; n++ {
		run(n, n%5 == 0)
	}
	got := w.counter(operation.CheckMissingStep, "GET /cart: SELECT ? FROM carts")
	require.EqualValues(t, 40, got.Total)
	assert.EqualValues(t, 32, got.Failed)
}

// More spans than before are an overhead when the operation is slower since.
func TestOverhead(t *testing.T) {
	for slower, want := range map[float64]int64{0: 0, 10: 2} {
		w := newWorld(t, testConfig())
		for n := range 300 {
			for _, s := range good() {
				if n >= 200 && s.id == 1 {
					s.end += slower
				}
				w.sendAs(number(n), s)
			}
			for i := range 3 {
				if n >= 200 {
					w.sendAs(number(n), span{service: "shop", id: byte(10 + i), parent: 1, kind: internal, name: "step of cart", start: 5, end: 45, resource: identity})
				}
			}
		}
		got := w.counter(operation.CheckOverhead, "GET /cart")
		assert.EqualValues(t, 2, got.Total)
		assert.Equal(t, want, got.Failed)
	}
}

// The context is lost between two services: the second begins a trace within each call of the first.
func TestBrokenEdge(t *testing.T) {
	for name, c := range map[string]struct{ host, address string }{
		"by the host's first label": {"payments.prod.svc", ""}, "by the address": {"10.0.0.7", "10.0.0.7"}, "by the name": {"payments", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, testConfig())
			for n := range 30 {
				at := float64(n * 200)
				call := with(payCall, func(s *span) {
					s.start, s.end = s.start+at, s.end+at
					s.attrs = "http.request.method=POST server.address=" + c.host + " url.path=/pay"
				})
				w.sendAs(number(n), with(shopEntry, func(s *span) { s.start, s.end = s.start+at, s.end+at }))
				w.sendAs(number(n), call)
				w.sendAs(number(1000+n), with(payEntry, func(s *span) {
					s.parent, s.start, s.end = 0, s.start+at, s.end+at
					if c.address != "" {
						s.attrs += " server.address=" + c.address
					}
				}))
			}
			w.pass(10 * time.Minute)
			got := w.counter(operation.CheckBrokenEdge, "shop -> payments")
			assert.EqualValues(t, 30, got.Total)
			assert.EqualValues(t, 30, got.Failed)
		})
	}
}

// A host whose service has traces of its own at other times, or that nobody knows, breaks nothing.
func TestWholeEdge(t *testing.T) {
	w := newWorld(t, testConfig())
	for n := range 30 {
		at := float64(n * 200)
		w.sendAs(number(n), with(shopEntry, func(s *span) { s.start, s.end = s.start+at, s.end+at }))
		w.sendAs(number(n), with(payCall, func(s *span) {
			s.start, s.end = s.start+at, s.end+at
			s.attrs = "http.request.method=POST server.address=payments url.path=/pay"
		}))
		w.sendAs(number(1000+n), with(payEntry, func(s *span) { s.parent, s.start, s.end = 0, s.start+at+100, s.end+at+100 }))
	}
	w.pass(10 * time.Minute)
	got := w.counter(operation.CheckBrokenEdge, "")
	assert.EqualValues(t, 30, got.Total)
	assert.Zero(t, got.Failed)
}

func TestHighCardinality(t *testing.T) {
	w := newWorld(t, testConfig())
	for n := range 100 {
		w.sendAs(number(n), with(good()[0], func(s *span) { s.name, s.attrs = fmt.Sprintf("GET /cart/%d", 1000+n), "http.request.method=GET" }))
	}
	got := w.counter(operation.CheckHighCardinality, "")
	assert.EqualValues(t, 100, got.Failed)
}

func TestNames(t *testing.T) {
	for name, want := range map[string]bool{"function1": true, "database": true, "handler": true, "GET": true, "HTTP GET": true, "": true, "Span 12": true,
		"SELECT users": false, "GET /users/{id}": false, "process payment": false, "consume orders": false, "getUser": false} {
		assert.Equal(t, want, saysNothing(name), name)
	}
}

func TestLogs(t *testing.T) {
	l := NewLedger(testConfig(), [16]byte{1})
	l.Logs(operation.TimeOf(epoch), &derive.Resource{ServiceName: "shop", Environment: "staging"}, 10, 2, 3)
	l.Logs(operation.TimeOf(epoch), &derive.Resource{ServiceName: "shop", Environment: "production"}, 10, 0, 3)
	_, got := l.Take()
	require.Len(t, got, 3, "nothing is said of debugging outside of production")
	assert.Equal(t, []int64{0, 3, 2}, []int64{got[1].Failed, got[0].Failed, got[2].Failed})
}

func TestBoundsOfTheCounters(t *testing.T) {
	table := newCounterTable(10)
	for i := range 100 {
		table.add(counterKey{service: fmt.Sprint("s", i), check: "c", subject: fmt.Sprint(i)}, 1, 0, 0, operation.TraceID{})
	}
	assert.LessOrEqual(t, len(table.sums), 21)
	assert.EqualValues(t, 90, table.overflowed)
	var total int64
	for _, q := range table.sums {
		total += q.Total
	}
	assert.EqualValues(t, 100, total, "nothing is lost")
}

// A sidecar sees no parents in other services, and says nothing of them.
func TestPartsOfTraces(t *testing.T) {
	cfg := testConfig()
	cfg.WholeTraces = false
	w := newWorld(t, cfg)
	w.send(1, with(good()[0], func(s *span) { s.parent = 77 }), good()[1])
	w.pass(10 * time.Minute)
	_, got := w.finish()
	assert.Equal(t, []string{"shop high_cardinality_name GET /cart"}, got)
}
