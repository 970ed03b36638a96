package derive

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/opslog/opslog/internal/operation"
)

// payload fills headers, bodies and sizes. A size is that before cutting.
func (d *Deriver) payload(op *draft, f *fields, attributes pcommon.Map) {
	for key, v := range attributes.All() {
		if name, ok := headerName(key, d.cfg.Keys.RequestHeader); ok {
			op.RequestHeaders = withHeader(op.RequestHeaders, name, v)
		} else if name, ok := headerName(key, d.cfg.Keys.ResponseHeader); ok {
			op.ResponseHeaders = withHeader(op.ResponseHeaders, name, v)
		}
	}
	op.RequestBody, op.RequestSize = d.body(op, f, requestBody)
	op.ResponseBody, op.ResponseSize = d.body(op, f, responseBody)
	for _, a := range []attr{messagingBodySize, requestSize} {
		if n, ok := f.num(a); ok && n >= 0 {
			op.RequestSize = n
		}
	}
	if n, ok := f.num(responseSize); ok && n >= 0 {
		op.ResponseSize = n
	}
	if op.ClientAddress == "" || !f.has(clientAddress) {
		if forwarded := firstHeader(op.RequestHeaders, "x-forwarded-for"); forwarded != "" {
			first, _, _ := strings.Cut(forwarded, ",")
			op.ClientAddress = strings.TrimSpace(first)
		}
	}
	if op.UserAgent == "" {
		op.UserAgent = firstHeader(op.RequestHeaders, "user-agent")
	}
}

func (d *Deriver) body(op *draft, f *fields, a attr) (text string, size int64) {
	if !f.has(a) {
		return "", 0
	}
	whole := textOf(f.value[a])
	text = cut(whole, d.cfg.PayloadMaxBytes)
	if len(text) < len(whole) {
		op.Truncated = true
		text = strings.Clone(text)
	}
	return text, int64(len(whole))
}

func (d *Deriver) isHeader(key string) bool {
	_, request := headerName(key, d.cfg.Keys.RequestHeader)
	_, response := headerName(key, d.cfg.Keys.ResponseHeader)
	return request || response
}

// headerName is the header that an attribute key names, in lower case; older instrumentations wrote _ for -.
func headerName(key string, prefixes []string) (string, bool) {
	for _, prefix := range prefixes {
		if name, ok := strings.CutPrefix(key, prefix); ok && name != "" {
			return strings.ReplaceAll(strings.ToLower(name), "_", "-"), true
		}
	}
	return "", false
}

func withHeader(headers operation.Attributes, name string, v pcommon.Value) operation.Attributes {
	if headers == nil {
		headers = operation.Attributes{}
	}
	if v.Type() == pcommon.ValueTypeSlice {
		headers[name] = v.AsRaw()
	} else {
		headers[name] = []any{valueOf(v)}
	}
	return headers
}

func firstHeader(headers operation.Attributes, name string) string {
	if values, ok := headers[name].([]any); ok && len(values) > 0 {
		if text, ok := values[0].(string); ok {
			return text
		}
	}
	return ""
}
