// Package supervise starts the whole shop on free loopback ports, waits until it is healthy, sends traffic and
// stops everything again, however it ends.
package supervise

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/opslog/opslog/examples/shop/internal/backing"
)

// Config is what a run needs.
type Config struct {
	Storefront string        // folder of the Node service
	Listen     string        // address of the storefront; empty takes a free port
	Endpoint   string        // OTLP/HTTP endpoint
	Rate       float64       // requests a second
	Duration   time.Duration // of the traffic; 0 goes on until the context ends
	Seed       uint64
	Rounds     int // how often the traffic plays every scenario in order first
	Nightly    time.Duration
	Out        io.Writer
}

// shop is a run under way.
type shop struct {
	cfg     Config
	self    string // our own binary: every Go service is a command of it
	dir     string
	backing *backing.Services
	running []*process
	ended   chan *process
}

// Run returns nil when the duration is over or ctx ends, and an error when a service does not start or ends by itself.
func Run(ctx context.Context, cfg Config) (err error) {
	s := &shop{cfg: cfg, ended: make(chan *process, 8)}
	if s.self, err = os.Executable(); err != nil {
		return fmt.Errorf("find our own binary: %w", err)
	}
	if err := installNode(ctx, cfg.Storefront, cfg.Out); err != nil {
		return err
	}
	if s.dir, err = os.MkdirTemp("", "shop-"); err != nil {
		return fmt.Errorf("create the data folder: %w", err)
	}
	defer os.RemoveAll(s.dir)
	if err := os.Mkdir(filepath.Join(s.dir, "invoices"), 0o700); err != nil {
		return fmt.Errorf("create the invoice folder: %w", err)
	}
	if s.backing, err = backing.Start(filepath.Join(s.dir, "nats")); err != nil {
		return err
	}
	defer s.backing.Close()
	defer s.stopAll()
	return s.run(ctx)
}

func (s *shop) run(ctx context.Context) error {
	storefront, err := s.startServices(ctx)
	if errors.Is(err, context.Canceled) {
		return nil
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(s.cfg.Out, "%-10s | http://%s (telemetry to %s)\n", "storefront", storefront, s.cfg.Endpoint)
	traffic, err := s.startGo("traffic", "-target", "http://"+storefront, "-rate", strconv.FormatFloat(s.cfg.Rate, 'f', -1, 64),
		"-duration", s.cfg.Duration.String(), "-seed", strconv.FormatUint(s.cfg.Seed, 10),
		"-rounds", strconv.Itoa(s.cfg.Rounds))
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return nil
	case p := <-s.ended:
		if p == traffic && p.err == nil {
			return nil
		}
		return fmt.Errorf("%s ended by itself: %w", p.name, p.err)
	}
}

// startServices answers the storefront's address.
func (s *shop) startServices(ctx context.Context) (string, error) {
	addrs := map[string]string{"storefront": s.cfg.Listen}
	for _, name := range []string{"orders", "payments", "payments-grpc", "worker", "storefront"} {
		if addrs[name] != "" {
			continue
		}
		addr, err := freeAddress()
		if err != nil {
			return "", err
		}
		addrs[name] = addr
	}
	goServices := []struct {
		name string
		args []string
	}{
		{"payments", []string{"-grpc", addrs["payments-grpc"], "-redis", s.backing.Redis, "-provider", s.backing.Provider}},
		{"orders", []string{"-payments", addrs["payments-grpc"], "-redis", s.backing.Redis, "-nats", s.backing.NATS}},
		{"worker", []string{"-orders", "http://" + addrs["orders"], "-nats", s.backing.NATS, "-carrier", s.backing.Provider, "-nightly", s.cfg.Nightly.String()}},
	}
	for _, service := range goServices {
		p, err := s.startGo(service.name, append([]string{"-http", addrs[service.name]}, service.args...)...)
		if err != nil {
			return "", err
		}
		if err := p.waitHealthy(ctx, addrs[service.name]); err != nil {
			return "", err
		}
	}
	p, err := s.startNode(addrs["storefront"], addrs["orders"])
	if err != nil {
		return "", err
	}
	return addrs["storefront"], p.waitHealthy(ctx, addrs["storefront"])
}

func (s *shop) startGo(role string, args ...string) (*process, error) {
	cmd := exec.Command(s.self, append([]string{role}, args...)...)
	cmd.Dir = s.dir
	cmd.Env = s.environment()
	if role == "payments" {
		cmd.Env = append(cmd.Env, "OTEL_SEMCONV_STABILITY_OPT_IN=rpc/dup") // old and new names side by side
	}
	return s.start(role, cmd)
}

func (s *shop) startNode(listen, orders string) (*process, error) {
	cmd := exec.Command("node", "--require", "./telemetry.js", "server.js")
	cmd.Dir = s.cfg.Storefront
	cmd.Env = append(s.environment(), "LISTEN="+listen, "ORDERS_URL=http://"+orders,
		"OTEL_SERVICE_NAME=storefront", "OTEL_RESOURCE_ATTRIBUTES="+resourceAttributes+storefrontResources)
	return s.start("storefront", cmd)
}

func (s *shop) start(name string, cmd *exec.Cmd) (*process, error) {
	p, err := start(name, cmd, s.cfg.Out)
	if err != nil {
		return nil, err
	}
	s.running = append(s.running, p)
	go func() { <-p.done; s.ended <- p }()
	return p, nil
}

// stopAll stops the traffic, which waits for its answers, and then the services.
func (s *shop) stopAll() {
	var stopping sync.WaitGroup
	defer stopping.Wait()
	for i, p := range slices.Backward(s.running) {
		if i == len(s.running)-1 {
			p.stop()
			continue
		}
		stopping.Go(p.stop)
	}
}
