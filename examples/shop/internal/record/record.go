// Package record runs the shop against a collector that writes what it receives to files, and keeps a selection
// of it as golden input for tests.
package record

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/opslog/opslog/examples/shop/internal/supervise"
)

// Config is what a recording needs.
type Config struct {
	Shop      *supervise.Config
	Collector string // binary with the otlp receiver and the file exporter
	Out       string // folder
}

const (
	collectorStart = 30 * time.Second
	collectorStop  = 20 * time.Second
)

const collectorConfig = `
receivers:
  otlp:
    protocols:
      http:
        endpoint: %[1]s
exporters:
  file/traces:
    path: %[2]s
  file/logs:
    path: %[3]s
service:
  telemetry:
    metrics:
      level: none
    logs:
      level: warn
  pipelines:
    traces:
      receivers: [otlp]
      exporters: [file/traces]
    logs:
      receivers: [otlp]
      exporters: [file/logs]
`

// Run records and writes shop-traces.jsonl, shop-logs.jsonl and scenarios/*.json.
func Run(ctx context.Context, cfg Config) error {
	dir, err := os.MkdirTemp("", "shop-record-")
	if err != nil {
		return fmt.Errorf("create the raw folder: %w", err)
	}
	defer os.RemoveAll(dir)
	traces, logs := filepath.Join(dir, "traces.jsonl"), filepath.Join(dir, "logs.jsonl")
	stop, endpoint, err := startCollector(ctx, cfg.Collector, dir, traces, logs)
	if err != nil {
		return err
	}
	cfg.Shop.Endpoint = endpoint
	err = supervise.Run(ctx, *cfg.Shop)
	if err := errors.Join(err, stop()); err != nil {
		return err
	}
	return thin(traces, logs, cfg.Out)
}

// startCollector answers the OTLP/HTTP endpoint and how to stop the collector, which completes its files.
func startCollector(ctx context.Context, binary, dir, traces, logs string) (stop func() error, endpoint string, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", fmt.Errorf("find a free port: %w", err)
	}
	addr := listener.Addr().String()
	if err := listener.Close(); err != nil {
		return nil, "", err
	}
	file := filepath.Join(dir, "collector.yaml")
	if err := os.WriteFile(file, fmt.Appendf(nil, collectorConfig, addr, traces, logs), 0o600); err != nil {
		return nil, "", fmt.Errorf("write the collector's configuration: %w", err)
	}
	cmd := exec.Command(binary, "--config", file)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, "", fmt.Errorf("start the collector %s: %w", binary, err)
	}
	stop = func() error { return stopCollector(cmd) }
	if err := waitListening(ctx, addr); err != nil {
		return nil, "", errors.Join(fmt.Errorf("start the collector: %w", err), stop())
	}
	return stop, "http://" + addr, nil
}

func stopCollector(cmd *exec.Cmd) error {
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("stop the collector: %w", err)
	}
	kill := time.AfterFunc(collectorStop, func() { _ = cmd.Process.Kill() })
	defer kill.Stop()
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("stop the collector: %w", err)
	}
	return nil
}

func waitListening(ctx context.Context, addr string) error {
	ctx, cancel := context.WithTimeout(ctx, collectorStart)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := net.Dial("tcp", addr)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-tick.C:
		}
	}
}
