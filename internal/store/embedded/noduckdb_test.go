//go:build noduckdb || !cgo

package embedded

import (
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOpenSaysWhyNot(t *testing.T) {
	_, err := Open(t.Context(), DefaultConfig(), slog.New(slog.DiscardHandler))
	require.ErrorContains(t, err, "built without the embedded store")
}
