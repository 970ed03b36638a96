package e2e

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/test/bench/replay"
	"github.com/opslog/opslog/test/clickhouse"
)

// lasting is how long a test of endurance takes: what the variable says, or the given time.
func lasting(t testing.TB, variable string, otherwise time.Duration) time.Duration {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	d, err := time.ParseDuration(text)
	require.NoError(t, err, variable)
	return d
}

const shopRecording = "testdata/shop-traces.jsonl"

// small is a process that a laptop overloads: one processor, and little memory.
var small = append(sized(256), "--config=yaml:connectors::operations::metrics::flush_interval: 1s")

// sized are the settings for so many MiB, as docs/operating.md gives them.
func sized(limit int) []string {
	return []string{
		fmt.Sprintf("--config=yaml:processors::memory_limiter: {limit_mib: %d, spike_limit_mib: %d}", limit, limit/4),
		fmt.Sprintf("--config=yaml:connectors::operations::max_memory_mib: %d", limit/4),
		fmt.Sprintf("--config=yaml:processors::opslog_sampling::max_memory_mib: %d", limit/8),
		"--config=yaml:exporters::opslog::sending_queue: {num_consumers: 1, batch: {min_size: 1048576, max_size: 2097152}}",
	}
}

// TestOverload sends as much as 32 connections can, far more than the process takes: it must stay within its memory, refuse
// the rest, keep every error and every command of what it took, and leave out successful queries only and count them. Stress begins
// far too early here, so that it does. OPSLOG_OVERLOAD=5m lasts longer.
func TestOverload(t *testing.T) {
	t.Setenv("GOMAXPROCS", "1")
	server := ownDatabase(t)
	p := startConfigWith(t, "clickhouse", append(slices.Clone(small),
		"--config=yaml:connectors::operations::stress: {enabled: true, on: 0.1, off: 0.05}"), clickhouseEnv(server.Default())...)
	recording, err := replay.Load(shopRecording)
	require.NoError(t, err)

	ctx, done := context.WithCancel(t.Context())
	peak := make(chan int, 1)
	go func() { peak <- p.watchMemory(ctx) }()
	sent, err := replay.Send(t.Context(), recording, replay.Options{
		Endpoint: p.grpc, Connections: 32, Duration: lasting(t, "OPSLOG_OVERLOAD", 15*time.Second), Seed: 1,
	})
	require.NoError(t, err)
	done()
	anonymous := <-peak
	t.Logf("%d spans accepted, %d requests refused and repeated, peak of own memory %d MiB", sent.Accepted, sent.Retries, anonymous>>20)
	assert.Less(t, anonymous, 384<<20, "bytes of memory, with a limit of 256 MiB")
	assert.NotContains(t, p.output(), "out of memory")

	eventually(t, "what the metrics counted is stored, less what was left out", func() error { return p.tallies(server) })
	shed, err := p.metric("otelcol_connector_operations_shed_records")
	require.NoError(t, err)
	t.Logf("%d records of successful queries left out", shed)
	assert.NotZero(t, shed)
	p.stop()
}

// watchMemory is the peak of the memory that the process has for itself, which is not of files.
func (p *process) watchMemory(ctx context.Context) (peak int) {
	for ctx.Err() == nil {
		peak = max(peak, p.memory(p.t, "RssAnon"))
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
		}
	}
	return peak
}

// tallies holds the RED metrics, which count every operation that is complete, against the database.
func (p *process) tallies(server *clickhouse.Server) error {
	counted, err := p.counted()
	if err != nil {
		return err
	}
	shed, err := p.metric("otelcol_connector_operations_shed_records")
	if err != nil {
		return err
	}
	for _, c := range []struct {
		what, where string
		least, most int64
	}{
		{"errors", "status = 'error'", counted.errors, counted.errors},
		{"commands", "kind != 'query'", counted.commands, counted.all}, // late spans make more of them known
		{"operations", "1", counted.all - shed, counted.all},           // a record of which an earlier revision is stored may go as well
	} {
		stored, err := countRows(server, "operations FINAL WHERE complete AND "+c.where)
		if err != nil {
			return err
		}
		if stored < c.least || stored > c.most {
			return fmt.Errorf("%s: %d are stored, want %d to %d", c.what, stored, c.least, c.most)
		}
	}
	return nil
}

type tally struct{ all, errors, commands int64 }

var operationsTotal = regexp.MustCompile(`(?m)^opslog_operations_total\{([^}]*)\} ([0-9.e+]+)`)

// counted reads the RED metrics.
func (p *process) counted() (n tally, err error) {
	text, err := fetchText("http://" + p.prometheus + "/metrics")
	if err != nil {
		return n, err
	}
	for _, m := range operationsTotal.FindAllStringSubmatch(text, -1) {
		value, err := strconv.ParseFloat(m[2], 64)
		if err != nil {
			return n, err
		}
		n.all += int64(value)
		if strings.Contains(m[1], `status="error"`) {
			n.errors += int64(value)
		}
		if !strings.Contains(m[1], `kind="query"`) {
			n.commands += int64(value)
		}
	}
	if n.all == 0 {
		return n, fmt.Errorf("there are no opslog_operations_total yet")
	}
	return n, nil
}

func countRows(server *clickhouse.Server, from string) (int64, error) {
	text, err := fetchText("http://" + server.HTTP + "/?query=" + url.QueryEscape("SELECT count() FROM "+from))
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(strings.TrimSpace(text), 10, 64)
}

func fetchText(address string) (string, error) {
	resp, err := http.Get(address)
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answers %s: %s", address, resp.Status, text)
	}
	return string(text), err
}

// TestSteady sends a modest load for a while and wants memory and goroutines to stop growing. OPSLOG_SOAK=30m lasts longer.
func TestSteady(t *testing.T) {
	at := freePorts(t)
	p := start(t, t.TempDir(), append(slices.Clone(small), "--config=yaml:extensions::pprof::endpoint: "+at.api,
		"--config=yaml:service::extensions: [opslog_guard, opslog_storage, opslog_query, health_check, pprof]")...)
	recording, err := replay.Load(shopRecording)
	require.NoError(t, err)
	var goroutines, memory []int
	for range 3 { // warm, then compare two equal times
		ctx, done := context.WithCancel(t.Context())
		peak := make(chan int, 1)
		go func() { peak <- p.watchMemory(ctx) }()
		_, err := replay.Send(t.Context(), recording, replay.Options{
			Endpoint: p.grpc, Connections: 2, Rate: 300, Duration: lasting(t, "OPSLOG_SOAK", 15*time.Second) / 3, Seed: uint64(len(memory)),
		})
		done()
		require.NoError(t, err)
		memory = append(memory, <-peak)
		goroutines = append(goroutines, goroutinesOf(t, at.api))
	}
	t.Logf("peaks of own memory %v bytes, goroutines %v", memory, goroutines)
	assert.LessOrEqual(t, goroutines[2], goroutines[1]+10)
	assert.Less(t, memory[2], 1024<<20)
	p.stop()
}

func goroutinesOf(t testing.TB, pprof string) (n int) {
	t.Helper()
	text, err := fetchText("http://" + pprof + "/debug/pprof/goroutine?debug=1")
	require.NoError(t, err)
	_, err = fmt.Sscanf(text, "goroutine profile: total %d", &n)
	require.NoError(t, err)
	return n
}
