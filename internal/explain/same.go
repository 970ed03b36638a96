package explain

import (
	"slices"

	"github.com/opslog/opslog/internal/operation"
)

// SameOf sums up the other operations with the same error. where says what was searched: "in this file".
func SameOf(others []*operation.Operation, where string) *Same {
	out := &Same{Count: len(others), Where: where}
	for _, o := range others {
		if name := Clean(o.Name, nameLength) + " on " + Clean(o.ServiceName, valueLength); !slices.Contains(out.Operations, name) {
			out.Operations = append(out.Operations, name)
		}
		if out.First == 0 || o.StartTime < out.First {
			out.First = o.StartTime
		}
		out.Last = max(out.Last, o.StartTime)
	}
	slices.Sort(out.Operations)
	return out
}
