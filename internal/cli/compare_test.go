package cli

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/graph"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/quality"
)

func TestRangesOf(t *testing.T) {
	now := operation.TimeOf(time.Unix(1_000_000, 0))
	got, err := rangesOf("24h", "now-1h", "", now)
	require.NoError(t, err)
	assert.Equal(t, twoRanges{from: "996400000000000", to: "1000000000000000", fromBefore: "910000000000000", toBefore: "913600000000000"}, got)
	for _, wrong := range []string{"", "2.4.0..2.4.1", "yesterday"} {
		_, err := rangesOf(wrong, "now-1h", "", now)
		assert.ErrorContains(t, err, "how much earlier", wrong)
		assert.Equal(t, exitUsage, ExitCode(err))
	}
	_, err = rangesOf("24h", "soon", "", now)
	assert.ErrorContains(t, err, "--from or --since")
}

func TestMapCompared(t *testing.T) {
	before := &api.ServiceMap{Edges: []*graph.Edge{
		{Source: "user:user", Target: "service:shop", Calls: 1000, Errors: 1, ErrorRate: 0.001, ServerP95: 400 * time.Millisecond},
		{Source: "service:shop", Target: "service:mailer", System: "kafka", Async: true, Calls: 50},
		{Source: "service:shop", Target: "service:old", Calls: 9},
	}}
	changes := edgeChanges(before, exampleMap())
	var out bytes.Buffer
	require.NoError(t, printEdgeChanges(&out, changes))
	golden(t, "testdata/map_compare.txt", out.Bytes())
	out.Reset()
	require.NoError(t, printChanges(&out, outputNDJSON, changes, printEdgeChanges))
	assert.Equal(t, len(changes), bytes.Count(out.Bytes(), []byte("\n")))
}

func TestQualityCompared(t *testing.T) {
	high := 90.0
	before := []*quality.Service{{ServiceName: "shop", Environment: "prod", Score: &high, Checks: []quality.Check{
		{ID: operation.CheckLate, Status: quality.StatusFail}, {ID: operation.RuleInstanceID, Status: quality.StatusFail},
	}}}
	var out bytes.Buffer
	require.NoError(t, printQualityChanges(&out, qualityChanges(before, exampleQuality().Items)))
	golden(t, "testdata/quality_compare.txt", out.Bytes())
}
