package cli

import (
	"cmp"
	"slices"

	"github.com/opslog/opslog/internal/operation"
)

// repeats is how many equal leaves beside each other become one line.
const repeats = 5

// line is one row of a printed tree.
type line struct {
	prefix string // of box-drawing characters
	span   *operation.Span
	count  int                // 1, or how many equal leaves this line stands for
	total  operation.Duration // of all of them
}

// tree lays out the spans under root in drawing order. A span whose parent is missing is not under it. It does
// not recurse, because a trace may be 10,000 deep, and meets each span once, because parents may form a ring.
func tree(spans []*operation.Span, root operation.SpanID) []line {
	children := map[operation.SpanID][]*operation.Span{}
	byID := map[operation.SpanID]*operation.Span{}
	for _, s := range spans {
		byID[s.SpanID] = s
		if s.SpanID != root {
			children[s.ParentSpanID] = append(children[s.ParentSpanID], s)
		}
	}
	first := byID[root]
	if first == nil {
		return nil
	}
	for _, siblings := range children {
		slices.SortFunc(siblings, func(a, b *operation.Span) int {
			return cmp.Or(cmp.Compare(a.StartTime, b.StartTime), cmp.Compare(a.SpanID.String(), b.SpanID.String()))
		})
	}
	type task struct {
		line
		indent string // of its children
	}
	var out []line
	seen := map[operation.SpanID]bool{}
	stack := []task{{line: line{span: first, count: 1, total: first.Duration}}}
	for len(stack) > 0 {
		t := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[t.span.SpanID] {
			continue
		}
		seen[t.span.SpanID] = true
		out = append(out, t.line)
		groups := group(children[t.span.SpanID], children)
		for i, g := range slices.Backward(groups) {
			branch, indent := "├── ", "│   "
			if i == len(groups)-1 {
				branch, indent = "└── ", "    "
			}
			g.prefix = t.indent + branch
			stack = append(stack, task{line: g, indent: t.indent + indent})
		}
	}
	return out
}

// group makes one line of each sibling, and one of equal leaves when they are many.
func group(siblings []*operation.Span, children map[operation.SpanID][]*operation.Span) []line {
	counts := map[string]int{}
	for _, s := range siblings {
		if len(children[s.SpanID]) == 0 {
			counts[s.Name]++
		}
	}
	var out []line
	at := map[string]int{}
	for _, s := range siblings {
		leaf := len(children[s.SpanID]) == 0
		if i, ok := at[s.Name]; ok && leaf {
			out[i].count++
			out[i].total += s.Duration
			continue
		}
		if leaf && counts[s.Name] >= repeats {
			at[s.Name] = len(out)
		}
		out = append(out, line{span: s, count: 1, total: s.Duration})
	}
	return out
}
