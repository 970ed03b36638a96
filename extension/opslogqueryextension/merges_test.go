package opslogqueryextension

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
)

// fail writes one more failed operation of a service.
func (s *shop) fail(t *testing.T, n byte, service, fingerprint, user string) {
	t.Helper()
	require.NoError(t, s.backend.WriteOperations(t.Context(), []*operation.Operation{
		s.operation(operation.TraceID{0xee, n}, operation.SpanID{0xee, n}, time.Duration(n)*time.Minute, func(op *operation.Operation) {
			op.Name, op.Status, op.ServiceName, op.ErrorType, op.ErrorFingerprint, op.UserID = "GET /cart", operation.StatusError, service, "Other", fingerprint, user
		}),
	}))
}

func TestErrorsPutTogether(t *testing.T) {
	s := openShop(t, nil)
	s.fail(t, 1, "shop", "f2", "8812")
	s.fail(t, 2, "shop", "f2", "another")
	s.fail(t, 3, "shop", "f3", "third")
	s.fail(t, 4, "elsewhere", "f2", "8812")
	require.Len(t, get[api.ErrorList](t, s.base+"/errors").Items, 4)

	merge := func(path, body string) (int, string) {
		status, _, text := do(t, http.MethodPost, s.base+path, body)
		return status, text
	}
	status, text := merge("/errors/merge", `{"service":"shop","fingerprints":["f1","f2"]}`)
	require.Equal(t, http.StatusOK, status, text)
	groups := func() map[string]api.ErrorGroup {
		out := map[string]api.ErrorGroup{}
		for _, g := range get[api.ErrorList](t, s.base+"/errors").Items {
			out[g.Service+" "+g.Fingerprint] = g
		}
		return out
	}
	got := groups()
	require.Len(t, got, 3)
	one := got["shop f1"]
	assert.Equal(t, []string{"f1", "f2"}, one.Members)
	assert.Equal(t, int64(3), one.Count)
	assert.Equal(t, int64(2), one.Users, "a user of both counts once")
	assert.Equal(t, "PaymentTimeout", one.Type, "of the latest")
	assert.Empty(t, got["elsewhere f2"].Members, "other services are left alone")
	assert.Len(t, get[api.ErrorList](t, s.base+"/errors?limit=1").Items, 1)

	for _, fingerprint := range []string{"f1", "f2"} {
		detail := get[api.ErrorDetail](t, s.base+"/errors/"+fingerprint+"?service=shop")
		require.Len(t, detail.Groups, 1, fingerprint)
		assert.Equal(t, int64(3), detail.Groups[0].Count)
		assert.Len(t, get[api.OperationPage](t, s.base+"/errors/"+fingerprint+"/events?service=shop").Items, 3)
	}
	assert.Len(t, get[api.ErrorDetail](t, s.base+"/errors/f2").Groups, 2, "one of each service")

	status, header, text := do(t, http.MethodPatch, s.base+"/errors/f2?service=shop", `{"state":"resolved"}`)
	require.Equal(t, http.StatusOK, status, text)
	assert.Equal(t, api.ErrorResolved, groups()["shop f1"].State)
	assert.NotEqual(t, api.ErrorResolved, groups()["elsewhere f2"].State)
	status, _, _ = do(t, http.MethodPatch, s.base+"/errors/f1?service=shop", `{"state":"ignored"}`, "If-Match", `"99"`)
	assert.Equal(t, http.StatusPreconditionFailed, status)
	status, _, text = do(t, http.MethodPatch, s.base+"/errors/f1?service=shop", `{"state":"ongoing"}`, "If-Match", header.Get("Etag"))
	assert.Equal(t, http.StatusOK, status, text)

	status, text = merge("/errors/merge", `{"service":"shop","fingerprints":["f3","f2"]}`)
	require.Equal(t, http.StatusOK, status, text)
	assert.Equal(t, []string{"f3", "f1", "f2"}, groups()["shop f3"].Members, "the group comes with all of its errors")
	status, text = merge("/errors/f2/split", `{"service":"shop","fingerprints":["f3"]}`)
	require.Equal(t, http.StatusOK, status, text)
	assert.Equal(t, []string{"f1", "f2"}, groups()["shop f1"].Members)
	assert.Empty(t, groups()["shop f3"].Members)
	status, text = merge("/errors/f2/split", `{"service":"shop","fingerprints":[]}`)
	require.Equal(t, http.StatusOK, status, text)
	assert.Len(t, groups(), 4)

	for body, want := range map[string]string{
		`{"fingerprints":["a","b"]}`: "service is missing", `{"service":"shop","fingerprints":["a"]}`: "has 1 entries", `{"service":"shop","fingerprints":["a",""]}`: "has 0 bytes",
	} {
		status, text := merge("/errors/merge", body)
		assert.Equal(t, http.StatusBadRequest, status)
		assert.Contains(t, text, want)
	}
	status, _ = merge("/errors/f2/split", `{"service":"shop","fingerprints":[]}`)
	assert.Equal(t, http.StatusNotFound, status)
}
