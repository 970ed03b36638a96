package piiredactionprocessor

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/opslog/opslog/internal/pii"
	"github.com/opslog/opslog/processor/piiredactionprocessor/internal/metadatatest"
)

func allowOnly(keys ...string) func(*Config) {
	return func(c *Config) {
		c.Mode = "allowlist"
		c.Keys.Allowed = keys
	}
}

func TestAllowlistLetsOnlyListedKeysPassAndScansThem(t *testing.T) {
	got := attributesAfter(t, allowOnly("http.route", "order.*.sku", "note"), func(m pcommon.Map) {
		m.PutStr("http.route", "/orders")
		m.PutStr("note", "mail bob@example.com")
		m.PutStr("other", "harmless")
		m.PutInt("count", 3)
		order := m.PutEmptyMap("order")
		order.PutEmptyMap("first").PutStr("sku", "A-1")
		order.PutEmptyMap("second").PutStr("price", "12")
		list := m.PutEmptySlice("items")
		list.AppendEmpty().SetStr("x")
	})
	require.Equal(t, map[string]any{
		"http.route": "/orders",
		"note":       "mail [EMAIL]",
		"order":      map[string]any{"first": map[string]any{"sku": "A-1"}},
	}, got)
}

func TestAllowlistInBodies(t *testing.T) {
	w := newTestWalker(t, allowOnly("body.order.id", "message"))
	ld := plog.NewLogs()
	records := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	records.AppendEmpty().Body().SetStr("paid by bob@example.com")
	records.AppendEmpty().Body().SetStr(`{"order":{"id":7,"town":"X"},"message":"ok","n":[1,{"message":"in"}],"cut":"off`)
	m := records.AppendEmpty().Body().SetEmptyMap()
	m.PutStr("message", `{"any":"thing"}`)
	m.PutStr("town", "X")
	order := m.PutEmptyMap("order")
	order.PutInt("id", 7)
	order.PutStr("town", "X")
	w.logs(ld)
	require.Equal(t, "paid by [EMAIL]", records.At(0).Body().Str())
	cutOff := `{"order":{"id":7,"town":"[REDACTED:not_allowed]"},"message":"ok","n":["[REDACTED:not_allowed]",{"message":"in"}],"cut":[REDACTED:not_allowed]`
	require.Equal(t, cutOff, records.At(1).Body().Str())
	require.Equal(t, map[string]any{"message": `{"any":"thing"}`, "order": map[string]any{"id": int64(7)}}, records.At(2).Body().Map().AsRaw())
}

func TestServicesHaveRulesOfTheirOwn(t *testing.T) {
	td := ptrace.NewTraces()
	for _, service := range []string{"payments", "shop-web", "other"} {
		rs := td.ResourceSpans().AppendEmpty()
		rs.Resource().Attributes().PutStr("service.name", service)
		a := rs.ScopeSpans().AppendEmpty().Spans().AppendEmpty().Attributes()
		a.PutStr("note", "bob@example.com")
		a.PutStr("badge", "B-1")
	}
	redactTraces(t, func(c *Config) {
		c.Services = []ServiceConfig{
			{Match: []string{"payments"}, RulesConfig: RulesConfig{Keys: KeysConfig{Sensitive: []string{"badge"}}}},
			{Match: []string{"shop-*"}, RulesConfig: RulesConfig{Mode: "report"}},
		}
	}, td)
	got := map[string]map[string]any{}
	for _, rs := range td.ResourceSpans().All() {
		name, _ := rs.Resource().Attributes().Get("service.name")
		got[name.Str()] = rs.ScopeSpans().At(0).Spans().At(0).Attributes().AsRaw()
	}
	require.Equal(t, map[string]map[string]any{
		"payments": {"note": "[EMAIL]", "badge": "[REDACTED]"},
		"shop-web": {"note": "bob@example.com", "badge": "B-1"},
		"other":    {"note": "[EMAIL]", "badge": "B-1"},
	}, got)
}

func TestPathsMeanTheSameInAttributesAndBodies(t *testing.T) {
	w := newTestWalker(t, func(c *Config) { c.Keys.Sensitive = []string{"request.items[*].label", "$.body.town"} })
	ld := plog.NewLogs()
	record := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	nested := record.Attributes().PutEmptyMap("request").PutEmptySlice("items").AppendEmpty().SetEmptyMap()
	nested.PutStr("label", "x-1")
	nested.PutStr("town", "y")
	record.Attributes().PutStr("request.items", `[{"label":"x-1","town":"y"}]`)
	body := record.Body().SetEmptyMap()
	body.PutStr("town", "z-1")
	body.PutStr("request", `{"items":[{"label":"x-1"}]}`)
	w.logs(ld)
	require.Equal(t, map[string]any{
		"request":       map[string]any{"items": []any{map[string]any{"label": "[REDACTED]", "town": "y"}}},
		"request.items": `[{"label":"[REDACTED]","town":"y"}]`,
	}, record.Attributes().AsRaw())
	require.Equal(t, map[string]any{"town": "[REDACTED]", "request": `{"items":[{"label":"[REDACTED]"}]}`}, record.Body().Map().AsRaw())
}

func TestAuditAttributeNamesRules(t *testing.T) {
	td := ptrace.NewTraces()
	spans := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
	hit := spans.AppendEmpty()
	hit.SetName("mail bob@example.com")
	hit.Attributes().PutStr("password", "hunter2")
	spans.AppendEmpty().SetName("clean")
	change := func(c *Config) { c.Audit.Attribute = "redaction.rules" }
	redactTraces(t, change, td)
	want := map[string]any{"password": "[SECRET]", "redaction.rules": []any{"credential", "email"}}
	require.Equal(t, want, hit.Attributes().AsRaw())
	require.Zero(t, spans.At(1).Attributes().Len())
	redactTraces(t, change, td)
	require.Equal(t, want, hit.Attributes().AsRaw(), "a second pass")
}

func TestSamplesShowShapesAndAreRare(t *testing.T) {
	core, logged := observer.New(zap.InfoLevel)
	now := time.Unix(1000, 0)
	w := newTestWalker(t, nil)
	w.r.audit = newAudit(AuditConfig{SampleInterval: time.Minute}, zap.New(core), func() time.Time { return now })
	batch := func() {
		td := ptrace.NewTraces()
		td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty().SetName("card 4111 1111 1111 1111")
		_, err := w.r.traces(context.Background(), td)
		require.NoError(t, err)
	}
	batch()
	batch()
	require.Equal(t, 1, logged.Len())
	require.Equal(t, map[string]any{"rule": "card", "location": "name", "length": int64(19), "shape": "4*4 digits, luhn"}, logged.All()[0].ContextMap())
	now = now.Add(time.Minute)
	batch()
	require.Equal(t, 2, logged.Len())
}

func TestEntriesThatMatchNothingAreToldOnceAndCounted(t *testing.T) {
	core, logged := observer.New(zap.InfoLevel)
	tel := componenttest.NewTelemetry()
	t.Cleanup(func() { require.NoError(t, tel.Shutdown(context.Background())) })
	cfg := createDefaultConfig().(*Config)
	cfg.Keys.Sensitive = []string{"badge number", "badgeNumber"}
	set := metadatatest.NewSettings(tel)
	set.Logger = zap.New(core)
	r, err := newRedactor(cfg, set, "traces")
	require.NoError(t, err)
	now := time.Unix(1000, 0)
	r.audit.now = func() time.Time { return now }
	require.NoError(t, r.start(context.Background(), componenttest.NewNopHost()))
	require.Equal(t, 1, logged.FilterMessage("redaction entry without effect").Len())
	for range 3 {
		_, err = r.traces(context.Background(), ptrace.NewTraces())
		require.NoError(t, err)
		now = now.Add(time.Hour)
	}
	told := logged.FilterMessage("redaction entries that have matched nothing yet")
	require.Equal(t, 1, told.Len())
	require.Equal(t, []any{`keys.sensitive[0] "badge number"`, `keys.sensitive[1] "badgeNumber"`}, told.All()[0].ContextMap()["entries"])
	metadatatest.AssertEqualProcessorPiiRedactionUnmatchedEntries(t, tel, []metricdata.DataPoint[int64]{
		{Value: 2, Attributes: findingSignal},
	}, metricdatatest.IgnoreTimestamp())
	require.NoError(t, r.shutdown(context.Background()))
}

// TestFailuresOutsideOfValuesBlankTheRecord: nobody knows what has been walked.
func TestFailuresOutsideOfValuesBlankTheRecord(t *testing.T) {
	w := newTestWalker(t, nil)
	td := ptrace.NewTraces()
	span := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	span.SetSpanID([8]byte{1})
	span.SetName("mail bob@example.com")
	span.Attributes().PutStr("a", "b")
	w.record(func(label string) { blankSpan(span, label) }, func() { panic("a walker failed") })
	require.Equal(t, "[REDACTED:error]", span.Name())
	require.Zero(t, span.Attributes().Len())
	require.Equal(t, pcommon.SpanID([8]byte{1}), span.SpanID())
	require.Equal(t, []pii.Finding{{Rule: "error", Action: "replace", Count: 1}}, w.s.Findings())
}

func TestTooDeepMapsAreReplaced(t *testing.T) {
	got := attributesAfter(t, nil, func(m pcommon.Map) {
		for range 100 {
			m = m.PutEmptyMap("a")
		}
		m.PutStr("email", "bob@example.com")
	})
	depth := 0
	for m, ok := got, true; ok; m, ok = m["a"].(map[string]any) {
		depth++
		if depth == maxNesting+1 {
			require.Equal(t, "[REDACTED:limit]", m["a"])
		}
	}
	require.Equal(t, maxNesting+1, depth)
}
