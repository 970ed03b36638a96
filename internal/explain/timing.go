package explain

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/opslog/opslog/internal/operation"
)

// timing tells what took the time that somebody waited for.
func (t *teller) timing() []Line {
	op := t.op
	var out []Line
	if op.Duration <= 0 {
		return nil
	}
	if slow := float64(op.SlowestStepSelfTime) / float64(op.Duration); slow >= 0.01 && op.SlowestStepName != "" {
		name := t.spans.names[op.SlowestStepSpanID]
		if name == "" {
			name = cmp.Or(slowestCall(op), t.spans.nameOf(op.SlowestStepSpanID, op.SlowestStepName))
		}
		out = append(out, sentence(fmt.Sprintf("Slowest step: %s, %s of its own (%s).", name, took(op.SlowestStepSelfTime), percent(min(slow, 1)))))
	}
	if shares := t.shares(); shares != "" {
		out = append(out, sentence(shares))
	}
	const overlapping = 1.2
	if op.Parallelism >= overlapping {
		out = append(out, sentence(fmt.Sprintf("Its calls ran side by side, %s at a time on average.", decimal(op.Parallelism))))
	}
	if looked := op.CacheHits + op.CacheMisses; looked > 0 {
		out = append(out, sentence(cacheText(op.CacheHits, looked)))
	}
	const longer = 20 // the trace is told when it is longer by this part
	if op.TraceDuration > op.Duration+op.Duration/longer {
		out = append(out, sentence(fmt.Sprintf("The whole trace took %s.", took(op.TraceDuration))))
	}
	return out
}

// slowestCall is the only call that took as long as the slowest step, or "".
func slowestCall(op *operation.Operation) string {
	name := ""
	for i := range op.External {
		if op.External[i].Max == op.SlowestStepSelfTime {
			if name != "" {
				return ""
			}
			name = stepText(&op.External[i])
		}
	}
	return name
}

func cacheText(hits, looked int64) string {
	switch {
	case looked == 1 && hits == 1:
		return "The cache had what was asked for."
	case looked == 1:
		return "The cache did not have what was asked for."
	case hits == looked:
		return fmt.Sprintf("The cache had all %d things asked for.", looked)
	case hits == 0:
		return fmt.Sprintf("The cache had none of the %d things asked for.", looked)
	default:
		return fmt.Sprintf("The cache had %d of %d things asked for.", hits, looked)
	}
}

// shares splits the critical path.
func (t *teller) shares() string {
	op := t.op
	all := []struct {
		name  string
		share float64
	}{
		{"the database", op.DB.CriticalShare}, {"HTTP calls", op.HTTP.CriticalShare}, {"RPC calls", op.RPC.CriticalShare},
		{"messages", op.Messaging.CriticalShare}, {"the cache", op.Cache.CriticalShare}, {"files", op.File.CriticalShare},
	}
	slices.SortStableFunc(all, func(a, b struct {
		name  string
		share float64
	}) int {
		return cmp.Compare(b.share, a.share)
	})
	const worthTelling = 0.005
	var parts []string
	own := 1.0
	for _, part := range all {
		if part.share >= worthTelling {
			parts = append(parts, fmt.Sprintf("%s %s", part.name, percent(min(part.share, 1))))
			own -= part.share
		}
	}
	if len(parts) == 0 {
		return ""
	}
	if own >= worthTelling {
		parts = append(parts, "its own work "+percent(own))
	}
	return "Share of the time: " + list(parts) + "."
}

// findings are what the record found to be wrong or wasteful, the worst first.
func (t *teller) findings() []Line {
	const shown = 5
	all := slices.DeleteFunc(slices.Clone(t.op.Findings), isSkew)
	var out []Line
	for i := range all[:min(len(all), shown)] {
		f := &all[i]
		text := findingName(f.Kind) + ": " + Clean(f.Evidence, 2*messageLength)
		if f.Saving > 0 {
			could := " Could save up to "
			if f.Confidence == operation.ConfidenceLow {
				could = " Could perhaps save up to "
			}
			text = ended(text) + could + took(f.Saving) + "."
		}
		out = append(out, Line{Text: ended(text), Item: true, Saving: f.Saving})
	}
	if len(all) > shown {
		out = append(out, Line{Item: true, Text: fmt.Sprintf("… and %s", counted(int64(len(all)-shown), "smaller thing"))})
	}
	return out
}

// isSkew tells of clocks that disagree, which is nothing to save but something to know.
func isSkew(f operation.Finding) bool { return f.Kind == "clock_skew" }

var findingNames = map[string]string{
	"n_plus_one":                     "The same query for each row (N+1)",
	"redundant_calls":                "The same question asked again and again",
	"parallel_fan_out":               "Many calls at once",
	"sequential_calls":               "Calls that wait for each other",
	"cache_miss":                     "Not in the cache",
	"slow_statement":                 "Slow statement",
	"uninstrumented_gap":             "Time that no span explains",
	"retry_storm":                    "Tried over and over",
	"chatty_spans":                   "Many tiny spans",
	"missing_index":                  "No index was used",
	"large_payload":                  "Large payload",
	operation.FindingQueryThatWrites: "A read that writes",
}

// findingName is a heading for people; kinds that are not known here are told by their words.
func findingName(kind string) string {
	if name := findingNames[kind]; name != "" {
		return name
	}
	words := []rune(Clean(kind, valueLength))
	for i, r := range words {
		if r == '_' {
			words[i] = ' '
		}
	}
	return string(words)
}
