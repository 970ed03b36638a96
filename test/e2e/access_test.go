package e2e

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// documentedRoute is a route as openapi.yaml names it.
type documentedRoute struct{ method, path string }

func documentedRoutes(t *testing.T) (out []documentedRoute) {
	t.Helper()
	text, err := os.ReadFile("../../internal/api/openapi.yaml")
	require.NoError(t, err)
	doc, err := openapi3.NewLoader().LoadFromData(text)
	require.NoError(t, err)
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			out = append(out, documentedRoute{method, "/api/opslog/v1" + path})
		}
	}
	require.NotEmpty(t, out)
	return out
}

// ask sends a request without a body to the API's server as the reader. Of an answer that has no end it reads nothing.
func (p *process) ask(method, path string) (int, string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, "http://"+p.api+path, nil)
	require.NoError(p.t, err)
	if p.reader != "" {
		req.Header.Set("Authorization", p.reader)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	require.NoError(p.t, err)
	defer func() { _ = resp.Body.Close() }()
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream") {
		return resp.StatusCode, ""
	}
	body, err := io.ReadAll(resp.Body)
	require.NoError(p.t, err)
	return resp.StatusCode, string(body)
}

var inBraces = regexp.MustCompile(`\{[^}]+\}`)

// TestAccessToTheBinary tries every route of openapi.yaml, the pages, and the receivers of the shape with the most doors: nobody
// gets in without the credentials of that door.
func TestAccessToTheBinary(t *testing.T) {
	platform, door := startTenants(t, nil)
	tenant := basic("acme", "for-acme")
	paths := []documentedRoute{{"GET", "/"}, {"GET", "/favicon.svg"}, {"GET", "/api/services"}, {"GET", "/tempo/api/echo"}, {"GET", "/api/nothing"}, {"OPTIONS", "/"},
		{"GET", "/api/opslog/v1/operations?scope=spans"}}
	for _, r := range append(documentedRoutes(t), paths...) {
		path := inBraces.ReplaceAllString(r.path, strings.Repeat("ab", 16))
		for _, d := range []struct {
			name        string
			at          *process
			right       string
			unwelcome   []string
			unwelcomeOf string
		}{
			{"the platform's door", platform, "Bearer " + token, []string{tenant, "Basic " + token, "Bearer x" + token, "Bearer "}, "Bearer"},
			{"the tenants' door", door, tenant, []string{"Bearer " + token, basic("acme", "for-globex"), basic("acme", ""), basic("", ""), "Basic x"}, "Basic"},
		} {
			for _, wrong := range append(d.unwelcome, "") {
				d.at.reader = wrong
				got, body := d.at.ask(r.method, path)
				assert.Equal(t, http.StatusUnauthorized, got, "%s %s with %q at %s", r.method, r.path, wrong, d.name)
				assert.NotContains(t, body, token)
				assert.NotContains(t, body, "for-acme")
			}
			d.at.reader = d.right
			got, _ := d.at.ask(r.method, path)
			assert.NotEqual(t, http.StatusUnauthorized, got, "%s %s at %s", r.method, r.path, d.name)
			assert.Less(t, got, http.StatusInternalServerError, "%s %s at %s", r.method, r.path, d.name)
		}
	}
	for _, wrong := range []string{"", "Bearer " + token, basic("acme", "for-globex"), basic("nobody", "for-acme"), "Basic x"} {
		platform.writer = wrong
		for _, signal := range []string{"traces", "logs"} {
			assert.Equal(t, http.StatusUnauthorized, platform.post(signal, `{}`), "%s with %q", signal, wrong)
			assert.Equal(t, codes.Unauthenticated, platform.export(signal, wrong), "%s over gRPC with %q", signal, wrong)
		}
	}
	platform.writer = tenant
	assert.Equal(t, http.StatusOK, platform.post("traces", `{}`))
	assert.Equal(t, codes.OK, platform.export("logs", tenant))
	platform.stop()
	assert.NotContains(t, platform.output(), token)
	assert.NotContains(t, platform.output(), "for-acme")
}

// export sends an empty request over gRPC.
func (p *process) export(signal, authorization string) codes.Code {
	p.t.Helper()
	conn, err := grpc.NewClient(p.grpc, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(p.t, err)
	defer func() { _ = conn.Close() }()
	ctx := p.t.Context()
	if authorization != "" {
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", authorization)
	}
	service := map[string]string{"traces": "trace.v1.TraceService", "logs": "logs.v1.LogsService"}[signal]
	return status.Code(conn.Invoke(ctx, "/opentelemetry.proto.collector."+service+"/Export", []byte{}, &struct{}{}, grpc.ForceCodecV2(rawCodec{})))
}

// issuer is an OpenID provider with one key.
type issuer struct {
	*httptest.Server
	key *rsa.PrivateKey
}

func startIssuer(t *testing.T) *issuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	i := &issuer{key: key}
	mux := http.NewServeMux()
	answer := func(path string, body func() any) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			assert.NoError(t, json.NewEncoder(w).Encode(body()))
		})
	}
	answer("/.well-known/openid-configuration", func() any {
		return map[string]any{"issuer": i.URL, "jwks_uri": i.URL + "/keys", "authorization_endpoint": i.URL, "token_endpoint": i.URL,
			"response_types_supported": []string{"id_token"}, "subject_types_supported": []string{"public"}, "id_token_signing_alg_values_supported": []string{"RS256"}}
	})
	answer("/keys", func() any {
		exponent := big.NewInt(int64(key.E)).Bytes()
		return map[string]any{"keys": []any{map[string]any{"kty": "RSA", "kid": "1", "use": "sig", "alg": "RS256",
			"n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()), "e": base64.RawURLEncoding.EncodeToString(exponent)}}}
	})
	i.Server = httptest.NewServer(mux)
	t.Cleanup(i.Close)
	return i
}

// token signs claims, laid over those of a token that is right.
func (i *issuer) token(t *testing.T, key *rsa.PrivateKey, claims map[string]any) string {
	t.Helper()
	all := map[string]any{"iss": i.URL, "aud": "opslog", "sub": "nobody-inc", "exp": time.Now().Add(time.Hour).Unix(), "iat": time.Now().Unix()}
	maps.Copy(all, claims)
	part := func(v any) string {
		text, err := json.Marshal(v)
		require.NoError(t, err)
		return base64.RawURLEncoding.EncodeToString(text)
	}
	signed := part(map[string]string{"alg": "RS256", "kid": "1", "typ": "JWT"}) + "." + part(all)
	if key == nil {
		return part(map[string]string{"alg": "none"}) + "." + part(all) + "."
	}
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	require.NoError(t, err)
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// TestTokensOfAProvider logs in with tokens of an OpenID provider: those that are expired, meant for another, or signed by
// another are refused, and the subject is the tenant.
func TestTokensOfAProvider(t *testing.T) {
	provider := startIssuer(t)
	foreign, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	p := start(t, t.TempDir())
	sendRecording(t, p)
	settled(t, p)
	p.stop()

	at := freePorts(t)
	q := launch(t, p.data, append(append([]string{"--config=embed:default"}, at.overlay()...),
		fmt.Sprintf("--config=yaml:extensions::oidc: {issuer_url: %q, audience: opslog}", provider.URL),
		"--config=yaml:extensions::opslog_query::auth::authenticator: oidc", "--config=yaml:extensions::opslog_query::tenants::from: subject",
		"--config=yaml:service::extensions: [oidc, opslog_guard, opslog_storage, opslog_query, health_check]")...)
	q.ports = at
	eventually(t, "opslog is healthy", q.healthy)
	const path = "/api/opslog/v1/operations"
	hour := time.Now().Add(-time.Hour).Unix()
	for name, wrong := range map[string]string{
		"expired":                 provider.token(t, provider.key, map[string]any{"exp": hour}),
		"for another":             provider.token(t, provider.key, map[string]any{"aud": "somebody-else"}),
		"of another provider":     provider.token(t, provider.key, map[string]any{"iss": "https://issuer.example"}),
		"signed by another":       provider.token(t, foreign, nil),
		"not signed":              provider.token(t, nil, nil),
		"changed after signing":   strings.Replace(provider.token(t, provider.key, nil), ".", ".e30", 1),
		"nothing that is one":     "x",
		"of nobody in particular": "",
	} {
		q.reader = "Bearer " + wrong
		got, body := q.ask(http.MethodGet, path)
		assert.Equal(t, http.StatusUnauthorized, got, name)
		if wrong != "" && wrong != "x" {
			assert.NotContains(t, body+q.output(), wrong, name)
		}
	}
	q.reader = "Bearer " + provider.token(t, provider.key, nil)
	got, body := q.ask(http.MethodGet, path)
	assert.Equal(t, http.StatusOK, got)
	assert.Contains(t, body, `"items":[]`, "nothing of what is stored is this tenant's")
	q.stop()
}
