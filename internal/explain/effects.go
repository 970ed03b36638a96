package explain

import (
	"fmt"
	"slices"

	"github.com/opslog/opslog/internal/operation"
)

// effectsTold is how many changes are listed.
const effectsTold = 8

// change is one or more effects that read the same.
type change struct {
	text, outcome string
	count, rows   int64
}

// effects say what was changed, what was undone and what remains to be done.
func (t *teller) effects() []Line {
	op := t.op
	if len(op.Effects) == 0 {
		return t.noEffects()
	}
	changes := changesOf(op.Effects)
	out := []Line{sentence(balance(op.Effects, changes))}
	if op.Destructive {
		out = append(out, sentence("This command destroys data."))
	}
	if op.FailureClass == operation.FailureTimeout && failedRemotely(op.Effects) {
		out = append(out, sentence("What was not answered in time may have happened all the same."))
	}
	for i, c := range changes {
		if i == effectsTold && len(changes) > effectsTold+1 {
			out = append(out, Line{Item: true, Text: fmt.Sprintf("… and %d more", len(changes)-i)})
			break
		}
		out = append(out, c.line())
	}
	return out
}

// failedRemotely tells whether a change failed that another service was asked for.
func failedRemotely(effects []operation.Effect) bool {
	return slices.ContainsFunc(effects, func(e operation.Effect) bool {
		return e.Outcome == operation.EffectFailed && (e.Kind == operation.CategoryHTTP || e.Kind == operation.CategoryRPC)
	})
}

func (t *teller) noEffects() []Line {
	switch {
	case t.op.Destructive:
		return []Line{sentence("This command destroys data, but what it changed was not recorded.")}
	case t.op.Status == operation.StatusError && t.op.Kind == operation.KindQuery:
		return []Line{sentence("It only reads, so nothing was left half done.")}
	case t.op.Status == operation.StatusError && t.op.Kind == operation.KindCommand:
		return []Line{sentence("No change was recorded.")}
	default:
		return nil
	}
}

func changesOf(effects []operation.Effect) []change {
	var out []change
	at := map[[2]string]int{}
	for i := range effects {
		e := &effects[i]
		key := [2]string{effectText(e), e.Outcome}
		k, ok := at[key]
		if !ok {
			k = len(out)
			at[key] = k
			out = append(out, change{text: key[0], outcome: key[1], rows: -1})
		}
		out[k].count++
		if e.Rows != nil {
			out[k].rows = max(out[k].rows, 0) + *e.Rows
		}
	}
	return out
}

func (c *change) line() Line {
	text := c.text
	if c.count > 1 {
		text += fmt.Sprintf(" ×%d", c.count)
	}
	if c.rows >= 0 {
		text += ", " + counted(c.rows, "row")
	}
	if said := outcomes[c.outcome]; said != "" {
		text += ": " + said
	}
	return Line{Text: text, Item: true, Outcome: c.outcome}
}

var outcomes = map[string]string{
	operation.EffectFailed:     "failed",
	operation.EffectRolledBack: "rolled back",
	operation.EffectNotReached: "not reached",
}

// whatBecame is "1 was rolled back, 2 failed and 1 was not reached".
func whatBecame(count map[string]int) string {
	var parts []string
	for _, o := range []struct{ outcome, one, more string }{
		{operation.EffectRolledBack, "was rolled back", "were rolled back"}, {operation.EffectFailed, "failed", "failed"},
		{operation.EffectNotReached, "was not reached", "were not reached"},
	} {
		switch n := count[o.outcome]; n {
		case 0:
		case 1:
			parts = append(parts, "1 "+o.one)
		default:
			parts = append(parts, fmt.Sprintf("%d %s", n, o.more))
		}
	}
	return list(parts)
}

// balance is the sum: 3 of 5 changes happened; remaining: publish order.created.
func balance(effects []operation.Effect, changes []change) string {
	count := map[string]int{}
	for i := range effects {
		count[effects[i].Outcome]++
	}
	done, all := count[operation.EffectDone], len(effects)
	var text string
	switch {
	case done == all && all == 1:
		text = "Its one change happened"
	case done == all && all == 2:
		text = "Both changes happened"
	case done == all:
		text = fmt.Sprintf("All %d changes happened", all)
	case count[operation.EffectRolledBack] == all && all > 0:
		text = "Nothing of it lasts: everything was rolled back"
	case done == 0 && count[operation.EffectRolledBack] > 0:
		text = fmt.Sprintf("Nothing of it lasts: of %d changes, %s", all, whatBecame(count))
	case done == 0 && all == 1:
		text = "The one change that it was to make did not happen"
	case done == 0:
		text = fmt.Sprintf("None of its %d changes happened", all)
	default:
		text = fmt.Sprintf("%d of %d changes happened", done, all)
	}
	var remaining []string
	for _, c := range changes {
		if c.outcome == operation.EffectNotReached {
			remaining = append(remaining, c.text)
		}
	}
	if len(remaining) > 0 {
		text += "; remaining: " + list(remaining)
	}
	return text + "."
}
