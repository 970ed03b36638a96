package piiredactionprocessor

import (
	"context"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/processor/piiredactionprocessor/internal/metadatatest"
)

const benchSpans = 1000

// richTraces are attribute-rich spans: 10 resources with 9 attributes, a mix of
// HTTP, database and messaging with 12 to 20 attributes, a stack trace on 8 %,
// personal data in text on 10 %.
func richTraces() ptrace.Traces {
	td := ptrace.NewTraces()
	for r := range 10 {
		rs := td.ResourceSpans().AppendEmpty()
		a := rs.Resource().Attributes()
		for _, key := range []string{"service.name", "service.namespace", "service.instance.id", "host.name", "k8s.pod.name",
			"k8s.namespace.name", "deployment.environment.name", "telemetry.sdk.name", "cloud.region"} {
			a.PutStr(key, fmt.Sprintf("shop-%s-%d", key[len(key)-4:], r))
		}
		ss := rs.ScopeSpans().AppendEmpty()
		ss.Scope().SetName("go.opentelemetry.io/contrib/instrumentation")
		for i := range benchSpans / 10 {
			richSpan(ss.Spans().AppendEmpty(), r*benchSpans/10+i)
		}
	}
	return td
}

func richSpan(s ptrace.Span, i int) {
	a := s.Attributes()
	a.PutStr("thread.name", "http-nio-8080-exec-4")
	a.PutInt("thread.id", int64(40+i%8))
	a.PutStr("code.function.name", "com.example.shop.OrderController.place")
	a.PutStr("network.protocol.version", "1.1")
	a.PutStr("server.address", "orders.shop.svc.cluster.local")
	a.PutInt("server.port", 8080)
	switch i % 3 {
	case 0:
		s.SetName("GET /api/v1/orders/{id}")
		a.PutStr("http.request.method", "GET")
		a.PutStr("http.route", "/api/v1/orders/{id}")
		a.PutStr("url.full", fmt.Sprintf("https://orders.shop.example/api/v1/orders/%d?page=2&limit=50&sort=created_at", i))
		a.PutInt("http.response.status_code", 200)
		a.PutStr("user_agent.original", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36")
		a.PutStr("client.address", fmt.Sprintf("10.1.%d.%d", i%200, i%250))
		a.PutStr("http.request.header.x-request-id", fmt.Sprintf("3f2504e0-4f89-11d3-9a0c-%012d", i))
	case 1:
		s.SetName("SELECT shop.orders")
		a.PutStr("db.system.name", "postgresql")
		a.PutStr("db.namespace", "shop")
		a.PutStr("db.query.text", "SELECT o.id, o.status, c.name FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.created_at > $1 AND o.status = $2 ORDER BY o.created_at DESC LIMIT 50")
		a.PutStr("db.operation.name", "SELECT")
		a.PutStr("db.collection.name", "orders")
		a.PutInt("db.response.returned_rows", 50)
	default:
		s.SetName("process order.created")
		a.PutStr("messaging.system", "kafka")
		a.PutStr("messaging.destination.name", "order.created")
		a.PutStr("messaging.message.id", fmt.Sprintf("msg-%08d", i))
		a.PutStr("messaging.message.body", fmt.Sprintf(`{"order":{"id":%d,"items":[{"sku":"A-1","quantity":2,"price":12.50}],"currency":"EUR"},"createdAt":"2024-01-15T10:30:00.123Z"}`, i))
		a.PutInt("messaging.kafka.offset", int64(4503599627370496+i))
	}
	if i%12 == 0 {
		e := s.Events().AppendEmpty()
		e.SetName("exception")
		e.Attributes().PutStr("exception.message", "timeout after 250ms while reading from orders.shop.svc.cluster.local:8080")
		e.Attributes().PutStr("exception.stacktrace", strings.Repeat("\tat com.example.shop.OrderController.place(OrderController.java:123)\n", 12))
	}
	if i%10 == 0 {
		a.PutStr("note", "customer bob.smith@example.com paid with 4111 1111 1111 1111")
	}
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkTraces(b *testing.B) {
	r, err := newRedactor(createDefaultConfig().(*Config), metadatatest.NewSettings(componenttest.NewTelemetry()), "traces")
	require.NoError(b, err)
	source := richTraces()
	b.ReportAllocs()
	var used time.Duration
	for b.Loop() {
		b.StopTimer()
		td := ptrace.NewTraces()
		source.CopyTo(td)
		b.StartTimer()
		before := cpuTime()
		if _, err := r.traces(context.Background(), td); err != nil {
			b.Fatal(err)
		}
		used += cpuTime() - before
	}
	b.ReportMetric(float64(b.N)*benchSpans/used.Seconds(), "spans/cpu-s")
}
