package pii

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEveryDetectorHasVectors wants a text of the corpora or the cases in which each rule and each vendor's
// detector finds something. Their hard negatives are the texts that may not change.
func TestEveryDetectorHasVectors(t *testing.T) {
	e := newTestEngine(t, func(c *Config) {
		c.Profile = ProfileStrict
		c.Keys.Sensitive = []string{"badge"}
	})
	rules, outputs := map[string]bool{}, strings.Builder{}
	see := func(key, text string) {
		s := e.Session()
		defer s.Release()
		d := Decision{}
		if key != "" {
			d = e.Key(key)
		}
		out, _ := s.Value(d, text)
		outputs.WriteString(out + "\n")
		for _, f := range s.Findings() {
			rules[f.Rule] = true
		}
	}
	for _, c := range loadCases(t) {
		see(c.key, c.in)
	}
	for _, c := range loadCorpus(t, "positives.txt") {
		see("", c.text)
	}
	m := maker{rand.New(rand.NewPCG(1, 4))}
	for _, h := range append(m.vendorCases(t), m.heldOut(t, "structured.txt", 1)...) {
		see("", h.text)
	}
	see("badge", "A-4711")
	see("", "rotate API key Zk3xQ8vLm2Rt7WcYbN4dPfG9 and Zk3xQ8vLm2Rt7WcYbN4dPfG9aB")
	for _, vendor := range Vendors() {
		if !strings.Contains(outputs.String(), "[SECRET:"+vendor+"]") {
			t.Errorf("no vector of vendor %s", vendor)
		}
	}
	for _, r := range Rules() {
		if !rules[r.Name] {
			t.Errorf("no vector of rule %s", r.Name)
		}
	}
	require.NotEmpty(t, rules)
}
