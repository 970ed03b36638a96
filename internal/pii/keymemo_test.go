package pii

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// Attribute is Key and Value in one step, whatever came before under the same key.
func TestAttributeIsKeyAndValue(t *testing.T) {
	e := newTestEngine(t, nil)
	s := e.Session()
	defer s.Release()
	for round := range 4 {
		for _, c := range loadCases(t) {
			want, wanted := s.Value(e.Key(c.key), c.in)
			got, outcome, d := s.Attribute(c.key, c.in)
			require.Equal(t, want, got, "round %d, key %q", round, c.key)
			require.Equal(t, wanted, outcome)
			require.Equal(t, e.Key(c.key), d)
		}
	}
}

// What is told about a key whose values are always new holds for the one that is not clean.
func TestFreshValuesAreReadAllTheSame(t *testing.T) {
	e := newTestEngine(t, nil)
	s := e.Session()
	defer s.Release()
	const key, clean = "app.note", "the order was sent to the warehouse"
	for n := range 1000 {
		_, o, _ := s.Attribute(key, fmt.Sprintf("order %d was sent to the warehouse", n))
		require.Equal(t, Kept, o)
		out, o, _ := s.Attribute(key, fmt.Sprintf("order %d was sent to jane@example.org", n))
		require.Equal(t, Changed, o)
		require.Equal(t, fmt.Sprintf("order %d was sent to [EMAIL]", n), out)
	}
	for range 1000 {
		_, o, _ := s.Attribute(key, clean)
		require.Equal(t, Kept, o)
	}
	k := s.attributes.find(e.keys.attributes, key)
	require.Equal(t, clean, k.value, "a value that stays the same is remembered by its key")
}
