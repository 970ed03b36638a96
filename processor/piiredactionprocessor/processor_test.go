package piiredactionprocessor

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"

	"github.com/opslog/opslog/processor/piiredactionprocessor/internal/metadatatest"
)

// attributesAfter redacts one span with these attributes.
func attributesAfter(t *testing.T, change func(*Config), fill func(pcommon.Map)) map[string]any {
	td := ptrace.NewTraces()
	span := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	fill(span.Attributes())
	redactTraces(t, change, td)
	return span.Attributes().AsRaw()
}

func redactTraces(t *testing.T, change func(*Config), td ptrace.Traces) *componenttest.Telemetry {
	cfg := createDefaultConfig().(*Config)
	if change != nil {
		change(cfg)
	}
	tel := componenttest.NewTelemetry()
	t.Cleanup(func() { require.NoError(t, tel.Shutdown(context.Background())) })
	p, err := NewFactory().CreateTraces(context.Background(), metadatatest.NewSettings(tel), cfg, consumertest.NewNop())
	require.NoError(t, err)
	require.True(t, p.Capabilities().MutatesData)
	require.NoError(t, p.ConsumeTraces(context.Background(), td))
	require.NoError(t, p.Shutdown(context.Background()))
	return tel
}

func TestTypesAreKept(t *testing.T) {
	got := attributesAfter(t, nil, func(m pcommon.Map) {
		m.PutInt("order.id", 4111111111111111)
		m.PutInt("payment.pan", 4111111111111111)
		m.PutInt("http.response.status_code", 200)
		m.PutDouble("amount", 12.5)
		m.PutDouble("note", 4111111111111111)
		m.PutBool("password_reset_required", true)
		m.PutBool("password", true)
		m.PutInt("pin", 1234)
		m.PutEmptyBytes("body").FromRaw([]byte("to bob@example.com"))
		m.PutEmptySlice("http.request.header.cookie").AppendEmpty().SetStr("sid=abcdef")
		m.PutEmptySlice("http.request.header.authorization").AppendEmpty().SetStr("Bearer abc123def")
		user := m.PutEmptyMap("user")
		user.PutStr("password", "hunter2")
		user.PutInt("age", 33)
		m.PutEmptyMap("credentials").PutStr("user", "bob")
		m.PutEmptyMap("phone")
	})
	require.Equal(t, map[string]any{
		"order.id":                          int64(4111111111111111),
		"payment.pan":                       "[CARD]",
		"http.response.status_code":         int64(200),
		"amount":                            12.5,
		"note":                              "[CARD]",
		"password_reset_required":           true,
		"password":                          true,
		"pin":                               "[SECRET]",
		"body":                              []byte("to [EMAIL]"),
		"http.request.header.cookie":        []any{"sid=[COOKIE]"},
		"http.request.header.authorization": []any{"Bearer [SECRET]"},
		"user":                              map[string]any{"password": "[SECRET]", "age": int64(33)},
		"credentials":                       "[SECRET]",
		"phone":                             map[string]any{},
	}, got)
}

func TestKeysAreRenamedAndStayApart(t *testing.T) {
	got := attributesAfter(t, nil, func(m pcommon.Map) {
		m.PutInt("bob@example.com", 1)
		m.PutInt("eve@example.com", 2)
		m.PutInt("other", 3)
	})
	require.Equal(t, map[string]any{"[EMAIL]": int64(1), "[EMAIL]_2": int64(2), "other": int64(3)}, got)
}

func TestRemoveDropsTheAttribute(t *testing.T) {
	got := attributesAfter(t, func(c *Config) { c.Rules = map[string]RuleConfig{"credential": {Action: "remove"}} },
		func(m pcommon.Map) {
			m.PutStr("password", "hunter2")
			m.PutStr("kept", "x")
		})
	require.Equal(t, map[string]any{"kept": "x"}, got)
}

func TestOwnReplacementAndKeptTypes(t *testing.T) {
	change := func(c *Config) {
		c.KeepType = true
		c.Rules = map[string]RuleConfig{"email": {Replacement: "[HIDDEN]"}, "vendor_token": {Replacement: "****"}}
		c.KeyRules = []KeyRuleConfig{{Name: "badge", Keys: []string{"badge"}, Replacement: "REDACTED"}}
	}
	fill := func(m pcommon.Map) {
		m.PutStr("note", "mail bob@example.com with gh"+"p_0123456789abcdefghijABCDEFGHIJ012345")
		m.PutStr("body", `{"pin":123456,"n":2}`)
		m.PutInt("password", 123456)
		m.PutDouble("paid.with", 4111111111111111)
		m.PutStr("badge", "A-77")
	}
	want := map[string]any{
		"note": "mail [HIDDEN] with ****", "body": `{"pin":0,"n":2}`, "password": int64(0), "paid.with": float64(0), "badge": "REDACTED",
	}
	got := attributesAfter(t, change, fill)
	require.Equal(t, want, got)
	require.Equal(t, want, attributesAfter(t, change, func(m pcommon.Map) { require.NoError(t, m.FromRaw(got)) }), "a second pass changed it")
}

func TestUserKeysAndPatterns(t *testing.T) {
	got := attributesAfter(t, func(c *Config) {
		c.Keys = KeysConfig{Sensitive: []string{"badge number"}, Safe: []string{"session.id"}}
		c.Patterns = []PatternConfig{{Name: "employee", Regex: `EMP-\d{6}`}}
	}, func(m pcommon.Map) {
		m.PutStr("employee.badgeNumber", "A-77")
		m.PutStr("body", `{"badge":{"number":"A-77"},"n":"EMP-123456"}`)
		m.PutStr("session.id", "s-123456")
	})
	require.Equal(t, map[string]any{
		"employee.badgeNumber": "[REDACTED]",
		"body":                 `{"badge":{"number":"[REDACTED]"},"n":"[REDACTED:employee]"}`,
		"session.id":           "s-123456",
	}, got)
}

func TestReportChangesNothingAndCounts(t *testing.T) {
	td := ptrace.NewTraces()
	span := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	span.SetName("mail bob@example.com")
	span.Attributes().PutStr("password", "hunter2")
	tel := redactTraces(t, func(c *Config) { c.Mode = "report" }, td)

	require.Equal(t, "mail bob@example.com", span.Name())
	require.Equal(t, map[string]any{"password": "hunter2"}, span.Attributes().AsRaw())
	metadatatest.AssertEqualProcessorPiiRedactionFindings(t, tel, []metricdata.DataPoint[int64]{
		{Value: 1, Attributes: findingAttributes("email", "report", "name")},
		{Value: 1, Attributes: findingAttributes("credential", "report", "attributes")},
	}, metricdatatest.IgnoreTimestamp())
}

func TestMetricsHoldCountsOnly(t *testing.T) {
	td := ptrace.NewTraces()
	span := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	span.Status().SetMessage("bob@example.com and eve@example.com")
	tel := redactTraces(t, nil, td)
	require.Equal(t, "[EMAIL] and [EMAIL]", span.Status().Message())
	metadatatest.AssertEqualProcessorPiiRedactionFindings(t, tel, []metricdata.DataPoint[int64]{
		{Value: 2, Attributes: findingAttributes("email", "replace", "status")},
	}, metricdatatest.IgnoreTimestamp())
	metadatatest.AssertEqualProcessorPiiRedactionValuesScanned(t, tel, []metricdata.DataPoint[int64]{
		{Value: 1, Attributes: findingSignal},
	}, metricdatatest.IgnoreTimestamp())
}

var findingSignal = attribute.NewSet(attribute.String("signal", "traces"))

func findingAttributes(rule, action, location string) attribute.Set {
	return attribute.NewSet(attribute.String("rule", rule), attribute.String("action", action),
		attribute.String("signal", "traces"), attribute.String("location", location))
}

func TestLogBodiesOfEveryShape(t *testing.T) {
	w := newTestWalker(t, nil)
	ld := plog.NewLogs()
	records := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	records.AppendEmpty().Body().SetStr(`login bob@example.com password=hunter2`)
	records.AppendEmpty().Body().SetEmptyMap().PutStr("password", "hunter2")
	records.AppendEmpty().Body().SetEmptySlice().AppendEmpty().SetStr("bob@example.com")
	records.AppendEmpty().Body().SetInt(4111111111111111)
	records.AppendEmpty().Body().SetEmptyBytes().FromRaw([]byte(`{"token":"abcdef"}`))
	w.logs(ld)
	require.Equal(t, `login [EMAIL] password=[SECRET]`, records.At(0).Body().Str())
	require.Equal(t, map[string]any{"password": "[SECRET]"}, records.At(1).Body().Map().AsRaw())
	require.Equal(t, []any{"[EMAIL]"}, records.At(2).Body().Slice().AsRaw())
	require.Equal(t, "[CARD]", records.At(3).Body().Str())
	require.JSONEq(t, `{"token":"[SECRET]"}`, string(records.At(4).Body().Bytes().AsRaw()))
}

func newTestWalker(t testing.TB, change func(*Config)) *walker {
	cfg := createDefaultConfig().(*Config)
	if change != nil {
		change(cfg)
	}
	r, err := newRedactor(cfg, metadatatest.NewSettings(componenttest.NewTelemetry()), "traces")
	require.NoError(t, err)
	return r.begin()
}
