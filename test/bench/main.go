// Command bench sends the same traces through opslog and through a chain of stock collector components, into the
// same real ClickHouse on this machine, and prints how many spans each accepts for a second of its CPU time.
//
// Run it at the root of the repository, as `make bench` does.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/test/bench/corpus"
	"github.com/opslog/opslog/test/bench/replay"
	"github.com/opslog/opslog/test/clickhouse"
)

type options struct {
	traces      string
	opslog      string
	only        string
	connections int
	rate        float64
	duration    time.Duration
	settle      time.Duration
	growth      bool
	alone       bool
	profile     string // file for a CPU profile of opslog
}

func main() {
	var o options
	flag.StringVar(&o.traces, "traces", "test/e2e/testdata/shop-traces.jsonl", "recording: one OTLP JSON request a line")
	flag.StringVar(&o.opslog, "opslog", "bin/opslog", "the binary to measure")
	flag.StringVar(&o.only, "only", "", "run only this comparison: full, ordinary, rich or redaction")
	flag.IntVar(&o.connections, "connections", 4, "connections that send at the same time")
	flag.Float64Var(&o.rate, "rate", 0, "spans a second; 0 sends as fast as they are accepted")
	flag.DurationVar(&o.duration, "duration", 30*time.Second, "how long to send to each chain")
	flag.DurationVar(&o.settle, "settle", 15*time.Second, "how long each chain may work on after that, before it is stopped")
	flag.StringVar(&o.profile, "profile", "", "write a CPU profile of opslog to this file, and one of its memory beside it")
	flag.BoolVar(&o.alone, "alone", false, "measure opslog without the stock chain")
	flag.BoolVar(&o.growth, "growth", false, "measure opslog alone, with traces of several shapes")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	comparisons, err := chosen(o.only, o.opslog)
	if err != nil {
		return err
	}
	if o.profile != "" {
		if o.only == "" || o.only == "redaction" {
			return fmt.Errorf("-profile needs -only full, ordinary or rich, got %q", o.only)
		}
		comparisons[0].opslog.profile(o.profile)
	}
	recording, err := replay.Load(o.traces)
	if err != nil {
		return err
	}
	if err := buildStock(ctx); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "opslog-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	server, err := clickhouse.Launch(clickhouse.Options{Path: dir})
	if err != nil {
		return err
	}
	defer server.Stop()
	fmt.Printf("%d spans in %d requests from %s, %d connections, %v for each chain\n\n",
		recording.Spans(), recording.Requests(), filepath.Base(o.traces), o.connections, o.duration)
	bench := &bench{options: o, recording: recording, rich: generated(corpus.Traces), ordinary: generated(corpus.Ordinary), server: server, dir: dir}
	if o.growth {
		return bench.growth(ctx, os.Stdout, comparisons[0].opslog)
	}
	return bench.all(ctx, comparisons)
}

// generated is twenty requests of a thousand spans.
func generated(traces func(seed uint64, n int) ptrace.Traces) *replay.Recording {
	var requests []ptrace.Traces
	for seed := range uint64(20) {
		requests = append(requests, traces(seed, 1000))
	}
	return replay.Of(requests...)
}

type bench struct {
	options
	recording *replay.Recording
	ordinary  *replay.Recording // attribute-rich spans, few errors
	rich      *replay.Recording // attribute-rich spans, an error in nearly every trace
	server    *clickhouse.Server
	dir       string // for data and logs
}

// sent is what a comparison sends.
func (b *bench) sent(c comparison) *replay.Recording {
	switch c.load {
	case loadOrdinary:
		return b.ordinary
	case loadRich:
		return b.rich
	default:
		return b.recording
	}
}

// all measures the comparisons one after the other and prints each as it is done.
func (b *bench) all(ctx context.Context, comparisons []comparison) error {
	for _, c := range comparisons {
		chains := []chain{c.stock, c.opslog}
		if b.alone {
			chains = chains[1:]
		}
		var done []measurement
		for _, chain := range chains {
			m, err := b.measure(ctx, chain, b.sent(c))
			if err != nil {
				return err
			}
			done = append(done, m)
		}
		report(os.Stdout, c, done...)
	}
	return nil
}
