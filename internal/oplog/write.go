package oplog

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/xpdata"

	"github.com/opslog/opslog/internal/operation"
)

// pair is a name and a pointer to its value that is not empty.
type pair struct {
	name string
	ref  any
}

// carried are the fields that attributes carry.
var carried = slices.DeleteFunc(slices.Clone(operation.Fields()), func(f operation.Field) bool { return native[f.Name] })

// putFields writes every field that is not empty. It knows their number before, because room for all of them would
// be most of what a record costs.
func putFields(dst pcommon.Map, op *operation.Operation) {
	var room [128]pair
	pairs := room[:0]
	for i := range carried {
		if ref := carried[i].Ref(op); !blank(ref) {
			pairs = append(pairs, pair{carried[i].Name, ref})
		}
	}
	putPairs(dst, pairs)
}

// putPairs replaces what dst holds; the names must differ.
func putPairs(dst pcommon.Map, pairs []pair) {
	var b xpdata.MapBuilder
	b.EnsureCapacity(len(pairs))
	for _, p := range pairs {
		put(b.AppendEmpty(p.name), p.ref)
	}
	b.UnsafeIntoMap(dst)
}

// putElement is putPairs for an element of a list, which leaves out what is empty.
func putElement(dst pcommon.Map, pairs ...pair) {
	kept := pairs[:0]
	for _, p := range pairs {
		if !blank(p.ref) {
			kept = append(kept, p)
		}
	}
	putPairs(dst, kept)
}

// blank tells whether there is nothing to say.
func blank(ref any) bool {
	switch p := ref.(type) {
	case *string:
		return *p == ""
	case *int64:
		return *p == 0
	case *time.Duration:
		return *p == 0
	case *operation.Time:
		return *p == 0
	case *float64:
		return *p == 0
	case *bool:
		return !*p
	case *operation.ID:
		return p.IsZero()
	case *operation.TraceID:
		return p.IsZero()
	case *operation.SpanID:
		return p.IsZero()
	case *operation.Attributes:
		return len(*p) == 0
	default:
		return blankList(ref)
	}
}

// put writes what ref points to.
func put(v pcommon.Value, ref any) {
	switch p := ref.(type) {
	case *string:
		v.SetStr(*p)
	case *int64:
		v.SetInt(*p)
	case *time.Duration:
		v.SetInt(int64(*p))
	case *operation.Time:
		v.SetInt(int64(*p))
	case *float64:
		v.SetDouble(*p)
	case *bool:
		v.SetBool(*p)
	case *operation.ID:
		v.SetStr(p.String())
	case *operation.TraceID:
		v.SetStr(p.String())
	case *operation.SpanID:
		v.SetStr(p.String())
	case *operation.Attributes:
		putAttributes(v.SetEmptyMap(), *p)
	default:
		putList(v, ref)
	}
}

// putAttributes writes a map in the order of its keys, so that equal records are equal bytes.
func putAttributes(dst pcommon.Map, attrs operation.Attributes) {
	var room [32]string
	keys := slices.AppendSeq(room[:0], maps.Keys(attrs))
	slices.Sort(keys)
	var b xpdata.MapBuilder
	b.EnsureCapacity(len(keys))
	for _, key := range keys {
		putRaw(b.AppendEmpty(key), attrs[key])
	}
	b.UnsafeIntoMap(dst)
}

func putRaw(v pcommon.Value, raw any) {
	if text, ok := raw.(string); ok {
		v.SetStr(text)
		return
	}
	if err := v.FromRaw(raw); err != nil {
		v.SetStr(fmt.Sprint(raw))
	}
}
