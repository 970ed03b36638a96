package slab

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
)

func TestSlab(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var s Slab[int]
	want := map[uint32]int{}
	var numbers []uint32
	for i := range 100_000 {
		if grows := i/20_000%2 == 0; len(numbers) == 0 || rnd.IntN(10) < 6 == grows {
			n := s.Take()
			require.Zero(t, *s.At(n))
			_, taken := want[n]
			require.False(t, taken)
			*s.At(n), want[n], numbers = i, i, append(numbers, n)
			continue
		}
		at := rnd.IntN(len(numbers))
		n := numbers[at]
		require.Equal(t, want[n], *s.At(n))
		numbers[at] = numbers[len(numbers)-1]
		numbers = numbers[:len(numbers)-1]
		delete(want, n)
		s.Give(n)
	}
	require.Equal(t, len(want), s.Len())
	for n, v := range want {
		require.Equal(t, v, *s.At(n))
		s.Give(n)
	}
	require.Zero(t, s.Len())
	require.LessOrEqual(t, s.Chunks(), 1, "memory is given back")
}

func TestQueue(t *testing.T) {
	for name, begin := range map[string]uint32{"from the start": 0, "past the last number": -3 * inQueue & (1<<32 - 1)} {
		t.Run(name, func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(3, 4))
			q := Queue[int]{base: begin, front: begin, next: begin}
			oldest, next := 0, 0
			for i := range 50_000 {
				if grows := i/10_000%2 == 0; q.Len() == 0 || rnd.IntN(10) < 6 == grows {
					require.Equal(t, begin+uint32(next), q.Push(next))
					next++
				} else {
					require.Equal(t, oldest, *q.At(q.Front()))
					q.Pop()
					oldest++
				}
				require.Equal(t, next-oldest, q.Len())
				if q.Len() > 0 {
					some := rnd.IntN(q.Len())
					require.Equal(t, oldest+some, *q.At(q.Front() + uint32(some)))
				}
			}
			for q.Len() > 0 {
				q.Pop()
			}
			require.LessOrEqual(t, len(q.chunks), 1, "memory is given back")
		})
	}
}

func TestIndex(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	x := NewIndex()
	want := map[operation.SpanID]uint32{}
	trace := operation.TraceID{1}
	hash := func(k operation.SpanID) uint32 { return x.Hash(&trace, k)%5000<<3 | 1 } // with many that are the same
	for i := range uint32(100_000) {
		var k operation.SpanID
		binary.LittleEndian.PutUint16(k[:], uint16(rnd.IntN(20_000)))
		number, known := want[k]
		got, found := x.Find(hash(k), func(n uint32) bool { return known && n == number })
		require.Equal(t, known, found)
		require.Equal(t, number, got)
		switch remove := i > 60_000 || rnd.IntN(4) == 0; {
		case !known:
			x.Add(hash(k), i)
			want[k] = i
		case remove:
			x.Remove(hash(k), number)
			delete(want, k)
		default:
			x.Move(hash(k), number, i)
			want[k] = i
		}
		require.Equal(t, len(want), x.Len())
	}
	for k, n := range want {
		x.Remove(hash(k), n)
	}
	require.Zero(t, x.Len())
	require.Len(t, x.slots, fewestSlots, "memory is given back")
}

func TestBook(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 8))
	var b Book[int]
	held := map[int][]uint32{}
	for range 50_000 {
		k := rnd.IntN(300)
		if rnd.IntN(3) == 0 {
			n := b.Hold(k)
			require.Equal(t, k, b.At(n))
			if len(held[k]) > 0 {
				require.Equal(t, held[k][0], n)
			}
			held[k] = append(held[k], n)
		} else if last := len(held[k]) - 1; last >= 0 {
			b.Drop(held[k][last])
			if held[k] = held[k][:last]; last == 0 {
				delete(held, k)
			}
		}
		require.Equal(t, len(held), b.Len())
	}
	for _, numbers := range held {
		for _, n := range numbers {
			b.Drop(n)
		}
	}
	require.Zero(t, b.Len())
}
