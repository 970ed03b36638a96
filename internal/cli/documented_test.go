package cli

import (
	"os"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCommandsAreDocumented wants every command in docs/commands.md, and a line of help for each.
func TestCommandsAreDocumented(t *testing.T) {
	document, err := os.ReadFile("../../docs/commands.md")
	require.NoError(t, err)
	for _, cmd := range Commands(nil, nil) {
		assert.Contains(t, string(document), "`opslog "+cmd.Name())
		each(cmd, func(c *cobra.Command) { assert.NotEmpty(t, c.Short, c.CommandPath()) })
	}
}

func each(cmd *cobra.Command, do func(*cobra.Command)) {
	do(cmd)
	for _, child := range cmd.Commands() {
		each(child, do)
	}
}

func TestColours(t *testing.T) {
	assert.Equal(t, "text", painter(false).red("text"))
	assert.Equal(t, "\x1b[31mtext\x1b[0m", painter(true).red("text"))
	t.Setenv("NO_COLOR", "1")
	assert.False(t, bool((&display{}).paint(os.Stdout)))
}
