package opslogqueryextension

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
)

func TestMapAndQuality(t *testing.T) {
	backend := openStore(t)
	address := serve(t, backend, func(*Config) {})
	minute := operation.TimeOf(time.Now()) / operation.Minute * operation.Minute
	require.NoError(t, backend.WriteEdges(t.Context(), []*operation.Edge{
		{ID: operation.NewID(minute, operation.TraceID{1}, operation.SpanID{1}), Minute: minute, SourceKind: operation.NodeService, Source: "shop",
			TargetKind: operation.NodeService, Target: "payments", Calls: 4, Errors: 1},
		{ID: operation.NewID(minute, operation.TraceID{1}, operation.SpanID{2}), Minute: minute, SourceKind: operation.NodeService, Source: "payments",
			TargetKind: operation.NodeDatabase, Target: "db", Calls: 4},
	}))
	require.NoError(t, backend.WriteQuality(t.Context(), []*operation.Quality{
		{ID: operation.NewID(minute, operation.TraceID{1}, operation.SpanID{3}), Minute: minute, ServiceName: "billing", Check: operation.RuleServiceName, Total: 5, Failed: 5},
	}))
	read := func(path string, into any) int {
		code, _, body := ask(t, address+api.Prefix+path)
		if code == http.StatusOK {
			require.NoError(t, json.Unmarshal(body, into))
		}
		return code
	}
	var m api.ServiceMap
	require.Equal(t, http.StatusOK, read("/map", &m))
	assert.Len(t, m.Nodes, 3)
	assert.Len(t, m.Edges, 2)
	require.Equal(t, http.StatusOK, read("/map?focus=shop", &m))
	assert.Len(t, m.Edges, 1)
	require.Equal(t, http.StatusOK, read("/map?focus=shop&depth=2&by=operation", &m))
	assert.Len(t, m.Edges, 2)
	assert.Equal(t, http.StatusBadRequest, read("/map?depth=0", nil))
	assert.Equal(t, http.StatusBadRequest, read("/map?by=colour", nil))

	var q api.QualityList
	require.Equal(t, http.StatusOK, read("/quality", &q))
	require.Len(t, q.Items, 1)
	assert.InDelta(t, 0, *q.Items[0].Score, 0)
	require.Equal(t, http.StatusOK, read("/quality/billing?from=now-1h", &q))
	assert.Equal(t, "billing", q.Items[0].ServiceName)
	assert.Equal(t, http.StatusNotFound, read("/quality/nobody", nil))
}
