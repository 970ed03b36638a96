// Package backing runs what the shop's services depend on inside the supervisor, so that the demo needs no server
// to be installed: a NATS broker with JetStream, a Redis, and the payment provider's API. None of them is
// instrumented; the shop sees them as anybody sees a foreign system.
package backing

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/nats-io/nats-server/v2/server"
)

// Services are running dependencies and where they listen.
type Services struct {
	NATS     string // URL
	Redis    string // host:port
	Provider string // URL
	close    []func()
}

// Start starts everything on free loopback ports. storeDir is the broker's folder.
func Start(storeDir string) (*Services, error) {
	s := &Services{}
	if err := s.startNATS(storeDir); err != nil {
		return nil, err
	}
	cache, err := miniredis.Run()
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("start the cache: %w", err)
	}
	s.Redis = cache.Addr()
	clock := time.NewTicker(time.Second) // miniredis expires keys only when told that time passes
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-clock.C:
				cache.FastForward(time.Second)
			case <-done:
				return
			}
		}
	}()
	provider := httptest.NewServer(providerAPI())
	s.Provider = provider.URL
	s.close = append(s.close, provider.Close, func() { close(done); clock.Stop(); cache.Close() })
	return s, nil
}

func (s *Services) startNATS(storeDir string) error {
	broker, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: storeDir, NoSigs: true, NoLog: true,
		JetStreamMaxMemory: 64 << 20, JetStreamMaxStore: 64 << 20,
	})
	if err != nil {
		return fmt.Errorf("start the broker: %w", err)
	}
	go broker.Start()
	if !broker.ReadyForConnections(10 * time.Second) {
		return errors.New("start the broker: not ready after 10s")
	}
	s.NATS = broker.ClientURL()
	s.close = append(s.close, func() { broker.Shutdown(); broker.WaitForShutdown() })
	return nil
}

// Close stops everything.
func (s *Services) Close() {
	for i := len(s.close) - 1; i >= 0; i-- {
		s.close[i]()
	}
}
