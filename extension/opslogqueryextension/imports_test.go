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
	"github.com/opslog/opslog/internal/store"
)

// What is exported can be brought back, in each format, and is shown without being stored.
func TestImport(t *testing.T) {
	s := openShop(t, nil)
	for _, format := range []string{"otlp_json", "jaeger"} {
		_, _, file := ask(t, s.base+"/traces/"+s.trace.String()+"/export?format="+format)
		status, _, text := do(t, http.MethodPost, s.base+"/traces/import", string(file))
		require.Equal(t, http.StatusCreated, status, text)
		var got api.Imported
		require.NoError(t, json.Unmarshal([]byte(text), &got))
		require.Len(t, got.Traces, 1)
		one := got.Traces[0]
		assert.Equal(t, s.trace, one.Original)
		assert.NotEqual(t, s.trace, one.TraceID)
		assert.Equal(t, 4, one.Spans)

		original, brought := get[api.Trace](t, s.base+"/traces/"+s.trace.String()), get[api.Trace](t, s.base+"/traces/"+one.TraceID.String())
		assert.Equal(t, original.N, brought.N)
		assert.Equal(t, original.Names, brought.Names)
		assert.Equal(t, original.Durations, brought.Durations)
		assert.Len(t, get[api.SpanList](t, s.base+"/traces/"+one.TraceID.String()+"/spans").Items, 4)
		assert.Equal(t, "POST /charge", get[api.SpanDetail](t, s.base+"/traces/"+one.TraceID.String()+"/spans/"+s.payments.String()).Name)
		stored, err := s.backend.Spans(t.Context(), store.TraceQuery{TraceID: one.TraceID, Limit: 10})
		require.NoError(t, err)
		assert.Empty(t, stored)
	}
	for body, want := range map[string]string{
		`{}`: "neither", `{"resourceSpans":[]}`: "has 0 spans", `{"resourceSpans":1}`: "cannot be read", `nothing`: "cannot be read",
		`{"data":[{"spans":[{"traceID":"x"}]}]}`: "cannot be read", `{"data":5}`: "cannot be read",
	} {
		status, _, text := do(t, http.MethodPost, s.base+"/traces/import", body)
		assert.Equal(t, http.StatusBadRequest, status, body)
		assert.Contains(t, text, want)
	}
	status, _, _ := do(t, http.MethodPost, s.base+"/traces/import", `{"data":"`+strings.Repeat("x", maxBody)+`"}`)
	assert.Equal(t, http.StatusRequestEntityTooLarge, status)
}

func TestShelf(t *testing.T) {
	var s shelf
	spans := func(n int) []*operation.Span {
		out := make([]*operation.Span, n)
		for i := range out {
			out[i] = &operation.Span{}
		}
		return out
	}
	hour := operation.Time(time.Hour)
	first := s.put(spans(2), 0)
	assert.Len(t, s.find(first.id, hour-1), 2)
	assert.Nil(t, s.find(first.id, hour), "its time is over")
	second := s.put(spans(2), hour)
	third := s.put(spans(maxImportedSpans), hour)
	assert.Nil(t, s.find(second.id, hour), "the oldest makes room")
	assert.Len(t, s.find(third.id, hour), maxImportedSpans)
	assert.Equal(t, maxImportedSpans, s.spans)
}
