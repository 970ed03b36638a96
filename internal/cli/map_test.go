package cli

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/graph"
)

func exampleMap() *api.ServiceMap {
	baseline := 0.0004
	return &api.ServiceMap{Nodes: []*graph.Node{{ID: "service:shop"}}, Edges: []*graph.Edge{
		{Source: "user:user", Target: "service:shop", Inferred: true, Calls: 1200, Errors: 30, ErrorRate: 0.025, BaselineErrorRate: &baseline,
			ServerP50: 80 * time.Millisecond, ServerP95: 1204 * time.Millisecond},
		{Source: "service:shop", SourceOperation: "POST /checkout", Target: "database:orders-db", TargetOperation: "INSERT orders", System: "postgresql",
			Inferred: true, Calls: 900, ClientP50: 2 * time.Millisecond, ClientP95: 9 * time.Millisecond, Retries: 2},
		{Source: "service:shop", Target: "service:payments\nx", System: "http", Calls: 7, Errors: 7, ErrorRate: 1, Unpaired: 3,
			ClientP50: 30 * time.Millisecond, ClientP95: 30 * time.Millisecond, NetworkMean: 4 * time.Millisecond},
		{Source: "service:shop", Target: "service:mailer", System: "kafka", Async: true, Calls: 5, NetworkMean: 3 * time.Second},
	}}
}

func TestMap(t *testing.T) {
	for name, o := range map[string]output{"map.txt": outputTable, "map.ndjson": outputNDJSON, "map.json": outputJSON} {
		var out bytes.Buffer
		require.NoError(t, printMap(&out, exampleMap(), o))
		golden(t, "testdata/"+name, out.Bytes())
	}
}
