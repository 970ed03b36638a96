package piiredactionprocessor

import (
	"bytes"
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/opslog/opslog/processor/piiredactionprocessor/internal/metadata"
)

// canaries are one secret of every kind that is found by its value. They are put
// together here, so that no scanner of repositories takes them for real.
var canaries = map[string]string{
	"email":         "jane.roe" + "@" + "example.org",
	"email_percent": "jane.roe" + "%40" + "example.org",
	"email_entity":  "jane.roe" + "&#64;" + "example.org",
	"email_escape":  "jane.roe" + `\u0040` + "example.org",
	"email_base64":  "amFuZS5yb2VAZXhhbXBsZS5vcmcgd3JvdGU=",
	"email_hex":     "6a616e652e726f65406578616d706c652e6f7267",
	"card":          "4111 1111" + " 1111 1111",
	"card_plain":    "555555555" + "5554444",
	"iban":          "DE89370400" + "440532013000",
	"ssn":           "078-05" + "-1120",
	"phone":         "+1 415" + "-555-2671",
	"phone_nanp":    "(415) " + "555-2671",
	"ip":            "203.0" + ".113.77",
	"ipv6":          "2001:4860:" + "4860::8888",
	"mac":           "00:1b:44" + ":11:3a:b7",
	"es.dni":        "12345678" + "Z",
	"br.cpf":        "529.982." + "247-25",
	"kr.rrn":        "900101-" + "1234568",
	"ch.ahv":        "756.9217." + "0769.85",
	"bitcoin":       "1BvBMSEYstWetqTFn5" + "Au4m4GFg7xJaNVN2",
	"home_path":     "/home/jane" + ".roe/orders.csv",
	"jwt":           "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0" + ".dozjgNryP4J3jVmNHl0w5N",
	"bearer":        "Bearer " + "mF_9.B5f-4.1JqM",
	"basic":         "Basic " + "dXNlcjpwYXNzd29yZA==",
	"private_key":   "-----BEGIN RSA PRIVATE" + " KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE" + " KEY-----",
	"password_hash": "$2b$12$" + "EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW",
	"github":        "ghp" + "_16C7e42F292c6912E7710c838347Ae178B4a",
	"gitlab":        "glpat-" + "zY2x9wVu8tSr7qPo6nMl",
	"aws":           "AKIA" + "IOSFODNN7EXAMPLE",
	"google":        "AIza" + "SyDaGmWKa4JsXZ-HjGw7ISLn_3namBGewQe",
	"stripe":        "sk_live" + "_4eC39HqLyjWDarjtT1zdp7dc",
	"slack":         "xoxb" + "-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzqqgy",
	"npm":           "npm" + "_9aB8cD7eF6gH5iJ4kL3mN2oP1qR0sT9uV8wX",
	"url":           "postgres://app:" + "s3cr3t-pw@db:5432/shop",
	"random":        "API key " + "Zk3xQ8vLm2Rt7WcYbN4dPfG9",
	"assignment":    "password=" + "hunter2-canary",
	"connection":    "Server=db;User Id=sa;Password=" + "hunter2-canary",
	"header":        "Cookie: sid=" + "hunter2-canary",
	"flag":          "--password " + "hunter2-canary",
	"form":          "page=2&access_token=" + "hunter2-canary",
	"json":          `{"password":"` + `hunter2-canary"}`,
	"json_name":     `{"first_name":"` + `hunter2-canary"}`,
	"xml":           `<password>` + `hunter2-canary</password>`,
	"sql":           `UPDATE users SET password = '` + `hunter2-canary' WHERE id = 1`,
}

// secretPart is what must not survive: the scheme and the key's name may stay.
func secretPart(secret string) string {
	if strings.Contains(secret, "hunter2-canary") {
		return "hunter2-canary"
	}
	for _, prefix := range []string{"Bearer ", "Basic ", "API key ", "postgres://", "/home/"} {
		secret = strings.TrimPrefix(secret, prefix)
	}
	return strings.TrimSuffix(strings.TrimSuffix(secret, "@db:5432/shop"), "/orders.csv")
}

// TestCanaries plants every secret in every field of every signal. The fields
// are found by reflection: a field that pdata gains and the walker does not
// visit makes this test fail.
func TestCanaries(t *testing.T) {
	for name, secret := range canaries {
		t.Run(name, func(t *testing.T) {
			for signal, wire := range redactFilled(t, secret) {
				require.NotContains(t, string(wire), secretPart(secret), "left in %s", signal)
			}
		})
	}
}

// TestFillReachesEveryField guards the test above: what the filler plants is there.
func TestFillReachesEveryField(t *testing.T) {
	const mark = "canary-mark"
	td, ld, md := ptrace.NewTraces(), plog.NewLogs(), pmetric.NewMetrics()
	fill(reflect.ValueOf(td), mark)
	fill(reflect.ValueOf(ld), mark)
	fill(reflect.ValueOf(md), mark)
	require.GreaterOrEqual(t, bytes.Count(marshalTraces(t, td), []byte(mark)), 45)
	require.GreaterOrEqual(t, bytes.Count(marshalLogs(t, ld), []byte(mark)), 30)
	require.GreaterOrEqual(t, bytes.Count(marshalMetrics(t, md), []byte(mark)), 100)
	require.Equal(t, 5, md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().Len(), "one metric of each type")
}

func redactFilled(t *testing.T, secret string) map[string][]byte {
	ctx := context.Background()
	set := processortest.NewNopSettings(metadata.Type)
	cfg := createDefaultConfig()

	td := ptrace.NewTraces()
	fill(reflect.ValueOf(td), secret)
	traces := new(consumertest.TracesSink)
	tp, err := NewFactory().CreateTraces(ctx, set, cfg, traces)
	require.NoError(t, err)
	require.NoError(t, tp.Start(ctx, componenttest.NewNopHost()))
	require.NoError(t, tp.ConsumeTraces(ctx, td))
	require.NoError(t, tp.Shutdown(ctx))

	ld := plog.NewLogs()
	fill(reflect.ValueOf(ld), secret)
	logs := new(consumertest.LogsSink)
	lp, err := NewFactory().CreateLogs(ctx, set, cfg, logs)
	require.NoError(t, err)
	require.NoError(t, lp.ConsumeLogs(ctx, ld))
	require.NoError(t, lp.Shutdown(ctx))

	md := pmetric.NewMetrics()
	fill(reflect.ValueOf(md), secret)
	metrics := new(consumertest.MetricsSink)
	mp, err := NewFactory().CreateMetrics(ctx, set, cfg, metrics)
	require.NoError(t, err)
	require.NoError(t, mp.ConsumeMetrics(ctx, md))
	require.NoError(t, mp.Shutdown(ctx))

	return map[string][]byte{
		"traces":  marshalTraces(t, traces.AllTraces()[0]),
		"logs":    marshalLogs(t, logs.AllLogs()[0]),
		"metrics": marshalMetrics(t, metrics.AllMetrics()[0]),
	}
}

func marshalTraces(t *testing.T, td ptrace.Traces) []byte {
	b, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
	require.NoError(t, err)
	return b
}

func marshalLogs(t *testing.T, ld plog.Logs) []byte {
	b, err := (&plog.ProtoMarshaler{}).MarshalLogs(ld)
	require.NoError(t, err)
	return b
}

func marshalMetrics(t *testing.T, md pmetric.Metrics) []byte {
	b, err := (&pmetric.ProtoMarshaler{}).MarshalMetrics(md)
	require.NoError(t, err)
	return b
}

// fill plants text in everything that the pdata value v can reach: string
// setters, raw setters, maps, values, and new elements of slices.
func fill(v reflect.Value, text string) {
	switch x := v.Interface().(type) {
	case pcommon.Map:
		fillMap(x, text)
		return
	case pcommon.Value:
		x.SetStr("see " + text)
		return
	case pcommon.ByteSlice:
		x.FromRaw([]byte("see " + text))
		return
	case pcommon.StringSlice:
		x.FromRaw([]string{"see " + text})
		return
	}
	if grow := v.MethodByName("AppendEmpty"); grow.IsValid() {
		fillSlice(grow, text)
		return
	}
	for i := range v.NumMethod() {
		m, name := v.Method(i), v.Type().Method(i).Name
		in := m.Type()
		switch {
		case (strings.HasPrefix(name, "Set") || name == "FromRaw") && in.NumIn() == 1 && in.In(0).Kind() == reflect.String:
			m.Call([]reflect.Value{reflect.ValueOf("see " + text)})
		case in.NumIn() == 0 && in.NumOut() == 1 && isData(in.Out(0)) && !isChoice(v, name):
			fill(m.Call(nil)[0], text)
		}
	}
}

// fillSlice adds one element, or one of each choice where the element is a oneof.
func fillSlice(grow reflect.Value, text string) {
	element := grow.Type().Out(0)
	choices := 0
	for i := range element.NumMethod() {
		name := element.Method(i).Name
		if strings.HasPrefix(name, "SetEmpty") && element != reflect.TypeFor[pcommon.Value]() {
			e := grow.Call(nil)[0]
			chosen := e.MethodByName(name).Call(nil)[0]
			fill(e, text)
			fill(chosen, text)
			choices++
		}
	}
	if choices == 0 {
		fill(grow.Call(nil)[0], text)
	}
}

// isData tells pdata's own structures from enumerations and numbers.
func isData(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && strings.Contains(t.PkgPath(), "collector/pdata")
}

// isChoice tells whether a getter belongs to one branch of a oneof.
func isChoice(v reflect.Value, name string) bool {
	return v.MethodByName("SetEmpty" + name).IsValid()
}

func fillMap(m pcommon.Map, text string) {
	m.PutStr("note", "see "+text+" there")
	m.PutStr(text, "the secret is in the key")
	m.PutEmptyBytes("raw").FromRaw([]byte("see " + text))
	nested := m.PutEmptyMap("nested")
	nested.PutStr("deep", text)
	list := nested.PutEmptySlice("list")
	list.AppendEmpty().SetStr(text)
	list.AppendEmpty().SetEmptyMap().PutStr(text, text)
	m.PutStr("http.request.body", `{"a":[{"b":"`+strings.ReplaceAll(strings.ReplaceAll(text, "\n", `\n`), `"`, `\"`)+`"}]}`)
}
