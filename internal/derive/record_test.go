package derive

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/golden"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/operation"
)

func newDeriver(t testing.TB) *Deriver {
	t.Helper()
	d, err := New(DefaultConfig())
	require.NoError(t, err)
	return d
}

// groupOf takes all spans of td for one operation, the first entry for its entry.
func groupOf(d *Deriver, td ptrace.Traces) *Group {
	g := &Group{Revision: 1, Complete: true}
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
	return g
}

// TestRecords reads testdata/operations/NAME.yaml and compares the record with NAME.json. NAME.old.yaml says the same
// in the older conventions and NAME.dup.yaml in both at once: they must give the same record.
func TestRecords(t *testing.T) {
	inputs, err := filepath.Glob(filepath.Join("testdata", "operations", "*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, inputs)
	slices.SortFunc(inputs, func(a, b string) int { return len(a) - len(b) }) // NAME.yaml before its variants
	for _, input := range inputs {
		name, _, _ := strings.Cut(filepath.Base(input), ".")
		t.Run(strings.TrimSuffix(filepath.Base(input), ".yaml"), func(t *testing.T) {
			td, err := golden.ReadTraces(input)
			require.NoError(t, err)
			d := newDeriver(t)
			got := d.Operation(groupOf(d, td))
			expected := filepath.Join("testdata", "operations", name+".json")
			if *update && filepath.Base(input) == name+".yaml" {
				writeJSON(t, expected, got)
			}
			want, err := os.ReadFile(expected)
			require.NoError(t, err)
			assert.JSONEq(t, string(want), asJSON(t, got))
		})
	}
}

func asJSON(t testing.TB, op *operation.Operation) string {
	t.Helper()
	data, err := json.Marshal(op)
	require.NoError(t, err)
	return string(data)
}

func TestOrderDoesNotMatter(t *testing.T) {
	inputs, err := filepath.Glob(filepath.Join("testdata", "operations", "*.yaml"))
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(1, 2))
	for _, input := range inputs {
		td, err := golden.ReadTraces(input)
		require.NoError(t, err)
		d := newDeriver(t)
		g := groupOf(d, td)
		want := asJSON(t, d.Operation(g))
		for range 20 {
			random.Shuffle(len(g.Spans), func(i, j int) { g.Spans[i], g.Spans[j] = g.Spans[j], g.Spans[i] })
			assert.Equal(t, want, asJSON(t, d.Operation(g)), input)
		}
	}
}
