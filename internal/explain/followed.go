package explain

import (
	"fmt"

	"github.com/opslog/opslog/internal/operation"
)

// consequence is what became of the work that the operation set off, by name.
type consequence struct {
	name, service, error string
	runs, failed, buried int
	at                   operation.Duration
	last                 operation.Time // when the last run started
	ended                string         // its status
}

// followed tells of messages and jobs that the operation set off and did not wait for.
func (t *teller) followed() []Line {
	var all []consequence
	for _, o := range t.Others {
		if o == nil || o.ID == t.op.ID || !isAsync(o) || !t.setOff(o) {
			continue
		}
		all = add(all, o, t.offset(o.StartTime))
	}
	const shown = 5
	var out []Line
	for i := range all[:min(len(all), shown)] {
		out = append(out, all[i].line())
	}
	if len(all) > shown {
		out = append(out, Line{Item: true, Text: fmt.Sprintf("… and %d more", len(all)-shown)})
	}
	return out
}

// setOff tells whether o goes back to the operation, through others if need be.
func (t *teller) setOff(o *operation.Operation) bool {
	byID := map[operation.ID]*operation.Operation{}
	for _, other := range t.Others {
		if other != nil {
			byID[other.ID] = other
		}
	}
	for range len(t.Others) {
		if o == nil || o.ParentOperationID.IsZero() {
			return false
		}
		if o.ParentOperationID == t.op.ID {
			return true
		}
		o = byID[o.ParentOperationID]
	}
	return false
}

func add(all []consequence, o *operation.Operation, at operation.Duration) []consequence {
	k := -1
	for i := range all {
		if all[i].name == o.Name && all[i].service == o.ServiceName {
			k = i
		}
	}
	if k < 0 {
		k = len(all)
		all = append(all, consequence{name: o.Name, service: o.ServiceName, at: at})
	}
	c := &all[k]
	c.runs++
	if o.StartTime >= c.last {
		c.last, c.ended = o.StartTime, o.Status
	}
	if o.Status == operation.StatusError {
		c.failed++
		c.error = errorText(o)
	}
	if o.DeadLettered {
		c.buried++
	}
	return all
}

func (c *consequence) line() Line {
	text := Clean(c.name, nameLength) + " on " + Clean(c.service, valueLength)
	at := c.at
	l := Line{Item: true, Offset: &at, Outcome: operation.EffectDone}
	switch {
	case c.failed == 0 && c.runs == 1:
		text += " succeeded"
	case c.failed == 0:
		text += fmt.Sprintf(" succeeded %d times", c.runs)
	case c.failed == c.runs && c.runs == 1:
		text += " failed: " + c.error
	case c.failed == c.runs:
		text += fmt.Sprintf(" failed %d times: %s", c.runs, c.error)
	case c.ended != operation.StatusError:
		text += fmt.Sprintf(" succeeded on attempt %d; before that: %s", c.runs, c.error)
	default:
		text += fmt.Sprintf(" failed in %d of %d runs: %s", c.failed, c.runs, c.error)
	}
	if c.ended == operation.StatusError {
		l.Outcome = operation.EffectFailed
	}
	if c.buried > 0 {
		text += "; the message was put aside for review"
	}
	l.Text = text
	return l
}
