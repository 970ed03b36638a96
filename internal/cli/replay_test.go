package cli

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestReplayIsForTheOwnerOfTheSpool wants nothing to be handed in by a user whose files opslog cannot read.
func TestReplayIsForTheOwnerOfTheSpool(t *testing.T) {
	dir := t.TempDir()
	info, err := os.Stat(dir)
	require.NoError(t, err)
	assert.NoError(t, mayHandIn(dir, info, os.Geteuid()))
	err = mayHandIn(dir, info, os.Geteuid()+1)
	assert.ErrorContains(t, err, dir+" belongs to user ")
	assert.ErrorContains(t, err, "sudo -u ")
	assert.Equal(t, exitUsage, ExitCode(err))
}
