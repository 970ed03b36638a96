package piiredactionprocessor

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/pii"
)

// TestReadmeListsWhatIsFound keeps the README's lists equal to the code.
// UPDATE=1 writes them.
func TestReadmeListsWhatIsFound(t *testing.T) {
	b, err := os.ReadFile("README.md")
	require.NoError(t, err)
	want := string(b)
	want = fillSection(t, want, "rules", ruleTable())
	want = fillSection(t, want, "identities", identityList())
	want = fillSection(t, want, "vendors", strings.Join(pii.Vendors(), ", ")+".\n")
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.WriteFile("README.md", []byte(want), 0o600))
		return
	}
	require.Equal(t, want, string(b), "run the test with UPDATE=1")
}

func fillSection(t *testing.T, text, name, content string) string {
	open, end := "<!-- "+name+" -->\n", "<!-- end "+name+" -->"
	before, rest, ok := strings.Cut(text, open)
	require.True(t, ok, name)
	_, after, ok := strings.Cut(rest, end)
	require.True(t, ok, name)
	return before + open + content + end + after
}

func identityList() string {
	var names []string
	for _, id := range pii.Identities() {
		name := "`" + id.Name + "`"
		if id.Alone {
			name += "*"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ") + ".\n"
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
