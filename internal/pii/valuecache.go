package pii

import (
	"strings"
	"sync/atomic"
)

const (
	// valueSlots and maxCachedValue bound the cache of clean values to 2 MiB.
	valueSlots     = 1 << 13
	maxCachedValue = 256
	minCachedValue = 4
	// cleanSlots is the room for values that one session meets again and again.
	cleanSlots = 1 << 11
)

// valueCache remembers short values in which nothing was found: routes, user
// agents, names of threads and statements come again and again. A value is
// compared whole, so a hit is never a guess; values with findings are never
// kept. A value is stored when it comes for the second time in a row, so that
// ids, which never come again, cost no allocation.
type valueCache struct{ slots []cleanSlot }

type cleanSlot struct {
	// seen is the fingerprint of the last value that was clean here.
	seen atomic.Uint64
	// stored is that of value, so that another one is told without a look at it.
	stored atomic.Uint64
	value  atomic.Pointer[cleanValue]
}

type cleanValue struct {
	text     string
	decision Decision
}

func newValueCache() *valueCache {
	return &valueCache{slots: make([]cleanSlot, valueSlots)}
}

// hash mixes the key's decision in: the same text may be clean under one key only.
func (c *valueCache) hash(text string, d Decision) uint64 {
	return fingerprint(text, (uint64(d.kind)<<32|uint64(d.rule)<<16|uint64(d.ctx))*mix2) | 1
}

func (c *valueCache) slot(h uint64) *cleanSlot { return &c.slots[h>>1&(valueSlots-1)] }

// find returns what is remembered of a value that was read before and in which nothing was found.
func (c *valueCache) find(h uint64, text string, d Decision) *cleanValue {
	s := c.slot(h)
	if s.stored.Load() != h {
		return nil
	}
	if v := s.value.Load(); v != nil && v.text == text && v.decision == d {
		return v
	}
	return nil
}

// valueMemo is what one session remembers of a valueCache, in reach of the processor.
type valueMemo [cleanSlots]memoValue

type memoValue struct {
	hash uint64
	*cleanValue
}

// find looks into the memo and then into the cache behind it.
func (m *valueMemo) find(c *valueCache, h uint64, text string, d Decision) *cleanValue {
	k := &m[h>>32&(cleanSlots-1)]
	if k.hash == h && k.text == text && k.decision == d {
		return k.cleanValue
	}
	v := c.find(h, text, d)
	if v != nil {
		k.hash, k.cleanValue = h, v
	}
	return v
}

// remember notes that nothing was found in a value.
func (c *valueCache) remember(h uint64, text string, d Decision) {
	s := c.slot(h)
	if s.seen.Load() != h {
		s.seen.Store(h)
		return
	}
	s.stored.Store(h)
	s.value.Store(&cleanValue{text: strings.Clone(text), decision: d})
}
