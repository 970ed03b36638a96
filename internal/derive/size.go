package derive

import (
	"unsafe"

	"github.com/opslog/opslog/internal/operation"
)

// perValue is what a map entry or a list element costs beside its text.
const perValue = 48

// size is roughly what a draft holds in memory.
func (op *draft) size() int {
	if op == nil {
		return 0
	}
	size := int(unsafe.Sizeof(*op)) + len(op.RequestBody) + len(op.ResponseBody) + len(op.Target) + len(op.Route) + len(op.StatusMessage) +
		len(op.UserID) + len(op.SessionID) + len(op.RequestID) + len(op.UserAgent)
	for _, m := range []operation.Attributes{op.Attributes, op.RequestHeaders, op.ResponseHeaders} {
		size += sizeOfValue(map[string]any(m))
	}
	for _, l := range op.Links {
		size += perValue + sizeOfValue(map[string]any(l.Attributes))
	}
	return size
}

// sizeOfValue follows the nesting that OTLP allows; the receiver has bounded its depth.
func sizeOfValue(v any) int {
	switch v := v.(type) {
	case string:
		return perValue + len(v)
	case []byte:
		return perValue + len(v)
	case []any:
		size := perValue
		for _, item := range v {
			size += sizeOfValue(item)
		}
		return size
	case map[string]any:
		size := 0
		for key, item := range v {
			size += perValue + len(key) + sizeOfValue(item)
		}
		return size
	default:
		return perValue
	}
}
