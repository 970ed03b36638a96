package oplog

import (
	"bytes"
	"encoding/json"
	"maps"
	"math"
	"reflect"
	"slices"
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

// sameMap tells whether two maps are one and the same object, which the operations of one process share.
func sameMap(a, b operation.Attributes) bool {
	return reflect.ValueOf(a).Pointer() == reflect.ValueOf(b).Pointer()
}

func sortedKeys(attrs operation.Attributes) []string {
	return slices.Sorted(maps.Keys(attrs))
}

// unmarshalNumbers decodes JSON with whole numbers as int64 and others as float64, the two that pdata knows.
func unmarshalNumbers(text []byte, into *[]any) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(into); err != nil {
		return err
	}
	for i, v := range *into {
		(*into)[i] = number(v)
	}
	return nil
}

func number(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := v.Float64()
		return f
	case []any:
		for i := range v {
			v[i] = number(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = number(v[key])
		}
	}
	return v
}
