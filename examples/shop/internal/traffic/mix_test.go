package traffic

import (
	"slices"
	"testing"

	"github.com/opslog/opslog/examples/shop/internal/planted"
)

func names(seed uint64, rounds, n int) []string {
	m := newMix(seed, rounds)
	var out []string
	for range n {
		s, c, _ := m.next()
		out = append(out, s.name+" "+c.ID)
	}
	return out
}

func TestSameSeedDrawsTheSameMix(t *testing.T) {
	if !slices.Equal(names(7, 1, 500), names(7, 1, 500)) {
		t.Error("two mixes of one seed differ")
	}
	if slices.Equal(names(7, 0, 500), names(8, 0, 500)) {
		t.Error("two seeds draw the same mix")
	}
}

func TestEveryCustomerPlaysEveryScenarioInOrder(t *testing.T) {
	rounds := len(planted.Customers)
	seen := map[string]int{}
	for _, name := range names(1, rounds, rounds*len(scenarios)) {
		seen[name]++
	}
	if want := rounds * len(scenarios); len(seen) != want {
		t.Errorf("%d pairs of scenario and customer, want %d", len(seen), want)
	}
}

func TestEveryScenarioIsDrawn(t *testing.T) {
	m, seen := newMix(1, 0), map[string]bool{}
	for range 5000 {
		s, _, _ := m.next()
		seen[s.name] = true
	}
	if len(seen) != len(scenarios) {
		t.Errorf("%d of %d scenarios drawn", len(seen), len(scenarios))
	}
}
