package piiredactionprocessor

import (
	"math"
	"strconv"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/opslog/opslog/internal/pii"
)

// walkMap redacts the values of a map in place, removes those whose action says
// so, and renames keys that hold findings themselves.
func (w *walker) walkMap(m pcommon.Map) {
	dirty := false
	above := len(w.path)
	plain := above == 0 && w.engine.KeysDecide()
	m.RemoveIf(func(key string, v pcommon.Value) bool {
		if plain && v.Type() == pcommon.ValueTypeStr {
			out, o, d := w.s.Attribute(key, v.Str())
			if o == pii.Changed {
				v.SetStr(out)
			}
			dirty = dirty || d.Dirty
			return o == pii.Removed
		}
		if plain && v.Type() == pcommon.ValueTypeInt && v.Int() < minCard {
			if d := w.s.Key(key); !d.Hides() {
				dirty = dirty || d.Dirty
				return false
			}
		}
		d := w.decide(key, v.Type(), above)
		dirty = dirty || d.Dirty
		remove := w.walkMember(v, d)
		w.path = w.path[:above]
		return remove
	})
	if dirty {
		w.renameKeys(m)
	}
}

// decide looks at a key of the map at the given depth of the path; keys of
// nested maps are decided with those above them, as user.password.
func (w *walker) decide(key string, t pcommon.ValueType, above int) pii.Decision {
	if above == 0 && t != pcommon.ValueTypeMap && t != pcommon.ValueTypeSlice && !w.engine.HasPaths() {
		// Nobody will ask for the path.
		return w.s.Key(key)
	}
	if above > 0 {
		w.path = append(w.path, '.')
	}
	w.path = append(w.path, key...)
	d := w.engine.Key(key)
	if above > 0 {
		dirty := d.Dirty
		d = w.engine.KeyPath(w.path)
		d.Dirty = dirty
	}
	if w.engine.HasPaths() {
		w.s.Under(w.path)
		if w.inBody {
			w.full = append(append(w.full[:0], "body."...), w.path...)
			w.s.Under(w.full)
			dirty := d.Dirty
			d = w.engine.Under(w.full, d)
			d.Dirty = dirty
		}
	}
	return d
}

// walkMember redacts a value under a key. Where the key may not pass, maps and
// lists of maps are searched for those that may, and everything else goes.
func (w *walker) walkMember(v pcommon.Value, d pii.Decision) (remove bool) {
	if w.allowed {
		return w.walkValue(v, d)
	}
	if d.Allowed {
		w.allowed = true
		w.s.FilterKeys(false)
		remove = w.walkValue(v, d)
		w.s.FilterKeys(w.inBody)
		w.allowed = false
		return remove
	}
	switch v.Type() {
	case pcommon.ValueTypeMap:
		w.nested(v, func() { w.walkMap(v.Map()) })
		return v.Type() == pcommon.ValueTypeMap && v.Map().Len() == 0
	case pcommon.ValueTypeSlice:
		w.nested(v, func() { v.Slice().RemoveIf(func(e pcommon.Value) bool { return w.walkMember(e, d) }) })
		return v.Type() == pcommon.ValueTypeSlice && v.Slice().Len() == 0
	}
	_, o := w.s.NotAllowed()
	return o == pii.Removed
}

// maxNesting is how deep maps and lists are walked.
const maxNesting = 64

// nested walks a map or a list, or replaces what lies too deep.
func (w *walker) nested(v pcommon.Value, walk func()) {
	if w.depth >= maxNesting {
		if label, o := w.s.Limit(); o != pii.Kept {
			v.SetStr(label)
		}
		return
	}
	w.depth++
	walk()
	w.depth--
}

// walkValue redacts one value of any type and reports whether it is to go.
func (w *walker) walkValue(v pcommon.Value, d pii.Decision) (remove bool) {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		return w.set(v, v.Str(), d)
	case pcommon.ValueTypeInt:
		return w.walkInt(v, d)
	case pcommon.ValueTypeDouble:
		return w.walkDouble(v, d)
	case pcommon.ValueTypeBytes:
		return w.walkBytes(v.Bytes(), d)
	case pcommon.ValueTypeMap:
		if d.HidesMap() && v.Map().Len() > 0 {
			return w.composite(v, d)
		}
		w.nested(v, func() { w.walkMap(v.Map()) })
	case pcommon.ValueTypeSlice:
		if d.HidesList() && v.Slice().Len() > 0 {
			return w.composite(v, d)
		}
		w.nested(v, func() { w.walkSlice(v.Slice(), d) })
	case pcommon.ValueTypeEmpty, pcommon.ValueTypeBool:
		// Nothing that tells one person from another.
	default:
		return w.set(v, v.AsString(), d)
	}
	return false
}

// set redacts text and writes it back where it changed.
func (w *walker) set(v pcommon.Value, text string, d pii.Decision) (remove bool) {
	out, o := w.s.Value(d, text)
	if o == pii.Changed {
		v.SetStr(out)
	}
	return o == pii.Removed
}

// setNumber is set for a number, which stays one with keep_type.
func (w *walker) setNumber(v pcommon.Value, text string, d pii.Decision) (remove bool) {
	if !w.r.keepType {
		return w.set(v, text, d)
	}
	_, o := w.s.Value(d, text)
	switch {
	case o != pii.Changed:
	case v.Type() == pcommon.ValueTypeInt:
		v.SetInt(0)
	default:
		v.SetDouble(0)
	}
	return o == pii.Removed
}

// minCard is the smallest number that may be a card: twelve digits.
const minCard = 1e11

func (w *walker) walkInt(v pcommon.Value, d pii.Decision) bool {
	n := v.Int()
	if d.NumbersPass() || (!d.Hides() && n < minCard) {
		return false
	}
	return w.setNumber(v, strconv.FormatInt(n, 10), d)
}

func (w *walker) walkDouble(v pcommon.Value, d pii.Decision) bool {
	n := v.Double()
	whole := n >= minCard && n < 1<<63 && n == math.Trunc(n)
	if d.NumbersPass() || (!d.Hides() && !whole) {
		return false
	}
	return w.setNumber(v, strconv.FormatFloat(n, 'f', -1, 64), d)
}

// walkBytes redacts bytes as text and keeps the type.
func (w *walker) walkBytes(b pcommon.ByteSlice, d pii.Decision) bool {
	if b.Len() == 0 {
		return false
	}
	out, o := w.s.Value(d, string(b.AsRaw()))
	if o == pii.Changed {
		b.FromRaw([]byte(out))
	}
	return o == pii.Removed
}

// walkSlice gives the key's decision to every element; a removed element
// leaves an empty one, for positions may carry meaning.
func (w *walker) walkSlice(s pcommon.Slice, d pii.Decision) {
	for _, v := range s.All() {
		if w.walkValue(v, d) {
			v.SetStr("")
		}
	}
}

// composite hides a map or slice under a sensitive key whole, or walks it where
// its content cannot be what the key says.
func (w *walker) composite(v pcommon.Value, d pii.Decision) bool {
	out, o := w.s.Composite(d, v.AsString())
	switch {
	case o == pii.Changed:
		v.SetStr(out)
	case o == pii.Kept && v.Type() == pcommon.ValueTypeMap:
		w.nested(v, func() { w.walkMap(v.Map()) })
	case o == pii.Kept:
		w.nested(v, func() { w.walkSlice(v.Slice(), d) })
	}
	return o == pii.Removed
}

// renameKeys rebuilds a map with redacted keys, in order. Keys that become equal
// get a number.
func (w *walker) renameKeys(m pcommon.Map) {
	w.s.At(placeKey)
	defer w.s.At(w.at)
	old := pcommon.NewMap()
	m.MoveTo(old)
	m.EnsureCapacity(old.Len())
	for key, v := range old.All() {
		v.MoveTo(m.PutEmpty(w.freeKey(m, key)))
	}
}

// freeKey is the redacted form of a key that m does not hold yet.
func (w *walker) freeKey(m pcommon.Map, key string) string {
	redacted, _ := w.s.Text(key)
	if redacted == "" {
		redacted = "redacted"
	}
	free := redacted
	for n := 2; ; n++ {
		if _, taken := m.Get(free); !taken {
			return free
		}
		free = redacted + "_" + strconv.Itoa(n)
	}
}
