package offline

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/explain"
)

var update = flag.Bool("update", false, "write the golden files")

const recordings = "../../test/e2e/testdata"

func derived(t testing.TB, paths ...string) *Result {
	t.Helper()
	var files []io.Reader
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		files = append(files, bytes.NewReader(text))
	}
	r, err := Read(t.Context(), files)
	require.NoError(t, err)
	return r
}

// TestScenarios tells every operation of every recorded trace, with the recording's log records.
func TestScenarios(t *testing.T) {
	inputs, err := filepath.Glob(filepath.Join(recordings, "scenarios", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, inputs)
	for _, input := range inputs {
		name := strings.TrimSuffix(filepath.Base(input), ".json")
		t.Run(name, func(t *testing.T) {
			r := derived(t, input, filepath.Join(recordings, "shop-logs.jsonl"))
			var b strings.Builder
			for i, op := range r.All() {
				if i > 0 {
					b.WriteString("\n----\n")
				}
				text := explain.Of(r.Input(op)).Text(100)
				assert.LessOrEqual(t, strings.Count(text, "\n"), 40, op.Name)
				b.WriteString(text)
			}
			path := filepath.Join("testdata", name+".txt")
			if *update {
				require.NoError(t, os.MkdirAll("testdata", 0o755))
				require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o644))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, string(want), b.String())
		})
	}
}
