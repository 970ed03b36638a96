package api

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sort"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
)

func TestDocumentIsValid(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(Document)
	require.NoError(t, err)
	require.NoError(t, doc.Validate(context.Background()))
}

// TestDocumentKnowsEveryField keeps the document and the record together.
func TestDocumentKnowsEveryField(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(Document)
	require.NoError(t, err)
	var documented, fields []string
	for name := range doc.Components.Schemas["Operation"].Value.Properties {
		documented = append(documented, name)
	}
	for _, f := range operation.Fields() {
		fields = append(fields, f.Name)
	}
	sort.Strings(documented)
	sort.Strings(fields)
	assert.Equal(t, fields, documented)
}

func TestClientTellsProblemsFromSilence(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case Prefix + "/status":
			w.WriteHeader(http.StatusBadGateway)
			_, _ = w.Write([]byte("<html>proxy</html>"))
		case Prefix + "/services":
			assert.Equal(t, "Bearer secret", r.Header.Get("Authorization"))
			_, _ = w.Write([]byte("not JSON"))
		default:
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"title":"Bad request","status":400,"detail":"limit is 0","errors":[{"parameter":"limit","message":"is 0"}]}`))
		}
	}))
	defer server.Close()
	client, err := NewClient(server.URL, "secret", server.Client())
	require.NoError(t, err)

	_, err = client.Operations(context.Background(), ListOptions{})
	var problem *Problem
	require.ErrorAs(t, err, &problem)
	assert.Equal(t, "limit", problem.Errors[0].Parameter)
	assert.EqualError(t, err, "Bad request: limit is 0")

	_, err = client.Status(context.Background())
	require.ErrorAs(t, err, &problem)
	assert.Equal(t, http.StatusBadGateway, problem.Status)

	_, err = client.Services(context.Background(), "", "")
	assert.ErrorContains(t, err, "not what this client understands")

	server.Close()
	_, err = client.Status(context.Background())
	assert.ErrorIs(t, err, ErrUnreachable)
}

func TestNewClientWantsAURL(t *testing.T) {
	for _, bad := range []string{"", "localhost:8585", "ftp://x", "http://", "://"} {
		_, err := NewClient(bad, "", http.DefaultClient)
		assert.ErrorContains(t, err, "is not a URL like http://localhost:8585", bad)
	}
	c, err := NewClient("https://ops.example/log/", "", http.DefaultClient)
	require.NoError(t, err)
	assert.Equal(t, "https://ops.example/log", c.Server())
}
