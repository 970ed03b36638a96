package opslogqueryextension

import (
	"context"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configauth"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configoptional"

	"github.com/opslog/opslog/internal/api"
)

// gatekeeper is an authenticator that knows one token.
type gatekeeper struct {
	component.StartFunc
	component.ShutdownFunc
}

const rightToken = "Bearer the-right-one"

func (gatekeeper) Authenticate(ctx context.Context, headers map[string][]string) (context.Context, error) {
	given := http.Header(headers).Values("Authorization")
	if len(given) != 1 || given[0] != rightToken {
		return ctx, errors.New("no entry with " + strings.Join(given, " "))
	}
	return client.NewContext(ctx, client.Info{Auth: nobody{}}), nil
}

type nobody struct{}

func (nobody) GetAttribute(string) any     { return nil }
func (nobody) GetAttributeNames() []string { return nil }

var keeperID = component.MustNewID("gatekeeper")

func withLogin(c *Config) {
	c.Auth = configoptional.Some(confighttp.AuthConfig{Config: configauth.Config{AuthenticatorID: keeperID}})
}

// answered is an answer whose body is closed when the test ends.
type answered struct {
	StatusCode int
	Header     http.Header
	Body       io.Reader
}

func send(t *testing.T, method, address string, change func(*http.Request)) answered {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, http.NoBody)
	require.NoError(t, err)
	if change != nil {
		change(r)
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	require.NoError(t, err)
	t.Cleanup(func() { _ = resp.Body.Close() })
	return answered{resp.StatusCode, resp.Header, resp.Body}
}

func text(t *testing.T, resp answered) string {
	t.Helper()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return string(body)
}

var pathParameter = regexp.MustCompile(`\{[^}]+\}`)

// everyAddress is one address for each route there is, the files of the UI and the unknown among them.
func everyAddress() [][2]string {
	out := [][2]string{
		{http.MethodGet, "/"}, {http.MethodGet, "/operations"}, {http.MethodGet, "/favicon.svg"},
		{http.MethodGet, "/api/nothing"}, {http.MethodPost, "/api/nothing"},
	}
	h := &apiHandler{cfg: createDefaultConfig().(*Config)}
	for _, c := range h.compatibles() {
		out = append(out, [2]string{http.MethodGet, pathParameter.ReplaceAllString(c.path, "1")})
	}
	for _, r := range h.routes() {
		out = append(out, [2]string{r.method, api.Prefix + pathParameter.ReplaceAllString(r.path, "0af7651916cd43dd8448eb211c80319c")})
	}
	return out
}

func assertGuarded(t *testing.T, resp answered, what string) {
	t.Helper()
	h := resp.Header
	assert.Contains(t, h.Get("Content-Security-Policy"), "default-src 'none'", what)
	assert.Equal(t, "nosniff", h.Get("X-Content-Type-Options"), what)
	assert.Equal(t, "no-referrer", h.Get("Referrer-Policy"), what)
	assert.Equal(t, "same-origin", h.Get("Cross-Origin-Resource-Policy"), what)
	assert.NotEmpty(t, h.Get("Cache-Control"), what)
	assert.Empty(t, h.Get("Access-Control-Allow-Origin"), what)
}

// Nothing is answered before the login, whatever the route.
func TestAccessMatrix(t *testing.T) {
	base := serve(t, openStore(t), withLogin)
	for _, a := range everyAddress() {
		what := a[0] + " " + a[1]
		for name, credentials := range map[string]string{
			"none": "", "wrong": "Bearer the-wrong-one", "scheme": "Basic the-right-one", "cut": "Bearer the-right-on", "empty": "Bearer ",
		} {
			resp := send(t, a[0], base+a[1], func(r *http.Request) {
				if credentials != "" {
					r.Header.Set("Authorization", credentials)
				}
			})
			assert.Equal(t, http.StatusUnauthorized, resp.StatusCode, "%s with %s", what, name)
			assert.Equal(t, `Bearer realm="opslog"`, resp.Header.Get("Www-Authenticate"), what)
			body := text(t, resp)
			assert.Contains(t, body, api.ProblemUnauthorized, what)
			assert.NotContains(t, body, "-one", "an answer does not repeat credentials")
			assertGuarded(t, resp, what)
		}
		resp := send(t, a[0], base+a[1], func(r *http.Request) { r.Header.Set("Authorization", rightToken) })
		assert.NotEqual(t, http.StatusUnauthorized, resp.StatusCode, what)
		assertGuarded(t, resp, what)
	}
}

// A page whose name was pointed at this server is answered nothing.
func TestOtherHostNames(t *testing.T) {
	base := serve(t, openStore(t), func(c *Config) { c.AllowedHosts = []string{"ops.example"} })
	for _, a := range everyAddress() {
		resp := send(t, a[0], base+a[1], func(r *http.Request) { r.Host = "evil.example" })
		assert.Equal(t, http.StatusMisdirectedRequest, resp.StatusCode, a[1])
		assertGuarded(t, resp, a[1])
	}
	resp := send(t, http.MethodGet, base+api.Prefix+"/status", func(r *http.Request) { r.Host = "ops.example:80" })
	assert.Equal(t, http.StatusOK, resp.StatusCode)
}

func TestOtherOrigins(t *testing.T) {
	base := serve(t, openStore(t), nil)
	for name, change := range map[string]func(*http.Request){
		"fetched": func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
		"origin":  func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") },
	} {
		resp := send(t, http.MethodPost, base+api.Prefix+"/anything", change)
		assert.Equal(t, http.StatusForbidden, resp.StatusCode, name)
		assert.Contains(t, text(t, resp), api.ProblemForbidden)
	}
	resp := send(t, http.MethodGet, base+api.Prefix+"/status", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") })
	assert.Equal(t, http.StatusOK, resp.StatusCode, "a link from elsewhere works")
}

func TestLimitsOfACaller(t *testing.T) {
	base := serve(t, openStore(t), func(c *Config) { c.Limits.Burst, c.Limits.QueriesPerSecond = 2, 0.001 }) + api.Prefix
	for range 2 {
		assert.Equal(t, http.StatusOK, send(t, http.MethodGet, base+"/services", nil).StatusCode)
	}
	resp := send(t, http.MethodGet, base+"/services", nil)
	assert.Equal(t, http.StatusTooManyRequests, resp.StatusCode)
	assert.Equal(t, "1", resp.Header.Get("Retry-After"))
	assert.Contains(t, text(t, resp), api.ProblemLimit)
	assert.Equal(t, http.StatusOK, send(t, http.MethodGet, base+"/openapi.yaml", nil).StatusCode, "what is light is not counted")
}

func TestLongAddresses(t *testing.T) {
	base := serve(t, openStore(t), nil)
	resp := send(t, http.MethodGet, base+"/?x="+strings.Repeat("x", maxURL), nil)
	assert.Equal(t, http.StatusRequestURITooLong, resp.StatusCode)
	resp = send(t, http.MethodGet, base+"/", func(r *http.Request) { r.Header.Set("X", strings.Repeat("x", 2*maxHeaders)) })
	assert.Equal(t, http.StatusRequestHeaderFieldsTooLarge, resp.StatusCode)
}
