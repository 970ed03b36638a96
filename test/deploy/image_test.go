package deploy

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestImage reads the build file as BuildKit does, and holds it against what the image promises.
func TestImage(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(top, "deploy/Dockerfile"))
	require.NoError(t, err)
	result, err := parser.Parse(bytes.NewReader(text))
	require.NoError(t, err)
	assert.Empty(t, result.Warnings)
	stages, _, err := instructions.Parse(result.AST, nil)
	require.NoError(t, err)
	require.Len(t, stages, 2)

	build, final := stages[0], stages[1]
	assert.Equal(t, "golang:1.26-bookworm", build.BaseName)
	assert.Equal(t, "gcr.io/distroless/cc-debian12:nonroot", final.BaseName, "the C library of the build stage, no shell, no root")
	makefile, err := os.ReadFile(filepath.Join(top, "Makefile"))
	require.NoError(t, err)
	const flags = "build -trimpath -buildvcs=false -ldflags \"-s -w -X main.version="
	assert.Contains(t, string(text), flags)
	assert.Contains(t, string(makefile), flags, "the image and `make build` build alike")

	var user string
	for _, command := range final.Commands {
		switch c := command.(type) {
		case *instructions.UserCommand:
			user = c.User
		case *instructions.CopyCommand:
			assert.Equal(t, build.Name, c.From, "only what was built goes into the image")
		case *instructions.EntrypointCommand:
			assert.False(t, c.PrependShell, "there is no shell")
			assert.Equal(t, []string{"/usr/bin/opslog"}, []string(c.CmdLine))
		case *instructions.CmdCommand:
			assert.False(t, c.PrependShell, "there is no shell")
		case *instructions.RunCommand, *instructions.AddCommand, *instructions.HealthCheckCommand:
			t.Errorf("%s has no place in the image", command.Name())
		}
	}
	assert.Equal(t, "65532:65532", user, "a number, so that Kubernetes can see that it is not root")

	ignored, err := os.ReadFile(filepath.Join(top, ".dockerignore"))
	require.NoError(t, err)
	for _, name := range []string{".git", ".cache", "opslog-data"} {
		assert.Contains(t, strings.Split(string(ignored), "\n"), name)
	}
}
