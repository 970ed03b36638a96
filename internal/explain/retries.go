package explain

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/opslog/opslog/internal/operation"
)

// retries tells which attempt this was and what became of the others.
func (t *teller) retries() []Line {
	op := t.op
	var out []Line
	attempts := t.attempts()
	switch {
	case len(attempts) > 1:
		out = append(out, sentence(lineage(attempts, op)))
		if last := attempts[len(attempts)-1]; last != op {
			out = append(out, sentence(ends[last.CommandState()]))
		}
	case op.Attempt > 1:
		out = append(out, sentence(fmt.Sprintf("This was attempt %d of the same command%s.", op.Attempt, firstWas(op))))
	}
	if op.DeadLettered {
		out = append(out, sentence("The message was given up and put aside for review (dead letter queue)."))
	}
	return out
}

// ends say how the command stands after its last attempt.
var ends = map[string]string{
	operation.CommandSucceeded:    "In the end the command succeeded.",
	operation.CommandRetried:      "In the end the command succeeded.",
	operation.CommandFailed:       "So far the command has failed; another attempt may follow.",
	operation.CommandDeadLettered: "In the end its message was given up and put aside for review (dead letter queue).",
	operation.CommandUnknown:      "Its last attempt is still running, or was not seen whole.",
}

func firstWas(op *operation.Operation) string {
	if op.RetryOf.IsZero() {
		return ""
	}
	return "; the first was " + op.RetryOf.String()
}

// attempts are the tries of the same command, this one included, in order.
func (t *teller) attempts() []*operation.Operation {
	known := map[operation.ID]bool{t.op.ID: true}
	out := []*operation.Operation{t.op}
	for _, a := range t.Attempts {
		if a != nil && !known[a.ID] {
			known[a.ID] = true
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(a, b *operation.Operation) int { return cmp.Compare(a.StartTime, b.StartTime) })
	return out
}

// lineage says how each attempt ended: attempt 1 failed, attempt 2 failed, attempt 3 (this one) succeeded.
func lineage(attempts []*operation.Operation, op *operation.Operation) string {
	const shown = 5
	var parts []string
	for i, a := range attempts {
		if i >= shown && a != op && i != len(attempts)-1 {
			continue
		}
		end := "succeeded"
		if a.Status == operation.StatusError {
			end = "failed"
		}
		this := ""
		if a == op {
			this = " (this one)"
		}
		gap := ""
		if i > 0 {
			gap = " " + took(operation.Duration(a.StartTime-attempts[0].StartTime)) + " later"
		}
		parts = append(parts, fmt.Sprintf("attempt %d%s %s%s", i+1, this, end, gap))
	}
	return fmt.Sprintf("The same command was tried %d times: %s.", len(attempts), list(parts))
}
