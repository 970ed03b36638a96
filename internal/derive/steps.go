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

// steps groups the calls that differ in their values only, in the order of their first one.
func (t *tree) steps() []operation.Step {
	var out []operation.Step
	places := map[*call]int{}
	for i, s := range t.spans {
		if !t.counted[i] {
			continue
		}
		at, known := places[s.call]
		if !known {
			if len(out) == maxSteps {
				continue
			}
			at = len(out)
			places[s.call] = at
			out = append(out, operation.Step{Category: s.call.category, System: s.call.system, Target: s.call.target,
				Template: strings.TrimSpace(s.call.template), FirstOffset: operation.Duration(s.Start - t.start)})
		}
		step := &out[at]
		step.Count++
		step.Total += s.Duration()
		step.Max = max(step.Max, s.Duration())
		if s.failed {
			step.Errors++
		}
	}
	return out
}
