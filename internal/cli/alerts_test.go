package cli

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
)

const firing = `{"id":"a1","rule":"HighErrorRate","type":"error_rate","severity":"warning","labels":{"service":"shop","operation":"POST /orders","environment":"prod"},
	"state":"firing","reason":"threshold","pending_at":"1763719320000000000","firing_at":"1763719320000000000","resolved_at":"0","active_at":"0","clear_at":"0",
	"value":0.25,"threshold":0.05,"errors":5,"total":20,"acked_by":"eve\u001b[2J","acked_at":"0","muted_until":"0","generation":1,
	"evidence":{"operation_id":"01000000000000000000000000000000","trace_id":"02000000000000000000000000000000","time":"0","first_seen":"0",
	"error_type":"Timeout","error_message":"charge timed out","fingerprint":"fp1:a","steps":["SELECT stock"],"incomplete":["INSERT orders (missing)"],"also_failed":["web GET /"]}}`

const errorGroup = `{"service":"shop","fingerprint":"fp1:a","type":"Timeout","message":"charge timed out","count":7,"users":3,"tenants":1,"operations":["POST /orders"],
	"versions":["2.4.1"],"first_seen":"1763719320000000000","last_seen":"1763719380000000000","first_example":"01","last_example":"02","state":"%s",
	"note":{"state":"resolved","version":"2.4.2","text":"retry","since":"1763719380000000000","by":"eve"}}`

func TestAlertOutputs(t *testing.T) {
	errors := `{"items":[` + fmt.Sprintf(errorGroup, "regressed") + `,` + fmt.Sprintf(errorGroup, "ongoing") + `]}`
	one := `{"items":[` + fmt.Sprintf(errorGroup, "regressed") + `]}`
	tested := `{"rule":{"name":"Checkout"},"range":{},"operations":1200,"told":2,"through":"1763719380000000000","partial":{"reason":"time_limit","searched_from":"0"},"transitions":[],
		"firings":[{"alert":` + firing + `,"from":"1763719320000000000","to":"1763719380000000000","firing":true}],
		"messages":[{"time":"1763719320000000000","title":"25 % of operations fail","text":"Timeout\nSince then"}]}`
	for name, c := range map[string]struct {
		args    []string
		answers map[string]string
	}{
		"alerts_ls":        {args: []string{"alerts", "ls", "--utc"}, answers: map[string]string{"/alerts": `{"items":[` + firing + `]}`}},
		"alerts_ls_fail":   {args: []string{"alerts", "ls", "--utc", "-o", "ndjson", "--fail"}, answers: map[string]string{"/alerts": `{"items":[` + firing + `]}`}},
		"alerts_none":      {args: []string{"alerts", "ls"}, answers: map[string]string{"/alerts": `{"items":[]}`}},
		"alerts_show":      {args: []string{"alerts", "show", "a1", "--utc"}, answers: map[string]string{"/alerts/a1": `{"alert":` + firing + `,"history":[{"alert":` + firing + `,"from":"pending","to":"firing","at":"1763719320000000000","key":"k"}]}`}},
		"alerts_unknown":   {args: []string{"alerts", "show", "zz"}},
		"alerts_ack":       {args: []string{"alerts", "ack", "a1"}, answers: map[string]string{"/alerts/a1/ack": firing}},
		"alerts_mute":      {args: []string{"alerts", "mute", "a1", "--for", "2h"}, answers: map[string]string{"/alerts/a1/mute": firing}},
		"alerts_mute_bare": {args: []string{"alerts", "mute", "a1"}},
		"alerts_unmute":    {args: []string{"alerts", "unmute", "a1"}, answers: map[string]string{"/alerts/a1/mute": firing}},
		"alerts_rules": {args: []string{"alerts", "rules"}, answers: map[string]string{
			"/alerts/rules": `{"items":[{"instance":"host","started":"0","evaluation_interval":"10s","rules":[{"name":"Rate","type":"error_rate"}],"notifiers":[]}]}`}},
		"alerts_test":       {args: []string{"alerts", "test", "testdata/rules/config.yaml", "--utc"}, answers: map[string]string{"/alerts/rules/test": tested}},
		"alerts_test_empty": {args: []string{"alerts", "test", "testdata/rules/empty.yaml"}},
		"alerts_backtest":   {args: []string{"alerts", "backtest", "testdata/rules/config.yaml", "--utc"}, answers: map[string]string{"/alerts/rules/test": tested}},
		"errors":            {args: []string{"errors", "--utc"}, answers: map[string]string{"/errors": errors}},
		"errors_fail":       {args: []string{"errors", "--utc", "--regressed", "--fail", "-q"}, answers: map[string]string{"/errors": one}},
		"errors_one":        {args: []string{"errors", "fp1:a", "--utc"}, answers: map[string]string{"/errors": one}},
		"errors_unknown":    {args: []string{"errors", "fp1:b"}, answers: map[string]string{"/errors": `{"items":[]}`}},
		"errors_resolve":    {args: []string{"errors", "fp1:a", "--resolve", "--in-version", "2"}, answers: map[string]string{"/errors": one, "/errors/fp1:a": `{"state":"resolved"}`}},
		"errors_which":      {args: []string{"errors", "fp1:a", "--ignore-until", "7d"}, answers: map[string]string{"/errors": errors}},
		"errors_merge": {args: []string{"errors", "fp1:a", "--merge", "fp1:b", "--service", "shop"},
			answers: map[string]string{"/errors/merge": `{"service":"shop","fingerprints":["fp1:a","fp1:b"]}`}},
		"errors_split": {args: []string{"errors", "fp1:a", "--split", "fp1:b", "-o", "json"},
			answers: map[string]string{"/errors": one, "/errors/fp1:a/split": `{"service":"shop","fingerprints":[]}`}},
		"errors_merge_bare": {args: []string{"errors", "--merge", "fp1:b"}},
		"errors_no_id":      {args: []string{"errors", "--ignore"}},
		"errors_bad_until":  {args: []string{"errors", "fp1:a", "--ignore-until", "someday"}},
		"errors_stray_note": {args: []string{"errors", "fp1:a", "--note", "hm"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			for path, text := range c.answers {
				s.answers[path] = text
			}
			stdout, stderr, code := s.run(t, c.args...)
			golden(t, filepath.Join("testdata", "outputs", name+".txt"), fmt.Appendf(nil, "%s----\n%s----\nexit %d\n", stdout, stderr, code))
		})
	}
}

func TestErrorsAsk(t *testing.T) {
	s := newServer(t)
	s.answers["/errors"] = `{"items":[]}`
	_, _, _ = s.run(t, "errors", "--new", "--service", "shop", "--where", "kind = command", "--sort", "users", "-n", "5")
	_, _, _ = s.run(t, "errors", `fp1:"a`, "--where", "kind = command")
	assert.Equal(t, []string{
		"/errors?from=now-24h&limit=5&q=kind+%3D+command&service=shop&sort=users&state=new",
		"/errors?from=now-24h&limit=50&q=%28kind+%3D+command%29+AND+error_fingerprint+%3D+%22fp1%3A%5C%22a%22",
	}, s.asked)
}

func TestDecisions(t *testing.T) {
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		decision
		want api.ErrorNote
	}{
		"resolve":  {decision{resolve: true, version: "2"}, api.ErrorNote{State: api.ErrorResolved, Version: "2"}},
		"ignore":   {decision{ignore: true, note: "old"}, api.ErrorNote{State: api.ErrorIgnored, Text: "old"}},
		"until":    {decision{until: "7d"}, api.ErrorNote{State: api.ErrorIgnored, Until: operation.TimeOf(now.Add(7 * 24 * time.Hour))}},
		"day":      {decision{until: "2026-03-08"}, api.ErrorNote{State: api.ErrorIgnored, Until: operation.TimeOf(now.Add(7 * 24 * time.Hour))}},
		"expected": {decision{expected: true, maxRate: 0.02}, api.ErrorNote{State: api.ErrorExpected, MaxRate: 0.02}},
		"reopen":   {decision{reopen: true}, api.ErrorNote{State: api.ErrorOngoing}},
	} {
		got, decides, err := c.api(now)
		require.NoError(t, err, name)
		assert.True(t, decides, name)
		assert.Equal(t, c.want, got, name)
	}
}

// A rule that is wrong does not keep the others from being tested.
func TestWrongRules(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		problem(w, api.BadRequest("rule", "type is \"nonsense\""))
	}))
	defer server.Close()
	s := newServer(t)
	s.Server = server
	stdout, stderr, code := s.run(t, "alerts", "test", "testdata/rules/config.yaml")
	assert.Empty(t, stdout)
	assert.Contains(t, stderr, "✕ Checkout: type is \"nonsense\"")
	assert.Equal(t, exitCheck, code)
}
