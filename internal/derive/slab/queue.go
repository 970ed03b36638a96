package slab

// inQueue is how many things share a chunk of a queue. With it, chunks of things of a multiple of 8 bytes fill pages.
const inQueue = 1024

// Queue holds things in the order of their coming. Each has a number that stays the same while it is held; numbers
// follow each other, and begin again at 0 after the last. The zero Queue is empty and ready.
type Queue[T any] struct {
	chunks []*[inQueue]T
	spare  *[inQueue]T
	base   uint32 // number of the first place of the first chunk
	front  uint32
	next   uint32
}

// Len is how many things are held.
func (q *Queue[T]) Len() int { return int(q.next - q.front) }

// Front is the number of the oldest.
func (q *Queue[T]) Front() uint32 { return q.front }

// Next is the number that the next one will get.
func (q *Queue[T]) Next() uint32 { return q.next }

// At is the thing with that number, which must be held.
func (q *Queue[T]) At(n uint32) *T {
	i := n - q.base
	return &q.chunks[i/inQueue][i%inQueue]
}

// Push adds a thing at the end and answers its number.
func (q *Queue[T]) Push(thing T) uint32 {
	if q.next-q.base == uint32(len(q.chunks))*inQueue {
		q.chunks = append(q.chunks, q.room())
	}
	n := q.next
	q.next++
	*q.At(n) = thing
	return n
}

func (q *Queue[T]) room() *[inQueue]T {
	if c := q.spare; c != nil {
		q.spare = nil
		return c
	}
	return new([inQueue]T)
}

// Pop takes the oldest away.
func (q *Queue[T]) Pop() {
	var zero T
	*q.At(q.front) = zero
	q.front++
	if q.front-q.base == inQueue {
		q.spare, q.chunks[0] = q.chunks[0], nil
		q.chunks = q.chunks[1:]
		q.base = q.front
	}
}
