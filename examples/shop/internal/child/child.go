// Package child is the life of one of the shop's processes under the supervisor.
package child

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// flushTime is how long a stopping service may take to send its last telemetry.
const flushTime = 2 * time.Second

// Supervised is the variable that tells a process that a supervisor holds its standard input.
const Supervised = "SHOP_SUPERVISED"

// Context ends when the process is asked to stop. The supervisor asks by closing standard input, which also
// happens when the supervisor dies in any way, so that no service outlives it; Ctrl-C reaches every process of a
// terminal at once and is left to the supervisor. Without a supervisor, signals stop the process as usual.
func Context() (context.Context, context.CancelFunc) {
	if os.Getenv(Supervised) == "" {
		return signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	}
	signal.Ignore(os.Interrupt)
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	return ctx, cancel
}

// Serve answers HTTP on addr until ctx ends, then lets running requests finish.
func Serve(ctx context.Context, addr string, handler http.Handler) error {
	server := &http.Server{Addr: addr, Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve HTTP on %s: %w", addr, err)
	case <-ctx.Done():
	}
	stopping, cancel := context.WithTimeout(context.Background(), flushTime)
	defer cancel()
	return server.Shutdown(stopping)
}

// Flush runs the shutdown of the telemetry SDK with a time limit of its own. A collector that is not there is
// worth a line, not a failure.
func Flush(stop func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.Background(), flushTime)
	defer cancel()
	if err := stop(ctx); err != nil && !errors.Is(err, context.Canceled) {
		slog.Error("last telemetry was not delivered", "error", err)
	}
}
