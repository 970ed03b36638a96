package offline

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/explain"
	"github.com/opslog/opslog/internal/otlpfile"
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

// TestNothingPlantedComesOut looks for the personal data that the recording holds in all that comes out of it.
func TestNothingPlantedComesOut(t *testing.T) {
	r := derived(t, filepath.Join(recordings, "shop-traces.jsonl"), filepath.Join(recordings, "shop-logs.jsonl"))
	text, err := json.Marshal(r)
	require.NoError(t, err)
	var stories strings.Builder
	for _, op := range r.All() {
		stories.WriteString(explain.Of(r.Input(op)).Text(0))
	}
	planted, err := os.ReadFile("../../examples/shop/planted.txt")
	require.NoError(t, err)
	for _, value := range strings.Split(strings.TrimSpace(string(planted)), "\n") {
		assert.NotContains(t, string(text), value)
		assert.NotContains(t, stories.String(), value)
	}
}

// TestOrderOfTheFileDoesNotMatter derives the recording with its lines turned round.
func TestOrderOfTheFileDoesNotMatter(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(recordings, "shop-traces.jsonl"))
	require.NoError(t, err)
	lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	turned := slices.Clone(lines)
	slices.Reverse(turned)
	stories := func(lines [][]byte) string {
		r, err := Read(t.Context(), []io.Reader{bytes.NewReader(bytes.Join(lines, []byte("\n")))})
		require.NoError(t, err)
		var out strings.Builder
		for _, op := range r.All() {
			out.WriteString(explain.Of(r.Input(op)).Text(0))
		}
		return out.String()
	}
	assert.Equal(t, stories(lines), stories(turned))
}

func TestReadTellsWhatIsWrong(t *testing.T) {
	_, err := Read(t.Context(), []io.Reader{strings.NewReader("hello")})
	assert.ErrorIs(t, err, otlpfile.ErrEmpty)
}
