// Command redaction runs opslog's pii_redaction and the contrib redaction processor over the same attribute-rich
// traces in one process, by turns, and prints how many spans each does for a second of CPU time, and what it
// allocates. It is a module of its own, so that the contrib processor can be of the newest version.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/redactionprocessor"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
	noopmetric "go.opentelemetry.io/otel/metric/noop"
	nooptrace "go.opentelemetry.io/otel/trace/noop"
	"go.uber.org/zap"

	"github.com/opslog/opslog/processor/piiredactionprocessor"
	"github.com/opslog/opslog/test/bench/corpus"
)

// patterns are the ten of the stock chain, test/bench/config/stock.yaml.
var patterns = []any{
	`4[0-9]{12}(?:[0-9]{3})?`, `(5[1-5][0-9]{14})`, `3[47][0-9]{13}`, `[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}`,
	`\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b`, `\b[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}\b`, `eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+`,
	`(?i)bearer\s+[A-Za-z0-9._~+/-]+=*`, `\bAKIA[0-9A-Z]{16}\b`, `\+?[0-9]{1,3}[ -]\(?[0-9]{3}\)?[ -][0-9]{3}[ -][0-9]{4}`,
}

func main() {
	rounds := flag.Int("rounds", 7, "how often each processor is measured, by turns")
	batch := flag.Int("batch", 1000, "spans in a request")
	least := flag.Duration("cpu", time.Second, "CPU time of one measurement, at least")
	flag.Parse()
	if err := run(*rounds, *batch, *least); err != nil {
		fmt.Fprintln(os.Stderr, "redaction:", err)
		os.Exit(1)
	}
}

type contender struct {
	name      string
	processor processor.Traces
	speeds    []float64
	allocs    float64
	bytes     float64
}

func run(rounds, batch int, least time.Duration) error {
	ctx := context.Background()
	theirs, err := start(ctx, "contrib redaction, 10 patterns", redactionprocessor.NewFactory(),
		map[string]any{"allow_all_keys": true, "summary": "silent", "blocked_values": patterns})
	if err != nil {
		return err
	}
	ours, err := start(ctx, "opslog pii_redaction, defaults", piiredactionprocessor.NewFactory(), nil)
	if err != nil {
		return err
	}
	none, err := start(ctx, "contrib redaction, no pattern", redactionprocessor.NewFactory(), map[string]any{"allow_all_keys": true, "summary": "silent"})
	if err != nil {
		return err
	}
	requests := make([]ptrace.Traces, 20)
	for i := range requests {
		requests[i] = corpus.Traces(uint64(i), batch)
	}
	fmt.Printf("%d requests of %d attribute-rich spans, %d rounds, medians\n", len(requests), batch, rounds)
	all := []*contender{theirs, ours, none}
	for range rounds {
		for _, c := range all {
			if err := c.measure(ctx, requests, least); err != nil {
				return err
			}
		}
	}
	report(all)
	fmt.Printf("ratio %.1f, goal 20\n", ours.median()/theirs.median())
	return nil
}

func start(ctx context.Context, name string, factory processor.Factory, section map[string]any) (*contender, error) {
	cfg := factory.CreateDefaultConfig()
	if section != nil {
		if err := confmap.NewFromStringMap(section).Unmarshal(cfg); err != nil {
			return nil, fmt.Errorf("configure %s: %w", name, err)
		}
	}
	set := processor.Settings{ID: component.NewID(factory.Type()), TelemetrySettings: component.TelemetrySettings{
		Logger: zap.NewNop(), TracerProvider: nooptrace.NewTracerProvider(), MeterProvider: noopmetric.NewMeterProvider(),
	}}
	sink, err := consumer.NewTraces(func(context.Context, ptrace.Traces) error { return nil })
	if err != nil {
		return nil, err
	}
	p, err := factory.CreateTraces(ctx, set, cfg, sink)
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", name, err)
	}
	if err := p.Start(ctx, noHost{}); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	return &contender{name: name, processor: p}, nil
}

type noHost struct{}

func (noHost) GetExtensions() map[component.ID]component.Component { return nil }

// measure redacts fresh copies of the requests until enough CPU time is used. The copies are made, and their garbage
// is collected, before the clock starts; what the processor itself leaves to collect counts.
func (c *contender) measure(ctx context.Context, requests []ptrace.Traces, least time.Duration) error {
	var used time.Duration
	var allocs, bytes uint64
	spans := 0
	copies := make([]ptrace.Traces, len(requests))
	for used < least {
		for i, request := range requests {
			copies[i] = ptrace.NewTraces()
			request.CopyTo(copies[i])
		}
		runtime.GC()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		from := cpu()
		for _, td := range copies {
			if err := c.processor.ConsumeTraces(ctx, td); err != nil {
				return fmt.Errorf("run %s: %w", c.name, err)
			}
			spans += td.SpanCount()
		}
		used += cpu() - from
		runtime.ReadMemStats(&after)
		allocs += after.Mallocs - before.Mallocs
		bytes += after.TotalAlloc - before.TotalAlloc
	}
	c.speeds = append(c.speeds, float64(spans)/used.Seconds())
	c.allocs, c.bytes = float64(allocs)/float64(spans), float64(bytes)/float64(spans)
	return nil
}

// cpu is the user and system time of this process.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // cannot fail for the own process
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func (c *contender) median() float64 {
	s := slices.Sorted(slices.Values(c.speeds))
	return s[len(s)/2]
}

func report(all []*contender) {
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "processor\tspans per CPU s\tslowest\tfastest\tallocations a span\tbytes a span\t")
	for _, c := range all {
		fmt.Fprintf(t, "%s\t%.0f\t%.0f\t%.0f\t%.2f\t%.0f\t\n", c.name, c.median(), slices.Min(c.speeds), slices.Max(c.speeds), c.allocs, c.bytes)
	}
	_ = t.Flush()
}
