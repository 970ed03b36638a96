package assemble

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/operation"
)

const (
	server   = ptrace.SpanKindServer
	client   = ptrace.SpanKindClient
	internal = ptrace.SpanKindInternal
	consumer = ptrace.SpanKindConsumer
)

// request is a server span with two children, as new SDKs send it.
func request(trace uint16) []sp {
	return []sp{
		{trace: trace, id: 1, parent: 99, service: "shop", name: "GET /cart", kind: server, flags: remote, end: 50 * time.Millisecond},
		{trace: trace, id: 2, parent: 1, service: "shop", name: "load", kind: internal, flags: local, start: time.Millisecond, end: 40 * time.Millisecond},
		{trace: trace, id: 3, parent: 2, service: "shop", name: "SELECT", kind: client, flags: local, start: 2 * time.Millisecond, end: 30 * time.Millisecond},
	}
}

func TestPublishesAfterLinger(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.add(request(1)...)
	w.pass(4900 * time.Millisecond)
	require.Empty(t, w.take())
	w.pass(200 * time.Millisecond)
	e := w.one()
	require.Equal(t, Complete, e.Reason)
	require.True(t, e.Count)
	require.True(t, e.Operation.Complete)
	require.EqualValues(t, 1, e.Operation.Revision)
	require.EqualValues(t, 3, e.Operation.SpanCount)
	require.Equal(t, operation.NewID(operation.TimeOf(begin), operation.TraceID(traceID(1)), operation.SpanID(spanID(1))), e.Operation.ID)
	w.pass(6 * time.Minute)
	require.Empty(t, w.take())
	w.requireEmpty()
}

func TestIdleSpansProlongTheWaitUpToMaxWait(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.add(request(1)...)
	for i := range uint32(40) { // a span every second
		w.pass(time.Second)
		w.add(sp{trace: 1, id: 100 + i, parent: 1, service: "shop", kind: internal, flags: local})
		if len(w.out) > 0 {
			break
		}
	}
	require.InDelta(t, 30, w.now.Sub(begin).Seconds(), 1)
	require.EqualValues(t, 3+30, w.one().Operation.SpanCount)
	w.flush()
}

func TestLateSpansMakeANewRevision(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	spans := request(1)
	w.add(spans[0])
	w.pass(6 * time.Second)
	first := w.one()
	w.add(spans[2])
	w.pass(time.Second)
	w.add(spans[1])
	w.pass(3 * time.Second)
	require.Empty(t, w.take(), "late spans are collected first")
	w.pass(2 * time.Second)
	e := w.one()
	require.Equal(t, Late, e.Reason)
	require.False(t, e.Count)
	require.Equal(t, first.Operation.ID, e.Operation.ID)
	require.EqualValues(t, 2, e.Operation.Revision)
	require.EqualValues(t, 3, e.Operation.SpanCount)
	require.EqualValues(t, 2, w.shard.Stats().Late)
	w.flush()
	require.Empty(t, w.take(), "nothing new, nothing published")
}

func TestDuplicatesChangeNothing(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.add(request(1)...)
	w.add(request(1)...)
	w.pass(6 * time.Second)
	require.EqualValues(t, 3, w.one().Operation.SpanCount)
	w.add(request(1)...)
	w.pass(10 * time.Second)
	require.Empty(t, w.take())
	require.EqualValues(t, 6, w.shard.Stats().Duplicates)
	w.flush()
}

func TestEachServiceIsAnOperation(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.add(
		sp{trace: 1, id: 1, service: "web", name: "GET /", kind: server, flags: local, end: 90 * time.Millisecond},
		sp{trace: 1, id: 2, parent: 1, service: "web", name: "GET", kind: client, flags: local, end: 80 * time.Millisecond},
		sp{trace: 1, id: 3, parent: 2, service: "cart", name: "GET /cart", kind: server, flags: remote, end: 70 * time.Millisecond},
		sp{trace: 1, id: 4, parent: 3, service: "cart", name: "get", kind: internal, flags: local, end: 60 * time.Millisecond},
	)
	w.flush()
	out := w.take()
	require.Len(t, out, 2)
	web, cart := out[0].Operation, out[1].Operation
	require.Equal(t, "web", web.ServiceName)
	require.EqualValues(t, 2, web.SpanCount)
	require.EqualValues(t, 2, cart.SpanCount)
	require.Equal(t, web.ID, cart.ParentOperationID)
	require.Equal(t, 90*time.Millisecond, web.TraceDuration)
}

func TestCallerThatComesLaterIsNamedLater(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.add(sp{trace: 1, id: 3, parent: 2, service: "cart", name: "GET /cart", kind: server, flags: remote})
	w.pass(6 * time.Second)
	require.Zero(t, w.one().Operation.ParentOperationID)
	w.add(
		sp{trace: 1, id: 2, parent: 1, service: "web", kind: client, flags: local},
		sp{trace: 1, id: 1, service: "web", kind: server, flags: local},
	)
	w.pass(6 * time.Second)
	records := last(t, w.take())
	require.Len(t, records, 2)
	for _, op := range records {
		if op.ServiceName == "cart" {
			require.NotZero(t, op.ParentOperationID)
			require.EqualValues(t, 2, op.Revision)
		}
	}
	w.flush()
}

func TestLocalParentDecidesWhateverTheResource(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.add(
		sp{trace: 1, id: 1, service: "gateway", kind: server, flags: local},
		sp{trace: 1, id: 2, parent: 1, service: "plugin", kind: server, flags: local},
	)
	w.flush()
	require.EqualValues(t, 2, w.one().Operation.SpanCount)
}

func TestOldSDKs(t *testing.T) {
	for name, c := range map[string]struct {
		spans []sp
		want  []int64 // span counts of the operations
	}{
		"server under server of the same process is a layer": {[]sp{
			{trace: 1, id: 1, service: "a", kind: server, flags: oldSDK},
			{trace: 1, id: 2, parent: 1, service: "a", kind: server, flags: oldSDK},
		}, []int64{2}},
		"server of another process": {[]sp{
			{trace: 1, id: 1, service: "a", kind: server, flags: oldSDK},
			{trace: 1, id: 2, parent: 1, service: "b", kind: server, flags: oldSDK},
		}, []int64{1, 1}},
		"internal span under another process": {[]sp{
			{trace: 1, id: 1, service: "a", kind: server, flags: oldSDK},
			{trace: 1, id: 2, parent: 1, service: "b", kind: internal, flags: oldSDK},
			{trace: 1, id: 3, parent: 2, service: "b", kind: client, flags: oldSDK},
		}, []int64{1, 2}},
		"client and server in one process": {[]sp{
			{trace: 1, id: 1, service: "a", kind: server, flags: oldSDK},
			{trace: 1, id: 2, parent: 1, service: "a", kind: client, flags: oldSDK},
			{trace: 1, id: 3, parent: 2, service: "a", kind: server, flags: oldSDK},
		}, []int64{2, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, backwards := range []bool{false, true} {
				w := newWorld(t, DefaultConfig())
				for i := range c.spans {
					if backwards {
						i = len(c.spans) - 1 - i
					}
					w.add(c.spans[i])
				}
				w.flush()
				var counts []int64
				for _, e := range w.take() {
					counts = append(counts, e.Operation.SpanCount)
				}
				require.ElementsMatch(t, c.want, counts)
			}
		})
	}
}

func TestSpansWithoutTheirParentJoinTheOneOperation(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	spans := request(1)
	w.add(spans[0], spans[2]) // the span between them is lost
	w.flush()
	require.EqualValues(t, 2, w.one().Operation.SpanCount)
}

func TestSpansWithoutTheirParentWaitWhenTwoOperationsCouldBeTheirs(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	spans := request(1)
	second := spans[0]
	second.id = 11
	w.add(spans[0], second, spans[2])
	w.pass(6 * time.Second)
	for _, e := range w.take() {
		require.EqualValues(t, 1, e.Operation.SpanCount)
	}
	w.add(spans[1])
	w.pass(6 * time.Second)
	require.EqualValues(t, 3, w.one().Operation.SpanCount)
	w.flush()
}

func TestUnclaimedSpansAreCounted(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	spans := request(1)
	second := spans[0]
	second.id = 11
	w.add(spans[0], second, spans[2])
	w.flush()
	require.Len(t, w.take(), 2)
	require.EqualValues(t, 1, w.shard.Stats().Orphans)
}

func TestRunningOperationIsReplacedWhenItsEntryComes(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	spans := request(1)
	spans[0].end = 90 * time.Second
	w.add(spans[1], spans[2])
	w.pass(61 * time.Second)
	running := w.one()
	require.Equal(t, Running, running.Reason)
	require.False(t, running.Count)
	require.False(t, running.Operation.Complete)
	require.Equal(t, operation.IncompleteRunning, running.Operation.IncompleteReason)
	w.pass(30 * time.Second)
	require.Empty(t, w.take())
	w.add(spans[0])
	w.pass(6 * time.Second)
	e := w.one()
	require.Equal(t, Complete, e.Reason)
	require.True(t, e.Count)
	require.Equal(t, running.Operation.ID, e.Operation.ID)
	require.EqualValues(t, 2, e.Operation.Revision)
	require.EqualValues(t, 3, e.Operation.SpanCount)
	require.Equal(t, 90*time.Second, e.Operation.Duration)
	w.flush()
}

func TestEntryThatNeverComes(t *testing.T) {
	cfg := DefaultConfig()
	w := newWorld(t, cfg)
	w.add(request(1)[1:]...)
	w.pass(11 * time.Minute)
	out := w.take()
	require.Len(t, out, 2)
	require.Equal(t, Running, out[0].Reason)
	require.Equal(t, NoEntry, out[1].Reason)
	require.EqualValues(t, 2, out[1].Operation.Revision)
	require.Equal(t, out[0].Operation.ID, out[1].Operation.ID)
	require.True(t, out[1].Count)
	w.requireEmpty()

	cfg.ProvisionalAfter = 0
	w = newWorld(t, cfg)
	w.add(request(1)[1:]...)
	w.pass(11 * time.Minute)
	require.Empty(t, w.take())
	require.EqualValues(t, 2, w.shard.Stats().Orphans)
	w.requireEmpty()

	spans := request(1)[1:]
	spans[1].failed = true
	w.add(spans...)
	w.pass(11 * time.Minute)
	e := w.one()
	require.Equal(t, NoEntry, e.Reason)
	require.Equal(t, operation.StatusError, e.Operation.Status)
	w.requireEmpty()
}

func TestVeryLateSpansAreNotTakenForARunningOperation(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.pass(time.Hour)
	w.add(request(1)[1:]...)
	w.pass(11 * time.Minute)
	require.Empty(t, w.take())
	require.EqualValues(t, 2, w.shard.Stats().Orphans)
	w.requireEmpty()
}

func TestCallsWithoutAnOperationAreLeftOut(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.add(
		sp{trace: 1, id: 1, service: "shop", name: "SELECT", kind: client, flags: local},
		sp{trace: 1, id: 2, parent: 1, service: "shop", name: "tcp.connect", kind: internal, flags: local},
	)
	w.pass(31 * time.Second)
	require.Empty(t, w.take())
	require.EqualValues(t, 2, w.shard.Stats().Outside)
	w.requireEmpty()
	w.add(sp{trace: 1, id: 1, service: "shop", name: "SELECT", kind: client, flags: local, failed: true})
	w.pass(6 * time.Second)
	require.Equal(t, operation.StatusError, w.one().Operation.Status)
	w.flush()
}

func TestExceptionsFromLogs(t *testing.T) {
	request := func(trace uint16) []sp {
		spans := request(trace)
		spans[0].failed, spans[1].failed, spans[2].failed = true, true, true
		return spans
	}
	for name, order := range map[string]func(w *world){
		"before the spans": func(w *world) { w.exception(1, 3, "shop", "no"); w.add(request(1)...); w.pass(6 * time.Second) },
		"after the spans":  func(w *world) { w.add(request(1)...); w.exception(1, 3, "shop", "no"); w.pass(6 * time.Second) },
		"late": func(w *world) {
			w.add(request(1)...)
			w.pass(6 * time.Second)
			w.exception(1, 3, "shop", "no")
			w.pass(6 * time.Second)
		},
		"twice": func(w *world) {
			w.exception(1, 3, "shop", "no")
			w.exception(1, 3, "shop", "no")
			w.add(request(1)...)
			w.pass(6 * time.Second)
			w.exception(1, 3, "shop", "no")
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, DefaultConfig())
			order(w)
			w.flush()
			out := w.take()
			e := out[len(out)-1]
			require.Equal(t, "no", e.Operation.ErrorMessage)
			require.Equal(t, "Boom", e.Operation.ErrorType)
			require.EqualValues(t, 1, w.shard.Stats().Exceptions)
		})
	}
}

func TestExceptionsWithoutSpansAreCounted(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.exception(1, 3, "shop", "no")
	w.pass(11 * time.Minute)
	require.Empty(t, w.take())
	require.EqualValues(t, 1, w.shard.Stats().Unmatched)
	w.requireEmpty()
}

func TestSpansWithoutIDsAreCounted(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.add(sp{id: 1, service: "shop"}, sp{trace: 1, service: "shop"})
	require.EqualValues(t, 2, w.shard.Stats().Invalid)
	w.flush()
}

func TestBrokenParentsDoNoHarm(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.add(
		sp{trace: 1, id: 1, parent: 1, service: "a", kind: internal, flags: local},
		sp{trace: 2, id: 1, parent: 2, service: "a", kind: internal, flags: local, failed: true},
		sp{trace: 2, id: 2, parent: 1, service: "a", kind: internal, flags: local},
		sp{trace: 3, id: 1, parent: 2, service: "a", kind: server, flags: oldSDK},
		sp{trace: 3, id: 2, parent: 3, service: "a", kind: server, flags: oldSDK},
		sp{trace: 3, id: 3, parent: 1, service: "a", kind: server, flags: oldSDK},
	)
	w.flush()
	require.NotEmpty(t, w.take())
}

// Zipkin's libraries use one span id for both ends of a call.
func TestTwoSpansWithOneID(t *testing.T) {
	spans := []sp{
		{trace: 1, id: 1, service: "web", name: "GET /", kind: server, end: 90 * time.Millisecond},
		{trace: 1, id: 2, parent: 1, service: "web", name: "get", kind: client, end: 80 * time.Millisecond},
		{trace: 1, id: 2, parent: 1, service: "cart", name: "get /cart", kind: server, end: 70 * time.Millisecond},
		{trace: 1, id: 3, parent: 2, service: "cart", name: "select", kind: client, end: 60 * time.Millisecond},
		{trace: 1, id: 4, parent: 2, service: "web", name: "connect", kind: internal, end: 10 * time.Millisecond},
	}
	var want map[operation.ID]string
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 3))
		r.Shuffle(len(spans), func(i, j int) { spans[i], spans[j] = spans[j], spans[i] })
		w := newWorld(t, DefaultConfig())
		w.add(spans...)
		w.add(spans...)
		require.EqualValues(t, len(spans), w.shard.Stats().Duplicates)
		w.flush()
		got := texts(t, w.take())
		require.Len(t, got, 2)
		if want == nil {
			want = got
		}
		require.Equal(t, want, got)
	}
}
