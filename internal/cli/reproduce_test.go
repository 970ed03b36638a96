package cli

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/reproduce"
)

// asked is an operation with all that a request can have.
func asked(change func(*operation.Operation)) *operation.Operation {
	op := &operation.Operation{ID: operation.ID{1}, Transport: operation.TransportHTTP, Kind: operation.KindCommand, Status: operation.StatusError,
		Method: "POST", Name: "POST /orders/{id}", Target: "/orders/4 2", RequestBody: `{"email":"[EMAIL]","note":"it's $HOME"}`,
		RequestHeaders: operation.Attributes{"Authorization": []any{"Bearer eyJ"}, "cookie": "a=b", "x-api-key": []any{"[SECRET:github]"},
			"accept": []any{"text/html", "application/json"}, "x-evil": []any{"a\r\nInjected: yes"}, "bad name": "x", "traceparent": "00-old", "content-length": "12"},
		Attributes: operation.Attributes{"server.address": "shop.example", "server.port": int64(8443), "url.scheme": "https", "url.query": "a=1&mail=[EMAIL]"}}
	if change != nil {
		change(op)
	}
	return op
}

func reproduced(t *testing.T, r *reproduction, op *operation.Operation) *reproduce.Text {
	t.Helper()
	r.random = bytes.NewReader(bytes.Repeat([]byte{7}, 24))
	out, err := r.write(op)
	require.NoError(t, err)
	return out
}

func TestReproduceForms(t *testing.T) {
	rpc := func(o *operation.Operation) {
		o.Transport, o.Name, o.Target, o.Method = operation.TransportRPC, "shop.v1.Orders/Create", "", "Create"
		o.Attributes["url.scheme"], o.Attributes["url.query"] = "http", ""
	}
	for name, c := range map[string]struct {
		r      reproduction
		change func(*operation.Operation)
	}{
		"curl":         {r: reproduction{}},
		"curl_base":    {r: reproduction{baseURL: "http://localhost:8080/api/"}},
		"curl_unknown": {change: func(o *operation.Operation) { o.Attributes, o.RequestSize, o.RequestBody = nil, 12, "" }},
		"curl_odd":     {change: func(o *operation.Operation) { o.RequestBody, o.Truncated = "a\x1b[31m\\'b", true }},
		"http":         {r: reproduction{as: "http"}},
		"json":         {r: reproduction{as: "json"}},
		"grpcurl":      {change: rpc},
		"rpc_json":     {r: reproduction{as: "json"}, change: rpc},
	} {
		t.Run(name, func(t *testing.T) {
			out := reproduced(t, &c.r, asked(c.change))
			assert.NotContains(t, out.Text, "eyJ", "the recorded secret")
			assert.NotContains(t, out.Text, "\x1b")
			golden(t, filepath.Join("testdata", "reproduce", name+".txt"), []byte(out.Text+"----\n"+strings.Join(out.Warnings, "\n")+"\n"))
		})
	}
}

func TestReproduceRefuses(t *testing.T) {
	for want, change := range map[string]func(*operation.Operation){
		"this operation changed something: INSERT orders: sending": func(o *operation.Operation) {
			o.Effects = []operation.Effect{{Action: "INSERT", Target: "orders", Outcome: operation.EffectDone}}
		},
		"changed something: INSERT orders and 1 more": func(o *operation.Operation) {
			o.Kind = operation.KindUnknown
			o.Effects = []operation.Effect{{Action: "INSERT", Target: "orders", Outcome: operation.EffectDone}, {Outcome: operation.EffectDone}}
		},
		"destroys data":               func(o *operation.Operation) { o.Destructive = true },
		"is a command that succeeded": func(o *operation.Operation) { o.Status = operation.StatusOK },
	} {
		r := reproduction{random: bytes.NewReader(make([]byte, 24))}
		_, err := r.write(asked(change))
		assert.ErrorContains(t, err, want)
		assert.Equal(t, exitFailure, ExitCode(err))
		reproduced(t, &reproduction{forceCommand: true}, asked(change))
	}
	reproduced(t, &reproduction{}, asked(func(o *operation.Operation) {
		o.Effects = []operation.Effect{{Action: "INSERT", Target: "orders", Outcome: operation.EffectRolledBack}}
	}))
	for _, c := range []struct {
		as, transport, want string
	}{{"curl", "rpc", "is an RPC"}, {"grpcurl", "http", "is no RPC"}, {"http", "message", "was not asked for over HTTP or RPC"}, {"pdf", "http", `--as is "pdf"`}} {
		r := reproduction{as: c.as, random: bytes.NewReader(make([]byte, 24))}
		_, err := r.write(asked(func(o *operation.Operation) { o.Transport = c.transport }))
		assert.ErrorContains(t, err, c.want)
	}
	r := reproduction{baseURL: "nope", random: bytes.NewReader(make([]byte, 24))}
	_, err := r.write(asked(nil))
	assert.ErrorContains(t, err, "--base-url")
}

func TestNeutral(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "plain": "plain", "-12.5": "-12.5", "+5%": "+5%", "42": "42", "=1+1": "'=1+1", "+49 30": "'+49 30", "@SUM(A1)": "'@SUM(A1)", "-cmd": "'-cmd",
		"a\nb": "a b", "\x1b[2J": "·[2J", "|calc": "'|calc", "\t=1": " =1", "1.2.3": "1.2.3", "-1.2.3": "'-1.2.3",
	} {
		assert.Equal(t, want, neutral(in))
	}
}

func TestSpark(t *testing.T) {
	assert.Equal(t, "▁·▅█", spark([]any{0.0, nil, 5.0, 10.0}, 10))
	assert.Equal(t, "▅█", spark([]any{1.0, 5.0, 2.0, 10.0}, 2))
	assert.Equal(t, "▁▁", spark([]any{0.0, 0.0}, 10))
	assert.Empty(t, spark(nil, 10))
}
