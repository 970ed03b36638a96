package derive

import (
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

const (
	maxSteps    = 50
	maxEffects  = 50
	maxFindings = 20
)

// stepName is the span's name, or what it asks where the name says next to nothing: "GET", "SELECT", "sql.conn.exec".
func stepName(s *Span) string {
	if s.call == nil {
		return s.Name
	}
	switch {
	case isMethod(s.Name), strings.HasPrefix(s.Name, "sql."):
		return said(s.call)
	}
	switch strings.ToUpper(s.Name) {
	case "SELECT", "INSERT", "UPDATE", "REPLACE", "MERGE", "QUERY", "Q", "EXEC", "EXECUTE", "SQL", "DB", "HTTP", "REQUEST", "":
		return said(s.call)
	}
	return s.Name
}

// steps are the groups of calls, in the order of their first one.
func (t *tree) steps() []operation.Step {
	n := min(len(t.groups), maxSteps)
	if n == 0 {
		return nil
	}
	out := make([]operation.Step, n)
	for i := range out {
		g := &t.groups[i]
		out[i] = operation.Step{
			Category: g.call.category, System: g.call.system, Target: g.call.target, Template: strings.TrimSpace(g.call.template),
			Count: int64(g.count), Errors: int64(g.failed), Total: g.sum, Max: g.max, FirstOffset: operation.Duration(t.spans[g.first].Start - t.start),
		}
	}
	return out
}
