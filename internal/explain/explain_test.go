package explain

import (
	"encoding/json"
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

var (
	update = flag.Bool("update", false, "write the golden files")
	inputs = flag.Bool("inputs", false, "derive the records in testdata anew from those of internal/derive")
)

const records = "../derive/testdata/operations"

// screen is how many lines an ordinary story may have.
const screen = 40

// known is a record with its spans, as testdata holds them.
type known struct {
	Operation *operation.Operation `json:"operation"`
	Spans     []*operation.Span    `json:"spans"`
}

// TestInputs sees to it that every record of internal/derive is in testdata. They are copies, so that better
// derivation does not change what is tested here.
func TestInputs(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(records, "*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".yaml")
		if strings.Contains(name, ".") {
			continue // the same record from other attributes
		}
		copied := filepath.Join("testdata", name+".json")
		if *inputs {
			td, err := golden.ReadTraces(path)
			require.NoError(t, err)
			text, err := json.MarshalIndent(known{deriveFrom(t, td), oplog.Spans(td)}, "", " ")
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(copied, append(text, '\n'), 0o644))
		}
		assert.FileExists(t, copied, "write it with -inputs")
	}
}

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

// TestStories tells the story of each record with its spans and, behind the line, without.
func TestStories(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("testdata", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".json"), func(t *testing.T) {
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			var in known
			require.NoError(t, json.Unmarshal(text, &in))
			whole := Of(Input{Operation: in.Operation, Spans: in.Spans}).Text(100)
			alone := Of(Input{Operation: in.Operation}).Text(100)
			compare(t, strings.TrimSuffix(path, ".json")+".txt", whole+"\n---- from the record alone ----\n"+alone)
			assert.LessOrEqual(t, strings.Count(whole, "\n"), screen)
		})
	}
}

func compare(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}
