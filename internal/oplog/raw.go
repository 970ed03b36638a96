package oplog

import (
	"math"
	"reflect"
	"strconv"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/opslog/opslog/internal/operation"
)

// attributesOf copies a map. Numbers that JSON cannot say (NaN, ±Inf) become their names, since everything stored
// is served as JSON later.
func attributesOf(m pcommon.Map) operation.Attributes {
	if m.Len() == 0 {
		return nil
	}
	raw := m.AsRaw()
	for key, value := range raw {
		raw[key] = finite(value)
	}
	return raw
}

func finite(v any) any {
	switch v := v.(type) {
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return strconv.FormatFloat(v, 'g', -1, 64)
		}
	case []any:
		for i := range v {
			v[i] = finite(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = finite(v[key])
		}
	}
	return v
}

// place names a map: the operations of one process share theirs.
func place(attrs operation.Attributes) uintptr { return reflect.ValueOf(attrs).Pointer() }
