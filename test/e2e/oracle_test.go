package e2e

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// oracle sends operations and remembers, outside of opslog, which of them were acknowledged.
type oracle struct {
	t    testing.TB
	http string
	as   string // Authorization; empty is none

	mu    sync.Mutex
	next  uint64
	acked map[string]bool // trace ids
	sent  map[string]bool
	stop  chan struct{}
	done  sync.WaitGroup
}

// newOracle begins to send to the address, until quiet.
func newOracle(t testing.TB, address string) *oracle { return newOracleAs(t, address, "") }

// newOracleAs is newOracle for a receiver that wants an authorization.
func newOracleAs(t testing.TB, address, authorization string) *oracle {
	o := &oracle{t: t, http: address, as: authorization, acked: map[string]bool{}, sent: map[string]bool{}, stop: make(chan struct{})}
	const senders = 3
	for range senders {
		o.done.Go(o.run)
	}
	return o
}

func (o *oracle) run() {
	client := &http.Client{Timeout: 10 * time.Second}
	pause := time.NewTicker(20 * time.Millisecond) // 150 requests a second in all
	defer pause.Stop()
	for {
		select {
		case <-o.stop:
			return
		case <-pause.C:
			o.send(client)
		}
	}
}

const tracesPerRequest = 5

func (o *oracle) send(client *http.Client) {
	var ids, spans []string
	o.mu.Lock()
	for range tracesPerRequest {
		o.next++
		ids = append(ids, fmt.Sprintf("0000000000bac1e0%016x", o.next))
	}
	for _, id := range ids {
		o.sent[id] = true
	}
	o.mu.Unlock()
	now := time.Now().UnixNano()
	for _, id := range ids {
		// The child is an error, so that the sampling keeps the trace.
		spans = append(spans, fmt.Sprintf(`{"traceId":"%s","spanId":"%s","parentSpanId":"%s","name":"SELECT","kind":3,"startTimeUnixNano":"%d","endTimeUnixNano":"%d","status":{"code":2}}`,
			id, "c"+id[17:], "a"+id[17:], now, now+1e6), fmt.Sprintf(`{"traceId":"%s","spanId":"%s","name":"GET /x","kind":2,"flags":256,"startTimeUnixNano":"%d","endTimeUnixNano":"%d"}`,
			id, "a"+id[17:], now, now+2e6))
	}
	body := `{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"oracle"}}]},"scopeSpans":[{"spans":[` +
		strings.Join(spans, ",") + `]}]}]}`
	req, err := http.NewRequest(http.MethodPost, "http://"+o.http+"/v1/traces", strings.NewReader(body))
	if err != nil {
		o.t.Error(err)
		return
	}
	req.Header.Set("Content-Type", "application/json")
	if o.as != "" {
		req.Header.Set("Authorization", o.as)
	}
	resp, err := client.Do(req)
	if err != nil {
		return // not acknowledged; whether it was stored is open
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, id := range ids {
		o.acked[id] = true
	}
}

// quiet ends the sending.
func (o *oracle) quiet() {
	select {
	case <-o.stop:
	default:
		close(o.stop)
	}
	o.done.Wait()
}

func (o *oracle) count() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.acked)
}

// grown waits until so many more operations were acknowledged.
func (o *oracle) grown(more int) {
	o.t.Helper()
	from := o.count()
	eventually(o.t, fmt.Sprintf("%d more operations are acknowledged", more), func() error {
		if got := o.count() - from; got < more {
			return fmt.Errorf("%d", got)
		}
		return nil
	})
}

// holds wants all that was acknowledged in the list of operations, once, and nothing that was never sent.
func (o *oracle) holds(p *process) {
	o.t.Helper()
	o.quiet()
	require.NotEmpty(o.t, o.acked)
	progressing(o.t, "everything acknowledged is stored", func() (missing int, err error) {
		seen := map[string]int{}
		ops, err := p.tryOperations("&service=oracle")
		if err != nil {
			return len(o.acked), err
		}
		for _, op := range ops {
			seen[op.str("trace_id")]++
		}
		for id, n := range seen {
			if n > 1 {
				o.t.Fatalf("trace %s is listed %d times", id, n)
			}
			if !o.sent[id] {
				o.t.Fatalf("trace %s was never sent", id)
			}
		}
		lost := 0
		for id := range o.acked {
			if seen[id] == 0 {
				lost++
			}
		}
		if lost > 0 {
			err = fmt.Errorf("%d of %d acknowledged operations are missing", lost, len(o.acked))
		}
		return lost, err
	})
	o.t.Logf("%d operations were acknowledged and are stored", len(o.acked))
}

// progressing repeats until the condition holds, for as long as less and less is missing: on a slow machine much may wait.
func progressing(t testing.TB, what string, condition func() (missing int, err error)) {
	t.Helper()
	least, deadline := math.MaxInt, time.Now().Add(patience)
	for {
		missing, err := condition()
		if err == nil {
			return
		}
		if missing < least {
			least, deadline = missing, time.Now().Add(patience)
		}
		if time.Now().After(deadline) {
			t.Fatalf("%v without progress, and still not: %s: %v", patience, what, err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// restart starts the same opslog again, as it was started before. It may still be starting when this returns.
func (p *process) restart() *process {
	p.t.Helper()
	next := launch(p.t, p.data, p.cmd.Args[1:]...)
	next.ports = p.ports
	return next
}

// kill ends the process as a power cut for it alone would.
func (p *process) kill() {
	p.signal(syscall.SIGKILL)
	<-p.exited
}

// until is a time between now and then.
func until(longest time.Duration) <-chan time.Time { return time.After(rand.N(longest)) }
