package oplog

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/opslog/opslog/internal/operation"
)

func TestTally(t *testing.T) {
	logs := EncodeGraph([]*operation.Edge{{}, {}}, []*operation.Quality{{}, {}, {}})
	EncodePacked([]*operation.Operation{{Name: "a"}}).ResourceLogs().MoveAndAppendTo(logs.ResourceLogs())
	logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().SetEventName("something else")
	assert.Equal(t, Counts{Operations: 1, Edges: 2, Quality: 3, Logs: 1}, Tally(logs))
}
