package derive

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// Values of operation.Finding.Kind beside operation.FindingQueryThatWrites.
const (
	findingNPlusOne   = "n_plus_one"
	findingRedundant  = "redundant_calls"
	findingFanOut     = "parallel_fan_out"
	findingSequential = "sequential_calls"
	findingCacheMiss  = "cache_miss"
	findingSlow       = "slow_statement"
	findingGap        = "uninstrumented_gap"
	findingRetries    = "retry_storm"
	findingChatty     = "chatty_spans"
	findingPayload    = "large_payload"
	findingIndex      = "missing_index"
	findingSkew       = "clock_skew"
)

// Values of operation.Finding.Severity.
const (
	severityInfo    = "info"
	severityWarning = "warning"
	severityHigh    = "high"
)

// farthest is how many spans a search for a related one passes: giants must not cost the square of their size.
const farthest = 1000

// detective looks for what is wrong or wasteful in one operation.
type detective struct {
	*tree
	op      *operation.Operation
	limits  *Limits
	skew    Skew
	found   []operation.Finding
	lesson  Lesson
	repeats map[*call]bool // groups that were reported: others need not report them again
}

// findings says what the spans show, the most severe first.
func (d *Deriver) findings(op *operation.Operation, t *tree, g *Group) ([]operation.Finding, Lesson) {
	w := detective{tree: t, op: op, limits: d.cfg.Findings.of(op.Transport), skew: g.Skew}
	w.queryThatWrites()
	w.largePayload()
	w.clockSkew()
	if len(t.spans) > 1 {
		w.repeatedCalls()
		w.sequentialCalls()
		w.observePairs()
		w.cacheMisses()
		w.slowStatements()
		w.gap()
		w.chattySpans()
	}
	slices.SortStableFunc(w.found, func(a, b operation.Finding) int {
		return cmp.Or(cmp.Compare(severityRank(a.Severity), severityRank(b.Severity)), cmp.Compare(b.Saving, a.Saving))
	})
	return w.found[:min(len(w.found), maxFindings)], w.lesson
}

func (w *detective) report(f operation.Finding) { w.found = append(w.found, f) }

func severityRank(s string) int {
	return slices.Index([]string{severityHigh, severityWarning, severityInfo}, s)
}

// share is how much of the operation a duration is.
func (w *detective) share(d time.Duration) float64 {
	if w.op.Duration <= 0 {
		return 0
	}
	return float64(d) / float64(w.op.Duration)
}

// appendID keeps the first few ids of a finding.
func appendID(ids []operation.SpanID, id operation.SpanID) []operation.SpanID {
	const most = 10
	if len(ids) == most {
		return ids
	}
	return append(ids, id)
}

// said is a call as evidence names it.
func said(c *call) string {
	const longest = 120
	text := strings.TrimSpace(c.template)
	if short := cut(text, longest); len(short) < len(text) {
		text = short + "…"
	}
	if c.category == operation.CategoryHTTP && c.target != "" {
		return text + " at " + c.target
	}
	return text
}

func inWords(d time.Duration) string {
	if d >= time.Millisecond {
		return d.Round(100 * time.Microsecond).String()
	}
	return d.String()
}
