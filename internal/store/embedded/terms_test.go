//go:build cgo && !noduckdb

package embedded

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/store/storetest"
)

// tidyUp does what a minute without writes does.
func tidyUp(t *testing.T, s *embedded) {
	t.Helper()
	require.NoError(t, s.segments.checkpointAll(t.Context()))
	s.maintain(t.Context())
}

func withTerms(s *embedded) (names []string) {
	for _, seg := range s.segments.known() {
		if seg.hasTerms() {
			names = append(names, seg.name())
		}
	}
	return names
}

// Answers are the same with terms, without, after writes that made them stale, and after a restart.
func TestTermsChangeNoAnswer(t *testing.T) {
	cfg := testConfig(t.TempDir())
	s := openTest(t, cfg, (&clock{noon}).now)
	gen := storetest.NewGenerator(3, daysAgo(2), 2*storetest.Day)
	ops := gen.Operations(300)
	for i, op := range ops {
		op.SessionID = "shared" // in more minutes than are worth it
		op.MessageID, op.ParentOperationID = "m'"+op.RequestID, ops[i/2].ID
	}
	spans := gen.Spans(ops[7], 5)
	require.NoError(t, s.WriteOperations(t.Context(), ops))
	require.NoError(t, s.WriteSpans(t.Context(), spans))

	check := func() {
		t.Helper()
		for _, op := range []*operation.Operation{ops[0], ops[150], ops[299]} {
			for name, value := range map[string]query.Value{
				"request_id": op.RequestID, "message_id": op.MessageID, "user_id": op.UserID, "session_id": op.SessionID, "trace_id": op.TraceID,
				"parent_operation_id": op.ParentOperationID, "idempotency_key": "no such key",
			} {
				filter := query.And{Terms: []query.Expr{
					query.Compare{Field: query.Field{Name: "duration", Type: operation.TypeDuration}, Op: query.Ge, Value: operation.Duration(0)},
					query.Compare{Field: query.Field{Name: name}, Op: query.Eq, Value: value},
				}}
				want := 0
				for _, o := range ops {
					if query.Matches(filter, o) {
						want++
					}
				}
				got, err := s.Operations(t.Context(), store.OperationQuery{Filter: filter, Limit: 1000})
				require.NoError(t, err)
				assert.Len(t, got, want, name)
			}
			got, err := s.TraceOperations(t.Context(), store.TraceQuery{TraceID: op.TraceID, Limit: 10})
			require.NoError(t, err)
			assert.Len(t, got, 1)
		}
		got, err := s.Spans(t.Context(), store.TraceQuery{TraceID: ops[7].TraceID, Limit: 10})
		require.NoError(t, err)
		assert.Len(t, got, 5)
	}

	check()
	assert.Empty(t, withTerms(s))
	tidyUp(t, s)
	indexed := withTerms(s)
	assert.Subset(t, indexed, []string{"operations_20260308", "operations_20260309"})
	assert.NotContains(t, indexed, "operations_20260310", "the day is not over")
	check()

	ops[0].Revision, ops[0].RequestID = 2, "another"
	require.NoError(t, s.WriteOperations(t.Context(), ops[:1]))
	assert.Less(t, len(withTerms(s)), len(indexed))
	check()
	tidyUp(t, s)
	assert.Equal(t, indexed, withTerms(s))
	check()

	require.NoError(t, s.Close(t.Context()))
	s = openTest(t, cfg, (&clock{noon}).now)
	assert.Equal(t, indexed, withTerms(s))
	check()
}

func TestTermOf(t *testing.T) {
	for text, want := range map[string]string{
		"request.id = a AND status = error":        "request_id=a",
		"status = error AND (user = x)":            "user_id=x",
		"request.id = a OR user = x":               "",
		"NOT request.id = a":                       "",
		"request.id != a":                          "",
		"request.id = a*":                          "",
		"trace = 000102030405060708090a0b0c0d0e0f": "trace_id=00010203-0405-0607-0809-0a0b0c0d0e0f",
		"service = a":                              "",
		"":                                         "",
	} {
		q, err := query.Parse(text, 0)
		require.NoError(t, err)
		assert.Equal(t, want, termOf(q.Filter), text)
	}
}
