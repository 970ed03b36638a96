package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"go.opentelemetry.io/collector/confmap"
	"go.uber.org/zap"

	"github.com/opslog/opslog/internal/reload"
)

// patience is how long a configuration is looked through, which may have to be fetched.
const patience = time.Minute

// reloader looks through a new configuration at SIGHUP before the collector may have it: the collector itself reads it when
// it has stopped what ran, and ends when it is bad.
type reloader struct {
	check func(context.Context) error

	mu     sync.Mutex
	log    *zap.Logger         // the collector's
	reload confmap.WatcherFunc // tells the collector that its configuration changed
}

// follow makes a command that runs the collector do so.
func (r *reloader) follow(root *cobra.Command) {
	run := root.RunE
	root.RunE = func(cmd *cobra.Command, args []string) error {
		ctx, stop := context.WithCancel(cmd.Context())
		defer stop()
		signal.Ignore(syscall.SIGHUP)
		go r.run(ctx)
		return run(cmd, args)
	}
}

// run takes the signal from the collector, which asks for it when it has started: then it is not ignored any more.
func (r *reloader) run(ctx context.Context) {
	for signal.Ignored(syscall.SIGHUP) {
		select {
		case <-ctx.Done():
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
	asked := make(chan os.Signal, 1)
	signal.Ignore(syscall.SIGHUP)
	signal.Notify(asked, syscall.SIGHUP)
	defer signal.Stop(asked)
	for {
		select {
		case <-ctx.Done():
			return
		case <-asked:
			r.again(ctx)
		}
	}
}

// again hands the configuration on if it is good.
func (r *reloader) again(ctx context.Context) {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	err := r.check(ctx)
	reload.Refused.Store(err != nil)
	r.mu.Lock()
	log, hand := r.log, r.reload
	r.mu.Unlock()
	if err != nil {
		log.Error("The new configuration is refused; opslog goes on with the one before", zap.Error(err))
		return
	}
	defer func() { _ = recover() }() // the collector is being stopped and has closed its channel
	hand(&confmap.ChangeEvent{})
}

// over lets the reloader know what the collector gives to the providers of its configuration.
func (r *reloader) over(factories []confmap.ProviderFactory) []confmap.ProviderFactory {
	out := make([]confmap.ProviderFactory, len(factories))
	for i, f := range factories {
		out[i] = confmap.NewProviderFactory(func(s confmap.ProviderSettings) confmap.Provider {
			return provider{Provider: f.Create(s), reloader: r, log: s.Logger}
		})
	}
	return out
}

type provider struct {
	confmap.Provider
	reloader *reloader
	log      *zap.Logger
}

func (p provider) Retrieve(ctx context.Context, uri string, changed confmap.WatcherFunc) (*confmap.Retrieved, error) {
	p.reloader.mu.Lock()
	p.reloader.log, p.reloader.reload = p.log, changed
	p.reloader.mu.Unlock()
	return p.Provider.Retrieve(ctx, uri, changed)
}

// validate asks `opslog validate` with the arguments of this process. It is a process of its own, because to read a
// configuration changes what this one has of the last: the garbage collector's limits.
func validate(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("look for this program: %w", err)
	}
	out, err := exec.CommandContext(ctx, self, append([]string{"validate"}, os.Args[1:]...)...).CombinedOutput()
	if ended := (*exec.ExitError)(nil); errors.As(err, &ended) && ended.Exited() {
		return errors.New(lastLine(out))
	}
	if err != nil {
		return fmt.Errorf("validate it: %w", err)
	}
	return nil
}

// lastLine is the sentence that a command ends with.
func lastLine(out []byte) string {
	lines := strings.Split(string(bytes.TrimSpace(out)), "\n")
	return strings.TrimPrefix(lines[len(lines)-1], "Error: ")
}
