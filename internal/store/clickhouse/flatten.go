package clickhouse

import (
	"reflect"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// flattener turns attributes into columns of text. What a block has several times, it does once.
type flattener struct {
	shared bool // records share these maps: those of a process have one resource
	room   store.Flat
	known  map[uintptr]sharedMap
	texts  map[string]string
}

// sharedMap keeps the map, so that no other one gets its address.
type sharedMap struct {
	attrs operation.Attributes
	flat  *store.Flat
}

// begin forgets what was before: maps may be changed between two blocks.
func (f *flattener) begin() {
	f.known, f.texts = map[uintptr]sharedMap{}, map[string]string{}
}

// of answers what holds until the next call.
func (f *flattener) of(attrs operation.Attributes) *store.Flat {
	if !f.shared || len(attrs) == 0 {
		f.room.Set(attrs)
		return &f.room
	}
	at := reflect.ValueOf(attrs).Pointer()
	known, ok := f.known[at]
	if !ok {
		known = sharedMap{attrs: attrs, flat: &store.Flat{}}
		known.flat.Set(attrs)
		f.known[at] = known
	}
	return known.flat
}

// letters is the text of types; equal ones share it.
func (f *flattener) letters(types []byte) string {
	text, ok := f.texts[string(types)]
	if !ok {
		text = string(types)
		f.texts[text] = text
	}
	return text
}
