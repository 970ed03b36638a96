package derive

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// payload fills headers, bodies and sizes. A size is that before cutting.
func (d *Deriver) payload(op *draft, f *fields, attributes pcommon.Map) {
	for key, v := range attributes.All() {
		if name, ok := headerName(key, d.cfg.Keys.RequestHeader); ok {
			op.RequestHeaders = append(op.RequestHeaders, kept{key: name, form: keptHeader, value: v})
		} else if name, ok := headerName(key, d.cfg.Keys.ResponseHeader); ok {
			op.ResponseHeaders = append(op.ResponseHeaders, kept{key: name, form: keptHeader, value: v})
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

// packHeader packs the values of a header.
func packHeader(p *packer, v pcommon.Value) {
	if v.Type() == pcommon.ValueTypeSlice {
		p.raw(v)
		return
	}
	p.form(packedList)
	p.count(1)
	p.value(v)
}

// firstHeader is the first value of a header if that is text.
func firstHeader(headers []kept, name string) string {
	for i := len(headers) - 1; i >= 0; i-- {
		if headers[i].key != name {
			continue
		}
		v := headers[i].value
		if v.Type() == pcommon.ValueTypeSlice && v.Slice().Len() > 0 {
			v = v.Slice().At(0)
		}
		if v.Type() == pcommon.ValueTypeStr {
			return v.Str()
		}
		return ""
	}
	return ""
}
