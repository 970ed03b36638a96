package explain

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/golden"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/oplog"
)

var update = flag.Bool("update", false, "write the golden files")

const records = "../derive/testdata/operations"

// screen is how many lines an ordinary story may have.
const screen = 40

func deriveFrom(t testing.TB, td ptrace.Traces) *operation.Operation {
	t.Helper()
	d, err := derive.New(derive.DefaultConfig())
	require.NoError(t, err)
	g := &derive.Group{Revision: 1, Complete: true}
	for _, rs := range td.ResourceSpans().All() {
		r := d.Resource(rs.Resource())
		for _, ss := range rs.ScopeSpans().All() {
			for _, span := range ss.Spans().All() {
				s := d.Span(r, ss.Scope(), span)
				if entry, _ := d.EntryByItself(&s); entry && g.Entry == nil {
					g.Entry = &s
				}
				g.Spans = append(g.Spans, s)
			}
		}
	}
	return d.Operation(g)
}

// TestStories tells the story of each record of internal/derive, with its spans and, behind the line, without.
func TestStories(t *testing.T) {
	inputs, err := filepath.Glob(filepath.Join(records, "*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, inputs)
	for _, input := range inputs {
		name := strings.TrimSuffix(filepath.Base(input), ".yaml")
		if strings.Contains(name, ".") {
			continue // the same record from other attributes
		}
		t.Run(name, func(t *testing.T) {
			td, err := golden.ReadTraces(input)
			require.NoError(t, err)
			op := deriveFrom(t, td)
			whole := Of(Input{Operation: op, Spans: oplog.Spans(td)}).Text(100)
			alone := Of(Input{Operation: op}).Text(100)
			compare(t, filepath.Join("testdata", name+".txt"), whole+"\n---- from the record alone ----\n"+alone)
			assert.LessOrEqual(t, strings.Count(whole, "\n"), screen)
		})
	}
}

func compare(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}
