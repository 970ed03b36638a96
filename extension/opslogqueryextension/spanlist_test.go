package opslogqueryextension

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
)

// serveSpans serves a store with 40 spans of two services; every tenth has failed.
func serveSpans(t *testing.T) (base string, kept []*operation.Span) {
	t.Helper()
	backend := openStore(t)
	start := operation.TimeOf(time.Now().Add(-10 * time.Minute))
	for i := range 40 {
		s := &operation.Span{
			TraceID: operation.TraceID{1, byte(i / 4)}, SpanID: operation.SpanID{1, byte(i)}, Name: fmt.Sprintf("SELECT %d", i), Kind: operation.SpanClient,
			StartTime: start + operation.Time(i), Duration: operation.Duration(i) * time.Millisecond, Status: operation.StatusUnset,
			ServiceName: []string{"shop", "stock"}[i%2], Attributes: operation.Attributes{"db.system": "postgresql"},
		}
		if i%10 == 0 {
			s.Status, s.StatusMessage = operation.StatusError, "connection refused"
		}
		kept = append(kept, s)
	}
	require.NoError(t, backend.WriteSpans(t.Context(), kept))
	return serve(t, backend, nil) + api.Prefix, kept
}

func TestSpanList(t *testing.T) {
	base, kept := serveSpans(t)
	list := func(query string) api.SpanPage { return get[api.SpanPage](t, base+"/operations?scope=spans&"+query) }
	page := list("limit=15")
	require.Len(t, page.Items, 15)
	assert.Equal(t, kept[39], page.Items[0], "whole, newest first")
	assert.NotZero(t, page.AsOf)
	var seen []operation.SpanID
	for cursor := ""; ; {
		page := list("limit=15&cursor=" + cursor)
		for _, s := range page.Items {
			seen = append(seen, s.SpanID)
		}
		if page.NextCursor == nil {
			break
		}
		cursor = *page.NextCursor
	}
	require.Len(t, seen, 40)
	for i, id := range seen {
		assert.Equal(t, kept[39-i].SpanID, id)
	}
	for text, want := range map[string]int{
		q("status = error"): 4, "status=error": 4, "status=ok": 36, "service=shop": 20, q(`"CONNECTION refused" AND duration >= 10ms`): 3,
		q("db.system = postgresql AND kind = client"): 40, q("trace = " + kept[0].TraceID.String()): 4, q("| limit 3"): 3, "to=now-1h&from=now-2h": 0,
	} {
		assert.Len(t, list(text).Items, want, text)
	}
	assert.Equal(t, "SELECT 39", list("sort=duration:desc&limit=1").Items[0].Name)
	assert.Equal(t, "SELECT 38", list(q("service = shop | sort duration desc")).Items[0].Name)
	limited := list("limit=2&" + q("| limit 3"))
	assert.Len(t, list("limit=2&"+q("| limit 3")+"&cursor="+*limited.NextCursor).Items, 1, "the query's own limit holds over pages")
	status, _, body := do(t, http.MethodPost, base+"/operations/search", `{"q":"name = \"SELECT 7\"","scope":"spans"}`)
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, body, `"name":"SELECT 7"`)
}

func TestSpanListMistakes(t *testing.T) {
	base, _ := serveSpans(t)
	next := *get[api.SpanPage](t, base+"/operations?scope=spans&limit=1").NextCursor
	for query, want := range map[string]string{
		"scope=traces":                                           "want one of entries, roots, spans",
		"scope=spans&kind=command":                               "kind",
		"scope=spans&count=exact":                                "count",
		"scope=spans&sort=" + "finding":                          "sort",
		"scope=spans&" + q("| count() by service"):               "sampling keeps a part of them only",
		"scope=spans&" + q("any(status = error)"):                "each row is a span",
		"scope=spans&" + q("finding = n_plus_one"):               "belongs to operations",
		"cursor=" + next:                                         "another list",
		"scope=spans&cursor=" + next + "&" + q("status = error"): "another list",
	} {
		status, _, body := ask(t, base+"/operations?"+query)
		assert.Equal(t, http.StatusBadRequest, status, query)
		assert.Contains(t, string(body), want, query)
	}
	wrong := get[api.Diagnosis](t, base+"/query/check?scope=spans&"+q("statsu = error"))
	assert.Equal(t, "unknown_field", wrong.Errors[0].Code)
	assert.Empty(t, get[api.Diagnosis](t, base+"/query/check?scope=spans&"+q("duration > 1s AND event.name = exception")).Errors)
	_, _, offered := ask(t, base+"/query/complete?scope=spans&q="+url.QueryEscape("kind = ")+"&pos=7")
	assert.Contains(t, string(offered), `"producer"`)
}

// Roots are the operations that nothing else of opslog asked for.
func TestRootList(t *testing.T) {
	backend := openStore(t)
	write(t, backend, 2)
	base := serve(t, backend, nil) + api.Prefix
	all := get[api.OperationPage](t, base+"/operations?scope=entries").Items
	require.Len(t, all, 2)
	child := *all[0]
	child.SpanID[0]++
	child.ID, child.ParentOperationID = operation.NewID(child.StartTime, child.TraceID, child.SpanID), all[1].ID
	require.NoError(t, backend.WriteOperations(t.Context(), []*operation.Operation{&child}))
	assert.Len(t, get[api.OperationPage](t, base+"/operations").Items, 3)
	assert.Len(t, get[api.OperationPage](t, base+"/operations?scope=roots").Items, 2)
}
