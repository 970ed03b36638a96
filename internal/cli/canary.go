package cli

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/operation"
)

type canary struct {
	connection
	otlp     string
	every    time.Duration
	deadline time.Duration
	count    int
	listen   string
}

func newCanary() *cobra.Command {
	c := &canary{}
	cmd := &cobra.Command{
		Use:   "canary",
		Short: "Write operations, read them back and verify them for ever, with metrics",
		Long: `Send an operation every now and then, read it back through the API, and compare each field with what was sent; ask for earlier
ones again, too. Runs until it is told to stop. What became of them is at http://LISTEN/metrics for a Prometheus.

Exit code 5 when an operation that was acknowledged was missing at the deadline, was not as it was written, or vanished later; 1 when
nothing could be verified; 0 otherwise. The operations stay in the store as those of the service ` + canaryService + `.`,
		Example: "  opslog canary\n  opslog canary --count 20 --every 1s   # after a rollout",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return c.run(cmd) },
	}
	c.connection.addFlags(cmd)
	flags := cmd.Flags()
	flags.StringVar(&c.otlp, "otlp", otlpEndpoint(), "URL of the OTLP/HTTP receiver (also OTEL_EXPORTER_OTLP_ENDPOINT)")
	flags.DurationVar(&c.every, "every", 10*time.Second, "time between two operations")
	flags.DurationVar(&c.deadline, "deadline", time.Minute, "an acknowledged operation must be visible by then")
	flags.IntVar(&c.count, "count", 0, "end after so many operations; 0 goes on for ever")
	flags.StringVar(&c.listen, "listen", "localhost:8890", "address of the metrics; empty has none")
	return cmd
}

func (c *canary) run(cmd *cobra.Command) error {
	if c.every < 10*time.Millisecond || c.deadline <= 0 || c.count < 0 {
		return usageError{fmt.Errorf("--every is %v, --deadline %v, --count %d; want at least 10ms, more than 0, and not below 0", c.every, c.deadline, c.count)}
	}
	ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	watch, err := c.watch(ctx, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	if c.listen != "" {
		end, err := serveMetrics(c.listen, watch)
		if err != nil {
			return err
		}
		defer end()
	}
	c.loop(ctx, watch)
	return watch.outcome()
}

// watch connects a watch with the server and the receiver. A token is shown to both.
func (c *canary) watch(ctx context.Context, say io.Writer) (*canaryWatch, error) {
	client, _, cancel, err := c.client(ctx)
	if err != nil {
		return nil, err
	}
	cancel() // each question has its own time
	receiver, err := c.receiver()
	if err != nil {
		return nil, err
	}
	sender := *receiver
	sender.Timeout = c.timeout
	return &canaryWatch{
		deadline: c.deadline,
		say:      say,
		write: func(ctx context.Context, now time.Time, n int) (*canarySample, error) {
			return writeCanary(ctx, &sender, c.otlp, now, n)
		},
		read: func(ctx context.Context, id operation.ID) (*operation.Operation, error) {
			ctx, cancel := context.WithTimeout(ctx, c.timeout)
			defer cancel()
			return client.Operation(ctx, id)
		},
	}, nil
}

// loop writes and checks in turn until the context ends or enough is done.
func (c *canary) loop(ctx context.Context, watch *canaryWatch) {
	const look = 250 * time.Millisecond
	send, check := time.NewTicker(c.every), time.NewTicker(min(look, c.every))
	defer send.Stop()
	defer check.Stop()
	watch.send(ctx, time.Now())
	for !watch.done(c.count) {
		select {
		case <-ctx.Done():
			return
		case <-send.C:
			if !watch.full(c.count) {
				watch.send(ctx, time.Now())
			}
		case <-check.C:
			watch.check(ctx, time.Now())
		}
	}
}

// canaryFails is how many operations have one that fails: fewer than opslog's own rule of error rates is about (5 %).
const canaryFails = 25

// writeCanary sends the nth operation; the second one fails, and then one of canaryFails.
func writeCanary(ctx context.Context, client *http.Client, otlp string, now time.Time, n int) (*canarySample, error) {
	var id [24]byte
	if _, err := rand.Read(id[:]); err != nil {
		return nil, fmt.Errorf("make a trace id: %w", err)
	}
	s := &canarySample{duration: time.Duration(n%50+1) * time.Millisecond, number: fmt.Sprintf("n-%d", n)}
	start := now.Add(-s.duration)
	span := newTestSpan(canaryName, id, start, s.duration)
	span.Attributes = []otlpAttribute{textAttribute(canaryAttribute, s.number)}
	if n%canaryFails == 1 {
		s.failure = "this canary fails on purpose"
		span.fail(s.failure)
	}
	if err := export(ctx, client, otlp, canaryService, []testSpan{span}); err != nil {
		return nil, err
	}
	s.id, s.at = operationID(id, start), now
	return s, nil
}

// serveMetrics listens until the returned function is called.
func serveMetrics(address string, watch *canaryWatch) (func(), error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("--listen: %w", err)
	}
	const slow = 10 * time.Second
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		watch.expose(w)
	})
	server := &http.Server{Handler: mux, ReadHeaderTimeout: slow, ReadTimeout: slow}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(l) // it ends by Close below
	}()
	return func() {
		_ = server.Close()
		<-ended
	}, nil
}

// expose prints the counts in Prometheus' text format.
func (w *canaryWatch) expose(out io.Writer) {
	w.mu.Lock()
	c, pending := w.counts, len(w.pending)
	w.mu.Unlock()
	for _, m := range []struct {
		name, kind, help string
		value            int
	}{
		{"written_total", "counter", "Operations that the receiver acknowledged.", c.written},
		{"refused_total", "counter", "Operations that the receiver did not acknowledge.", c.refused},
		{"verified_total", "counter", "Operations that were read back as they were written.", c.verified},
		{"missing_total", "counter", "Acknowledged operations that were not visible at the deadline.", c.missing},
		{"wrong_total", "counter", "Operations that were read back otherwise than written.", c.wrong},
		{"vanished_total", "counter", "Operations that were visible and then were not.", c.vanished},
		{"unreadable_total", "counter", "Questions that the API did not answer.", c.unreadable},
		{"pending", "gauge", "Acknowledged operations that are neither verified nor missing yet.", pending},
	} {
		_, _ = fmt.Fprintf(out, "# HELP opslog_canary_%[1]s %[2]s\n# TYPE opslog_canary_%[1]s %[3]s\nopslog_canary_%[1]s %[4]d\n", m.name, m.help, m.kind, m.value)
	}
	_, _ = fmt.Fprint(out, "# HELP opslog_canary_last_verified_timestamp_seconds When an operation was verified last; 0 is never.\n",
		"# TYPE opslog_canary_last_verified_timestamp_seconds gauge\n")
	last := int64(0)
	if !c.lastVerified.IsZero() {
		last = c.lastVerified.Unix()
	}
	_, _ = fmt.Fprintf(out, "opslog_canary_last_verified_timestamp_seconds %d\n", last)
	_, _ = fmt.Fprint(out, "# HELP opslog_canary_visible_seconds From the acknowledgement until the operation was read back.\n",
		"# TYPE opslog_canary_visible_seconds histogram\n")
	sum := 0
	for i, bound := range canaryBuckets {
		sum += c.visible[i]
		_, _ = fmt.Fprintf(out, "opslog_canary_visible_seconds_bucket{le=\"%g\"} %d\n", bound, sum)
	}
	_, _ = fmt.Fprintf(out, "opslog_canary_visible_seconds_bucket{le=\"+Inf\"} %[1]d\nopslog_canary_visible_seconds_sum %[2]g\nopslog_canary_visible_seconds_count %[1]d\n",
		c.verified, c.visibleSum)
}
