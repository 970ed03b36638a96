// Command alerts measures how long the built opslog takes to tell of a new error: it sends spans that fail in ways never
// seen before, each of a service of its own, to bin/opslog, and takes the time until a webhook hears of it. With -outage the webhook
// answers 503 for that long first, while errors go on. Run it at the root of the repository.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

func main() {
	var (
		n      = flag.Int("n", 200, "errors to send")
		every  = flag.Duration("every", 250*time.Millisecond, "time from one error to the next")
		outage = flag.Duration("outage", 0, "how long the receiver is away at first")
	)
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *n, *every, *outage)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench alerts:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, n int, every, outage time.Duration) error {
	hears := &receiver{up: time.Now().Add(outage), at: map[string]time.Time{}}
	hook := httptest.NewServer(hears)
	defer hook.Close()
	o, err := start(hook.URL)
	if err != nil {
		return err
	}
	defer o.stop()
	sent := make(map[string]time.Time, n)
	for i := range n {
		name := fmt.Sprintf("service-%03d", i)
		sent[name] = time.Now()
		if err := o.send(ctx, name); err != nil {
			return err
		}
		select {
		case <-time.After(every):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for wait := time.Until(hears.up) + 2*time.Minute; hears.count() < n && wait > 0; wait -= time.Second {
		time.Sleep(time.Second)
	}
	report(sent, hears, outage)
	return nil
}

func report(sent map[string]time.Time, hears *receiver, outage time.Duration) {
	hears.mu.Lock()
	defer hears.mu.Unlock()
	var took []time.Duration
	for name, at := range hears.at {
		from := sent[name]
		if outage > 0 {
			from = hears.up
		}
		took = append(took, at.Sub(from))
	}
	fmt.Printf("%d errors sent, %d told, in %d messages, %d attempts refused\n", len(sent), len(took), hears.messages, hears.refused)
	if len(took) == 0 {
		return
	}
	slices.Sort(took)
	at := func(q float64) time.Duration { return took[int(q*float64(len(took)-1))].Round(time.Millisecond) }
	from := "from the span sent to the message heard"
	if outage > 0 {
		from = "from the receiver's return to the message heard"
	}
	fmt.Printf("%s: p50 %v, p99 %v, longest %v\n", from, at(0.5), at(0.99), at(1))
}

// receiver is a webhook that notes when it first hears of each service.
type receiver struct {
	up time.Time

	mu                sync.Mutex
	at                map[string]time.Time
	messages, refused int
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	if now.Before(r.up) {
		r.refused++
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	var m struct {
		Alerts []struct {
			Labels map[string]string `json:"labels"`
		} `json:"alerts"`
	}
	if err := json.NewDecoder(req.Body).Decode(&m); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	r.messages++
	for _, a := range m.Alerts {
		if name := a.Labels["service"]; name != "" {
			if _, ok := r.at[name]; !ok {
				r.at[name] = now
			}
		}
	}
}

func (r *receiver) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.at)
}

// opslog is the running binary.
type opslog struct {
	cmd  *exec.Cmd
	http string
	dir  string
}

const overlay = `
processors:
  error_alert:
    learning_period: 0s
    storm_limit: 100000
    rules: [{name: NewError, type: new_error}]
    delivery: {rate_limit: 100000}
    notifiers: [{name: hook, webhook: {url: %q, allow_private_addresses: true}}]
receivers:
  otlp: {protocols: {grpc: {endpoint: %q}, http: {endpoint: %q}}}
extensions:
  opslog_query: {endpoint: %q}
  health_check: {endpoint: %q}
exporters:
  prometheus: {endpoint: %q}
service:
  telemetry:
    logs: {level: error}
    metrics: {level: none}
`

func start(hook string) (*opslog, error) {
	dir, err := os.MkdirTemp("", "opslog-bench-alerts-")
	if err != nil {
		return nil, err
	}
	var at [5]string
	for i := range at {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		at[i] = l.Addr().String()
		if err := l.Close(); err != nil {
			return nil, err
		}
	}
	file := filepath.Join(dir, "overlay.yaml")
	if err := os.WriteFile(file, fmt.Appendf(nil, overlay, hook, at[0], at[1], at[2], at[3], at[4]), 0o600); err != nil {
		return nil, err
	}
	o := &opslog{http: at[1], dir: dir, cmd: exec.Command("bin/opslog", "--config=embed:default", "--config="+file)}
	o.cmd.Env = append(os.Environ(), "OPSLOG_DATA="+filepath.Join(dir, "data"))
	o.cmd.Stderr = os.Stderr
	if err := o.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start bin/opslog (make build): %w", err)
	}
	for range 300 {
		if resp, err := http.Get("http://" + at[3]); err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return o, nil
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	o.stop()
	return nil, errors.New("bin/opslog is not healthy after 30s")
}

func (o *opslog) stop() {
	_ = o.cmd.Process.Signal(syscall.SIGTERM)
	_ = o.cmd.Wait()
	_ = os.RemoveAll(o.dir)
}

// send sends a span that fails with an error of its own.
func (o *opslog) send(ctx context.Context, service string) error {
	now := time.Now()
	body := fmt.Sprintf(`{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":%[1]q}}]},"scopeSpans":[{"spans":[{
		"traceId":"%032[2]x","spanId":"%016[2]x","name":"POST /pay","kind":2,"startTimeUnixNano":"%[3]d","endTimeUnixNano":"%[2]d","status":{"code":2,"message":"declined"},
		"attributes":[{"key":"http.request.method","value":{"stringValue":"POST"}},{"key":"http.route","value":{"stringValue":"/pay"}}]}]}]}]}`,
		service, now.UnixNano(), now.Add(-time.Millisecond).UnixNano())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+o.http+"/v1/traces", strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("opslog answers %s", resp.Status)
	}
	return nil
}
