package opslogqueryextension

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/alert"
	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/watch"
)

// keep stores what a process that watches would have stored.
func (s *shop) keep(t *testing.T, key string, value any) {
	t.Helper()
	text, err := json.Marshal(value)
	require.NoError(t, err)
	_, err = s.backend.PutState(t.Context(), key, text, store.AnyRevision)
	require.NoError(t, err)
}

func TestAlerts(t *testing.T) {
	s := openShop(t, nil)
	assert.Empty(t, get[api.AlertList](t, s.base+"/alerts").Items)
	a := alert.Alert{
		ID: "a1", Rule: "HighErrorRate", Type: "error_rate", Severity: "warning", Labels: map[string]string{"service": "shop"}, State: alert.StateFiring,
		Reason: alert.ReasonThreshold, FiringAt: s.start, Value: 0.1,
	}
	s.keep(t, watch.AlertPrefix+"a1", a)
	s.keep(t, watch.HistoryPrefix+"a1/1", alert.Transition{Alert: a, From: alert.StatePending, To: alert.StateFiring, At: s.start, Key: "k"})
	for parameters, want := range map[string]int{"": 1, "?state=firing": 1, "?state=pending": 0, "?service=shop&rule=HighErrorRate&severity=warning": 1, "?service=web": 0} {
		assert.Len(t, get[api.AlertList](t, s.base+"/alerts"+parameters).Items, want, parameters)
	}
	assert.Len(t, get[api.AlertDetail](t, s.base+"/alerts/a1").History, 1)
	status, _, _ := ask(t, s.base+"/alerts/none")
	assert.Equal(t, http.StatusNotFound, status)

	status, _, body := do(t, http.MethodPost, s.base+"/alerts/a1/ack", `{}`)
	require.Equal(t, http.StatusOK, status, body)
	assert.Equal(t, "anonymous", get[api.AlertDetail](t, s.base+"/alerts/a1").Alert.AckedBy)
	status, _, body = do(t, http.MethodPost, s.base+"/alerts/a1/mute", `{"duration":"2h","reason":"being mended"}`)
	require.Equal(t, http.StatusOK, status, body)
	muted := get[api.AlertDetail](t, s.base+"/alerts/a1").Alert
	assert.InDelta(t, 2*time.Hour, time.Until(muted.MutedUntil.Std()), float64(time.Minute))
	status, _, _ = do(t, http.MethodPost, s.base+"/alerts/a1/mute", `{"until":"now+2h"}`)
	assert.Equal(t, http.StatusOK, status)
	status, _, _ = do(t, http.MethodDelete, s.base+"/alerts/a1/mute", "")
	assert.Equal(t, http.StatusOK, status)
	assert.Zero(t, get[api.AlertDetail](t, s.base+"/alerts/a1").Alert.MutedUntil)
	for body, want := range map[string]string{
		`{}`: "want one of duration", `{"duration":"2h","until":"now"}`: "want one of duration", `{"duration":"soon"}`: `duration is \"soon\"`,
		`{"until":"now-1h"}`: "in the future", `{"until":"9999h"}`: "until", `{"duration":"3000h"}`: "within", `{"for":"2h"}`: "unknown field",
	} {
		status, _, text := do(t, http.MethodPost, s.base+"/alerts/a1/mute", body)
		assert.Equal(t, http.StatusBadRequest, status, body)
		assert.Contains(t, text, want)
	}
	status, _, _ = do(t, http.MethodPost, s.base+"/alerts/none/ack", `{}`)
	assert.Equal(t, http.StatusNotFound, status)

	s.keep(t, watch.RulePrefix+"host", alert.RuleSet{Instance: "host", Started: operation.TimeOf(time.Now()), Rules: (&alert.Config{Rules: alert.DefaultRules()}).Effective(), Notifiers: []string{}})
	rules := get[api.RuleList](t, s.base+"/alerts/rules").Items
	require.Len(t, rules, 1)
	assert.Equal(t, "5m0s", rules[0].Rules[2]["window"])
}

func TestReadOnlyAlerts(t *testing.T) {
	s := openShop(t, func(c *Config) { c.ReadOnly = true })
	for _, path := range []string{"/alerts/a1/ack", "/alerts/a1/mute"} {
		status, _, body := do(t, http.MethodPost, s.base+path, `{}`)
		assert.Equal(t, http.StatusForbidden, status, body)
	}
	status, _, body := do(t, http.MethodPost, s.base+"/alerts/rules/test", `{"rule":{"name":"New","type":"new_error"}}`)
	assert.Equal(t, http.StatusOK, status, body)
}

func TestRulesOnStoredOperations(t *testing.T) {
	s := openShop(t, nil)
	test := func(body string) api.RuleTested {
		t.Helper()
		status, _, text := do(t, http.MethodPost, s.base+"/alerts/rules/test", body)
		require.Equal(t, http.StatusOK, status, text)
		var out api.RuleTested
		require.NoError(t, json.Unmarshal([]byte(text), &out))
		return out
	}
	got := test(`{"rule":{"name":"New","type":"new_error"}}`)
	assert.EqualValues(t, 81, got.Operations)
	assert.Equal(t, 2, got.Told, "first seen, and not seen again")
	require.Len(t, got.Firings, 1)
	assert.InDelta(t, 15*time.Minute, time.Duration(got.Firings[0].To-got.Firings[0].From), float64(time.Minute))
	assert.Equal(t, "New error PaymentTimeout: charge timed out in shop POST /checkout", got.Messages[0].Title)
	got = test(`{"rule":"name: Slow\ntype: latency\nabove: 500ms\nmatch: method = GET\nquantile: 0.5\nwindow: 2m\nmin_requests: 2\n","from":"now-50m"}`)
	assert.Equal(t, "500ms", got.Rule["above"])
	require.NotEmpty(t, got.Firings)
	assert.Equal(t, "GET /users/{id}", got.Firings[0].Alert.Labels["operation"])
	got = test(`{"rule":{"name":"Many","type":"query","query":"status = error | count() by service","threshold":0}}`)
	assert.NotEmpty(t, got.Firings)
	assert.Equal(t, got.Range.To, got.Through)
	assert.Nil(t, got.Partial)
	for body, want := range map[string]string{
		`{"rule":{"name":"New","type":"new"}}`:                    "use new_error, regression",
		`{"rule":{"name":"New","type":"new_error","treshold":1}}`: "treshold",
		`{"rule":{"name":"New","type":"latency","above":"long"}}`: "above",
		`{"rule":"- a"}`: "neither an object nor the YAML",
		`{}`:             "neither an object nor the YAML",
		`{"rule":{"name":"New","type":"new_error"},"from":"yesterday"}`: "from",
	} {
		status, _, text := do(t, http.MethodPost, s.base+"/alerts/rules/test", body)
		assert.Equal(t, http.StatusBadRequest, status, body)
		assert.Contains(t, text, want, body)
	}
}

func TestDecisionsOnErrors(t *testing.T) {
	s := openShop(t, nil)
	decide := func(body string) {
		t.Helper()
		status, _, text := do(t, http.MethodPatch, s.base+"/errors/f1?service=shop", body)
		require.Equal(t, http.StatusOK, status, text)
	}
	decide(`{"state":"expected","max_rate":0.02,"text":"declined cards"}`)
	g := get[api.ErrorList](t, s.base+"/errors?state=expected").Items
	require.Len(t, g, 1)
	assert.InDelta(t, 0.02, g[0].Note.MaxRate, 0)
	decide(`{"state":"resolved","version":"2.4.2"}`)
	assert.Equal(t, "2.4.2", get[api.ErrorDetail](t, s.base+"/errors/f1").Groups[0].Note.Version)
	entries, err := s.backend.ListState(t.Context(), store.StateQuery{Prefix: watch.ActionPrefix, Limit: 10})
	require.NoError(t, err)
	assert.Len(t, entries, 2, "those that watch hear of it")
	var a watch.Action
	require.NoError(t, json.Unmarshal(entries[1].Value, &a))
	assert.Equal(t, alert.GroupKey{Service: "shop", Fingerprint: "f1"}, *a.Error)
	for body, want := range map[string]string{
		`{"state":"ongoing","version":"1"}`: "version goes with the state resolved", `{"state":"resolved","until":"99999999999999999"}`: "until goes with",
		`{"state":"ignored","until":"5"}`: "in the past", `{"state":"ignored","max_rate":0.1}`: "max_rate goes with", `{"state":"expected","max_rate":2}`: "want a share",
	} {
		status, _, text := do(t, http.MethodPatch, s.base+"/errors/f1?service=shop", body)
		assert.Equal(t, http.StatusBadRequest, status, body)
		assert.Contains(t, text, want)
	}
	status, _, _ := do(t, http.MethodPatch, s.base+"/errors/none?service=shop", `{"state":"resolved"}`)
	assert.Equal(t, http.StatusNotFound, status)
	status, _, _ = do(t, http.MethodPatch, s.base+"/errors/f1?service=shop&environment=other", `{"state":"resolved"}`)
	assert.Equal(t, http.StatusNotFound, status)
}
