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

// personal is a trace with values of a person in all its parts.
const personal = `{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}},{"key":"owner","value":{"stringValue":"jane.roe@example.org"}}]},
	"scopeSpans":[{"scope":{"name":"lib"},"spans":[{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","name":"mail jane.roe@example.org","kind":2,
	"startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000001000000000","status":{"code":2,"message":"jane.roe@example.org is unknown"},
	"attributes":[{"key":"enduser.email","value":{"stringValue":"jane.roe@example.org"}},{"key":"http.request.header.authorization","value":{"stringValue":"Bearer s3cr3t-t0ken-0123456789"}},
		{"key":"note","value":{"stringValue":"card 4111 1111 1111 1111"}}],
	"events":[{"name":"exception","attributes":[{"key":"exception.message","value":{"stringValue":"no such user jane.roe@example.org"}}]}],
	"links":[{"traceId":"0af7651916cd43dd8448eb211c80319d","spanId":"b7ad6b7169203332","attributes":[{"key":"who","value":{"stringValue":"jane.roe@example.org"}}]}]}]}]}]}`

// personalJaeger is the same as Jaeger writes it.
const personalJaeger = `{"data":[{"traceID":"0af7651916cd43dd8448eb211c80319c","spans":[{"traceID":"0af7651916cd43dd8448eb211c80319c","spanID":"b7ad6b7169203331",
	"operationName":"mail jane.roe@example.org","references":[],"startTime":1700000000000000,"duration":1000000,"processID":"p1",
	"tags":[{"key":"enduser.email","type":"string","value":"jane.roe@example.org"},{"key":"http.request.header.authorization","type":"string","value":"Bearer s3cr3t-t0ken-0123456789"},
		{"key":"note","type":"string","value":"card 4111 1111 1111 1111"}],
	"logs":[{"timestamp":1700000000000000,"fields":[{"key":"event","type":"string","value":"exception"},{"key":"exception.message","type":"string","value":"jane.roe@example.org"}]}]}],
	"processes":{"p1":{"serviceName":"shop","tags":[{"key":"owner","type":"string","value":"jane.roe@example.org"}]}}}]}`

// What is brought is redacted before it is kept, and so it is answered.
func TestImportedTracesAreRedacted(t *testing.T) {
	s := openShop(t, nil)
	for name, file := range map[string]string{"otlp": personal, "jaeger": personalJaeger} {
		status, _, answer := do(t, http.MethodPost, s.base+"/traces/import", file)
		require.Equal(t, http.StatusCreated, status, answer)
		var got api.Imported
		require.NoError(t, json.Unmarshal([]byte(answer), &got))
		id := got.Traces[0].TraceID.String()
		for _, address := range []string{
			s.base + "/traces/" + id, s.base + "/traces/" + id + "/spans", s.base + "/traces/" + id + "/spans/b7ad6b7169203331", s.base + "/traces/" + id + "/export?format=otlp_json",
			s.base + "/traces/" + id + "/export?format=jaeger", root(s) + "/api/traces/" + id, root(s) + "/api/v3/traces/" + id, root(s) + "/tempo/api/v2/traces/" + id,
		} {
			_, _, body := ask(t, address)
			for _, raw := range []string{"jane.roe", "s3cr3t", "4111"} {
				assert.NotContains(t, string(body), raw, name+" "+address)
			}
		}
		status, _, body := ask(t, s.base+"/traces/"+id+"/spans/b7ad6b7169203331")
		assert.Equal(t, http.StatusOK, status)
		assert.Contains(t, string(body), "mail [", "the rest of the name is there")
	}
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
