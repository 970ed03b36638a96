package pii

import (
	"strings"
	"sync/atomic"
)

const (
	// cacheSlots bounds the cache: 16k keys of at most maxCachedKey bytes each.
	cacheSlots   = 1 << 14
	maxCachedKey = 256
)

// keyCache remembers decisions in a table of fixed size where a new key
// overwrites the one in its slot. Readers and writers need no lock.
type keyCache struct {
	slots []atomic.Pointer[cachedKey]
}

type cachedKey struct {
	key      string
	decision Decision
}

func newKeyCache() *keyCache {
	return &keyCache{slots: make([]atomic.Pointer[cachedKey], cacheSlots)}
}

func (c *keyCache) slot(h uint64) *atomic.Pointer[cachedKey] { return &c.slots[h&(cacheSlots-1)] }

func (c *keyCache) get(key string) (Decision, bool) {
	if p := c.slot(fingerprint(key, 0)).Load(); p != nil && p.key == key {
		return p.decision, true
	}
	return Decision{}, false
}

// put copies key, which may live in memory that is reused.
func (c *keyCache) put(key string, d Decision) {
	if len(key) <= maxCachedKey {
		c.slot(fingerprint(key, 0)).Store(&cachedKey{key: strings.Clone(key), decision: d})
	}
}
