//go:build noduckdb || !cgo

package embedded

import (
	"context"
	"errors"
	"log/slog"

	"github.com/opslog/opslog/internal/store"
)

// Open always fails: this build has no embedded store.
func Open(context.Context, Config, *slog.Logger) (store.Backend, error) {
	return nil, errors.New("this opslog was built without the embedded store (cgo off, or the build tag noduckdb): " +
		"configure clickhouse under opslog_storage, or use a full build")
}
