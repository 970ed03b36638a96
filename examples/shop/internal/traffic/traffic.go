// Package traffic drives the shop: a steady, light load from a seeded mix of scenarios that together show every
// kind of operation, healthy, failing and wasteful.
package traffic

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/opslog/opslog/examples/shop/internal/planted"
)

// Config is the load.
type Config struct {
	Target   string        // URL of the storefront
	Rate     float64       // scenarios a second
	Duration time.Duration // 0 goes on until the context ends
	Seed     uint64
	Rounds   int // how often every scenario is played in order before they are drawn
}

const (
	requestTimeout = 10 * time.Second
	maxInFlight    = 16
)

// visitor is one run of a scenario: a customer with a session.
type visitor struct {
	*driver
	planted.Customer
	scenario string
	number   int // of this scenario's runs so far
}

// driver is what all visitors share.
type driver struct {
	target string
	client *http.Client

	mu     sync.Mutex
	orders []placed // the last orders placed
}

type placed struct {
	id       string
	customer planted.Customer
}

// Run plays every scenario in order, cfg.Rounds times, and then draws from them by weight.
func Run(ctx context.Context, cfg Config) error {
	if cfg.Rate <= 0 {
		return fmt.Errorf("rate is %v, want more than 0", cfg.Rate)
	}
	if cfg.Duration > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, cfg.Duration)
		defer cancel()
	}
	d := &driver{target: cfg.Target, client: &http.Client{Timeout: requestTimeout}}
	mix := newMix(cfg.Seed, cfg.Rounds)
	slots := make(chan struct{}, maxInFlight)
	var visits sync.WaitGroup
	defer visits.Wait()
	tick := time.NewTicker(time.Duration(float64(time.Second) / cfg.Rate))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		s, customer, number := mix.next()
		slots <- struct{}{}
		visits.Go(func() {
			defer func() { <-slots }()
			if err := s.run(&visitor{d, customer, s.name, number}); err != nil {
				fmt.Fprintf(os.Stderr, "%s: %v\n", s.name, err)
			}
		})
	}
}

// mix draws scenarios; the same seed draws the same sequence.
type mix struct {
	rnd     *rand.Rand
	runs    map[string]int
	ordered int // how many draws are in order
	drawn   int
	total   int // of the weights
}

func newMix(seed uint64, rounds int) *mix {
	m := &mix{rnd: rand.New(rand.NewPCG(seed, 1)), runs: map[string]int{}, ordered: rounds * len(scenarios)}
	for _, s := range scenarios {
		m.total += s.weight
	}
	return m
}

// next also counts the scenario's runs, from 1.
func (m *mix) next() (scenario, planted.Customer, int) {
	s, customer := m.draw()
	m.drawn++
	m.runs[s.name]++
	return s, planted.Customers[customer], m.runs[s.name]
}

// draw answers a scenario and the index of a customer. In order, every customer plays every scenario once in as
// many rounds as there are customers.
func (m *mix) draw() (scenario, int) {
	if m.drawn < m.ordered {
		round, at := m.drawn/len(scenarios), m.drawn%len(scenarios)
		return scenarios[at], (round + at) % len(planted.Customers)
	}
	customer := m.rnd.IntN(len(planted.Customers))
	at := m.rnd.IntN(m.total)
	for _, s := range scenarios {
		if at -= s.weight; at < 0 {
			return s, customer
		}
	}
	return scenarios[0], customer
}
