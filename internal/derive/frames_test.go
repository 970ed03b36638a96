package derive

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestFrames reads the stack traces of testdata/stacks; frames.json holds what is kept of them.
func TestFrames(t *testing.T) {
	inputs, err := filepath.Glob(filepath.Join("testdata", "stacks", "*.txt"))
	require.NoError(t, err)
	got := map[string][]string{}
	for _, input := range inputs {
		stack, err := os.ReadFile(input)
		require.NoError(t, err)
		got[strings.TrimSuffix(filepath.Base(input), ".txt")] = framesOf(string(stack))
	}
	expected := filepath.Join("testdata", "stacks", "frames.json")
	if *update {
		writeJSON(t, expected, got)
	}
	data, err := os.ReadFile(expected)
	require.NoError(t, err)
	want := map[string][]string{}
	require.NoError(t, json.Unmarshal(data, &want))
	assert.Equal(t, want, got)
}

func FuzzFrames(f *testing.F) {
	inputs, err := filepath.Glob(filepath.Join("testdata", "stacks", "*.txt"))
	require.NoError(f, err)
	for _, input := range inputs {
		stack, err := os.ReadFile(input)
		require.NoError(f, err)
		f.Add(string(stack))
	}
	f.Fuzz(func(t *testing.T, stack string) {
		assert.LessOrEqual(t, len(framesOf(stack)), maxFrames)
		assert.LessOrEqual(t, len(normalMessage(stack)), maxNormal)
	})
}
