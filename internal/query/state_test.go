package query

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
)

// TestStateIsThatOfTheRecord holds that a condition on the state says what operation.CommandState says.
func TestStateIsThatOfTheRecord(t *testing.T) {
	states := []string{"succeeded", "succeeded_after_retries", "failed", "dead_lettered", "unknown"}
	seen := map[string]bool{}
	for i := range 32 {
		op := &operation.Operation{Complete: i&1 != 0, DeadLettered: i&2 != 0, Attempt: int64(i & 4 / 2), Status: operation.StatusOK}
		if i&8 != 0 {
			op.Status = operation.StatusError
		}
		if i&16 != 0 {
			op.RetryOf = operation.ID{1}
		}
		seen[op.CommandState()] = true
		for _, state := range states {
			is := op.CommandState() == state
			for text, want := range map[string]bool{
				"command.state = " + state: is, "command_state != " + state: !is, "command.state IN (" + state + ")": is, "command.state NOT IN (" + state + ", x)": !is,
			} {
				q, err := Parse(text, 0)
				if text == "command.state NOT IN ("+state+", x)" {
					require.ErrorContains(t, err, "command.state is one of succeeded, ")
					continue
				}
				require.NoError(t, err, text)
				assert.Equal(t, want, Matches(q.Filter, op), "%s of %+v", text, op)
			}
		}
	}
	assert.Len(t, seen, len(states))
	for text, want := range map[string]string{
		"command.state ~ \"f.*\"":     "write command.state = failed",
		"command.state EXISTS":        "write command.state = failed",
		"| count() by command.state":  "it can stand in conditions only",
		"command.state = suceded":     `did you mean "succeeded"?`,
		"comand.state2 = x | limit x": "limit is a whole number",
	} {
		_, err := Parse(text, 0)
		var bad *Error
		require.ErrorAs(t, err, &bad, text)
		assert.Contains(t, bad.Caret(), want, text)
	}
}
