package query

import (
	"math"
	"os"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
)

var (
	trace = operation.TraceID{0x4b, 0xf9, 0x2f, 0x35, 0x77, 0xb3, 0x4d, 0xa6, 0xa3, 0xce, 0x92, 0x9d, 0x0e, 0x0e, 0x47, 0x36}
	entry = operation.SpanID{0, 0xf0, 0x67, 0xaa, 0x0b, 0xa9, 0x02, 0xb7}
	rows  = int64(3)
)

// checkout is the operation that testdata/match asks about.
var checkout = &operation.Operation{
	ID: operation.NewID(now, trace, entry), TraceID: trace, SpanID: entry, Complete: true, StartTime: now,
	Duration: 1204 * time.Millisecond, ServiceName: "aios-api", Environment: "Prod",
	Resource: operation.Attributes{"k8s.pod.name": "api-7", "replicas": int64(3)},
	Name:     "POST /api/checkout", Transport: operation.TransportHTTP, Method: "POST", Route: "/api/checkout", Target: "/api/checkout?id=1",
	Kind: operation.KindCommand, KindConfidence: 0.9, UserID: "8812",
	Status: operation.StatusError, StatusCode: 500, ErrorType: "PaymentTimeout", ErrorMessage: "charge timed out after 800ms",
	RequestHeaders: operation.Attributes{"accept": []any{"text/html", "application/json"}},
	RequestBody:    `{"cart":[1,2]}`, RequestSize: 16 << 10, SpanCount: 41, DB: operation.Calls{Calls: 109, Time: 145 * time.Millisecond}, CacheMisses: 2,
	External: []operation.Step{
		{Category: operation.CategoryDB, System: "postgresql", Target: "stock", Template: "SELECT * FROM stock WHERE id = ?", Count: 103},
		{Category: operation.CategoryMessaging, System: "kafka", Target: "orders", Count: 1},
	},
	Effects: []operation.Effect{
		{Kind: "db", Target: "orders", Action: "INSERT", Rows: &rows, Outcome: operation.EffectRolledBack},
		{Kind: "http", Target: "payment-gw", Action: "POST", Outcome: operation.EffectFailed},
	},
	Findings: []operation.Finding{{Kind: "n_plus_one", Severity: "high", Count: 103}},
	Attributes: operation.Attributes{
		"text": "Blue Moon", "number": int64(500), "ratio": 0.25, "big": 1e21, "flag": true, "numeric": "42", "zero": "007", "empty": "",
		"tags": []any{"red", "green", int64(7)}, "nested": map[string]any{"a": "<b>"}, "bytes": []byte("hi"), "nothing": nil, "nan": math.NaN(),
		"odd key": "x", "url.full": "http://h:1/a?id=1",
	},
}

var checkoutSpans = []*operation.Span{
	{
		TraceID: trace, SpanID: entry, Name: "POST /api/checkout", Kind: operation.SpanServer, Status: operation.StatusError,
		Duration: 1204 * time.Millisecond, ServiceName: "aios-api",
		Events: []operation.Event{{Name: "exception", Attributes: operation.Attributes{"exception.type": "PaymentTimeout"}}},
	},
	{
		TraceID: trace, SpanID: operation.SpanID{2}, ParentSpanID: entry, Name: "SELECT stock", Kind: operation.SpanClient, Status: operation.StatusUnset,
		Duration: 2 * time.Millisecond, ServiceName: "aios-api", Resource: operation.Attributes{"zone": "b"},
		Attributes: operation.Attributes{"db.system": "postgresql", "rows": int64(7)},
	},
	{
		TraceID: trace, SpanID: operation.SpanID{3}, ParentSpanID: entry, Name: "POST /charge", Kind: operation.SpanClient, Status: operation.StatusError,
		Duration: 800 * time.Millisecond, ServiceName: "aios-api", Attributes: operation.Attributes{"db.system.name": "redis"},
	},
}

func TestMatches(t *testing.T) {
	for file, want := range map[string]bool{"holds.txt": true, "fails.txt": false} {
		content, err := os.ReadFile("testdata/match/" + file)
		require.NoError(t, err)
		for line := range strings.Lines(string(content)) {
			q, err := Parse(line, now)
			require.NoError(t, err, line)
			if q.Filter == nil {
				continue
			}
			require.Equal(t, want, Matches(q.Filter, checkout, checkoutSpans...), "%s means %s", line, dump(q.Filter))
			require.Equal(t, !want, Matches(Not{q.Filter}, checkout, checkoutSpans...), "not %s", line)
		}
	}
}

// Of the spans of the checkout, by their number.
func TestMatchesSpan(t *testing.T) {
	for text, want := range map[string][]int{
		"": {0, 1, 2}, "status = error": {0, 2}, "status = ok": {1}, "duration > 1s": {0}, "span.duration < 1s": {1, 2}, "kind = CLIENT": {1, 2},
		"db.system = postgresql": {1}, "db.system = redis": {2}, "name = POST*": {0, 2}, "charge": {2}, "attr.rows = 7": {1}, "resource.zone = b": {1},
		"event.name = exception": {0}, "span = 0300000000000000": {2}, "parent_span_id IS NULL": {0}, "service = aios-api AND NOT status = error": {1},
		"trace = " + trace.String() + " | sort duration desc": {0, 1, 2},
	} {
		q, err := ParseSpans(text, now)
		require.NoError(t, err, text)
		var got []int
		for i, s := range checkoutSpans {
			if MatchesSpan(q.Filter, s) {
				got = append(got, i)
			}
		}
		require.Equal(t, want, got, text)
	}
}

func TestMatchesOddExpressions(t *testing.T) {
	user := recordField("user_id")
	for name, c := range map[string]struct {
		expr Expr
		want bool
	}{
		"nil holds for all":      {nil, true},
		"unknown field":          {Exists{Field{Name: "nonsense"}}, false},
		"unknown part":           {Quant{KindAny, OverEffects, Exists{Field{Name: "nonsense"}}}, false},
		"unknown list":           {Quant{KindAny, "nonsense", Text{""}}, false},
		"not an expression":      {Not{nil}, true},
		"bad regular expression": {Compare{user, Match, "("}, false},
		"value of another type":  {Compare{user, Gt, int64(1)}, false},
		"text in order":          {Compare{user, Gt, "1"}, false},
		"number with a text op":  {Compare{recordField("span_count"), Contains, int64(4)}, false},
		"odd attribute value":    {Compare{mapField("attributes", "text"), Eq, int64(1)}, false},
	} {
		require.Equal(t, c.want, Matches(c.expr, checkout), name)
	}
}

func TestNoSpansKept(t *testing.T) {
	for text, want := range map[string]bool{"any(status = error)": false, "all(status = error)": false, "none(status = error)": true} {
		q, err := Parse(text, now)
		require.NoError(t, err)
		require.Equal(t, want, Matches(q.Filter, checkout), text)
	}
}

// An attribute that can be written but not encoded is never found, and breaks nothing.
func TestMatchesUnencodable(t *testing.T) {
	op := &operation.Operation{Attributes: operation.Attributes{"f": map[string]any{"x": math.Inf(1)}}}
	require.False(t, Matches(Compare{mapField("attributes", "f"), Contains, "x"}, op))
}

func TestLikeIsAnchoredGlob(t *testing.T) {
	require.NoError(t, quick.Check(func(before, middle, after string) bool {
		text := before + middle + after
		return like([]rune("*"+middle+"*"), []rune(text)) &&
			like([]rune(before+"*"+after), []rune(text)) &&
			like([]rune(strings.Repeat("?", len([]rune(text)))), []rune(text)) &&
			!like([]rune(strings.Repeat("?", len([]rune(text))+1)), []rune(text))
	}, nil))
}
