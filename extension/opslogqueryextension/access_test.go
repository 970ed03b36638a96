package opslogqueryextension

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"regexp"
	"slices"
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

// gatekeeper is an authenticator that knows one token, and tenants by theirs.
type gatekeeper struct {
	component.StartFunc
	component.ShutdownFunc
}

const rightToken = "Bearer the-right-one"

func (gatekeeper) Authenticate(ctx context.Context, headers map[string][]string) (context.Context, error) {
	given := http.Header(headers).Values("Authorization")
	if name, isTenant := strings.CutPrefix(strings.Join(given, " "), "Bearer tenant-"); isTenant {
		return client.NewContext(ctx, client.Info{Auth: tenantLogin(name)}), nil
	}
	if len(given) != 1 || given[0] != rightToken {
		return ctx, errors.New("no entry with " + strings.Join(given, " "))
	}
	return client.NewContext(ctx, client.Info{Auth: nobody{}}), nil
}

type nobody struct{}

func (nobody) GetAttribute(string) any     { return nil }
func (nobody) GetAttributeNames() []string { return nil }

// tenantLogin is a user's name.
type tenantLogin string

func (l tenantLogin) GetAttribute(name string) any {
	if name == "username" {
		return string(l)
	}
	return nil
}
func (tenantLogin) GetAttributeNames() []string { return []string{"username"} }

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

// served are the addresses of all that is served, with the methods that each answers: the API's routes, those of Jaeger and
// Tempo, every file of the UI, its pages, and what there is not.
func served(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{"/api/nothing": nil, "/tempo/nothing": nil}
	get := []string{http.MethodGet, http.MethodHead}
	h := &apiHandler{cfg: createDefaultConfig().(*Config)}
	for _, c := range h.compatibles() {
		methods := get
		if c.method != "" {
			methods = []string{c.method}
		}
		out[pathParameter.ReplaceAllString(c.path, "1")] = methods
	}
	for _, r := range h.routes() {
		path := api.Prefix + pathParameter.ReplaceAllString(r.path, "0af7651916cd43dd8448eb211c80319c")
		out[path] = append(out[path], r.method)
		if r.method == http.MethodGet {
			out[path] = append(out[path], http.MethodHead)
		}
	}
	out["/"], out["/operations"], out["/traces/1"] = get, get, get
	require.NoError(t, fs.WalkDir(dist, "web/dist", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			out[strings.TrimPrefix(path, "web/dist")] = get
		}
		return err
	}))
	return out
}

// everyAddress is one request for each route there is, the files of the UI and the unknown among them.
func everyAddress(t *testing.T) (out [][2]string) {
	t.Helper()
	for path, methods := range served(t) {
		for _, method := range append(methods, http.MethodPost) {
			out = append(out, [2]string{method, path})
		}
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

var methods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, http.MethodTrace, "PROPFIND",
}

var wrongCredentials = map[string]string{
	"none": "", "another token": "Bearer the-wrong-one", "another scheme": "Basic the-right-one", "a cut one": "Bearer the-right-on",
	"an empty one": "Bearer ", "more than it": rightToken + "x", "two": rightToken + ", " + rightToken,
}

// Nothing is answered before the login, whatever the address and the method.
func TestAccessMatrix(t *testing.T) {
	base := serve(t, openStore(t), withLogin)
	for path := range served(t) {
		for _, method := range methods {
			what := method + " " + path
			for name, credentials := range wrongCredentials {
				resp := send(t, method, base+path, func(r *http.Request) {
					if credentials != "" {
						r.Header.Set("Authorization", credentials)
					}
				})
				assert.Equal(t, http.StatusUnauthorized, resp.StatusCode, "%s with %s", what, name)
				assert.Equal(t, `Bearer realm="opslog"`, resp.Header.Get("Www-Authenticate"), what)
				body := text(t, resp)
				assert.NotContains(t, body, "-one", "an answer does not repeat credentials")
				if method != http.MethodHead {
					assert.Contains(t, body, api.ProblemUnauthorized, what)
				}
				assertGuarded(t, resp, what)
			}
		}
	}
}

// With the login every route answers, and only by the methods that it has.
func TestMethodsOfEveryAddress(t *testing.T) {
	base := serve(t, openStore(t), func(c *Config) {
		withLogin(c)
		c.Limits = LimitsConfig{QueriesPerSecond: 1e6, Burst: 1e6, ConcurrentQueries: 100, Streams: 100}
	})
	for path, known := range served(t) {
		for _, method := range methods {
			what := method + " " + path
			resp := send(t, method, base+path, func(r *http.Request) { r.Header.Set("Authorization", rightToken) })
			assertGuarded(t, resp, what)
			assert.Less(t, resp.StatusCode, http.StatusInternalServerError, what)
			if slices.Contains(known, method) {
				assert.NotContains(t, []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusMethodNotAllowed}, resp.StatusCode, what)
			} else { // it is not there, or, under a path with a name in it, no such name
				assert.Contains(t, []int{http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusBadRequest}, resp.StatusCode, what)
			}
		}
	}
}

// A page whose name was pointed at this server is answered nothing.
func TestOtherHostNames(t *testing.T) {
	base := serve(t, openStore(t), func(c *Config) { c.AllowedHosts = []string{"ops.example"} })
	for _, a := range everyAddress(t) {
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
