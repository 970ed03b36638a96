package reproduce

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

// request is what can be sent again.
type request struct {
	op      *operation.Operation
	method  string
	url     string // may begin with $BASE_URL
	headers []header
	body    string
}

// header is one line; a secret's value is a placeholder.
type header struct{ name, value string }

// dropped are headers that the client, the connection or this reproduction sets itself.
var dropped = []string{"host", "content-length", "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
	"accept-encoding", "expect", "forwarded", "via", "traceparent", "tracestate", "baggage", "b3", "uber-trace-id", "x-request-id",
	"x-real-ip", "idempotency-key", "x-opslog-reproduction"}

// secretWords mark headers whose value is a secret whatever is recorded of it.
var secretWords = []string{"authorization", "cookie", "token", "secret", "api-key", "apikey", "password", "credential", "session", "signature", "csrf", "xsrf"}

// requestOf rebuilds the request; trace gives the new trace and span ids.
func requestOf(op *operation.Operation, base string, trace [24]byte) (*request, error) {
	r := &request{op: op, method: op.Method, body: op.RequestBody}
	at, err := address(op, base)
	if err != nil {
		return nil, err
	}
	r.url = at
	for name, value := range op.RequestHeaders {
		r.addHeader(strings.ToLower(name), value)
	}
	slices.SortFunc(r.headers, func(a, b header) int { return strings.Compare(a.name, b.name) })
	if op.RequestBody != "" && !slices.ContainsFunc(r.headers, func(h header) bool { return h.name == "content-type" }) && isJSON(op.RequestBody) {
		r.headers = append(r.headers, header{"content-type", "application/json"})
	}
	r.headers = append(r.headers,
		header{"idempotency-key", "opslog-" + op.ID.String()},
		header{"traceparent", "00-" + hex.EncodeToString(trace[:16]) + "-" + hex.EncodeToString(trace[16:]) + "-01"},
		header{"x-opslog-reproduction", op.ID.String()})
	return r, nil
}

func (r *request) addHeader(name string, value any) {
	if slices.Contains(dropped, name) || strings.HasPrefix(name, "x-forwarded-") || strings.HasPrefix(name, "x-b3-") || strings.HasPrefix(name, ":") || !isToken(name) {
		return
	}
	values, ok := value.([]any)
	if !ok {
		values = []any{value}
	}
	for _, v := range values {
		text := oneLine(fmt.Sprint(v))
		if isSecret(name) || isHidden(text) {
			text = placeholder(name)
		}
		r.headers = append(r.headers, header{name, text})
	}
}

// isToken tells a header's name as RFC 9110 has it.
func isToken(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~") == ""
}

// oneLine takes out what would end a header.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}

func isSecret(name string) bool {
	return slices.ContainsFunc(secretWords, func(word string) bool { return strings.Contains(name, word) })
}

// isHidden tells what redaction put in the place of a value, whole or in part: a label such as [EMAIL], or stars.
func isHidden(s string) bool { return len(labels(s)) > 0 || strings.Contains(s, "***") }

// labels are redaction's labels in a text, each once.
func labels(s string) []string {
	var out []string
	for {
		start := strings.IndexByte(s, '[')
		if start < 0 {
			return out
		}
		s = s[start+1:]
		end := strings.IndexByte(s, ']')
		if end <= 0 {
			continue
		}
		if name := s[:end]; isLabel(name) && !slices.Contains(out, "["+name+"]") {
			out = append(out, "["+name+"]")
		}
	}
}

func isLabel(s string) bool {
	name, _, _ := strings.Cut(s, ":")
	return len(name) > 1 && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == ""
}

func placeholder(name string) string {
	return "$" + strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= '0' && r <= '9':
			return r
		default:
			return '_'
		}
	}, name)
}

// address is where the operation was asked, or where base says.
func address(op *operation.Operation, base string) (string, error) {
	path := op.Target
	if op.Transport == operation.TransportRPC {
		path = strings.TrimPrefix(op.Name, "/")
	}
	if full := attribute(op, "url.full"); path == "" && full != "" {
		if u, err := url.Parse(full); err == nil {
			path = u.EscapedPath()
		}
	}
	if path == "" {
		path = "/"
	}
	if op.Transport == operation.TransportHTTP && !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	path = (&url.URL{Path: unescaped(path)}).EscapedPath()
	if query := strings.TrimPrefix(attribute(op, "url.query"), "?"); query != "" {
		path += "?" + oneLine(query)
	}
	if base != "" {
		u, err := url.Parse(base)
		if err != nil || u.Host == "" {
			return "", InputError{Option: "base-url", Message: fmt.Sprintf("is %q, want a URL like http://localhost:8080", clip(base))}
		}
		return strings.TrimSuffix(u.String(), "/") + slashed(path), nil
	}
	host := oneLine(attribute(op, "server.address"))
	if host == "" || strings.ContainsAny(host, "/ '\"$`\\") {
		return "$BASE_URL" + slashed(path), nil
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port := attribute(op, "server.port"); port != "" && strings.Trim(port, "0123456789") == "" {
		host += ":" + port
	}
	scheme := attribute(op, "url.scheme")
	if scheme != "https" {
		scheme = "http"
	}
	return scheme + "://" + host + slashed(path), nil
}

func unescaped(path string) string {
	if plain, err := url.PathUnescape(path); err == nil {
		return plain
	}
	return path
}

func slashed(path string) string {
	if strings.HasPrefix(path, "/") {
		return path
	}
	return "/" + path
}

func attribute(op *operation.Operation, key string) string {
	switch v := op.Attributes[key].(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return ""
	}
}

func isJSON(s string) bool { return json.Valid([]byte(s)) }

// warnings are what is not as it was.
func (r *request) warnings() []string {
	var out []string
	var missing []string
	for _, h := range r.headers {
		if strings.HasPrefix(h.value, "$") {
			missing = append(missing, h.value)
		}
	}
	if strings.HasPrefix(r.url, "$BASE_URL") {
		missing = append(missing, "$BASE_URL")
	}
	if len(missing) > 0 {
		out = append(out, "set before you send it: "+strings.Join(slices.Compact(missing), ", "))
	}
	if hidden := labels(r.url + r.body); len(hidden) > 0 {
		out = append(out, "redaction took values out; put yours in the place of "+strings.Join(hidden, ", "))
	}
	if r.op.Truncated {
		out = append(out, "the recorded body was cut: this is not the whole request")
	}
	if r.op.RequestBody == "" && r.op.RequestSize > 0 {
		out = append(out, fmt.Sprintf("the request had a body of %d bytes that was not recorded", r.op.RequestSize))
	}
	return out
}
