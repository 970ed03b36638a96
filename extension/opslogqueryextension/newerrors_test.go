package opslogqueryextension

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// failedAgo is an operation that failed so long ago.
func failedAgo(ago time.Duration, fingerprint string) *operation.Operation {
	at := operation.TimeOf(time.Now().Add(-ago))
	trace, span := operation.TraceID{9, byte(ago / time.Minute), byte(ago / time.Minute >> 8)}, operation.SpanID{fingerprint[1]}
	return &operation.Operation{
		ID: operation.NewID(at, trace, span), TraceID: trace, SpanID: span, StartTime: at, Revision: 1, Complete: true, ServiceName: "shop", Name: "POST /" + fingerprint,
		Status: operation.StatusError, Kind: operation.KindCommand, ErrorType: "Timeout", ErrorFingerprint: fingerprint,
	}
}

func TestNewErrorsEverywhere(t *testing.T) {
	backend := openStore(t)
	old, now, fresh := failedAgo(40*time.Hour, "e1"), failedAgo(10*time.Minute, "e1"), failedAgo(5*time.Minute, "e2")
	require.NoError(t, backend.WriteOperations(t.Context(), []*operation.Operation{old, now, fresh}))
	base := serve(t, backend, nil) + api.Prefix
	isNew := q("error.new = true")
	page := get[api.OperationPage](t, base+"/operations?"+isNew)
	require.Len(t, page.Items, 1)
	assert.Equal(t, fresh.ID, page.Items[0].ID)
	assert.Len(t, get[api.OperationPage](t, base+"/operations?"+q("error.new = false")).Items, 1)
	assert.Len(t, get[api.OperationPage](t, base+"/operations?from=now-3d&"+isNew).Items, 2, "the first of e1 was new, two days ago")
	rows := get[api.Rows](t, base+"/query?"+q("error.new = true | count() by error.group"))
	assert.Equal(t, [][]any{{"e2", 1.0}}, rows.Rows)
	groups := get[api.ErrorList](t, base+"/errors?"+isNew)
	require.Len(t, groups.Items, 1)
	assert.Equal(t, "e2", groups.Items[0].Fingerprint)
	histogram := get[api.Histogram](t, base+"/operations/histogram?"+isNew)
	assert.Len(t, histogram.Series, 1)
	assert.Empty(t, get[api.Diagnosis](t, base+"/query/check?"+isNew).Errors)
	status, _, body := do(t, http.MethodGet, base+"/export?"+isNew, "")
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, body, "POST /e2")
	assert.NotContains(t, body, "POST /e1")
}

func TestTooManyNewErrors(t *testing.T) {
	backend := openStore(t)
	var ops []*operation.Operation
	for n := range store.MostNew + 1 {
		op := failedAgo(5*time.Minute, "ex")
		op.TraceID, op.ErrorFingerprint = operation.TraceID{byte(n), byte(n >> 8), 7}, fmt.Sprintf("e%d", n)
		op.ID = operation.NewID(op.StartTime, op.TraceID, op.SpanID)
		ops = append(ops, op)
	}
	require.NoError(t, backend.WriteOperations(t.Context(), ops))
	status, _, body := ask(t, serve(t, backend, nil)+api.Prefix+"/operations?"+q("error.new = true"))
	assert.Equal(t, http.StatusUnprocessableEntity, status)
	assert.Contains(t, string(body), "more than 1000 errors are new in this range")
}

// An operation of a new error is sent while one of a known error is not.
func TestTailOfNewErrors(t *testing.T) {
	backend := openStore(t)
	require.NoError(t, backend.WriteOperations(t.Context(), []*operation.Operation{failedAgo(40*time.Hour, "e1"), failedAgo(time.Minute, "e1"), failedAgo(time.Minute, "e2")}))
	f := follow(t, store.WithNewErrors(backend), "since=now-10m&"+q("error.new = true"))
	for range 2 { // the second look uses what the first has asked
		events, stats := f.lookOnce()
		for _, e := range events {
			assert.Contains(t, e.data, "POST /e2")
		}
		assert.EqualValues(t, 1, stats.Sent)
		assert.Zero(t, stats.Errors)
	}
}
