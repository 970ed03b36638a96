package e2e

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// flood sends requests of one trace with 50 spans, which fails, so that all of it is kept. It does not wait for answers.
type flood struct {
	url    string
	client *http.Client
	body   []byte
	next   int

	mu       sync.Mutex
	accepted int             // requests
	took     []time.Duration // until their answers
	refused  []time.Duration // until the answer that said so
	failed   int             // no answer, or too late
	skipped  int             // the generator had too many under way
	acked    []string
}

const spansOfAFlood = 50

func newFlood(address string) *flood {
	now := time.Now().UnixNano()
	spans := make([]string, spansOfAFlood)
	for i := range spans {
		parent, kind := `,"parentSpanId":"00000000000000a0"`, 3
		if i == 0 {
			parent, kind = "", 2
		}
		spans[i] = fmt.Sprintf(`{"traceId":"TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT","spanId":"%016x"%s,"name":"GET /flood","kind":%d,"startTimeUnixNano":"%d","endTimeUnixNano":"%d","status":{"code":2},
			"attributes":[{"key":"http.request.method","value":{"stringValue":"GET"}},{"key":"http.route","value":{"stringValue":"/flood"}},{"key":"note","value":{"stringValue":"some words of a request"}}]}`,
			0xa0+i, parent, kind, now, now+1e6)
	}
	return &flood{
		url: "http://" + address + "/v1/traces",
		body: []byte(`{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"flood"}}]},"scopeSpans":[{"spans":[` +
			strings.Join(spans, ",") + `]}]}]}`),
		client: &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 1000}},
	}
}

func (f *flood) send(id string) {
	began := time.Now()
	resp, err := f.client.Post(f.url, "application/json", bytes.NewReader(bytes.ReplaceAll(f.body, []byte("TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT"), []byte(id))))
	took := time.Since(began)
	if err == nil {
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case err != nil:
		f.failed++
	case resp.StatusCode == http.StatusOK:
		f.accepted++
		f.took = append(f.took, took)
		f.acked = append(f.acked, id)
	case resp.StatusCode == http.StatusServiceUnavailable || resp.StatusCode == http.StatusTooManyRequests:
		f.refused = append(f.refused, took)
	default:
		f.failed++
	}
}

// closed sends as much as some connections get answers for, and answers how many requests a second that were.
func (f *flood) closed(connections int, d time.Duration) float64 {
	before, until := f.accepted, time.Now().Add(d)
	var senders sync.WaitGroup
	for range connections {
		senders.Go(func() {
			for time.Now().Before(until) {
				f.send(f.id())
			}
		})
	}
	senders.Wait()
	return float64(f.accepted-before) / d.Seconds()
}

func (f *flood) id() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.next++
	return fmt.Sprintf("f100d%027x", f.next)
}

// open sends so many requests a second, whatever the answers are, with so many at most under way.
func (f *flood) open(rate float64, atMost int, d time.Duration) float64 {
	before := f.accepted
	slots, tick := make(chan struct{}, atMost), time.NewTicker(10*time.Millisecond)
	defer tick.Stop()
	var senders sync.WaitGroup
	began, sent := time.Now(), 0
	for time.Since(began) < d {
		<-tick.C
		for due := int(rate * time.Since(began).Seconds()); sent < due; sent++ {
			select {
			case slots <- struct{}{}:
				senders.Go(func() { f.send(f.id()); <-slots })
			default:
				f.skipped++
			}
		}
	}
	f.mu.Lock()
	n := f.accepted - before
	f.mu.Unlock()
	senders.Wait()
	return float64(n) / d.Seconds()
}

// quantile is the time that so large a part took no longer than; 0 of none.
func quantile(times []time.Duration, part float64) time.Duration {
	if len(times) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(times))[int(float64(len(times)-1)*part)]
}

// TestTenTimesTheLoad offers ten times what the process takes, without waiting for answers: it must go on taking most of what it
// takes before and after, answer the rest soon, stay within its memory, be itself again at once, and have all that it acknowledged.
// Generator, database and opslog share the machine, so the bounds here are wide; OPSLOG_FLOOD=5m, also with OPSLOG_LIMIT_MIB=256,
// measures.
func TestTenTimesTheLoad(t *testing.T) {
	t.Setenv("GOMAXPROCS", "1")
	server := ownDatabase(t)
	limit := mebibytes(t, "OPSLOG_LIMIT_MIB", 512)
	p := startConfigWith(t, "clickhouse", sized(limit>>20), clickhouseEnv(server.Default())...)
	f := newFlood(p.http)
	f.closed(8, 12*time.Second) // until what comes first is being written, too
	capacity := f.closed(8, 5*time.Second)
	require.NotZero(t, capacity)
	before := len(f.refused)

	ctx, over := context.WithCancel(t.Context())
	peak := make(chan int, 1)
	go func() { peak <- p.watchMemory(ctx) }()
	goodput := f.open(10*capacity, 400, lasting(t, "OPSLOG_FLOOD", 10*time.Second))
	over()
	most := <-peak
	began := time.Now()
	eventually(t, "opslog takes requests as before", func() error {
		one := time.Now()
		n := f.accepted
		f.send(f.id())
		if f.accepted == n || time.Since(one) > time.Second {
			return fmt.Errorf("not yet: %v", time.Since(one))
		}
		return nil
	})
	recovery := time.Since(began)
	refused := f.refused[before:]
	after := f.closed(8, 5*time.Second)
	usual := (capacity + after) / 2
	t.Logf("capacity %.0f spans/s before and %.0f after; at ten times that: %.0f spans/s taken (%.0f %%), %d requests refused (half within %v, 99 %% within %v), %d without an answer in 10 s, "+
		"%d not sent with 400 under way; peak of own memory %d MiB with a limit of %d; itself again after %v", capacity*spansOfAFlood, after*spansOfAFlood, goodput*spansOfAFlood,
		100*goodput/usual, len(refused), quantile(refused, 0.5).Round(time.Millisecond), quantile(refused, 0.99).Round(time.Millisecond), f.failed, f.skipped, most>>20, limit>>20, recovery.Round(time.Millisecond))
	assert.Greater(t, goodput, usual/4)
	assert.Less(t, most, limit+128<<20)
	assert.Less(t, recovery, 30*time.Second)
	stored(t, server, f)
	p.stop()
}
