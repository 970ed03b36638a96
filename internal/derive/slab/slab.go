// Package slab keeps very many small things with few objects of the heap. What has no pointers costs the garbage
// collector nothing there, nothing is copied as more come, and memory is given back as they go.
package slab

// Each is how many things share a chunk.
const Each = 128

// PlaceBytes is what a thing costs beside itself: its share of what a chunk needs, and of what the heap rounds up.
const PlaceBytes = 4

// Slab gives things a number for as long as they are held. The zero Slab is empty and ready.
type Slab[T any] struct {
	chunks []*chunk[T]
	gone   []uint32 // numbers of chunks that were given back
	open   []uint32 // numbers of chunks with room; the first is being filled
	used   int
}

type chunk[T any] struct {
	things [Each]T
	free   [Each]uint8 // a stack of places, of which room are in it
	room   int
	at     int // place in open
}

// At is the thing with that number.
func (s *Slab[T]) At(n uint32) *T { return &s.chunks[n/Each].things[n%Each] }

// Len is how many things are held.
func (s *Slab[T]) Len() int { return s.used }

// Chunks is how many chunks are held.
func (s *Slab[T]) Chunks() int { return len(s.chunks) - len(s.gone) }

// Take gives a number to a new thing, which is zero.
func (s *Slab[T]) Take() uint32 {
	if len(s.open) == 0 {
		s.grow()
	}
	n := s.open[0]
	c := s.chunks[n]
	c.room--
	s.used++
	if c.room == 0 {
		s.shut(c)
	}
	return n*Each + uint32(c.free[c.room])
}

// Give takes a thing back.
func (s *Slab[T]) Give(n uint32) {
	c := s.chunks[n/Each]
	var zero T
	c.things[n%Each] = zero
	c.free[c.room] = uint8(n % Each)
	c.room++
	s.used--
	switch {
	case c.room == 1:
		c.at = len(s.open)
		s.open = append(s.open, n/Each)
	case c.room == Each && len(s.open) > 1: // one with room stays, for what comes next
		s.shut(c)
		s.chunks[n/Each] = nil
		s.gone = append(s.gone, n/Each)
	}
}

func (s *Slab[T]) grow() {
	c := &chunk[T]{room: Each}
	for i := range c.free {
		c.free[i] = uint8(Each - 1 - i)
	}
	if last := len(s.gone) - 1; last >= 0 {
		s.open = append(s.open, s.gone[last])
		s.chunks[s.gone[last]] = c
		s.gone = s.gone[:last]
		return
	}
	s.open = append(s.open, uint32(len(s.chunks)))
	s.chunks = append(s.chunks, c)
}

// shut takes a chunk off the list of those with room.
func (s *Slab[T]) shut(c *chunk[T]) {
	last := len(s.open) - 1
	s.open[c.at] = s.open[last]
	s.chunks[s.open[c.at]].at = c.at
	s.open = s.open[:last]
}
