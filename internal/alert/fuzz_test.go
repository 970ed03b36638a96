package alert

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// fuzzed is an engine that has counted and fired.
func fuzzed(t testing.TB) *Engine {
	cfg := DefaultConfig()
	cfg.LearningPeriod, cfg.MaxSeries = 0, 50
	cfg.Rules = append(DefaultRules(),
		Rule{Name: "Budget", Type: TypeBurnRate, Objective: 0.99}, Rule{Name: "Slow", Type: TypeLatency, Above: time.Millisecond},
		Rule{Name: "Silent", Type: TypeSilence}, Rule{Name: "Guard", Type: TypeDestructive})
	e, err := New(cfg, begin)
	require.NoError(t, err)
	return e
}

// use makes an engine do all that it does.
func use(e *Engine) {
	s := &scene{engine: e, now: begin}
	s.traffic(2*time.Minute, 20, 20)
	s.pass(time.Hour)
	e.Alerts()
	e.Groups()
	_, _ = e.Windows(s.now)
}

// FuzzRestoreWindows takes any bytes for the counts of an earlier run: they lie in a database.
func FuzzRestoreWindows(f *testing.F) {
	e := fuzzed(f)
	use(e)
	snapshot, err := e.Windows(begin)
	require.NoError(f, err)
	f.Add(snapshot)
	f.Add(snapshot[:len(snapshot)/2])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		e := fuzzed(t)
		_ = e.RestoreWindows(data, begin)
		use(e)
	})
}

// FuzzRestore takes any documents for alerts and errors.
func FuzzRestore(f *testing.F) {
	e := fuzzed(f)
	use(e)
	for _, a := range e.Alerts() {
		text, err := json.Marshal(a)
		require.NoError(f, err)
		for _, g := range e.Groups() {
			group, err := json.Marshal(g)
			require.NoError(f, err)
			f.Add(text, group)
		}
	}
	f.Add([]byte(`{}`), []byte(`{"hours":[{"hour":5},{"hour":-9223372036854775808}]}`))
	f.Fuzz(func(t *testing.T, alert, group []byte) {
		var a Alert
		var g Group
		if json.Unmarshal(alert, &a) != nil || json.Unmarshal(group, &g) != nil {
			return
		}
		e := fuzzed(t)
		e.Restore([]Alert{a}, []Group{g})
		use(e)
	})
}
