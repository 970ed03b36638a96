package opslogqueryextension

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
)

// An erasure is begun, followed and listed, and no answer names whom it was about.
func TestErasures(t *testing.T) {
	const who = "ann-7f3a91"
	backend := openStore(t)
	at := operation.TimeOf(time.Now().Add(-time.Minute))
	require.NoError(t, backend.WriteOperations(t.Context(), []*operation.Operation{{
		ID: operation.NewID(at, operation.TraceID{1}, operation.SpanID{2}), TraceID: operation.TraceID{1}, SpanID: operation.SpanID{2}, StartTime: at, UserID: who,
	}}))
	base := serve(t, backend, nil)
	address := base + api.Prefix + "/erasures"
	assert.Empty(t, get[api.ErasureList](t, address).Items)
	var ids []string
	for _, body := range []string{`{"kind":"user","id":"` + who + `","dry_run":true}`, `{"kind":"user","id":"` + who + `"}`, `{"kind":"subject","id":"` + who + `"}`} {
		status, header, text := do(t, http.MethodPost, address, body)
		require.Equal(t, http.StatusAccepted, status, text)
		assert.NotContains(t, text, who)
		var job api.Erasure
		require.NoError(t, json.Unmarshal([]byte(text), &job))
		assert.Equal(t, "anonymous", job.By)
		location := header.Get("Location")
		require.Equal(t, "/api/opslog/v1/erasures/"+job.ID, location)
		require.Eventually(t, func() bool { return get[api.Erasure](t, base+location).State == api.ErasureDone }, 10*time.Second, 10*time.Millisecond)
		ids = append(ids, job.ID)
	}
	_, _, list := ask(t, address)
	assert.NotContains(t, string(list), who)
	got := get[api.ErasureList](t, address+"?limit=2").Items
	require.Len(t, got, 2)
	assert.Equal(t, []string{ids[2], ids[1]}, []string{got[0].ID, got[1].ID})
	assert.EqualValues(t, 1, got[1].Result.Records.Operations)
	assert.Zero(t, got[0].Result)
	assert.Equal(t, got[0].Subject, got[1].Subject)
	assert.NotZero(t, got[0].Finished)
}

func TestErasuresRefuse(t *testing.T) {
	base := serve(t, openStore(t), nil) + api.Prefix + "/erasures"
	for body, want := range map[string]string{
		`{"kind":"person","id":"ann"}`:                        "kind must be user, tenant or subject",
		`{"kind":"user"}`:                                     "id has 0 bytes",
		`{"kind":"subject","id":"ann"}`:                       "want at least 6",
		`{"kind":"user","id":"a","who":"ann-7f3a91"}`:         "unknown field",
		`{"kind":"user","id":` + strings.Repeat("9", 2) + `}`: "cannot be read as JSON",
	} {
		status, _, text := do(t, http.MethodPost, base, body)
		assert.Equal(t, http.StatusBadRequest, status, text)
		assert.Contains(t, text, want)
		assert.NotContains(t, text, "7f3a91")
	}
	for _, id := range []string{"none", strings.Repeat("a", 26), "..%2Fsaved"} {
		status, _, _ := ask(t, base+"/"+id)
		assert.Equal(t, http.StatusNotFound, status, id)
	}
	resp := send(t, http.MethodPost, base, func(r *http.Request) {
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		r.Header.Set("Content-Type", "application/json")
	})
	assert.Equal(t, http.StatusForbidden, resp.StatusCode)
	resp = send(t, http.MethodPost, base, func(r *http.Request) { r.Header.Set("Content-Type", "application/x-www-form-urlencoded") })
	assert.Equal(t, http.StatusUnsupportedMediaType, resp.StatusCode)
	locked := serve(t, openStore(t), func(c *Config) { c.ReadOnly = true }) + api.Prefix + "/erasures"
	status, _, _ := do(t, http.MethodPost, locked, `{"kind":"user","id":"ann"}`)
	assert.Equal(t, http.StatusForbidden, status)
}
