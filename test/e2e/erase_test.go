package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/test/clickhouse"
)

// forErasures is what the tests of erasures change: an archive, short waits, and an exporter whose receiver is away, so
// that something waits in its queue.
func forErasures(archive string) []string {
	return []string{
		"--config=yaml:extensions::opslog_storage::archive::directory: " + archive,
		"--config=yaml:extensions::opslog_storage::erasure::settle: 8s",
		"--config=yaml:processors::opslog_sampling::decision_wait: 2s",
		"--config=yaml:exporters::otlp/away: {endpoint: '127.0.0.1:1', tls: {insecure: true}, sending_queue: {storage: opslog_storage, block_on_overflow: true}, retry_on_failure: {max_elapsed_time: 0}}",
		"--config=yaml:service::pipelines::traces/spans::exporters: [opslog, otlp/away]",
		"--config=yaml:service::pipelines::logs/app::exporters: [opslog, operations, otlp/away]",
	}
}

// ofUser sends a failing command of two spans and a log record of somebody.
func (p *process) ofUser(n int, user string) {
	p.t.Helper()
	now := time.Now().UnixNano()
	trace := fmt.Sprintf("%032x", n)
	resource := `{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"letters"}}]},`
	spans := fmt.Sprintf(`"scopeSpans":[{"spans":[
		{"traceId":"%[1]s","spanId":"00000000000000a1","name":"POST /orders","kind":2,"flags":256,"startTimeUnixNano":"%[2]d","endTimeUnixNano":"%[3]d",
		"attributes":[{"key":"http.request.method","value":{"stringValue":"POST"}},{"key":"http.route","value":{"stringValue":"/orders"}},{"key":"user.id","value":{"stringValue":"%[4]s"}}],
		"status":{"code":2,"message":"no stock for %[4]s"}},
		{"traceId":"%[1]s","spanId":"00000000000000a2","parentSpanId":"00000000000000a1","name":"work for %[4]s","kind":1,"flags":256,"startTimeUnixNano":"%[2]d","endTimeUnixNano":"%[3]d"}]}]}`,
		trace, now, now+1e6, user)
	require.Equal(p.t, 200, p.post("traces", `{"resourceSpans":[`+resource+spans+`]}`))
	log := fmt.Sprintf(`"scopeLogs":[{"logRecords":[{"timeUnixNano":"%d","traceId":"%s","spanId":"00000000000000a1","body":{"stringValue":"said %s\nand left"}}]}]}`, now, trace, user)
	require.Equal(p.t, 200, p.post("logs", `{"resourceLogs":[`+resource+log+`]}`))
}

// filesWith are the files under directories that hold the text.
func filesWith(text string, dirs ...string) (out []string) {
	for _, dir := range dirs {
		_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return nil // it just went
			}
			if data, err := os.ReadFile(path); err == nil && bytes.Contains(data, []byte(text)) {
				out = append(out, path)
			}
			return nil
		})
	}
	return out
}

type erasureJob struct {
	ID     string `json:"erasure_id"`
	State  string `json:"state"`
	Result struct {
		Traces  int
		Records struct{ Operations, Spans, Logs int }
		Waiting struct {
			Queue, Journal int
			DeadLetters    int `json:"dead_letters"`
		}
		ArchiveKeys int `json:"archive_keys"`
	}
}

func (p *process) erase(args ...string) (job erasureJob, said string) {
	p.t.Helper()
	stdout, stderr, code := p.run(append([]string{"erase", "-o", "json"}, args...)...)
	require.Zero(p.t, code, stderr)
	require.NoError(p.t, json.Unmarshal([]byte(stdout), &job), stdout)
	return job, stdout + stderr
}

// TestErase erases a user who is in the database, the queue, the journal, dead letters and the archive.
func TestErase(t *testing.T) {
	t.Run("embedded", func(t *testing.T) {
		dir := t.TempDir()
		p := start(t, filepath.Join(dir, "data"), forErasures(filepath.Join(dir, "archive"))...)
		erasing(t, p, dir, nil)
	})
	t.Run("clickhouse", func(t *testing.T) {
		dir := t.TempDir()
		server, err := clickhouse.Launch(clickhouse.Options{Path: filepath.Join(dir, "server")})
		require.NoError(t, err)
		t.Cleanup(server.Stop)
		db := clickhouse.Create(t, server.Default())
		p := startConfig(t, "clickhouse", clickhouseEnv(db)...)
		p.stop() // again with an archive, and with the directories where the test looks
		next := launch(t, filepath.Join(dir, "data"), append(p.cmd.Args[1:], forErasures(filepath.Join(dir, "archive"))...)...)
		next.ports = p.ports
		next.waitReady()
		// Columns that hold text are readable in the files, and the database refuses some of the records.
		for _, change := range []string{
			"operations MODIFY COLUMN user_id String CODEC(NONE)", "operations MODIFY COLUMN status_message String CODEC(NONE)",
			"spans MODIFY COLUMN attributes Map(LowCardinality(String), String) CODEC(NONE)", "spans MODIFY COLUMN status_message String CODEC(NONE)",
			"logs MODIFY COLUMN body String CODEC(NONE)", "state MODIFY COLUMN value String CODEC(NONE)", "spans ADD CONSTRAINT polite CHECK name NOT LIKE 'work for refused%'",
		} {
			require.NoError(t, db.Exec(t.Context(), "ALTER TABLE "+change))
		}
		erasing(t, next, dir, server)
	})
}

func erasing(t *testing.T, p *process, dir string, server *clickhouse.Server) {
	const who, other, each = "refused-7f3a91", "somebody-55", 5
	where := []string{p.data, filepath.Join(dir, "archive"), filepath.Join(dir, "archive-keys")}
	if server != nil {
		where = append(where, filepath.Join(dir, "server", "data"))
	} else {
		letterOf(t, p, who)
	}
	for n := range each {
		p.ofUser(2*n+1, who)
		p.ofUser(2*n+2, other)
	}
	eventually(t, "all is stored", func() error { return p.lists(2 * each) })
	if server != nil {
		p.settles(each, "otelcol_exporter_opslog_dead_letters", `record="span"`)
		p.settles(3*each, "otelcol_exporter_opslog_written_records", `record="span"`)
	} else {
		p.settles(4*each, "otelcol_exporter_opslog_written_records", `record="span"`)
	}
	require.NotEmpty(t, filesWith(who, where...), "the search finds what is there")

	counted, _ := p.erase("--user", who, "--dry-run")
	assert.Equal(t, each, counted.Result.Records.Operations)
	assert.Equal(t, each, counted.Result.ArchiveKeys)
	assert.Positive(t, counted.Result.Waiting.Queue)
	assert.Positive(t, counted.Result.Waiting.Journal)
	assert.Positive(t, counted.Result.Waiting.DeadLetters)
	assert.Len(t, p.operations("&service=letters"), 2*each, "nothing is erased yet")

	job, said := p.erase("--user", who, "--wait=10m")
	assert.Equal(t, "done", job.State)
	assert.NotContains(t, said, who)
	assert.Equal(t, each, job.Result.Records.Operations)
	assert.Equal(t, each, job.Result.Records.Logs)
	assert.Empty(t, filesWith(who, where...))
	assert.Len(t, p.operations("&service=letters"), each)

	stdout, stderr, code := p.run("audit", "verify", filepath.Join(dir, "archive"))
	assert.Zero(t, code, stderr)
	assert.Contains(t, stdout, fmt.Sprintf("%d keys destroyed in 1 erasures", each))
	again, said := p.erase("--user", who, "--wait=10m")
	assert.Zero(t, again.Result, "the second time")
	assert.Contains(t, said, "there was nothing to erase")

	killedWhileErasing(t, p, other, where)
}

// letterOf puts a dead letter of a user into the spool.
func letterOf(t *testing.T, p *process, who string) {
	t.Helper()
	letter := `{"time":"2026-03-01T00:00:00Z","record":"operation","reason":"constraint","error":"not that one","data":{"operation_id":"` + strings.Repeat("0f", 16) + `","user_id":"` + who + `"}}` + "\n"
	path := filepath.Join(p.data, "spool", "dead-letters", "20260301T000000.000000000Z.ndjson")
	require.NoError(t, os.WriteFile(path, []byte(letter), 0o600))
}

// killedWhileErasing kills opslog at any point of an erasure; the next ones complete it.
func killedWhileErasing(t *testing.T, p *process, who string, where []string) {
	job, _ := p.erase("--user", who)
	for range rounds(t) {
		<-until(500 * time.Millisecond)
		p.kill()
		p = p.restart()
		p.waitReady()
	}
	stdout, stderr, code := p.run("erase", "show", job.ID, "--wait=10m")
	require.Zero(t, code, stdout+stderr)
	assert.Empty(t, filesWith(who, where...))
	assert.Empty(t, p.operations("&service=letters"))
	_, stderr, code = p.run("audit", "verify", filepath.Join(filepath.Dir(p.data), "archive"))
	assert.Zero(t, code, stderr)
	p.stop()
	assert.Empty(t, filesWith(who, where...), "after the end")
	assert.NotContains(t, p.output(), who)
}

// TestTamperedArchive changes an archive of the shipped binary behind its back.
func TestTamperedArchive(t *testing.T) {
	dir := t.TempDir()
	archive := filepath.Join(dir, "archive")
	p := start(t, filepath.Join(dir, "data"), forErasures(archive)...)
	p.ofUser(1, "ann-7f3a91")
	eventually(t, "it is archived", func() error {
		n, err := p.metric("otelcol_extension_opslog_storage_archive_entries", `outcome="kept"`)
		if err == nil && n == 0 {
			err = errors.New("there are no entries")
		}
		return err
	})
	stdout, stderr, code := p.run("audit", "ls", archive, "--utc")
	assert.Zero(t, code, stderr)
	assert.Contains(t, stdout, "POST /orders")
	p.stop()
	_, stderr, code = p.run("audit", "verify", archive)
	require.Zero(t, code, stderr)
	path := filepath.Join(archive, "00000001.segment")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, bytes.Replace(text, []byte("POST /orders"), []byte("GET  /orders"), 1), 0o600))
	_, stderr, code = p.run("audit", "verify", archive)
	assert.Equal(t, 5, code)
	assert.Contains(t, stderr, "00000001.segment: line")
	again := p.restart()
	<-again.exited
	assert.Contains(t, again.output(), "the archive is damaged")
}
