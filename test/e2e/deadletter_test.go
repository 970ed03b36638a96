package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/test/clickhouse"
)

// failing is a trace of one failing request, which no sampling drops.
func failing(n int, name string) string {
	now := time.Now().UnixNano()
	return fmt.Sprintf(`{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"letters"}}]},"scopeSpans":[{"spans":[
		{"traceId":"0000000000000000000000000000%04x","spanId":"000000000000%04x","name":"%s","kind":2,"flags":256,"startTimeUnixNano":"%d","endTimeUnixNano":"%d",
		"attributes":[{"key":"retries","value":{"intValue":"3"}}],"status":{"code":2}}]}]}]}`, n, n, name, now, now+1e6)
}

// settles waits until the metric has the value.
func (p *process) settles(want int64, name string, labels ...string) {
	p.t.Helper()
	eventually(p.t, fmt.Sprintf("%s%v is %d", name, labels, want), func() error {
		got, err := p.metric(name, labels...)
		if err == nil && got != want {
			err = fmt.Errorf("it is %d", got)
		}
		return err
	})
}

// lists wants so many operations of the service.
func (p *process) lists(want int) error {
	ops, err := p.tryOperations("&service=letters")
	if err == nil && len(ops) != want {
		err = fmt.Errorf("%d operations are listed, want %d", len(ops), want)
	}
	return err
}

// TestDeadLetters lets the database refuse some records, and replays them when it does not any more.
func TestDeadLetters(t *testing.T) {
	db := clickhouse.Start(t)
	p := startConfig(t, "clickhouse", clickhouseEnv(db)...)
	eventually(t, "the tables are there", func() error {
		_, err := p.tryGet("/status")
		return err
	})
	for _, table := range []string{"operations", "spans"} {
		require.NoError(t, db.Exec(t.Context(), "ALTER TABLE "+table+" ADD CONSTRAINT polite CHECK name != 'rude'"))
	}
	const all, bad = 40, 3
	for n := range all {
		name := "polite"
		if n < bad {
			name = "rude"
		}
		require.Equal(t, 200, p.post("traces", failing(n+1, name)))
	}
	p.settles(bad, "otelcol_exporter_opslog_dead_letters", `record="operation"`, `reason="constraint"`)
	p.settles(bad, "otelcol_exporter_opslog_dead_letters", `record="span"`, `reason="constraint"`)
	p.settles(all-bad, "otelcol_exporter_opslog_written_records", `record="operation"`)
	p.settles(all-bad, "otelcol_exporter_opslog_written_records", `record="span"`)
	assert.Len(t, p.operations("&service=letters"), all-bad)

	where := filepath.Join(p.data, "spool")
	stdout, stderr, code := p.run("replay", "--spool", where, "--dry-run")
	assert.Zero(t, code, stderr)
	assert.Contains(t, stdout, fmt.Sprintf("%d  operation constraint", bad))
	assert.Contains(t, stderr, "6 dead letters in 1 files")

	_, stderr, code = p.run("replay", "--spool", where)
	assert.Zero(t, code, stderr)
	assert.Contains(t, stderr, "6 dead letters are replayed")
	p.settles(2*bad, "otelcol_exporter_opslog_dead_letters", `record="span"`) // refused again
	for _, table := range []string{"operations", "spans"} {
		require.NoError(t, db.Exec(t.Context(), "ALTER TABLE "+table+" DROP CONSTRAINT polite"))
	}
	_, stderr, code = p.run("replay", "--spool", where)
	assert.Zero(t, code, stderr)
	eventually(t, "all are listed", func() error { return p.lists(all) })
	_, stderr, code = p.run("replay", "--spool", where)
	assert.Zero(t, code)
	assert.Contains(t, stderr, "0 dead letters in 0 files")

	_, stderr, code = p.run("replay", "--spool", filepath.Join(where, "nowhere"))
	assert.Equal(t, 2, code)
	assert.Contains(t, stderr, "there is no directory")
	nonsense := filepath.Join(t.TempDir(), "nonsense.ndjson")
	require.NoError(t, os.WriteFile(nonsense, []byte("hello\n"), 0o600))
	_, stderr, code = p.run("replay", "--spool", where, nonsense)
	assert.Equal(t, 2, code)
	assert.Contains(t, stderr, "nonsense.ndjson: line 1 is no dead letter")
	p.stop()
}

// TestNothingIsUnaccounted holds what came in against what became of it: stored, sampled out, a duplicate, a dead
// letter, or refused. Every difference would be a silent loss.
func TestNothingIsUnaccounted(t *testing.T) {
	p := start(t, t.TempDir())
	const traces = 60
	for n := range traces {
		body := failing(n+1, "counted")
		if n%2 == 0 { // the sampling drops most of these
			body = strings.Replace(body, `"status":{"code":2}`, `"status":{"code":1}`, 1)
		}
		require.Equal(t, 200, p.post("traces", body))
	}
	require.Equal(t, 200, p.post("traces", failing(2, "counted")), "a duplicate of another time")
	require.Equal(t, 400, p.post("traces", "{"))
	metric := func(name string, labels ...string) int64 {
		n, err := p.metric(name, labels...)
		if err != nil {
			return 0 // it was never counted
		}
		return n
	}
	eventually(t, "the sums agree", func() error {
		received := metric("otelcol_receiver_accepted_spans")
		sampledIn := metric("otelcol_processor_opslog_sampling_spans", `decision="error"`)
		if received != traces+1 {
			return fmt.Errorf("received %d", received)
		}
		for _, record := range []string{"span", "operation"} {
			label := `record="` + record + `"`
			accepted, written := metric("otelcol_exporter_opslog_accepted_records", label), metric("otelcol_exporter_opslog_written_records", label)
			dead := metric("otelcol_exporter_opslog_dead_letters", label)
			if accepted == 0 || accepted != written+dead {
				return fmt.Errorf("%s: accepted %d, written %d, dead letters %d (sampled in by errors %d)", record, accepted, written, dead, sampledIn)
			}
		}
		published := metric("otelcol_connector_operations_published_records")
		if got := metric("otelcol_exporter_opslog_accepted_records", `record="operation"`); got != published {
			return fmt.Errorf("published %d operations, the exporter accepted %d", published, got)
		}
		if err := p.lists(traces); err != nil {
			return err
		}
		decided := sampledIn
		for _, d := range []string{"slow", "share", "dropped"} {
			decided += metric("otelcol_processor_opslog_sampling_spans", `decision="`+d+`"`)
		}
		if decided != received {
			return fmt.Errorf("received %d spans, the sampling decided on %d", received, decided)
		}
		dropped := metric("otelcol_processor_opslog_sampling_spans", `decision="dropped"`)
		if kept := metric("otelcol_exporter_opslog_accepted_records", `record="span"`); kept != received-dropped {
			return fmt.Errorf("received %d spans, dropped %d, the exporter accepted %d", received, dropped, kept)
		}
		return nil
	})
	p.stop()
}
