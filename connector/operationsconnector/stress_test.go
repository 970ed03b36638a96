package operationsconnector

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
)

func stressed() *stress {
	cfg := defaultStress()
	cfg.Enabled = true
	return &stress{cfg: cfg}
}

func TestStressHysteresis(t *testing.T) {
	s := stressed()
	at := time.Unix(0, 0)
	steps := []struct {
		after    time.Duration
		pressure float64
		want     bool
	}{
		{0, 0.89, false},
		{1, 0.9, true},
		{2, 0.5, true}, // not yet ten seconds
		{10, 0.8, true},
		{11, 0.76, true},
		{11, 0.74, false},
		{12, 0.89, false},
		{13, 1.2, true},
	}
	for _, step := range steps {
		was := s.active.Load()
		changed := s.update(at.Add(step.after*time.Second), step.pressure)
		assert.Equal(t, step.want, s.active.Load(), "%+v", step)
		assert.Equal(t, was != step.want, changed)
	}
	off := &stress{cfg: defaultStress()}
	assert.False(t, off.update(at, 2))
	assert.False(t, off.active.Load())
}

func TestSheds(t *testing.T) {
	s := stressed()
	s.cfg.KeepPercentage = 0
	query := func(change func(*operation.Operation)) *operation.Operation {
		op := &operation.Operation{Kind: operation.KindQuery, Status: operation.StatusOK, Complete: true}
		change(op)
		return op
	}
	assert.False(t, s.sheds(query(func(*operation.Operation) {})), "no stress")
	s.active.Store(true)
	assert.True(t, s.sheds(query(func(*operation.Operation) {})))
	for name, change := range map[string]func(*operation.Operation){
		"error":      func(op *operation.Operation) { op.Status = operation.StatusError },
		"command":    func(op *operation.Operation) { op.Kind = operation.KindCommand },
		"unknown":    func(op *operation.Operation) { op.Kind = operation.KindUnknown },
		"incomplete": func(op *operation.Operation) { op.Complete = false },
	} {
		assert.False(t, s.sheds(query(change)), name)
	}
	assert.EqualValues(t, 1, s.shed.Load())
}

func TestKeeps(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	kept := 0
	for range 100_000 {
		var trace operation.TraceID
		for i := range trace {
			trace[i] = byte(r.Uint32())
		}
		if keeps(trace, 10) {
			kept++
			require.True(t, keeps(trace, 20), "a higher share keeps what a lower one does")
		}
		require.True(t, keeps(trace, 100))
		require.False(t, keeps(trace, 0))
	}
	assert.InDelta(t, 10_000, kept, 500)
}

// Under stress the metrics count what is left out.
func TestStressCountsAll(t *testing.T) {
	cfg := defaultConfig()
	cfg.NumShards = 1
	cfg.Stress.Enabled, cfg.Stress.KeepPercentage = true, 0
	cfg.Stress.Least = time.Hour
	r := newRig(t, cfg, nil)
	require.True(t, r.traces.(*tracesToLogs).core.stress.update(time.Now(), 1))
	require.NoError(t, r.send(requests(0, 50)))
	r.shutdown()
	var shed int
	for _, op := range r.records() {
		if op.Kind == operation.KindQuery && op.Status != operation.StatusError {
			shed++
		}
	}
	assert.Zero(t, shed)
	assert.NotZero(t, r.points.DataPointCount())
}

func TestStressConfig(t *testing.T) {
	for want, change := range map[string]func(*StressConfig){
		"stress::on is 1.5":           func(c *StressConfig) { c.On = 1.5 },
		"stress::off is 0.95":         func(c *StressConfig) { c.Off = 0.95 },
		"stress::least is -1s":        func(c *StressConfig) { c.Least = -time.Second },
		"stress::keep_percentage is ": func(c *StressConfig) { c.KeepPercentage = 101 },
	} {
		cfg := createDefaultConfig().(*Config)
		change(&cfg.Stress)
		assert.ErrorContains(t, cfg.Validate(), want)
	}
}
