package e2e

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// sendRecording sends the sample shop's recorded traces and log records, moved so that they end now.
func sendRecording(t testing.TB, p *process) {
	t.Helper()
	shift := sinceRecording(t)
	for _, line := range lines(t, "testdata/shop-traces.jsonl") {
		traces, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(line)
		require.NoError(t, err)
		shiftTraces(traces, shift)
		body, err := (&ptrace.JSONMarshaler{}).MarshalTraces(traces)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, p.post("traces", string(body)))
	}
	for _, line := range lines(t, "testdata/shop-logs.jsonl") {
		logs, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs(line)
		require.NoError(t, err)
		shiftLogs(logs, shift)
		body, err := (&plog.JSONMarshaler{}).MarshalLogs(logs)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, p.post("logs", string(body)))
	}
}

func lines(t testing.TB, path string) [][]byte {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer func() { _ = f.Close() }()
	var out [][]byte
	scanner := bufio.NewScanner(f)
	scanner.Buffer(nil, 64<<20)
	for scanner.Scan() {
		out = append(out, append([]byte(nil), scanner.Bytes()...))
	}
	require.NoError(t, scanner.Err())
	return out
}

// sinceRecording is how much later it is now than at the end of the recording.
func sinceRecording(t testing.TB) time.Duration {
	t.Helper()
	var last pcommon.Timestamp
	for _, line := range lines(t, "testdata/shop-traces.jsonl") {
		traces, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(line)
		require.NoError(t, err)
		eachSpan(traces, func(s ptrace.Span) { last = max(last, s.EndTimestamp()) })
	}
	return time.Since(last.AsTime())
}

func eachSpan(traces ptrace.Traces, do func(ptrace.Span)) {
	for _, rs := range traces.ResourceSpans().All() {
		for _, ss := range rs.ScopeSpans().All() {
			for _, s := range ss.Spans().All() {
				do(s)
			}
		}
	}
}

func shiftTraces(traces ptrace.Traces, by time.Duration) {
	later := func(t pcommon.Timestamp) pcommon.Timestamp { return t + pcommon.Timestamp(by) }
	eachSpan(traces, func(s ptrace.Span) {
		s.SetStartTimestamp(later(s.StartTimestamp()))
		s.SetEndTimestamp(later(s.EndTimestamp()))
		for _, e := range s.Events().All() {
			e.SetTimestamp(later(e.Timestamp()))
		}
	})
}

func shiftLogs(logs plog.Logs, by time.Duration) {
	for _, rl := range logs.ResourceLogs().All() {
		for _, sl := range rl.ScopeLogs().All() {
			for _, r := range sl.LogRecords().All() {
				if r.Timestamp() != 0 {
					r.SetTimestamp(r.Timestamp() + pcommon.Timestamp(by))
				}
				r.SetObservedTimestamp(r.ObservedTimestamp() + pcommon.Timestamp(by))
			}
		}
	}
}

// settled waits until the list of operations stops growing for longer than the connector lingers.
func settled(t testing.TB, p *process) []record {
	t.Helper()
	const quiet = 8 * time.Second
	var ops []record
	since := time.Now()
	eventually(t, "the list of operations is complete", func() error {
		now, err := p.tryOperations("")
		if err != nil {
			return err // a database that is still to come
		}
		if len(now) != len(ops) {
			ops, since = now, time.Now()
		}
		if len(ops) == 0 || time.Since(since) < quiet {
			return fmt.Errorf("%d operations, still arriving", len(ops))
		}
		return nil
	})
	return ops
}

// TestRecordingOfTheShop sends what a really instrumented application sent and looks at all that comes out.
func TestRecordingOfTheShop(t *testing.T) {
	data := t.TempDir()
	p := start(t, data)
	sendRecording(t, p)
	ops := settled(t, p)

	count := map[string]int{}
	for _, op := range ops {
		for _, field := range []string{"transport", "kind", "status", "service_name"} {
			count[field+"="+op.str(field)]++
		}
		assert.NotEmpty(t, op.str("name"))
	}
	t.Logf("%d operations: %v", len(ops), count)
	for _, want := range []string{
		"transport=http", "transport=rpc", "transport=message", "transport=job",
		"kind=query", "kind=command", "status=ok", "status=error",
	} {
		assert.Positive(t, count[want], "operations with %s", want)
	}

	t.Run("every record reads whole", func(t *testing.T) {
		bodies := 0
		for _, op := range ops {
			whole := get[record](p, "/operations/"+op.str("operation_id"))
			assert.Equal(t, op.str("name"), whole.str("name"))
			if whole.str("request_body") != "" {
				bodies++
			}
		}
		assert.Positive(t, bodies, "operations with a recorded request body")
	})
	t.Run("nothing personal is left", func(t *testing.T) { assertNothingPlanted(t, p, data, ops) })
	p.stop()
	t.Run("nothing personal in the files after the end", func(t *testing.T) {
		assert.Positive(t, assertNotInFiles(t, data, planted(t)), "files in the data directory")
	})
}

// planted are the personal values and secrets that the sample shop sends on purpose.
func planted(t testing.TB) []string {
	t.Helper()
	var values []string
	for _, line := range lines(t, filepath.Join("..", "..", "examples", "shop", "planted.txt")) {
		if len(line) > 0 && line[0] != '#' {
			values = append(values, string(line))
		}
	}
	require.NotEmpty(t, values)
	return values
}
