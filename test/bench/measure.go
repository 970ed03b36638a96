package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/opslog/opslog/test/bench/replay"
)

// measurement is what one chain did with the traces.
type measurement struct {
	chain   chain
	sent    replay.Result
	cpu     time.Duration // user and system time, from the first span until the process has ended
	peakRSS int64         // bytes, of the whole run
	stored  []string      // answers to the chain's counts
}

func (m measurement) spansPerCPUSecond() float64 {
	return float64(m.sent.Accepted) / m.cpu.Seconds()
}

const (
	startTimeout = time.Minute
	stopTimeout  = time.Minute // to write what is still queued
)

// measure starts the chain, sends to it, lets it settle and stops it in order.
func (b *bench) measure(ctx context.Context, c chain, recording *replay.Recording) (measurement, error) {
	m := measurement{chain: c}
	p, err := b.start(ctx, c)
	if err != nil {
		return m, fmt.Errorf("start %s: %w", c.name, err)
	}
	defer p.kill()
	before, err := cpuTime(p.cmd.Process.Pid)
	if err != nil {
		return m, err
	}
	profiled := p.takeProfile(ctx, c.cpu, b.duration+b.settle)
	m.sent, err = replay.Send(ctx, recording, replay.Options{
		Endpoint: p.endpoint, Connections: b.connections, Rate: b.rate, Duration: b.duration, Seed: rand.Uint64(),
	})
	if err != nil {
		return m, fmt.Errorf("measure %s: %w; its log: %s", c.name, err, p.tail())
	}
	select {
	case <-time.After(b.settle):
	case <-ctx.Done():
		return m, ctx.Err()
	}
	if err := <-profiled; err != nil {
		return m, fmt.Errorf("profile %s: %w", c.name, err)
	}
	state, err := p.stop()
	if err != nil {
		return m, fmt.Errorf("stop %s: %w; its log: %s", c.name, err, p.tail())
	}
	m.cpu = state.UserTime() + state.SystemTime() - before
	m.peakRSS = state.SysUsage().(*syscall.Rusage).Maxrss << 10
	for _, s := range c.stored {
		m.stored = append(m.stored, s.ask(b.server))
	}
	return m, nil
}

// process is a running collector.
type process struct {
	cmd      *exec.Cmd
	endpoint string
	pprof    string        // address
	log      string        // path
	ended    chan struct{} // closed when the process is gone
	err      error         // how it ended; read it behind ended
}

func (b *bench) start(ctx context.Context, c chain) (*process, error) {
	endpoint, err := freeAddress()
	if err != nil {
		return nil, err
	}
	pprof, err := freeAddress()
	if err != nil {
		return nil, err
	}
	data, err := os.MkdirTemp(b.dir, c.name+"-") // for each measurement: nothing of the one before is taken up
	if err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(data, "log"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()
	p := &process{cmd: exec.Command(c.command[0], c.command[1:]...), endpoint: endpoint, pprof: pprof, log: log.Name(), ended: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = log, log
	p.cmd.Env = append(os.Environ(), "BENCH_OTLP="+endpoint, "BENCH_PPROF="+pprof, "OPSLOG_DATA="+data,
		"BENCH_CLICKHOUSE=tcp://"+b.server.TCP)
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { p.err = p.cmd.Wait(); close(p.ended) }()
	if err := p.waitReady(ctx); err != nil {
		p.kill()
		return nil, fmt.Errorf("%w; its log: %s", err, p.tail())
	}
	return p, nil
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	return l.Addr().String(), l.Close()
}

func (p *process) waitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "tcp", p.endpoint)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-p.ended:
			return fmt.Errorf("it ended before it was ready: %w", p.err)
		case <-ctx.Done():
			return fmt.Errorf("it was not ready after %v", startTimeout)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// stop asks the process to end, and gives its accounts when it did so in order.
func (p *process) stop() (*os.ProcessState, error) {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return nil, err
	}
	select {
	case <-p.ended:
		return p.cmd.ProcessState, p.err
	case <-time.After(stopTimeout):
		return nil, errors.New("it did not end")
	}
}

func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	<-p.ended
}

// tail is the end of the process's log.
func (p *process) tail() string {
	text, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-2000):])
}
