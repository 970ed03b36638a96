//go:build cgo && !noduckdb

package embedded

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// manyRanges is how many ranges of time one question is narrowed to at most; the nearest are joined.
const manyRanges = 32

// narrow answers in which parts of a range the file may hold something that the probe asks for; known is false when
// that is most of it, or nothing is known.
func (s *segments) narrow(ctx context.Context, seg *segment, p *probe, r store.Range) (ranges []store.Range, known bool, err error) {
	times := seg.holds()
	if p == nil || seg.kind != operations.name || !times.some {
		return nil, false, nil
	}
	r.From = max(r.From, times.from)
	if r.To == 0 || r.To > times.to {
		r.To = times.to + 1
	}
	if r.From >= r.To {
		return nil, true, nil
	}
	found, err := s.findBlocks(ctx, seg, p, r)
	if err != nil {
		return nil, false, s.judge(seg, err)
	}
	next := slotOf(r.From)
	for _, at := range slices.Sorted(maps.Keys(found)) {
		ranges = append(ranges, store.Range{From: next.start(), To: at.start()}) // of which nothing is known
		for _, b := range found[at] {
			if p.may(&b.parts) {
				ranges = append(ranges, store.Range{From: b.first, To: b.last + 1})
			}
		}
		next = at + 1
	}
	ranges = append(ranges, store.Range{From: next.start(), To: r.To})
	return joined(clipped(ranges, r), manyRanges), len(found) > 0, nil
}

// narrowAll narrows a question to several files; known is false when it stays as wide as it is.
func (s *segments) narrowAll(ctx context.Context, held []*segment, p *probe, r store.Range) (all []store.Range, known bool, err error) {
	for _, seg := range held {
		ranges, some, err := s.narrow(ctx, seg, p, r)
		if err != nil {
			return nil, false, err
		}
		if times := seg.holds(); !some {
			ranges = []store.Range{{From: times.from, To: times.to + 1}}
		}
		all, known = append(all, ranges...), known || some
	}
	return joined(all, manyRanges), known, nil
}

// findBlocks reads the parts of the blocks of a range that a probe needs.
func (s *segments) findBlocks(ctx context.Context, seg *segment, p *probe, r store.Range) (map[slot][]*block, error) {
	rows, err := s.db.QueryContext(ctx, render("find_filters", fields{"Segment": seg.name(), "Parts": strings.Join(p.parts(), ", ")}), int32(slotOf(r.From)), int32(slotOf(r.To-1)))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[slot][]*block{}
	for rows.Next() {
		var at slot
		var first, last int64
		var part uint8
		var bits []byte
		if err := rows.Scan(&at, &first, &last, &part, &bits); err != nil {
			return nil, err
		}
		i := slices.IndexFunc(out[at], func(b *block) bool { return b.first == operation.Time(first) })
		if i < 0 {
			i = len(out[at])
			out[at] = append(out[at], &block{first: operation.Time(first), last: operation.Time(last)})
		}
		out[at][i].parts[part] = bits
	}
	return out, rows.Err()
}

// clipped are the parts of ranges that lie in one.
func clipped(ranges []store.Range, to store.Range) []store.Range {
	var out []store.Range
	for _, r := range ranges {
		if r.From, r.To = max(r.From, to.From), min(r.To, to.To); r.From < r.To {
			out = append(out, r)
		}
	}
	return out
}

// joined puts ranges in order and joins those that touch, and the nearest until there are at most so many.
func joined(ranges []store.Range, most int) []store.Range {
	slices.SortFunc(ranges, func(a, b store.Range) int { return cmp.Compare(a.From, b.From) })
	out := join(ranges, 0)
	if len(out) <= most {
		return out
	}
	gaps := make([]operation.Time, len(out)-1)
	for i := range gaps {
		gaps[i] = out[i+1].From - out[i].To
	}
	slices.Sort(gaps)
	return join(out, gaps[len(out)-most-1])
}

// join joins ranges that lie no further apart than the gap.
func join(ranges []store.Range, gap operation.Time) []store.Range {
	var out []store.Range
	for _, r := range ranges {
		if last := len(out) - 1; last >= 0 && r.From-out[last].To <= gap {
			out[last].To = max(out[last].To, r.To)
		} else {
			out = append(out, r)
		}
	}
	return out
}

// during narrows the condition to some ranges of time.
func (c *condition) during(ranges []store.Range) *condition {
	out := newCondition(c.spans)
	out.add("("+c.sql.String()+") AND ", c.args...)
	out.addRanges(ranges)
	return out
}

// addRanges adds the condition that an operation starts in one of the ranges.
func (c *condition) addRanges(ranges []store.Range) {
	if len(ranges) == 0 {
		c.add("FALSE")
		return
	}
	_ = c.join(len(ranges), " OR ", func(i int) error {
		c.add("start_time BETWEEN ? AND ?", int64(ranges[i].From), int64(ranges[i].To-1))
		return nil
	})
}

// minuteRanges are the ranges of some minutes.
func minuteRanges(minutes []int64) []store.Range {
	out := make([]store.Range, len(minutes))
	for i, m := range minutes {
		out[i] = store.Range{From: operation.Time(m) * minute, To: operation.Time(m+1) * minute}
	}
	return out
}
