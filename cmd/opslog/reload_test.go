package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/opslog/opslog/internal/reload"
)

// TestReloader has a command that asks for SIGHUP, as the collector does, and must not get it.
func TestReloader(t *testing.T) {
	core, logs := observer.New(zap.InfoLevel)
	answers := make(chan error)
	r := &reloader{check: func(ctx context.Context) error {
		select {
		case answer := <-answers:
			return answer
		case <-ctx.Done():
			return nil
		}
	}}
	factories := r.over(providers())
	changed, theirs := make(chan struct{}, 1), make(chan os.Signal, 9)
	command := &cobra.Command{RunE: func(cmd *cobra.Command, _ []string) error {
		for _, f := range factories {
			p := f.Create(confmap.ProviderSettings{Logger: zap.New(core)})
			if p.Scheme() == "yaml" {
				_, err := p.Retrieve(cmd.Context(), "yaml:a: 1", func(*confmap.ChangeEvent) {
					select {
					case changed <- struct{}{}:
					default:
					}
				})
				require.NoError(t, err)
			}
		}
		signal.Notify(theirs, syscall.SIGHUP)
		defer signal.Stop(theirs)
		hup := func(answer error) {
			for { // until the signal is taken
				require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGHUP))
				select {
				case answers <- answer:
					return
				case <-theirs:
				case <-time.After(50 * time.Millisecond): // it came just when the signal was taken
				}
			}
		}
		hup(errors.New("no such key"))
		hup(nil)
		<-changed
		return nil
	}}
	r.follow(command)
	command.SetArgs(nil)
	require.NoError(t, command.ExecuteContext(t.Context()))
	assert.False(t, reload.Refused.Load())
	require.Equal(t, 1, logs.Len())
	assert.Equal(t, "no such key", logs.All()[0].ContextMap()["error"])
}

func TestAReloadWhileTheCollectorStops(t *testing.T) {
	r := &reloader{check: func(context.Context) error { return nil }, reload: func(*confmap.ChangeEvent) {
		closed := make(chan error)
		close(closed)
		closed <- nil
	}}
	assert.NotPanics(t, func() { r.again(t.Context()) })
}

func TestLastLine(t *testing.T) {
	assert.Equal(t, "the sentence", lastLine([]byte("a log line\nError: the sentence\n")))
	assert.Empty(t, lastLine(nil))
}
