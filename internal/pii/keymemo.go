package pii

// memoSlots is the room for the keys that one session meets again and again.
const memoSlots = 256

// keyMemo is what one session remembers of a keyCache, in reach of the processor.
// Instrumentations write their keys in the same order each time, so every key
// remembers the one that came behind it, and is found without a fingerprint.
type keyMemo struct {
	slots [memoSlots]memoKey
	last  *memoKey
}

type memoKey struct {
	cachedKey
	next *memoKey
	// value was clean under this key when it came last.
	value string
	// fresh counts the values in a row that no cache knew.
	fresh uint8
}

// manyFresh is how many values in a row no cache may know before the next are
// taken to be new as well, as ids and paths are. The count runs over, so that
// the caches are asked again from time to time.
const manyFresh = 16

// find looks into the memo and then into the cache behind it; nil where neither knows the key.
func (m *keyMemo) find(c *keyCache, key string) *memoKey {
	if m.last == nil {
		m.last = &m.slots[0]
	}
	if k := m.last.next; k != nil && k.key == key {
		m.last = k
		return k
	}
	h := fingerprint(key, 0)
	k := &m.slots[h>>32&(memoSlots-1)]
	if k.key != key || key == "" {
		p := c.slot(h).Load()
		if p == nil || p.key != key {
			return nil
		}
		*k = memoKey{cachedKey: *p}
	}
	m.last.next, m.last = k, k
	return k
}

// isFresh counts a value and tells whether it is taken to be new without a look.
func (k *memoKey) isFresh() bool {
	k.fresh++
	return k.fresh > manyFresh
}
