package opslogstorageextension

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/extension/xextension/storage"

	"github.com/opslog/opslog/internal/archive"
	"github.com/opslog/opslog/internal/erasure"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/spool"
	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/store/tenant"
)

// filesWith are the files under a directory that hold the text.
func filesWith(t *testing.T, dir, text string) (out []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // it just went
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte(text)) {
			out = append(out, path)
		}
		return err
	}))
	return out
}

// holding is an opslog_storage with a subject in its database, archive, queue, journal, dead letters and state.
type holding struct {
	t   *testing.T
	dir string
	cfg *Config
	ext *storageExtension
}

func newHolding(t *testing.T, settle string) *holding {
	t.Helper()
	dir := t.TempDir()
	cfg := load(t, map[string]any{
		"embedded": map[string]any{"directory": filepath.Join(dir, "data")},
		"archive":  map[string]any{"directory": filepath.Join(dir, "archive")},
		"erasure":  map[string]any{"settle": settle},
	})
	h := &holding{t: t, dir: dir, cfg: cfg}
	h.start()
	return h
}

func (h *holding) start() {
	h.t.Helper()
	h.ext = newExtension(h.t, h.cfg)
	require.NoError(h.t, h.ext.Start(h.t.Context(), componenttest.NewNopHost()))
	ext := h.ext
	h.t.Cleanup(func() {
		if ext == h.ext {
			assert.NoError(h.t, ext.Shutdown(h.t.Context()))
		}
	})
}

// stop ends the extension; start begins another one.
func (h *holding) stop() {
	h.t.Helper()
	require.NoError(h.t, h.ext.Shutdown(h.t.Context()))
	h.ext = nil
}

func (h *holding) fill() {
	h.t.Helper()
	ctx, b := h.t.Context(), h.ext.Backend()
	ops := []*operation.Operation{operationOf(theirTrace, canary), operationOf(someTrace, "somebody")}
	require.NoError(h.t, b.WriteOperations(ctx, ops))
	require.NoError(h.t, h.ext.Archive(ops))
	require.NoError(h.t, b.WriteSpans(ctx, []*operation.Span{{TraceID: theirTrace, SpanID: operation.SpanID{1}, StartTime: ops[0].StartTime, Name: "of " + canary}}))
	require.NoError(h.t, b.WriteLogs(ctx, []*operation.LogRecord{{ID: ops[0].ID, TraceID: theirTrace, Time: ops[0].StartTime, Body: "of " + canary}}))
	_, err := b.PutState(ctx, "saved/1", []byte(`{"query":"user_id = \"`+canary+`\""}`), store.AnyRevision)
	require.NoError(h.t, err)
	client, err := h.ext.GetClient(ctx, component.KindExporter, component.MustNewID("opslog"), "logs")
	require.NoError(h.t, err)
	require.NoError(h.t, client.Batch(ctx, storage.SetOperation("0", encodedLogs(h.t, waitingOperation(canary)))))
	require.NoError(h.t, client.Close(ctx), "its exporter does not run")
	journal, err := h.ext.Spool().Journal("traces_opslog_journal", time.Minute, time.Now)
	require.NoError(h.t, err)
	require.NoError(h.t, journal.Append(0, encodedTraces(h.t, waitingSpans(theirTrace, someTrace))))
	text, err := json.Marshal(ops[0])
	require.NoError(h.t, err)
	require.NoError(h.t, h.ext.Spool().DeadLetters().Write(time.Now(), []spool.Letter{{Time: time.Now(), Record: "operation", Data: text}}))
	require.NotEmpty(h.t, filesWith(h.t, h.dir, canary), "the search finds what is there")
}

func operationOf(trace operation.TraceID, user string) *operation.Operation {
	at := operation.TimeOf(time.Now())
	return &operation.Operation{
		ID: operation.NewID(at, trace, operation.SpanID{1}), TraceID: trace, SpanID: operation.SpanID{1}, StartTime: at, Revision: 1,
		Name: "POST /orders", Kind: operation.KindCommand, UserID: user, RequestBody: "order of " + user,
	}
}

func (h *holding) jobs() (out []erasure.Job) {
	h.t.Helper()
	entries, err := h.ext.Backend().ListState(h.t.Context(), store.StateQuery{Prefix: erasure.Prefix, Limit: 100})
	require.NoError(h.t, err)
	for _, e := range entries {
		var job erasure.Job
		require.NoError(h.t, json.Unmarshal(e.Value, &job))
		out = append(out, job)
	}
	return out
}

func (h *holding) wait(id, state string) (job erasure.Job) {
	h.t.Helper()
	require.Eventually(h.t, func() bool {
		for _, job = range h.jobs() {
			if job.ID == id && job.State == state {
				return true
			}
		}
		return false
	}, 20*time.Second, 10*time.Millisecond, "%+v", job)
	return job
}

func (h *holding) verify() archive.Report {
	h.t.Helper()
	key, err := archive.ReadPublicKey(filepath.Join(h.dir, "archive", "signing.pub"))
	require.NoError(h.t, err)
	report, err := archive.Verify(filepath.Join(h.dir, "archive"), archive.VerifyOptions{PublicKey: key})
	require.NoError(h.t, err)
	return report
}

// Erasing somebody leaves no byte of theirs in any file, and says how much there was.
func TestAnErasureReachesEveryFile(t *testing.T) {
	h := newHolding(t, "0s")
	h.fill()
	ctx := t.Context()
	dry, err := h.ext.Erasures().Submit(ctx, erasure.Request{Kind: store.SubjectUser, ID: canary, DryRun: true, By: "admin"})
	require.NoError(t, err)
	counted := h.wait(dry.ID, erasure.StateDone).Result
	want := erasure.Result{
		Traces: 1, Records: store.Erased{Operations: 1, Spans: 1, Logs: 1}, Waiting: spool.EraseSum{Queue: 1, Journal: 1, DeadLetters: 1}, ArchiveKeys: 1,
	}
	assert.Equal(t, want, counted)
	assert.NotEmpty(t, filesWith(t, h.dir, canary), "nothing is erased yet")

	job, err := h.ext.Erasures().Submit(ctx, erasure.Request{Kind: store.SubjectUser, ID: canary, By: canary})
	require.NoError(t, err)
	assert.Equal(t, store.ErasedText, job.By)
	assert.Equal(t, dry.Subject, job.Subject)
	assert.NotContains(t, fmt.Sprintf("%+v", job), canary)
	done := h.wait(job.ID, erasure.StateDone)
	want.State = 1
	assert.Equal(t, want, done.Result)
	assert.Empty(t, filesWith(t, h.dir, canary))
	report := h.verify()
	assert.Equal(t, 2, report.Entries)
	assert.Equal(t, 1, report.ErasedKeys)
	left, err := h.ext.Backend().Operations(ctx, store.OperationQuery{Limit: 10})
	require.NoError(t, err)
	require.Len(t, left, 1)
	assert.Equal(t, "somebody", left[0].UserID)

	again, err := h.ext.Erasures().Submit(ctx, erasure.Request{Kind: store.SubjectUser, ID: canary})
	require.NoError(t, err)
	assert.Equal(t, erasure.Result{}, h.wait(again.ID, erasure.StateDone).Result, "the second time there is nothing")
	stats := h.ext.Erasures().Stats()
	assert.Equal(t, map[string]int{"queued": 0, "running": 0, "settling": 0, "done": 3}, stats.States)
	assert.Equal(t, want, stats.Erased)
}

// While an erasure goes on, nothing of the subject is stored; afterwards they may come back, but not in what was theirs.
// A tenant that is erased takes along what it has saved, and nothing of another's.
func TestAnErasedTenantKeepsNothing(t *testing.T) {
	h := newHolding(t, "0s")
	b := h.ext.Backend()
	for _, name := range []string{"acme", "acme-2"} {
		_, err := b.PutState(t.Context(), tenant.Prefix(name)+"saved/1", []byte(`{"name":"slow"}`), 0)
		require.NoError(t, err)
	}
	job, err := h.ext.Erasures().Submit(t.Context(), erasure.Request{Kind: store.SubjectTenant, ID: "acme", By: "admin"})
	require.NoError(t, err)
	job = h.wait(job.ID, erasure.StateDone)
	assert.Equal(t, 1, job.Result.State)
	_, err = b.GetState(t.Context(), tenant.Prefix("acme")+"saved/1")
	require.ErrorIs(t, err, store.ErrNotFound)
	_, err = b.GetState(t.Context(), tenant.Prefix("acme-2")+"saved/1")
	require.NoError(t, err)
}

func TestWhatIsOnItsWayIsKeptOut(t *testing.T) {
	h := newHolding(t, "1h")
	h.fill()
	ctx, b := t.Context(), h.ext.Backend()
	job, err := h.ext.Erasures().Submit(ctx, erasure.Request{Kind: store.SubjectUser, ID: canary})
	require.NoError(t, err)
	behind, err := h.ext.Erasures().Submit(ctx, erasure.Request{Kind: store.SubjectUser, ID: "queued-1"})
	require.NoError(t, err)
	h.wait(job.ID, erasure.StateSettling)
	h.wait(behind.ID, erasure.StateQueued)
	late := []*operation.Operation{operationOf(looseTrace, canary), operationOf(operation.TraceID{9}, "queued-1"), operationOf(operation.TraceID{8}, "new")}
	require.NoError(t, b.WriteOperations(ctx, late))
	require.NoError(t, h.ext.Archive(late))
	require.NoError(t, b.WriteSpans(ctx, []*operation.Span{{TraceID: theirTrace, SpanID: operation.SpanID{5}, StartTime: late[0].StartTime, Name: "late"}}))
	left, err := b.Operations(ctx, store.OperationQuery{Limit: 10})
	require.NoError(t, err)
	assert.Len(t, left, 2, "somebody, and new")
	spans, err := b.Spans(ctx, store.TraceQuery{TraceID: theirTrace, Limit: 10})
	require.NoError(t, err)
	assert.Empty(t, spans)
	assert.EqualValues(t, 3, h.ext.archive.writer.Stats().Entries)
}

// A process that ends in the middle leaves an erasure that the next one completes, also in what was not open yet.
func TestAnErasureSurvivesARestart(t *testing.T) {
	h := newHolding(t, "1h")
	h.fill()
	job, err := h.ext.Erasures().Submit(t.Context(), erasure.Request{Kind: store.SubjectUser, ID: canary})
	require.NoError(t, err)
	h.wait(job.ID, erasure.StateSettling)
	client, err := h.ext.GetClient(t.Context(), component.KindExporter, component.MustNewID("opslog"), "logs")
	require.NoError(t, err)
	require.NoError(t, client.Batch(t.Context(), storage.SetOperation("1", encodedLogs(t, waitingOperation(canary)))), "it came from memory")
	require.NoError(t, client.Close(t.Context()))
	h.stop()
	require.NotEmpty(t, filesWith(t, h.dir, canary))
	h.cfg.Erasure.Settle = 0
	h.start()
	h.wait(job.ID, erasure.StateDone)
	assert.Empty(t, filesWith(t, h.dir, canary))
	h.verify()
}

func TestErasureConfig(t *testing.T) {
	cfg := load(t, map[string]any{
		"embedded": map[string]any{"directory": t.TempDir()},
		"erasure":  map[string]any{"hash": map[string]any{"key": "0123456789abcdef0123456789abcdef"}},
	})
	values := cfg.Erasure.values("ann@example.com")
	assert.Equal(t, "ann@example.com", values[0])
	assert.Greater(t, len(values), 1, "and its tokens")
	cfg.Erasure.Hash.Key = ""
	assert.Equal(t, []string{"ann@example.com"}, cfg.Erasure.values("ann@example.com"))
}
