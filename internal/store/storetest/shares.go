package storetest

import (
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// shares are operations in spans of time of equal length. One query checks as many conditions as there are
// shares: each on the operations of its own share, so that none hides the mistakes of another.
type shares struct {
	*fixture
	length operation.Time
	parts  [][]*operation.Operation
	all    []*operation.Operation // newest first
}

// share writes n shares of what fill makes, within one day.
func share(f *fixture, n int, fill func(gen *Generator) []*operation.Operation) *shares {
	s := &shares{fixture: f, length: Day / operation.Time(n)}
	for i := range n {
		part := fill(NewGenerator(uint64(100+i), s.from(i), s.length))
		s.parts, s.all = append(s.parts, part), append(s.all, part...)
	}
	s.all = sorted(s.all, newestFirst)
	f.write(s.all...)
	return s
}

func (s *shares) from(i int) operation.Time { return s.start + operation.Time(i)*s.length }

// condition makes a condition with a value that one of the operations has.
type condition func(sample any) query.Expr

// assert checks the conditions on a field, and the opposite of each.
func (s *shares) assert(t *testing.T, field query.Field, conditions []condition) {
	t.Helper()
	require.LessOrEqual(t, len(conditions), len(s.parts))
	terms := make([]query.Expr, len(conditions))
	for i, c := range conditions {
		from := s.from(i)
		terms[i] = both(is("start_time", query.Ge, from), is("start_time", query.Lt, from+s.length), c(s.sample(i, field)))
	}
	whole := query.Or{Terms: terms}
	yes, no := s.listIDs(store.Range{}, whole), s.listIDs(store.Range{}, query.Not{Term: whole})
	for i, term := range terms { // first what names the condition
		for _, op := range s.parts[i] {
			holds := query.Matches(term, op)
			require.Equal(t, holds, slices.Contains(yes, op.ID), "%#v of %#v", term, op)
			require.Equal(t, !holds, slices.Contains(no, op.ID), "not %#v of %#v", term, op)
		}
	}
	require.Equal(t, len(s.all), len(yes)+len(no), "operations on which %s was compared", field.Name)
}

// sample is the field's value in an operation of the share, or of another when none there has it; nil when none
// has it at all.
func (s *shares) sample(i int, field query.Field) any {
	for _, op := range slices.Concat(s.parts[i], s.all) {
		if !query.Matches(query.Exists{Field: field}, op) {
			continue
		}
		value := reflect.ValueOf(operation.FieldByName(field.Name).Ref(op)).Elem().Interface()
		if attributes, ok := value.(operation.Attributes); ok && field.Key != "" {
			return attributes[field.Key]
		}
		return value
	}
	return nil
}

// bare makes an operation with almost nothing.
func bare(gen *Generator) *operation.Operation {
	op := gen.Operation(gen.at())
	return &operation.Operation{ID: op.ID, TraceID: op.TraceID, SpanID: op.SpanID, StartTime: op.StartTime, Revision: 1}
}
