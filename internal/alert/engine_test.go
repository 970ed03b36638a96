package alert

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
)

func TestANewErrorIsToldOnceAndAtOnce(t *testing.T) {
	s := play(t)
	s.send(s.op(failing("fp1:a")))
	assert.Equal(t, []string{"NewError firing (first_seen)"}, s.story())
	s.send(s.op(failing("fp1:a")), s.op(failing("fp1:a")))
	s.pass(10 * time.Minute)
	s.send(s.op(failing("fp1:a")))
	s.pass(10 * time.Minute)
	assert.Empty(t, s.story(), "it recurs: still the same alert")
	s.pass(10 * time.Minute)
	assert.Equal(t, []string{"NewError resolved (not_seen_again)"}, s.story())
	s.send(s.op(failing("fp1:a")))
	assert.Empty(t, s.story(), "known now")
}

func TestAResolvedErrorThatComesBack(t *testing.T) {
	cases := []struct {
		name     string
		version  string // of the occurrence
		resolved ErrorChange
		after    time.Duration
		want     []string
	}{
		{"another version", "2", ErrorChange{Resolve: true}, time.Minute, []string{"ErrorRegressed firing (regressed)"}},
		{"the version with the mend", "2", ErrorChange{Resolve: true, Version: "2"}, time.Minute, []string{"ErrorRegressed firing (regressed)"}},
		{"an old version, mended in a later one", "1", ErrorChange{Resolve: true, Version: "2"}, time.Hour, []string{}},
		{"the same version within the grace", "1", ErrorChange{Resolve: true}, time.Minute, []string{}},
		{"the same version later", "1", ErrorChange{Resolve: true}, 6 * time.Minute, []string{"ErrorRegressed firing (regressed)"}},
		{"ignored", "2", ErrorChange{Ignore: true}, time.Hour, []string{}},
		{"expected", "2", ErrorChange{Expected: &Expected{Reason: "declined cards"}}, time.Hour, []string{}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := play(t)
			s.send(s.op(failing("fp1:a")))
			s.pass(time.Hour)
			_, err := s.engine.ChangeError(GroupKey{"prod", "orders", "fp1:a"}, c.resolved, s.now)
			require.NoError(t, err)
			s.pass(c.after)
			s.story()
			s.send(s.op(failing("fp1:a"), func(op *operation.Operation) { op.ServiceVersion = c.version }))
			assert.Equal(t, c.want, s.story())
		})
	}
}

func TestAnUpgradeOfTheFingerprintIsNoNewError(t *testing.T) {
	s := play(t)
	s.send(s.op(failing("fp1:a")))
	s.pass(time.Hour)
	s.story()
	s.send(s.op(failing("fp2:b")))
	assert.Empty(t, s.story())
	g, err := s.engine.Group(GroupKey{"prod", "orders", "fp2:b"})
	require.NoError(t, err)
	assert.Equal(t, "fp1:a", g.ReplacedPrint)
	assert.Less(t, g.FirstSeen, s.now-operation.Time(time.Minute))
}

func TestLearning(t *testing.T) {
	cfg := DefaultConfig()
	s := playWith(t, cfg)
	s.send(s.op(failing("fp1:a")))
	assert.Equal(t, []string{"NewError firing (first_seen) not told: learning"}, s.story())
	s.pass(cfg.LearningPeriod)
	s.send(s.op(failing("fp1:b")))
	assert.Contains(t, s.story(), "NewError firing (first_seen)")
}

func TestAStormIsOneAlert(t *testing.T) {
	s := play(t)
	for i := range 100 {
		s.send(s.op(failing("fp1:" + string(rune('A'+i)))))
	}
	told := 0
	for _, tr := range s.told {
		if tr.Alert.Suppressed == "" {
			told++
		}
	}
	assert.Equal(t, 11, told, "ten errors, and the storm")
}

func TestErrorRate(t *testing.T) {
	s := play(t, Rule{Name: "Rate", Type: TypeErrorRate})
	s.traffic(10*time.Minute, 100, 1)
	assert.Empty(t, s.story(), "1 %")
	s.traffic(5*time.Minute, 80, 20)
	assert.Equal(t, []string{"Rate pending (threshold)", "Rate firing (threshold)"}, s.story())
	s.traffic(13*time.Minute, 100, 0)
	assert.Empty(t, s.story(), "hysteresis")
	s.traffic(5*time.Minute, 100, 0)
	assert.Equal(t, []string{"Rate resolved (below)"}, s.story())
}

func TestErrorRateNeedsTraffic(t *testing.T) {
	s := play(t, Rule{Name: "Rate", Type: TypeErrorRate})
	s.traffic(3*time.Minute, 0, 1)
	assert.Empty(t, s.story(), "three errors of three are few")
	s.traffic(3*time.Minute, 0, 1)
	assert.Equal(t, []string{"Rate pending (threshold)", "Rate firing (threshold)"}, s.story(), "five errors within the hour")
	s.pass(2 * time.Hour)
	assert.Empty(t, s.story(), "no data is no good news")
	s.pass(24 * time.Hour)
	assert.Equal(t, []string{"Rate resolved (no_traffic)"}, s.story())
}

func TestForAndKeepFiring(t *testing.T) {
	s := play(t, Rule{Name: "Rate", Type: TypeErrorRate, For: 2 * time.Minute})
	s.traffic(time.Minute, 50, 50)
	assert.Equal(t, []string{"Rate pending (threshold)"}, s.story())
	s.traffic(2*time.Minute, 50, 50)
	assert.Equal(t, []string{"Rate firing (for_elapsed)"}, s.story())
}

func TestOverride(t *testing.T) {
	s := play(t, Rule{Name: "Rate", Type: TypeErrorRate, Overrides: []Override{{Service: "or*", Threshold: 0.5}}})
	s.traffic(5*time.Minute, 80, 20)
	assert.Empty(t, s.story())
}

func TestBurnRate(t *testing.T) {
	s := play(t, Rule{Name: "Budget", Type: TypeBurnRate, Objective: 0.99, For: 0})
	s.traffic(3*time.Hour, 100, 0)
	s.traffic(10*time.Minute, 0, 100)
	assert.Equal(t, []string{"Budget pending (threshold)", "Budget firing (threshold)"}, s.story())
	alerts := s.engine.Alerts()
	require.Len(t, alerts, 1)
	assert.Equal(t, SeverityCritical, alerts[0].Severity)
}

func TestLatency(t *testing.T) {
	slow := func(op *operation.Operation) {
		op.StartTime -= operation.Time(2 * time.Second)
		op.Duration = 2 * time.Second
	}
	s := play(t, Rule{Name: "Slow", Type: TypeLatency, Above: time.Second})
	s.traffic(5*time.Minute, 100, 0)
	assert.Empty(t, s.story())
	s.traffic(5*time.Minute, 100, 0, slow)
	assert.Equal(t, []string{"Slow pending (threshold)", "Slow firing (threshold)"}, s.story())
	assert.InDelta(t, 2, s.engine.Alerts()[0].Value, 0.1)
	s.traffic(25*time.Minute, 100, 0)
	assert.Equal(t, []string{"Slow resolved (below)"}, s.story())
}

func TestSilence(t *testing.T) {
	s := play(t, Rule{Name: "Silent", Type: TypeSilence})
	for range 10 {
		s.send(s.op(of("worker", "job nightly")))
		s.pass(time.Hour)
	}
	assert.Empty(t, s.story())
	s.pass(90 * time.Minute)
	assert.Equal(t, []string{"Silent pending (silent)", "Silent firing (silent)"}, s.story())
	s.send(s.op(of("worker", "job nightly")))
	s.pass(time.Minute)
	assert.Equal(t, []string{"Silent resolved (seen_again)"}, s.story())
}

func TestDestructive(t *testing.T) {
	deleting := func(rows int64) func(*operation.Operation) {
		return func(op *operation.Operation) {
			op.Destructive = true
			op.Effects = []operation.Effect{{Kind: "db", Action: "DELETE", Target: "posts", Rows: &rows, Outcome: operation.EffectDone}}
		}
	}
	s := play(t, Rule{Name: "Guard", Type: TypeDestructive})
	for range 50 {
		s.send(s.op(deleting(90)))
	}
	assert.Empty(t, s.story())
	s.send(s.op(deleting(1000)))
	assert.Empty(t, s.story(), "ten times the usual is the limit")
	s.send(s.op(deleting(50000)))
	assert.Equal(t, []string{"Guard firing (destructive)"}, s.story())
	s = play(t, Rule{Name: "Guard", Type: TypeDestructive})
	s.send(s.op(deleting(1), func(op *operation.Operation) {
		op.External = []operation.Step{{Category: operation.CategoryDB, Template: "DELETE FROM posts", Count: 1}}
	}))
	assert.Equal(t, []string{"Guard firing (destructive)"}, s.story(), "no WHERE")
}

// A cascade: the payment service fails, and five above it fail because of it.
func TestACascadeIsOneAlert(t *testing.T) {
	for name, innermostFirst := range map[string]bool{"innermost first": true, "outermost first": false} {
		t.Run(name, func(t *testing.T) {
			s := play(t)
			for round := range 60 {
				var ops []*operation.Operation
				for depth := range 6 {
					op := s.op(failing("fp1:"+string(rune('a'+depth))), of("service-"+string(rune('a'+depth)), "GET /"))
					op.TraceID = operation.TraceID{1, byte(round)}
					op.ErrorService = "service-a"
					ops = append(ops, op)
				}
				if !innermostFirst {
					for i, j := 0, len(ops)-1; i < j; i, j = i+1, j-1 {
						ops[i], ops[j] = ops[j], ops[i]
					}
				}
				s.send(ops...)
				s.pass(10 * time.Second)
			}
			var told []string
			for _, tr := range s.told {
				if tr.Alert.Suppressed == "" && tr.To == StateFiring {
					told = append(told, tr.Alert.Rule+" "+tr.Alert.Labels["service"])
				}
			}
			assert.Equal(t, []string{"NewError service-a"}, told)
			for _, a := range s.engine.Alerts() {
				if a.Rule == "NewError" {
					assert.Len(t, a.Evidence.AlsoFailed, 5)
				}
			}
		})
	}
}

func TestRevisionsCountOnce(t *testing.T) {
	s := play(t, Rule{Name: "Rate", Type: TypeErrorRate})
	op := s.op(failing("fp1:a"))
	for revision := range int64(50) {
		again := *op
		again.Revision = revision + 1
		s.send(&again)
	}
	s.pass(time.Minute)
	assert.Empty(t, s.story())
	assert.EqualValues(t, 1, s.engine.Stats().Operations)
	running := s.op(func(op *operation.Operation) { op.Complete, op.IncompleteReason = false, operation.IncompleteRunning })
	s.send(running)
	assert.EqualValues(t, 1, s.engine.Stats().Operations, "still running")
	done := *running
	done.Complete, done.Revision = true, 2
	s.send(&done)
	assert.EqualValues(t, 2, s.engine.Stats().Operations)
}

func TestARestartTellsNothingTwice(t *testing.T) {
	s := play(t)
	s.traffic(6*time.Minute, 50, 50)
	assert.Contains(t, s.story(), "NewError firing (first_seen)")
	windows, err := s.engine.Windows(s.now)
	require.NoError(t, err)
	alerts, groups := s.engine.Alerts(), s.engine.Groups()

	next, err := New(*s.engine.cfg, s.now)
	require.NoError(t, err)
	next.Restore(alerts, groups)
	require.NoError(t, next.RestoreWindows(windows, s.now))
	s.engine = next
	s.pass(2 * time.Minute)
	s.traffic(5*time.Minute, 50, 50)
	assert.Empty(t, s.story(), "neither resolved nor told again")
}

func TestARestartWithoutCountsResolvesNothing(t *testing.T) {
	s := play(t, Rule{Name: "Rate", Type: TypeErrorRate, KeepFiringFor: time.Second})
	s.traffic(6*time.Minute, 50, 50)
	s.story()
	alerts := s.engine.Alerts()
	next, err := New(*s.engine.cfg, s.now)
	require.NoError(t, err)
	next.Restore(alerts, nil)
	s.engine = next
	s.traffic(4*time.Minute, 100, 0)
	assert.Empty(t, s.story(), "not a whole window yet")
	s.traffic(3*time.Minute, 100, 0)
	assert.Equal(t, []string{"Rate resolved (below)"}, s.story())
}

func TestClocksOfOthers(t *testing.T) {
	s := play(t)
	s.traffic(10*time.Minute, 100, 0)
	ahead := s.op(func(op *operation.Operation) { op.StartTime += operation.Time(30 * 24 * time.Hour) })
	behind := s.op(func(op *operation.Operation) { op.StartTime = operation.Time(time.Hour) })
	s.send(ahead, behind)
	s.traffic(time.Minute, 100, 0)
	assert.Empty(t, s.story())
	assert.EqualValues(t, 1, s.engine.Stats().Future)
	assert.EqualValues(t, 1, s.engine.Stats().TooOld)
}

func TestSeriesAreBounded(t *testing.T) {
	cfg := DefaultConfig()
	cfg.MaxSeries, cfg.LearningPeriod = 10, 0
	s := playWith(t, cfg)
	for i := range 1000 {
		s.send(s.op(of("s", string(rune('一'+i)))))
	}
	stats := s.engine.Stats()
	assert.Equal(t, 11, stats.Series)
	assert.EqualValues(t, 990, stats.Folded)
}

func TestQueryRule(t *testing.T) {
	s := play(t, Rule{Name: "Many", Type: TypeQuery, Query: "status = error | count() by service", Threshold: 10})
	ask := func(rows ...Row) { s.engine.ObserveRows("Many", rows, s.now); s.collect() }
	ask(Row{map[string]string{"service": "a"}, 11}, Row{map[string]string{"service": "b"}, 9})
	assert.Equal(t, []string{"Many pending (threshold)", "Many firing (threshold)"}, s.story())
	ask(Row{map[string]string{"service": "b"}, 9})
	assert.Equal(t, []string{"Many resolved (below)"}, s.story())
}

func TestUndo(t *testing.T) {
	s := play(t)
	s.engine.Observe([]*operation.Operation{s.op(failing("fp1:a"))}, s.now)
	first := s.engine.Changes()
	s.engine.Undo(first)
	s.engine.Observe([]*operation.Operation{s.op(failing("fp1:b"))}, s.now)
	again := s.engine.Changes()
	require.Len(t, again.Transitions, 2)
	assert.Equal(t, first.Transitions[0], again.Transitions[0])
	assert.Len(t, again.Groups, 2)
	assert.Empty(t, s.engine.Changes().Transitions)
}
