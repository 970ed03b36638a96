package derive

import (
	"hash/maphash"
	"strings"
	"sync"
)

// table remembers values by text in bounded memory. It keeps two generations: when the young one is full the old
// one is forgotten, so what is used stays and what is not goes, without a list to maintain.
type table[V any] struct {
	limit  int // bytes of keys in one generation of one shard
	seed   maphash.Seed
	shards [16]shard[V]
}

type shard[V any] struct {
	mu         sync.Mutex
	young, old map[string]V
	bytes      int
}

// entryOverhead is what a map entry costs beside its key's bytes, roughly.
const entryOverhead = 64

func newTable[V any](bytes int) *table[V] {
	t := &table[V]{seed: maphash.MakeSeed()}
	t.limit = bytes / len(t.shards) / 2
	for i := range t.shards {
		t.shards[i].young = map[string]V{}
	}
	return t
}

func (t *table[V]) of(key string) *shard[V] {
	return &t.shards[maphash.String(t.seed, key)%uint64(len(t.shards))]
}

// get answers what is remembered under key.
func (t *table[V]) get(key string) (V, bool) {
	sh := t.of(key)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if v, ok := sh.young[key]; ok {
		return v, true
	}
	v, ok := sh.old[key]
	if ok {
		t.put(sh, strings.Clone(key), v)
	}
	return v, ok
}

// getBytes is get for a key that is still being built.
func (t *table[V]) getBytes(key []byte) (V, bool) {
	sh := &t.shards[maphash.Bytes(t.seed, key)%uint64(len(t.shards))]
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if v, ok := sh.young[string(key)]; ok {
		return v, true
	}
	v, ok := sh.old[string(key)]
	if ok {
		t.put(sh, string(key), v)
	}
	return v, ok
}

// add remembers v under key unless somebody was faster; it answers what is remembered.
func (t *table[V]) add(key string, v V) V {
	sh := t.of(key)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if first, ok := sh.young[key]; ok {
		return first
	}
	t.put(sh, strings.Clone(key), v)
	return v
}

func (t *table[V]) put(sh *shard[V], key string, v V) {
	if sh.bytes > t.limit {
		sh.old, sh.young, sh.bytes = sh.young, map[string]V{}, 0
	}
	sh.young[key] = v
	sh.bytes += len(key) + entryOverhead
}
