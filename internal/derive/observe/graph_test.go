package observe

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/operation"
)

const (
	server   = ptrace.SpanKindServer
	client   = ptrace.SpanKindClient
	producer = ptrace.SpanKindProducer
	consumer = ptrace.SpanKindConsumer
	internal = ptrace.SpanKindInternal
)

var (
	shopEntry = span{service: "shop", id: 1, kind: server, name: "POST /checkout", start: 0, end: 100, attrs: "http.request.method=POST http.route=/checkout"}
	payCall   = span{service: "shop", id: 2, parent: 1, kind: client, name: "POST", start: 10, end: 50,
		attrs: "http.request.method=POST url.full=http://pay:9000/pay server.address=pay server.port=9000"}
	payEntry = span{service: "payments", id: 3, parent: 2, kind: server, name: "POST /pay", start: 15, end: 45, attrs: "http.request.method=POST http.route=/pay"}
	database = span{service: "payments", id: 4, parent: 3, kind: client, name: "INSERT", start: 20, end: 30,
		attrs: "db.system.name=postgresql db.namespace=ledger server.address=db1 db.query.text=INSERT_INTO_payments_VALUES_(1)"}
	publish = span{service: "shop", id: 5, parent: 1, kind: producer, name: "orders publish", start: 60, end: 62,
		attrs: "messaging.system=kafka messaging.destination.name=orders messaging.operation.type=send"}
	consume = span{service: "mailer", id: 6, parent: 5, kind: consumer, name: "orders process", start: 500, end: 510,
		attrs: "messaging.system=kafka messaging.destination.name=orders messaging.operation.type=process"}
)

func with(s span, change func(*span)) span { change(&s); return s }

func TestGraph(t *testing.T) {
	user := "user user| -> service shop|POST /checkout: 1 calls 0 errors 0 unpaired client 0s server 100ms network 0s"
	paid := "service shop|POST /checkout -> service payments|POST /pay: 1 calls 0 errors 0 unpaired client 40ms server 30ms network 10ms"
	stored := "service payments|POST /pay -> database db1|INSERT payments: 1 calls 0 errors 0 unpaired client 10ms server 0s network 0s"
	mailed := "service shop|POST /checkout ~> service mailer|consume orders: 1 calls 0 errors 0 unpaired client 2ms server 10ms network 438ms"
	whole := []span{shopEntry, payCall, payEntry, database, publish, consume}
	for name, c := range map[string]struct {
		spans []span
		want  []string
	}{
		"whole": {whole, []string{stored, paid, mailed, user}},
		"the other side sends nothing": {[]span{shopEntry, payCall}, []string{
			"service shop|POST /checkout -> http pay:9000|POST /pay: 1 calls 0 errors 1 unpaired client 40ms server 0s network 0s", user}},
		"the caller sends nothing": {[]span{payEntry}, []string{
			"unknown unknown| -> service payments|POST /pay: 1 calls 0 errors 1 unpaired client 0s server 30ms network 0s"}},
		"nobody consumes": {[]span{shopEntry, publish}, []string{
			"service shop|POST /checkout ~> messaging orders|publish: 1 calls 0 errors 1 unpaired client 2ms server 0s network 0s", user}},
		"nobody produces": {[]span{consume}, []string{
			"messaging orders| ~> service mailer|consume orders: 1 calls 0 errors 1 unpaired client 0s server 10ms network 0s"}},
		"the call failed": {[]span{shopEntry, with(payCall, func(s *span) { s.failed = true }), with(payEntry, func(s *span) { s.failed = true })}, []string{
			"service shop|POST /checkout -> service payments|POST /pay: 1 calls 1 errors 0 unpaired client 40ms server 30ms network 10ms", user}},
		"a request under an RPC is a detail": {[]span{shopEntry,
			{service: "shop", id: 7, parent: 1, kind: client, name: "S3.PutObject", start: 5, end: 55, attrs: "rpc.system=aws-api rpc.service=S3 rpc.method=PutObject"},
			with(payCall, func(s *span) { s.parent = 7 })}, []string{
			"service shop|POST /checkout -> rpc S3|S3/PutObject: 1 calls 0 errors 1 unpaired client 50ms server 0s network 0s", user}},
		"the detail finds its server": {[]span{shopEntry,
			{service: "shop", id: 7, parent: 1, kind: client, name: "Pay", start: 5, end: 55, attrs: "rpc.system=grpc rpc.service=Payments rpc.method=Pay"},
			with(payCall, func(s *span) { s.parent = 7 }), payEntry}, []string{paid, user}},
		"a call inside the process is none": {[]span{shopEntry, {service: "shop", id: 8, parent: 1, kind: internal, name: "render", start: 1, end: 2}}, []string{user}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, testConfig())
			w.send(1, c.spans...)
			w.pass(20 * time.Second)
			got, _ := w.finish()
			assert.ElementsMatch(t, c.want, got)
		})
	}
}

// Neither the order, nor redelivery, nor the moment of the other side's coming changes what is counted.
func TestGraphOfAnyOrder(t *testing.T) {
	whole := []span{shopEntry, payCall, payEntry, database, publish, consume}
	w := newWorld(t, testConfig())
	w.send(1, whole...)
	want, _ := w.finish()
	rnd := rand.New(rand.NewPCG(5, 6))
	for range 50 {
		w := newWorld(t, testConfig())
		order := append(append([]span{}, whole...), whole[rnd.IntN(len(whole))])
		rnd.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, s := range order {
			w.send(1, s)
		}
		w.pass(30 * time.Second)
		got, _ := w.finish()
		require.Equal(t, want, got)
	}
}

// A consumer that begins its own trace is found by its link.
func TestLinkedConsumer(t *testing.T) {
	w := newWorld(t, testConfig())
	w.send(1, with(publish, func(s *span) { s.id, s.parent = 1, 9 }), with(shopEntry, func(s *span) { s.id = 9 }))
	w.send(2, with(consume, func(s *span) { s.parent, s.link = 0, 1 }))
	got, _ := w.finish()
	assert.Contains(t, got, "service shop|POST /checkout ~> service mailer|consume orders: 1 calls 0 errors 0 unpaired client 2ms server 10ms network 438ms")
}

func TestBoundsOfTheGraph(t *testing.T) {
	cfg := testConfig()
	cfg.MaxPending, cfg.MaxEdges = 3, 2
	w := newWorld(t, cfg)
	for i := range byte(20) {
		w.send(i+1, with(payEntry, func(s *span) { s.service = "payments" + string('a'+rune(i)) }))
	}
	w.pass(20 * time.Second)
	assert.LessOrEqual(t, w.graph.Pending(), 3)
	got, _ := w.finish()
	assert.Len(t, got, 3)
	assert.Contains(t, got[0], "overflow | -> overflow |: 18 calls")
	calls, _ := w.ledger.Overflowed()
	assert.EqualValues(t, 18, calls)
}

func TestRecordsHaveTheirOwnIDs(t *testing.T) {
	l := NewLedger(testConfig(), [16]byte{7})
	seen := map[operation.ID]bool{}
	for range 3 {
		l.Logs(operation.TimeOf(epoch), &derive.Resource{ServiceName: "shop", Environment: "prod"}, 5, 1, 1)
		_, counters := l.Take()
		require.Len(t, counters, 2)
		for _, q := range counters {
			assert.False(t, seen[q.ID])
			assert.Equal(t, q.Minute, q.ID.Start())
			seen[q.ID] = true
		}
	}
}
