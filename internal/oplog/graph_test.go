package oplog

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/opslog/opslog/internal/operation"
)

func TestGraphRoundTrip(t *testing.T) {
	minute := operation.Time(1_763_719_320_000_000_000)
	edge := &operation.Edge{ID: operation.NewID(minute, operation.TraceID{1}, operation.SpanID{1}), Minute: minute, Environment: "prod", SourceKind: "service",
		Source: "shop", SourceOperation: "POST /checkout", TargetKind: "database", Target: "db", TargetOperation: "INSERT orders", System: "postgresql",
		Inferred: true, Async: true, Calls: 3, Errors: 1, Unpaired: 2, Retries: 4, ClientTime: 30, ServerTime: 20, NetworkTime: 10,
		ClientDurations: operation.Histogram{{Index: 3, Count: 3}}, ServerDurations: operation.Histogram{{Index: 2, Count: 3}}, LastSeen: minute + 5,
		Example: operation.ID{7}}
	counter := &operation.Quality{ID: operation.NewID(minute, operation.TraceID{1}, operation.SpanID{2}), Minute: minute, ServiceName: "shop",
		Environment: "prod", Check: "orphan", Subject: "GET /", Total: 9, Failed: 2, Value: 5, ExampleTrace: operation.TraceID{8}}
	bare := &operation.Edge{ID: operation.ID{9}}
	op := &operation.Operation{ID: operation.ID{1}, Name: "GET /"}
	logs := EncodeGraph([]*operation.Edge{edge, bare}, []*operation.Quality{counter})
	Encode([]*operation.Operation{op}).ResourceLogs().MoveAndAppendTo(logs.ResourceLogs())
	got := Read(logs)
	assert.Equal(t, []*operation.Edge{edge, bare}, got.Edges)
	assert.Equal(t, []*operation.Quality{counter}, got.Quality)
	assert.Len(t, got.Operations, 1)
	assert.Empty(t, got.Logs)
	assert.Zero(t, EncodeGraph(nil, nil).LogRecordCount())
}

// What does not fit its event name is kept as a log record.
func TestBrokenGraphRecordsAreLogs(t *testing.T) {
	for key, value := range map[string]string{"client_durations": "x:y", "calls": "many", "edge_id": ""} {
		logs := EncodeGraph([]*operation.Edge{{ID: operation.ID{1}}}, []*operation.Quality{{}})
		logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Attributes().PutStr(key, value)
		got := Read(logs)
		assert.Empty(t, got.Edges, key)
		assert.Empty(t, got.Quality, "it has no id")
		assert.Len(t, got.Logs, 2, key)
	}
}
