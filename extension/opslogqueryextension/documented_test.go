package opslogqueryextension

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/api"
)

var document3 = sync.OnceValues(func() (*openapi3.T, error) { return openapi3.NewLoader().LoadFromData(api.Document) })

var router = sync.OnceValues(func() (routers.Router, error) {
	doc, err := document3()
	if err != nil {
		return nil, err
	}
	return gorillamux.NewRouter(doc)
})

// assertDocumented holds an answer against the document.
func assertDocumented(t *testing.T, method, address string, status int, header http.Header, body []byte) {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	_, path, inAPI := strings.Cut(u.EscapedPath(), api.Prefix)
	if !inAPI || header.Get("Content-Encoding") != "" {
		return
	}
	find, err := router()
	require.NoError(t, err)
	r, err := http.NewRequestWithContext(t.Context(), method, api.Prefix+path+"?"+u.RawQuery, http.NoBody)
	require.NoError(t, err)
	route, parameters, err := find.FindRoute(r)
	if status == http.StatusNotFound && err != nil {
		return // there is no such path, and the answer says so
	}
	if !assert.NoError(t, err, "%s %s is not in the document", method, path) {
		return
	}
	err = openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: parameters, Route: route},
		Status:                 status, Header: header, Body: io.NopCloser(bytes.NewReader(body)),
		Options: &openapi3filter.Options{
			IncludeResponseStatus: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
			ExcludeResponseBody: !strings.Contains(header.Get("Content-Type"), "json") || strings.Contains(path, "/export"),
		},
	})
	assert.NoError(t, err, "%s %s: %s", method, address, body)
}

// TestEveryRouteIsDocumented keeps the routes and the document together.
func TestEveryRouteIsDocumented(t *testing.T) {
	doc, err := document3()
	require.NoError(t, err)
	var documented, served []string
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			documented = append(documented, method+" "+path)
		}
	}
	for _, r := range (&apiHandler{cfg: createDefaultConfig().(*Config)}).routes() {
		served = append(served, r.method+" "+r.path)
	}
	slices.Sort(documented)
	slices.Sort(served)
	assert.Equal(t, documented, served)
}
