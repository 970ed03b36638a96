package piiredactionprocessor

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/pii"
)

// TestReadmeListsTheRules keeps the README's table of rules equal to the code.
// UPDATE=1 writes it.
func TestReadmeListsTheRules(t *testing.T) {
	const open, end = "<!-- rules -->\n", "<!-- end rules -->"
	b, err := os.ReadFile("README.md")
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(b), open)
	require.True(t, ok)
	_, after, ok := strings.Cut(rest, end)
	require.True(t, ok)
	want := before + open + ruleTable() + end + after
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.WriteFile("README.md", []byte(want), 0o600))
		return
	}
	require.Equal(t, want, string(b), "run the test with UPDATE=1")
}

func ruleTable() string {
	var b strings.Builder
	b.WriteString("| rule | label | finds | actions |\n|---|---|---|---|\n")
	for _, r := range pii.Rules() {
		actions := make([]string, len(r.Actions))
		for i, a := range r.Actions {
			actions[i] = string(a)
		}
		fmt.Fprintf(&b, "| `%s` | `%s` | %s | %s |\n", r.Name, r.Label, r.About, strings.Join(actions, ", "))
	}
	return b.String()
}
