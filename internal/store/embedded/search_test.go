//go:build cgo && !noduckdb

package embedded

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

func searchFor(t *testing.T, s *embedded, words string) int {
	t.Helper()
	found, err := s.Operations(t.Context(), store.OperationQuery{Filter: query.Text{Words: words}, Limit: 10})
	require.NoError(t, err)
	return len(found)
}

func paid() *operation.Operation {
	at := operation.TimeOf(time.Now())
	return &operation.Operation{ID: operation.NewID(at, operation.TraceID{1}, operation.SpanID{1}), StartTime: at, Name: "POST /Pay", RequestBody: `{"note":"ÄRGER"}`}
}

// Files of an earlier version get the column, and what is in them is found.
func TestSearchInOlderFiles(t *testing.T) {
	cfg := testConfig(t.TempDir())
	s := openTest(t, cfg, time.Now)
	require.NoError(t, s.WriteOperations(t.Context(), []*operation.Operation{paid()}))
	name := s.segments.known()[0].name()
	for _, text := range []string{"ALTER TABLE " + name + ".operations DROP COLUMN search_text", "DROP TABLE " + name + ".filters", "DELETE FROM " + name + ".schema_migrations WHERE version >= 3"} {
		_, err := s.db.ExecContext(t.Context(), text)
		require.NoError(t, err)
	}
	require.NoError(t, s.Close(t.Context()))
	s = openTest(t, cfg, time.Now)
	assert.Equal(t, 1, searchFor(t, s, "ärger"))
	assert.Equal(t, 1, searchFor(t, s, "POST /pay"))
}

func TestSearchOff(t *testing.T) {
	cfg := testConfig(t.TempDir())
	cfg.PayloadSearch = SearchOff
	s := openTest(t, cfg, time.Now)
	require.NoError(t, s.WriteOperations(t.Context(), []*operation.Operation{paid()}))
	assert.Equal(t, 0, searchFor(t, s, "ärger"))
	assert.Equal(t, 1, searchFor(t, s, "post"))
	cfg.PayloadSearch = "maybe"
	assert.ErrorContains(t, cfg.Validate(), `payload_search: "maybe", want index or off`)
}
