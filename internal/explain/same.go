package explain

import (
	"slices"

	"github.com/opslog/opslog/internal/operation"
)

// SameOf sums up the other operations with the same error. where says what was searched: "in this file".
func SameOf(others []*operation.Operation, where string) *Same {
	out := &Same{Where: where}
	for _, o := range others {
		out.Add(o.ServiceName, []string{o.Name}, 1, o.StartTime, o.StartTime)
	}
	return out
}

// Add counts operations of a service that have these names.
func (s *Same) Add(service string, names []string, count int64, first, last operation.Time) {
	for _, name := range names {
		if name = Clean(name, nameLength) + " on " + Clean(service, valueLength); !slices.Contains(s.Operations, name) {
			s.Operations = append(s.Operations, name)
		}
	}
	slices.Sort(s.Operations)
	s.Count += int(count)
	if s.First == 0 || first < s.First {
		s.First = first
	}
	s.Last = max(s.Last, last)
}
