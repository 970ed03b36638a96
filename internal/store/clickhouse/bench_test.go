package clickhouse

import (
	"io"
	"testing"
	"time"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store/storetest"
	chtest "github.com/opslog/opslog/test/clickhouse"
)

const batch = 10_000

// BenchmarkWriteOperations is the whole way into a real server, whose merges share the machine.
func BenchmarkWriteOperations(b *testing.B) {
	for _, search := range []string{SearchIndex, SearchScan} {
		b.Run(search, func(b *testing.B) {
			cfg := configFor(chtest.Start(b))
			cfg.PayloadSearch = search
			s := open(b, cfg)
			g := storetest.NewGenerator(1, operation.TimeOf(time.Now())-operation.Time(time.Hour), operation.Time(time.Hour))
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				ops := g.Operations(batch)
				b.StartTimer()
				require.NoError(b, s.WriteOperations(b.Context(), ops))
			}
			b.StopTimer()
			b.ReportMetric(float64(b.N*batch)/b.Elapsed().Seconds(), "rows/s")
			stats, err := s.Stats(b.Context())
			require.NoError(b, err)
			b.ReportMetric(float64(stats.Bytes)/float64(stats.Operations), "bytes/row")
		})
	}
}

// BenchmarkEncodeOperations is our own share of it.
func BenchmarkEncodeOperations(b *testing.B) {
	ops := generator().Operations(batch)
	columns, buffer := newSet(operationTable.fields), new(proto.Buffer)
	b.ReportAllocs()
	for b.Loop() {
		block := operationTable.blocks(ops)[0]
		columns.reset()
		for _, op := range block {
			require.NoError(b, columns.put(op))
		}
		buffer.Reset()
		w := proto.NewWriter(io.Discard, buffer)
		head := proto.Block{Columns: len(columns), Rows: len(block)}
		require.NoError(b, head.WriteBlock(w, proto.Version, columns.input()))
		_, err := w.Flush()
		require.NoError(b, err)
		operationTable.token(block)
	}
	b.ReportMetric(float64(b.N*batch)/b.Elapsed().Seconds(), "rows/s")
}
