package derive

import (
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// fields are the attributes of one span by meaning. They point into pdata and live no longer than the reading of it.
type fields struct {
	value [attrCount]pcommon.Value
	rank  [attrCount]uint8 // of the name that the value came under; 0: absent
	// values is a hash of the statement's recorded parameters; masked says that redaction hid one.
	values uint64
	masked bool
}

const parameterPrefix = "db.query.parameter."

func (d *Deriver) collect(f *fields, attributes pcommon.Map) {
	for key, v := range attributes.All() {
		sp, known := d.dict[key]
		switch {
		case known:
			if held := f.rank[sp.attr]; (held == 0 || sp.rank < held) && !isEmpty(v) {
				f.value[sp.attr], f.rank[sp.attr] = v, sp.rank
			}
		case len(key) > len(parameterPrefix) && key[:len(parameterPrefix)] == parameterPrefix:
			f.addParameter(d, key, v)
		}
	}
}

// addParameter sums the hashes, so that the order of the attributes does not matter.
func (f *fields) addParameter(d *Deriver, key string, v pcommon.Value) {
	if v.Type() == pcommon.ValueTypeStr && isLabel(v.Str()) {
		f.masked = true
		return
	}
	f.values += d.hash(key) * 31
	f.values += d.hash(v.AsString())
}

func isEmpty(v pcommon.Value) bool {
	switch v.Type() {
	case pcommon.ValueTypeEmpty:
		return true
	case pcommon.ValueTypeStr:
		return v.Str() == ""
	default:
		return false
	}
}

func (f *fields) has(a attr) bool { return f.rank[a] != 0 }

func (f *fields) hasAny(attrs ...attr) bool {
	for _, a := range attrs {
		if f.has(a) {
			return true
		}
	}
	return false
}

// str is the value as text, the first element of a list; "" when absent.
func (f *fields) str(a attr) string {
	if !f.has(a) {
		return ""
	}
	v := f.value[a]
	switch v.Type() {
	case pcommon.ValueTypeStr:
		return v.Str()
	case pcommon.ValueTypeSlice:
		if v.Slice().Len() == 0 {
			return ""
		}
		return v.Slice().At(0).AsString()
	default:
		return v.AsString()
	}
}

// first is the first text that is not empty.
func (f *fields) first(attrs ...attr) string {
	for _, a := range attrs {
		if s := f.str(a); s != "" {
			return s
		}
	}
	return ""
}

// num is the value as a whole number; numbers sent as text are read.
func (f *fields) num(a attr) (int64, bool) {
	if !f.has(a) {
		return 0, false
	}
	v := f.value[a]
	switch v.Type() {
	case pcommon.ValueTypeInt:
		return v.Int(), true
	case pcommon.ValueTypeDouble:
		return int64(v.Double()), true
	default:
		n, err := strconv.ParseInt(strings.TrimSpace(f.str(a)), 10, 64)
		return n, err == nil
	}
}

// truth is the value as a yes or no; text and numbers are read.
func (f *fields) truth(a attr) (value, known bool) {
	if !f.has(a) {
		return false, false
	}
	v := f.value[a]
	switch v.Type() {
	case pcommon.ValueTypeBool:
		return v.Bool(), true
	case pcommon.ValueTypeInt:
		return v.Int() != 0, true
	default:
		s := f.str(a)
		switch {
		case strings.EqualFold(s, "true"), strings.EqualFold(s, "hit"), strings.EqualFold(s, "yes"), s == "1":
			return true, true
		case strings.EqualFold(s, "false"), strings.EqualFold(s, "miss"), strings.EqualFold(s, "no"), s == "0":
			return false, true
		}
		return false, false
	}
}
