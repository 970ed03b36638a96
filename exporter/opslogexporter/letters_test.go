package opslogexporter

import (
	"context"
	"errors"
	"math/bits"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"

	"github.com/opslog/opslog/exporter/opslogexporter/internal/metadata"
	"github.com/opslog/opslog/exporter/opslogexporter/internal/metadatatest"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/spool"
	"github.com/opslog/opslog/internal/store"
)

// table takes what has no bad name.
type table struct {
	rows   map[string]int
	writes int
	away   bool
}

func (b *table) write(_ context.Context, rows []*operation.Span) error {
	b.writes++
	if b.away {
		return store.ErrUnavailable
	}
	for _, r := range rows {
		if strings.HasPrefix(r.Name, "bad") {
			return &store.Refusal{Reason: store.RefusedConstraint, Err: errors.New("not that name")}
		}
	}
	for _, r := range rows {
		b.rows[r.Name]++
	}
	return nil
}

func spans(names ...string) (out []*operation.Span) {
	for _, n := range names {
		out = append(out, &operation.Span{Name: n})
	}
	return out
}

func numbered(n int, bad ...int) []*operation.Span {
	out := make([]*operation.Span, n)
	for i := range out {
		out[i] = &operation.Span{Name: "ok" + strings.Repeat("i", i)}
	}
	for _, i := range bad {
		out[i].Name = "bad"
	}
	return out
}

// letterExporter is an exporter whose dead letters go to a directory.
func letterExporter(t *testing.T) (*opslogExporter, string, *componenttest.Telemetry) {
	t.Helper()
	tel := componenttest.NewTelemetry()
	t.Cleanup(func() { _ = tel.Shutdown(context.Background()) })
	set := exportertest.NewNopSettings(metadata.Type)
	set.TelemetrySettings = tel.NewTelemetrySettings()
	e, err := newExporter(set, createDefaultConfig().(*Config))
	require.NoError(t, err)
	dir := t.TempDir()
	s, err := spool.Open(spool.Options{Directory: dir, MaxBytes: 1 << 20, DeadLetterBytes: 1 << 20, DeadLetterAge: time.Hour})
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close(time.Now()) })
	e.spool, e.letters = s, s.DeadLetters()
	return e, dir, tel
}

func TestRefusedRowsBecomeDeadLetters(t *testing.T) {
	e, dir, tel := letterExporter(t)
	b := &table{rows: map[string]int{}}
	require.NoError(t, deliver(t.Context(), e, recordSpan, numbered(1000, 3, 777), b.write))
	assert.Len(t, b.rows, 998)
	assert.LessOrEqual(t, b.writes, 2*2*bits.Len(1000)+2+probes)

	files, err := filepath.Glob(filepath.Join(dir, "dead-letters", "*.ndjson"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	text, err := os.ReadFile(files[0])
	require.NoError(t, err)
	assert.Equal(t, 2, strings.Count(string(text), `"record":"span","reason":"constraint","error":"not that name","data":{`))
	metadatatest.AssertEqualExporterOpslogDeadLetters(t, tel, []metricdata.DataPoint[int64]{{
		Value: 2, Attributes: attribute.NewSet(attribute.String("record", "span"), attribute.String("reason", "constraint")),
	}}, metricdatatest.IgnoreTimestamp())
}

func TestABatchThatIsRefusedWholeIsHeld(t *testing.T) {
	e, dir, _ := letterExporter(t)
	all := numbered(20)
	for _, s := range all {
		s.Name = "bad"
	}
	require.ErrorIs(t, deliver(t.Context(), e, recordSpan, all, (&table{rows: map[string]int{}}).write), errRefusesAll)
	files, err := filepath.Glob(filepath.Join(dir, "dead-letters", "*.ndjson"))
	require.NoError(t, err)
	assert.Empty(t, files)
}

func TestADatabaseThatIsAwayMakesNoDeadLetters(t *testing.T) {
	e, _, _ := letterExporter(t)
	require.ErrorIs(t, deliver(t.Context(), e, recordSpan, spans("a", "b"), (&table{away: true}).write), store.ErrUnavailable)
}

func TestFewRefusedRows(t *testing.T) {
	e, dir, _ := letterExporter(t)
	b := &table{rows: map[string]int{}}
	require.NoError(t, deliver(t.Context(), e, recordSpan, spans("bad"), b.write))
	require.NoError(t, deliver(t.Context(), e, recordSpan, spans("bad", "good"), b.write))
	assert.Equal(t, map[string]int{"good": 1}, b.rows)
	files, err := filepath.Glob(filepath.Join(dir, "dead-letters", "*.ndjson"))
	require.NoError(t, err)
	assert.Len(t, files, 1)
}
