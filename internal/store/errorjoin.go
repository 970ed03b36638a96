package store

import (
	"cmp"
	"slices"
	"strings"
)

// JoinErrors makes one group of several of a service that somebody found to be the same error, under a fingerprint.
// Users and tenants are those of the part that had most of them: who needs all asks for them.
func JoinErrors(fingerprint string, parts []ErrorGroup) ErrorGroup {
	out := parts[0]
	out.Fingerprint = fingerprint
	for _, p := range parts[1:] {
		out.join(p)
	}
	return out
}

func (g *ErrorGroup) join(p ErrorGroup) {
	g.Count += p.Count
	g.Users, g.Tenants = max(g.Users, p.Users), max(g.Tenants, p.Tenants)
	g.Operations = joinLines(slices.Clone(g.Operations), strings.Join(p.Operations, "\n"))
	g.Versions = joinLines(slices.Clone(g.Versions), strings.Join(p.Versions, "\n"))
	if p.FirstSeen < g.FirstSeen {
		g.FirstSeen, g.FirstExample = p.FirstSeen, p.FirstExample
	}
	if p.LastSeen > g.LastSeen {
		g.LastSeen, g.LastExample, g.Type, g.Message, g.FailureClass = p.LastSeen, p.LastExample, p.Type, p.Message, p.FailureClass
	}
	if g.Distribution != nil && p.Distribution != nil {
		joined := *g.Distribution
		joined.Counts = slices.Clone(joined.Counts)
		for i, n := range p.Distribution.Counts {
			joined.Counts[i] += n
		}
		g.Distribution = &joined
	}
}

// SortErrors puts groups in the order that a query asks for.
func SortErrors(groups []ErrorGroup, column string) {
	slices.SortStableFunc(groups, func(a, b ErrorGroup) int {
		return cmp.Or(cmp.Compare(b.by(column), a.by(column)), strings.Compare(a.Service, b.Service), strings.Compare(a.Fingerprint, b.Fingerprint))
	})
}
