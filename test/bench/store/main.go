// Command store fills each store with realistic operations and prints how fast it answers, what writing costs, and how
// much room a record takes. Run it at the root of the repository, as `make bench-store` does.
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/store/clickhouse"
	"github.com/opslog/opslog/internal/store/embedded"
	chtest "github.com/opslog/opslog/test/clickhouse"
)

type options struct {
	operations, spans, batch, repeat, days int
	engine, dir, search                    string
	ingest, again                          bool
	settle                                 time.Duration
}

func main() {
	var o options
	flag.IntVar(&o.operations, "n", 10_000_000, "operations to write")
	flag.IntVar(&o.spans, "spans", 0, "spans to write; 0 writes one for ten operations")
	flag.IntVar(&o.days, "days", 0, "days that they lie in; 0 gives a day a million")
	flag.IntVar(&o.batch, "batch", 10_000, "records in one write")
	flag.IntVar(&o.repeat, "repeat", 20, "how often each question is asked, with other values each time")
	flag.StringVar(&o.engine, "engine", "both", "embedded, clickhouse or both")
	flag.StringVar(&o.dir, "dir", "", "where the data goes, and stays; empty takes a temporary folder")
	flag.StringVar(&o.search, "payload-search", clickhouse.SearchIndex, "index, scan or off")
	flag.BoolVar(&o.ingest, "ingest", true, "ask everything once more while operations are written")
	flag.BoolVar(&o.again, "again", false, "ask what an earlier run with the same -n, -days and -batch left in -dir")
	flag.DurationVar(&o.settle, "settle", 80*time.Second, "how long the size of the data must stand still before it counts")
	flag.Parse()
	if o.days == 0 {
		o.days = max(1, o.operations/1_000_000)
	}
	if o.spans == 0 {
		o.spans = o.operations / 10
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-store:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	if o.dir == "" {
		dir, err := os.MkdirTemp("", "opslog-bench-store-")
		if err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(dir) }()
		o.dir = dir
	}
	for _, e := range []struct {
		name string
		open func(context.Context, options) (*engine, error)
	}{{"embedded", openEmbedded}, {"clickhouse", openClickHouse}} {
		if o.engine != e.name && o.engine != "both" {
			continue
		}
		opened, err := e.open(ctx, o)
		if err != nil {
			return err
		}
		err = bench(ctx, o, e.name, opened)
		opened.close()
		if err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
	}
	return nil
}

// engine is an opened store and the process that does its work.
type engine struct {
	store.Backend
	pid   int
	close func()
}

func openEmbedded(ctx context.Context, o options) (*engine, error) {
	cfg := embedded.DefaultConfig()
	cfg.Directory, cfg.Retention = filepath.Join(o.dir, "embedded"), embedded.Retention{}
	b, err := embedded.Open(ctx, cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	return &engine{Backend: b, pid: os.Getpid(), close: func() { _ = b.Close(context.Background()) }}, nil
}

func openClickHouse(ctx context.Context, o options) (*engine, error) {
	dir := filepath.Join(o.dir, "clickhouse")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	server, err := chtest.Launch(chtest.Options{Path: dir})
	if err != nil {
		return nil, err
	}
	cfg := clickhouse.DefaultConfig()
	cfg.Addresses, cfg.Retention, cfg.PayloadSearch = []string{server.TCP}, clickhouse.Retention{}, o.search
	b, err := clickhouse.Open(ctx, cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		server.Stop()
		return nil, err
	}
	e := &engine{Backend: b, pid: server.PID(), close: func() { _ = b.Close(context.Background()); server.Stop() }}
	return e, e.wait(ctx)
}

// wait waits until the store answers.
func (e *engine) wait(ctx context.Context) error {
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		_, err := e.Stats(ctx)
		if err == nil || time.Now().After(deadline) {
			return err
		}
	}
}

func bench(ctx context.Context, o options, name string, e *engine) error {
	end := operation.TimeOf(time.Now())
	w := &workload{options: o, from: end - operation.Time(o.days)*operation.Time(24*time.Hour), to: end}
	fmt.Printf("%s: %d operations in %d days, %d spans\n", name, o.operations, o.days, o.spans)
	begin := w.fill
	if o.again {
		begin = w.recall
	}
	if err := begin(ctx, e); err != nil {
		return err
	}
	if err := w.ask(ctx, e, "quiet"); err != nil || !o.ingest {
		return err
	}
	background, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- w.goOn(background, e) }()
	err := w.ask(ctx, e, "while ingesting")
	stop()
	if failed := <-done; err == nil {
		err = failed
	}
	return err
}
