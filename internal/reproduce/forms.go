package reproduce

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"unicode"

	"github.com/opslog/opslog/internal/operation"
)

// asCurl is a command for a POSIX shell. Placeholders are the shell's variables.
func asCurl(r *request) (string, error) {
	if r.op.Transport != operation.TransportHTTP {
		return "", notHTTP(r.op)
	}
	parts := []string{"curl -sS -i -X " + quoted(r.method), "  " + quoted(r.url)}
	for _, h := range r.headers {
		parts = append(parts, "  -H "+quoted(h.name+": "+h.value))
	}
	if r.body != "" {
		parts = append(parts, "  --data-raw "+shell(r.body))
	}
	return strings.Join(parts, " \\\n") + "\n", nil
}

func notHTTP(op *operation.Operation) error {
	if op.Transport == operation.TransportRPC {
		return InputError{Option: "as", Message: "does not fit, this operation is an RPC: use grpcurl or json"}
	}
	return fmt.Errorf("the operation %s %w", op.ID, ErrNoRequest)
}

// asHTTP is a message as .http files and RFC 9112 have it.
func asHTTP(r *request) (string, error) {
	if r.op.Transport != operation.TransportHTTP {
		return "", notHTTP(r.op)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\n", r.method, r.url)
	if u, err := url.Parse(r.url); err == nil && u.Host != "" {
		fmt.Fprintf(&b, "host: %s\n", u.Host)
	}
	for _, h := range r.headers {
		fmt.Fprintf(&b, "%s: %s\n", h.name, h.value)
	}
	b.WriteString("\n")
	if r.body != "" {
		b.WriteString(Visible(r.body) + "\n")
	}
	return b.String(), nil
}

// asGRPCurl is a grpcurl command. The method's messages are known by reflection or --proto only.
func asGRPCurl(r *request) (string, error) {
	if r.op.Transport != operation.TransportRPC {
		return "", InputError{Option: "as", Message: "does not fit, this operation is no RPC: use curl, http or json"}
	}
	host, method := "$BASE_URL", strings.TrimPrefix(r.op.Name, "/")
	plain := ""
	if u, err := url.Parse(r.url); err == nil && u.Host != "" {
		host = u.Host
		if u.Scheme == "http" {
			plain = " -plaintext"
		}
	}
	parts := []string{"grpcurl" + plain}
	for _, h := range r.headers {
		if h.name != "content-type" && h.name != "user-agent" {
			parts = append(parts, "  -H "+quoted(h.name+": "+h.value))
		}
	}
	if r.body != "" {
		parts = append(parts, "  -d "+shell(r.body))
	}
	return strings.Join(append(parts, "  "+quoted(host)+" "+quoted(method)), " \\\n") + "\n", nil
}

// asJSON is everything that is known of the request, for programs.
func asJSON(r *request) (string, error) {
	headers := map[string][]string{}
	for _, h := range r.headers {
		headers[h.name] = append(headers[h.name], h.value)
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	err := enc.Encode(struct {
		OperationID operation.ID        `json:"operation_id"`
		Transport   string              `json:"transport"`
		Name        string              `json:"name"`
		Method      string              `json:"method,omitempty"`
		URL         string              `json:"url"`
		Headers     map[string][]string `json:"headers"`
		Body        string              `json:"body,omitempty"`
		Truncated   bool                `json:"truncated,omitempty"`
	}{r.op.ID, r.op.Transport, r.op.Name, r.method, r.url, headers, r.body, r.op.Truncated})
	return b.String(), err
}

// quoted is a word for the shell in which placeholders at the start of the text or behind ": " are variables.
func quoted(s string) string {
	before, name, found := strings.Cut(s, "$")
	if !found || before != "" && !strings.HasSuffix(before, ": ") {
		return shell(s)
	}
	rest := strings.TrimLeft(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
	name = name[:len(name)-len(rest)]
	if name == "" {
		return shell(s)
	}
	out := "\"$" + name + "\""
	if before != "" {
		out = shell(before) + out
	}
	if rest != "" {
		out += shell(rest)
	}
	return out
}

// shell quotes for a POSIX shell; text with control characters is quoted as bash and zsh have it, so that nothing
// reaches a terminal that is not meant to.
func shell(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) || r == unicode.ReplacementChar }) {
		if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+,") == "" {
			return s
		}
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	var b strings.Builder
	b.WriteString("$'")
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\'' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c >= 0x7f:
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String() + "'"
}

// Visible keeps line breaks and shows other control characters as dots.
func Visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && !unicode.IsPrint(r) {
			return '·'
		}
		return r
	}, s)
}
