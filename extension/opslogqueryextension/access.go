package opslogqueryextension

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"strings"

	"go.opentelemetry.io/collector/client"

	"github.com/opslog/opslog/extension/opslogqueryextension/internal/guard"
	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/store/tenant"
)

// Bounds of a request.
const (
	maxBody    = 20 << 20 // bytes, of an imported trace; other bodies are bounded by maxJSON
	maxJSON    = 1 << 20
	maxURL     = 32 << 10 // a query of the greatest length, escaped
	maxHeaders = 64 << 10
)

// behindAuth checks what is known after the caller has logged in. A page of another origin changes nothing.
func (h *apiHandler) behindAuth(next http.Handler) (http.Handler, error) {
	crossOrigin := http.NewCrossOriginProtection()
	if h.cfg.CORS.HasValue() {
		for _, origin := range h.cfg.CORS.Get().AllowedOrigins {
			if strings.Contains(origin, "*") {
				continue // reading from anywhere may be wanted; changing from anywhere is not
			}
			if err := crossOrigin.AddTrustedOrigin(origin); err != nil {
				return nil, fmt.Errorf("cors::allowed_origins: %w", err)
			}
		}
	}
	crossOrigin.SetDenyHandler(h.refuse(http.StatusForbidden, api.ProblemForbidden, "a page of another origin may not change anything here"))
	return crossOrigin.Handler(h.asTenant(next)), nil
}

// beforeAuth checks what needs no login, so that its answers have the security headers too.
func (h *apiHandler) beforeAuth(next http.Handler) http.Handler {
	next = guard.Hosts(next, h.cfg.hosts(), guard.Refuse(h.refuse(http.StatusMisdirectedRequest, api.ProblemForbidden,
		"this server does not answer to that host name; name it in allowed_hosts of opslog_query")))
	tooLong := h.refuse(http.StatusRequestURITooLong, api.ProblemBadRequest, fmt.Sprintf("the address has more than %d bytes", maxURL))
	return guard.Headers(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.RequestURI) > maxURL {
			tooLong(w, r)
			return
		}
		next.ServeHTTP(w, r)
	}), h.cfg.TLS.HasValue())
}

// asTenant lets tenants in, and puts into the context of each request whose it is. The store asks for it: see tenant.Only.
func (h *apiHandler) asTenant(next http.Handler) http.Handler {
	if !h.cfg.forTenants() {
		return next
	}
	stranger := h.refuse(http.StatusForbidden, api.ProblemForbidden, "you have logged in, but the login does not say of which tenant")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := ""
		if login := client.FromContext(r.Context()).Auth; login != nil {
			name, _ = login.GetAttribute(h.cfg.Tenants.From).(string)
		}
		if name == "" {
			stranger(w, r)
			return
		}
		next.ServeHTTP(w, r.WithContext(tenant.With(r.Context(), name)))
	})
}

func (h *apiHandler) refuse(status int, problem, detail string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h.problem(w, r, &api.Problem{Type: problem, Title: http.StatusText(status), Status: status, Detail: detail})
	}
}

// unreadable answers what the collector's server refuses: wrong credentials, a body that cannot be unpacked. The
// reason stays inside: it may repeat what was sent.
func (h *apiHandler) unreadable(w http.ResponseWriter, r *http.Request, _ string, status int) {
	if status != http.StatusUnauthorized {
		h.refuse(status, api.ProblemBadRequest, "the request's body cannot be read")(w, r)
		return
	}
	scheme := "Bearer"
	if h.cfg.Auth.HasValue() && h.cfg.Auth.Get().AuthenticatorID.Type().String() == "basicauth" {
		scheme = "Basic" // browsers ask for name and password
	}
	w.Header().Set("Www-Authenticate", scheme+` realm="opslog"`)
	h.refuse(status, api.ProblemUnauthorized, "log in first: credentials are missing or wrong")(w, r)
}

// admit lets the request in, or says why not. The returned function ends its use of the caller's share.
func (h *apiHandler) admit(rt route, r *http.Request) (done func(), err error) {
	if title, why := h.closed(rt); why != "" {
		return nil, &api.Problem{Type: api.ProblemForbidden, Title: title, Status: http.StatusForbidden, Detail: why}
	}
	done = func() {}
	switch {
	case rt.live:
		done, err = h.callers.Stream(caller(r))
	case !rt.light:
		done, err = h.callers.Query(r.Context(), caller(r))
	}
	return done, err
}

// closed tells why nobody may use the route here; empty when one may.
func (h *apiHandler) closed(rt route) (title, why string) {
	switch {
	case rt.write && h.cfg.ReadOnly:
		return "Read-only", "this server is set to read_only"
	case rt.platform && h.cfg.forTenants():
		return "Not for tenants", "the answer is made of all tenants' records"
	case rt.write && !rt.own && h.cfg.forTenants():
		return "Read-only", "this server is for tenants, who change only what they keep for themselves: saved queries and links"
	default:
		return "", ""
	}
}

// mustBeJSON refuses other bodies: a form of another page could send those.
func mustBeJSON(r *http.Request) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && kind == "application/json" {
		return nil
	}
	return &api.Problem{
		Type: api.ProblemBadRequest, Title: http.StatusText(http.StatusUnsupportedMediaType), Status: http.StatusUnsupportedMediaType,
		Detail: "the body must be application/json",
	}
}

// caller tells callers apart: by the name that the authenticator knows, else by their credentials, else by address.
func caller(r *http.Request) string {
	info := client.FromContext(r.Context())
	if name := userName(info); name != "" {
		return "user " + name
	}
	if credentials := r.Header.Get("Authorization"); info.Auth != nil && credentials != "" {
		sum := sha256.Sum256([]byte(credentials))
		return "credentials " + hex.EncodeToString(sum[:8])
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	return "address " + host
}

// userName is who has logged in, as far as the authenticator tells.
func userName(info client.Info) string {
	if info.Auth == nil {
		return ""
	}
	for _, key := range []string{"username", "subject"} {
		if name, ok := info.Auth.GetAttribute(key).(string); ok && name != "" {
			return name
		}
	}
	return ""
}

// limitProblem is the answer to a caller that asks for too much; nil for other errors.
func limitProblem(err error) *api.Problem {
	if !errors.Is(err, guard.ErrRate) && !errors.Is(err, guard.ErrBusy) && !errors.Is(err, guard.ErrStreams) {
		return nil
	}
	return &api.Problem{
		Type: api.ProblemLimit, Title: "Too many requests", Status: http.StatusTooManyRequests,
		Detail: err.Error() + "; the limits are opslog_query's limits",
	}
}
