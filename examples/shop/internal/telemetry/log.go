package telemetry

import (
	"log/slog"
	"os"

	"go.opentelemetry.io/contrib/bridges/otelslog"
)

// newLogger sends every level to the OpenTelemetry logs SDK, and errors to the terminal as well.
func newLogger(service string) *slog.Logger {
	console := slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError, ReplaceAttr: brief})
	return slog.New(slog.NewMultiHandler(otelslog.NewHandler("shop/"+service, otelslog.WithSource(true)), console))
}

// brief leaves the time and all attributes but the error out of a terminal line.
func brief(_ []string, a slog.Attr) slog.Attr {
	switch a.Key {
	case slog.LevelKey, slog.MessageKey, "error":
		return a
	default:
		return slog.Attr{}
	}
}
