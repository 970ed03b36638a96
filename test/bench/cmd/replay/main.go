// Command replay sends a recording of OTLP traces to a receiver, each repetition with new ids and as of now.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/opslog/opslog/test/bench/replay"
)

func main() {
	var o replay.Options
	path := flag.String("traces", "test/e2e/testdata/shop-traces.jsonl", "recording: one OTLP JSON request a line")
	flag.StringVar(&o.Endpoint, "endpoint", "localhost:4317", "OTLP/gRPC receiver")
	flag.IntVar(&o.Connections, "connections", 4, "connections that send at the same time")
	flag.Float64Var(&o.Rate, "rate", 0, "spans a second; 0 sends as fast as they are accepted")
	flag.DurationVar(&o.Duration, "duration", time.Minute, "how long to send")
	flag.Parse()
	o.Seed = rand.Uint64()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *path, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "replay:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, path string, o replay.Options) error {
	if o.Connections < 1 {
		return fmt.Errorf("--connections is %d, want at least 1", o.Connections)
	}
	recording, err := replay.Load(path)
	if err != nil {
		return err
	}
	result, err := replay.Send(ctx, recording, o)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(result)
}
