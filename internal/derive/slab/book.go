package slab

// Book gives short numbers to keys that very many things have in common. It knows a key as long as somebody holds it.
// The zero Book is empty and ready.
type Book[K comparable] struct {
	numbers map[K]uint32
	keys    []held[K]
	free    []uint32
	last    uint32 // asked for last
}

type held[K comparable] struct {
	key K
	by  int // so many
}

// Hold answers the number of a key, which is its own until it was let go as often as it was held.
func (b *Book[K]) Hold(key K) uint32 {
	if int(b.last) < len(b.keys) && b.keys[b.last].by > 0 && b.keys[b.last].key == key {
		b.keys[b.last].by++
		return b.last
	}
	n, ok := b.numbers[key]
	if !ok {
		n = b.add(key)
	}
	b.keys[n].by++
	b.last = n
	return n
}

func (b *Book[K]) add(key K) uint32 {
	var n uint32
	if last := len(b.free) - 1; last >= 0 {
		n, b.free = b.free[last], b.free[:last]
	} else {
		n = uint32(len(b.keys))
		b.keys = append(b.keys, held[K]{})
	}
	if b.numbers == nil {
		b.numbers = make(map[K]uint32)
	}
	b.keys[n].key, b.numbers[key] = key, n
	return n
}

// At is the key with that number.
func (b *Book[K]) At(n uint32) K { return b.keys[n].key }

// Len is how many keys are held.
func (b *Book[K]) Len() int { return len(b.numbers) }

// Drop lets a key go.
func (b *Book[K]) Drop(n uint32) {
	h := &b.keys[n]
	if h.by--; h.by > 0 {
		return
	}
	delete(b.numbers, h.key)
	*h = held[K]{}
	b.free = append(b.free, n)
	if len(b.numbers) == 0 {
		*b = Book[K]{}
	}
}
