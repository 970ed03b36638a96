package cli

import (
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// selection says which spans of a tree are shown.
type selection struct {
	errors bool          // failed ones, and those above them
	least  time.Duration // at least so long, or failed; and those above them
	depth  int           // at most so many levels below the first; 0 is all

	critical *critical // only those of the critical path, or failed; and those above them; nil is all
}

// prune leaves the selected spans and those above them up to root.
func (s selection) prune(spans []*operation.Span, root operation.SpanID) []*operation.Span {
	if s == (selection{}) {
		return spans
	}
	byID := make(map[operation.SpanID]*operation.Span, len(spans))
	for _, span := range spans {
		byID[span.SpanID] = span
	}
	levels := levelsBelow(byID, root)
	keep := map[operation.SpanID]bool{root: true}
	for _, span := range spans {
		if s.depth > 0 && levels[span.SpanID] > s.depth || !s.wants(span) {
			continue
		}
		for at := span; at != nil && !keep[at.SpanID]; at = byID[at.ParentSpanID] {
			keep[at.SpanID] = true
		}
	}
	var out []*operation.Span
	for _, span := range spans {
		if keep[span.SpanID] {
			out = append(out, span)
		}
	}
	return out
}

func (s selection) wants(span *operation.Span) bool {
	failed := span.Status == operation.StatusError
	if s.critical != nil && s.critical.share[span.SpanID] == 0 {
		return failed
	}
	return failed || !s.errors && span.Duration >= s.least
}

// levelsBelow counts how far each span is below root. It walks each way up once, also where parents form a ring.
func levelsBelow(byID map[operation.SpanID]*operation.Span, root operation.SpanID) map[operation.SpanID]int {
	levels := map[operation.SpanID]int{root: 0}
	for _, span := range byID {
		var way []operation.SpanID
		at, known := span, false
		for at != nil {
			if _, known = levels[at.SpanID]; known {
				break
			}
			levels[at.SpanID] = 0
			way = append(way, at.SpanID)
			at = byID[at.ParentSpanID]
		}
		level := 0
		if known {
			level = levels[at.SpanID]
		}
		for i := len(way) - 1; i >= 0; i-- {
			level++
			levels[way[i]] = level
		}
	}
	return levels
}
