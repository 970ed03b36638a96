package cli

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
)

// fakeStore is what a canary writes to and reads from.
type fakeStore struct {
	ops    map[operation.ID]*operation.Operation
	refuse bool
	away   bool
}

func (f *fakeStore) write(_ context.Context, now time.Time, n int) (*canarySample, error) {
	if f.refuse {
		return nil, errors.New("503")
	}
	s := &canarySample{id: operation.ID{byte(n + 1)}, at: now, duration: time.Millisecond, number: "n-1"}
	f.ops[s.id] = &operation.Operation{ServiceName: canaryService, Name: canaryName, Duration: s.duration, Status: operation.StatusOK,
		Attributes: operation.Attributes{canaryAttribute: "n-1"}}
	return s, nil
}

func (f *fakeStore) read(_ context.Context, id operation.ID) (*operation.Operation, error) {
	if f.away {
		return nil, errors.New("connection refused")
	}
	if op := f.ops[id]; op != nil {
		return op, nil
	}
	return nil, notFound{errors.New("not stored")}
}

func TestCanaryTellsWhatBecameOfAnOperation(t *testing.T) {
	for name, tt := range map[string]struct {
		harm func(*fakeStore)
		want canaryCounts
		code int
	}{
		"all is well":      {func(*fakeStore) {}, canaryCounts{written: 2, verified: 2}, 0},
		"lost":             {func(f *fakeStore) { clear(f.ops) }, canaryCounts{written: 2, verified: 1, missing: 1, vanished: 1}, exitCheck},
		"changed":          {func(f *fakeStore) { f.ops[operation.ID{2}].Duration++ }, canaryCounts{written: 2, verified: 1, wrong: 1}, exitCheck},
		"the API is away":  {func(f *fakeStore) { f.away = true }, canaryCounts{written: 2, verified: 1, unreadable: 2}, 0},
		"an earlier wrong": {func(f *fakeStore) { f.ops[operation.ID{1}].Status = operation.StatusError }, canaryCounts{written: 2, verified: 2, wrong: 1}, exitCheck},
	} {
		t.Run(name, func(t *testing.T) {
			store := &fakeStore{ops: map[operation.ID]*operation.Operation{}}
			w := &canaryWatch{write: store.write, read: store.read, deadline: time.Minute, say: &strings.Builder{}}
			now := time.Unix(1_700_000_000, 0)
			w.send(t.Context(), now)
			w.check(t.Context(), now.Add(time.Second))
			w.send(t.Context(), now)
			tt.harm(store)
			w.check(t.Context(), now.Add(2*time.Minute))
			got := w.counts
			got.visible, got.visibleSum, got.lastVerified = [len(canaryBuckets) + 1]int{}, 0, time.Time{}
			assert.Equal(t, tt.want, got)
			assert.Equal(t, tt.code, ExitCode(w.outcome()))
		})
	}
}

func TestCanaryWaitsAndCountsRefusals(t *testing.T) {
	store := &fakeStore{ops: map[operation.ID]*operation.Operation{}, refuse: true}
	w := &canaryWatch{write: store.write, read: store.read, deadline: time.Minute, say: &strings.Builder{}}
	now := time.Unix(1_700_000_000, 0)
	w.send(t.Context(), now)
	assert.Equal(t, 1, w.counts.refused)
	assert.Equal(t, exitFailure, ExitCode(w.outcome()), "nothing was verified")
	store.refuse = false
	w.send(t.Context(), now)
	clear(store.ops)
	w.check(t.Context(), now.Add(time.Second))
	assert.Len(t, w.pending, 1, "not visible yet is not missing")
	assert.False(t, w.done(2))
	w.check(t.Context(), now.Add(time.Hour))
	assert.True(t, w.done(2))
	assert.False(t, w.done(0))
}

func TestCanaryMetricsAreReadable(t *testing.T) {
	store := &fakeStore{ops: map[operation.ID]*operation.Operation{}}
	w := &canaryWatch{write: store.write, read: store.read, deadline: time.Minute, say: &strings.Builder{}}
	now := time.Unix(1_700_000_000, 0)
	w.send(t.Context(), now)
	w.check(t.Context(), now.Add(1500*time.Millisecond))
	var text strings.Builder
	w.expose(&text)
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(text.String()))
	require.NoError(t, err)
	assert.InDelta(t, 1, families["opslog_canary_verified_total"].Metric[0].Counter.GetValue(), 0)
	assert.InDelta(t, 1.5, families["opslog_canary_visible_seconds"].Metric[0].Histogram.GetSampleSum(), 0)
	assert.InDelta(t, 1_700_000_001, families["opslog_canary_last_verified_timestamp_seconds"].Metric[0].Gauge.GetValue(), 0)
	assert.Contains(t, text.String(), `opslog_canary_visible_seconds_bucket{le="2"} 1`)
	assert.Contains(t, text.String(), `opslog_canary_visible_seconds_bucket{le="1"} 0`)
}

func TestCanaryFlags(t *testing.T) {
	cmd := newCanary()
	cmd.SetArgs([]string{"--every", "1ms"})
	err := cmd.ExecuteContext(t.Context())
	assert.ErrorIs(t, err, ErrUsage)
}
