package store

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestJoinErrors(t *testing.T) {
	parts := []ErrorGroup{
		{Service: "shop", Fingerprint: "b", Type: "Old", Count: 2, Users: 2, Tenants: 1, Operations: []string{"a", "b"}, Versions: []string{"1"},
			FirstSeen: 20, LastSeen: 30, FirstExample: "f20", LastExample: "l30", Distribution: &ErrorDistribution{Counts: []int64{1, 1}}},
		{Service: "shop", Fingerprint: "a", Type: "New", Message: "m", FailureClass: "code", Count: 3, Users: 1, Tenants: 4, Operations: []string{"b", "c"},
			Versions: []string{"2"}, FirstSeen: 10, LastSeen: 40, FirstExample: "f10", LastExample: "l40", Distribution: &ErrorDistribution{Counts: []int64{3, 0}}},
	}
	assert.Equal(t, ErrorGroup{
		Service: "shop", Fingerprint: "b", Type: "New", Message: "m", FailureClass: "code", Count: 5, Users: 2, Tenants: 4,
		Operations: []string{"a", "b", "c"}, Versions: []string{"1", "2"}, FirstSeen: 10, LastSeen: 40, FirstExample: "f10", LastExample: "l40",
		Distribution: &ErrorDistribution{Counts: []int64{4, 1}},
	}, JoinErrors("b", parts))
	assert.Equal(t, []int64{1, 1}, parts[0].Distribution.Counts, "the parts stay as they are")

	SortErrors(parts, "count")
	assert.Equal(t, "a", parts[0].Fingerprint)
	SortErrors(parts, "users")
	assert.Equal(t, "b", parts[0].Fingerprint)
}
