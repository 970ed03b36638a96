package corpus

import (
	"fmt"
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/pdata/ptrace"
)

var (
	classes = []string{"OrderController", "CartService", "PaymentClient", "UserRepository", "PriceCalculator"}
	methods = []string{"find", "place", "update", "reserve", "listByCustomer", "handle"}
	tenants = []string{"acme-eu", "acme-us", "globex", "initech", "umbrella"}
	routes  = []string{"/api/v1/orders/{id}", "/api/v1/carts/{id}/items", "/api/v1/products", "/api/v1/users/{id}/addresses", "/health"}
	agents  = []string{
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.2 Mobile/15E148 Safari/604.1",
		"okhttp/4.12.0", "kube-probe/1.31", "shop-android/5.14.2 (Android 15)",
	}
	statements = []string{
		"SELECT o.id, o.status, o.total, c.segment FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.created_at > $1 AND o.status = $2 ORDER BY o.created_at DESC LIMIT 50",
		"UPDATE carts SET items = $1, updated_at = now() WHERE id = $2 AND version = $3",
		"INSERT INTO payments (id, order_id, amount, currency, provider, status) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
		"SELECT id, sku, name, price FROM products WHERE category = ? AND stock > 0 ORDER BY rank LIMIT 24 OFFSET 48",
	}
)

func (g *generator) server(s ptrace.Span) {
	route := pick(g, routes)
	path := strings.ReplaceAll(route, "{id}", strconv.Itoa(100_000+g.r.IntN(900_000)))
	s.SetName("GET " + route)
	s.SetKind(ptrace.SpanKindServer)
	a := s.Attributes()
	a.PutStr("http.request.method", "GET")
	a.PutStr("http.route", route)
	a.PutStr("url.scheme", "https")
	a.PutStr("url.path", path)
	a.PutStr("url.query", fmt.Sprintf("page=%d&limit=50&sort=created_at", g.r.IntN(40)))
	a.PutInt("http.response.status_code", 200)
	a.PutStr("user_agent.original", pick(g, agents))
	a.PutStr("server.address", "shop.example")
	a.PutInt("server.port", 443)
	a.PutStr("network.protocol.version", "1.1")
	a.PutStr("http.request.header.accept", "application/json, text/plain;q=0.9, */*;q=0.8")
	a.PutStr("http.request.header.x-correlation-id", g.hex(32))
	a.PutInt("http.response.body.size", int64(g.r.IntN(90_000)))
}

func (g *generator) client(s ptrace.Span) {
	service := pick(g, services)
	s.SetName("GET")
	s.SetKind(ptrace.SpanKindClient)
	a := s.Attributes()
	a.PutStr("http.request.method", "GET")
	a.PutStr("url.full", fmt.Sprintf("http://%s.shop-prod.svc.cluster.local:8080/internal/v2/%s/%s?expand=lines,totals&currency=EUR&trace=%s",
		service, service, g.uuid(), g.hex(16)))
	a.PutStr("server.address", service+".shop-prod.svc.cluster.local")
	a.PutInt("server.port", 8080)
	a.PutStr("network.peer.address", fmt.Sprintf("10.42.%d.%d", g.r.IntN(250), g.r.IntN(250)))
	a.PutInt("http.response.status_code", 200)
	a.PutStr("http.request.header.traceparent", "00-"+g.hex(32)+"-"+g.hex(16)+"-01")
	a.PutStr("app.cache", "miss")
	a.PutStr("app.response", fmt.Sprintf(`{"id":"%s","state":"active","lines":[{"sku":"A-%04d","qty":2,"price":"12.50"}],"etag":"%s"}`, g.uuid(), g.r.IntN(9999), g.hex(12)))
}

func (g *generator) database(s ptrace.Span) {
	s.SetName("SELECT shop.orders")
	s.SetKind(ptrace.SpanKindClient)
	a := s.Attributes()
	a.PutStr("db.system.name", "postgresql")
	a.PutStr("db.namespace", "shop")
	a.PutStr("db.operation.name", "SELECT")
	a.PutStr("db.collection.name", "orders")
	a.PutStr("db.query.text", pick(g, statements))
	a.PutStr("db.query.summary", "SELECT orders")
	a.PutStr("server.address", "pg-primary.shop-prod.svc.cluster.local")
	a.PutInt("server.port", 5432)
	a.PutInt("db.response.returned_rows", int64(g.r.IntN(50)))
	a.PutStr("db.client.connection.pool.name", "HikariPool-1")
	a.PutStr("app.repository", "com.example.shop.persistence.JdbcOrderRepository")
	a.PutStr("app.query_id", g.hex(16))
	a.PutStr("app.plan", "Index Scan using orders_created_at_idx on orders o (cost=0.43..812.20 rows=50 width=64)")
}

func (g *generator) message(s ptrace.Span) {
	s.SetName("send order.events")
	s.SetKind(ptrace.SpanKindProducer)
	a := s.Attributes()
	a.PutStr("messaging.system", "kafka")
	a.PutStr("messaging.destination.name", "order.events")
	a.PutStr("messaging.operation.type", "send")
	a.PutStr("messaging.client.id", "producer-"+pick(g, services)+"-1")
	a.PutStr("messaging.message.id", g.uuid())
	a.PutInt("messaging.kafka.offset", 4_503_599_000+int64(g.r.IntN(1e6)))
	a.PutStr("messaging.destination.partition.id", strconv.Itoa(g.r.IntN(24)))
	a.PutInt("messaging.message.body.size", int64(g.r.IntN(4000)))
	a.PutStr("app.payload", fmt.Sprintf(`{"type":"order.placed","order":{"id":%d,"items":[{"sku":"A-%04d","quantity":2,"price":12.50},{"sku":"B-%04d","quantity":1,"price":99}],`+
		`"currency":"EUR"},"createdAt":"2025-01-15T10:30:00.%03dZ","tags":["web","new"]}`, g.r.IntN(1e6), g.r.IntN(9999), g.r.IntN(9999), g.r.IntN(999)))
}

func (g *generator) exception(s ptrace.Span) {
	s.Status().SetCode(ptrace.StatusCodeError)
	s.Status().SetMessage("timeout after 250ms")
	e := s.Events().AppendEmpty()
	e.SetName("exception")
	a := e.Attributes()
	a.PutStr("exception.type", "java.net.SocketTimeoutException")
	a.PutStr("exception.message", fmt.Sprintf("timeout after 250ms while reading from %s.shop-prod.svc.cluster.local:8080", pick(g, services)))
	var trace strings.Builder
	trace.WriteString("java.net.SocketTimeoutException: timeout after 250ms\n")
	for range 10 {
		fmt.Fprintf(&trace, "\tat com.example.shop.%s.%s(%s.java:%d)\n", pick(g, classes), pick(g, methods), pick(g, classes), g.r.IntN(900))
	}
	a.PutStr("exception.stacktrace", trace.String())
}

// personal is a text with specimens of personal data; they are put together here.
func (g *generator) personal() string {
	n := g.r.IntN(1000)
	switch g.r.IntN(5) {
	case 0:
		return fmt.Sprintf("confirmation sent to jane.roe%d"+"@"+"example.org in 12 ms", n)
	case 1:
		return "card 4111 1111" + " 1111 1111 declined by issuer, retry with another one"
	case 2:
		return fmt.Sprintf("call customer back at +1 415-555-%04d before noon", n)
	case 3:
		return "refund to DE89370400" + "440532013000 was booked"
	}
	return fmt.Sprintf(`login {"user":"jane%d","password":"hunter2-%d"} rejected`, n, n)
}
