package alert

import (
	"slices"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// beat learns how often something comes.
type beat struct {
	Last      operation.Time
	Gaps      []operation.Duration // the last 16
	Longest   operation.Duration   // of the last eight days: nights and weekends are no silence
	LongestAt operation.Time

	waiting []operation.Time // events since the last evaluation, which come in any order
}

const (
	keptGaps    = 16
	longestKept = 8 * 24 * time.Hour
	maxWaiting  = 128
)

// at notes an event.
func (b *beat) at(t operation.Time) {
	if b.waiting = append(b.waiting, t); len(b.waiting) >= maxWaiting {
		b.settle()
	}
}

// settle learns from the events that were noted, in the order of their times.
func (b *beat) settle() {
	slices.Sort(b.waiting)
	for _, t := range b.waiting {
		b.next(t)
	}
	b.waiting = b.waiting[:0]
}

// next learns from an event. One before the last that was learned from moves nothing back.
func (b *beat) next(t operation.Time) {
	if b.Last == 0 {
		b.Last = t
		return
	}
	gap := operation.Duration(t - b.Last)
	if gap <= 0 {
		return
	}
	b.Last = t
	b.Gaps = append(b.Gaps, gap)
	if len(b.Gaps) > keptGaps {
		b.Gaps = slices.Delete(b.Gaps, 0, 1)
	}
	if gap >= b.Longest || operation.Duration(t-b.LongestAt) > longestKept {
		b.Longest, b.LongestAt = gap, t
	}
}

// limit is the silence that is too long: twice the 95th percentile of the gaps, and more than the longest of the last
// days; 0 as long as too few are known.
func (b *beat) limit(r *Rule) operation.Duration {
	if r.Every > 0 {
		return r.Every + r.MinGap
	}
	if len(b.Gaps) < r.MinBeats {
		return 0
	}
	sorted := slices.Sorted(slices.Values(b.Gaps))
	p95 := sorted[(len(sorted)*95+99)/100-1]
	return max(2*p95, b.Longest+b.Longest/5, r.MinGap)
}

func (b *beat) copied() *beat {
	if b == nil {
		return nil
	}
	b.settle()
	out := *b
	out.Gaps, out.waiting = slices.Clone(b.Gaps), nil
	return &out
}
