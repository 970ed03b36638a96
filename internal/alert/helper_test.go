package alert

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
)

// scene drives an engine through time.
type scene struct {
	t      *testing.T
	engine *Engine
	now    operation.Time
	next   uint64
	told   []Transition
}

var begin = operation.TimeOf(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))

// play starts an engine that knows nothing and has nothing to learn any more.
func play(t *testing.T, rules ...Rule) *scene {
	cfg := DefaultConfig()
	cfg.LearningPeriod = 0
	if len(rules) > 0 {
		cfg.Rules = rules
	}
	return playWith(t, cfg)
}

func playWith(t *testing.T, cfg Config) *scene {
	t.Helper()
	require.NoError(t, cfg.Validate())
	engine, err := New(cfg, begin)
	require.NoError(t, err)
	return &scene{t: t, engine: engine, now: begin}
}

// op is a run of an operation that ended now.
func (s *scene) op(change ...func(*operation.Operation)) *operation.Operation {
	s.next++
	op := &operation.Operation{
		Revision: 1, Complete: true, StartTime: s.now - operation.Time(20*time.Millisecond), Duration: 20 * time.Millisecond,
		ServiceName: "orders", Environment: "prod", Name: "POST /orders", Transport: operation.TransportHTTP, Status: operation.StatusOK,
		ServiceVersion: "1",
	}
	binary.BigEndian.PutUint64(op.ID[:], s.next)
	binary.BigEndian.PutUint64(op.TraceID[:], s.next)
	for _, f := range change {
		f(op)
	}
	return op
}

func failing(fingerprint string) func(*operation.Operation) {
	return func(op *operation.Operation) {
		op.Status, op.ErrorFingerprint, op.ErrorType, op.ErrorMessage = operation.StatusError, fingerprint, "Timeout", "charge timed out"
	}
}

func of(service, name string) func(*operation.Operation) {
	return func(op *operation.Operation) { op.ServiceName, op.Name = service, name }
}

func (s *scene) send(ops ...*operation.Operation) {
	s.engine.Observe(ops, s.now)
	s.collect()
}

// pass moves time on in evaluation intervals.
func (s *scene) pass(d time.Duration) {
	for end := s.now + operation.Time(d); s.now < end; {
		s.now += operation.Time(10 * time.Second)
		s.engine.Evaluate(s.now)
	}
	s.collect()
}

// traffic sends good and bad runs a minute for a while.
func (s *scene) traffic(d time.Duration, good, bad int, change ...func(*operation.Operation)) {
	for end := s.now + operation.Time(d); s.now < end; {
		for range good {
			s.send(s.op(change...))
		}
		for range bad {
			s.send(s.op(append([]func(*operation.Operation){failing("fp1:known")}, change...)...))
		}
		s.pass(time.Minute)
	}
}

func (s *scene) collect() { s.told = append(s.told, s.engine.Changes().Transitions...) }

// story is what was told since the last call: "rule state (reason)".
func (s *scene) story() []string {
	out := []string{}
	for _, tr := range s.told {
		line := tr.Alert.Rule + " " + string(tr.To) + " (" + string(tr.Alert.Reason) + ")"
		if tr.Alert.Suppressed != "" {
			line += " not told: " + string(tr.Alert.Suppressed)
		}
		out = append(out, line)
	}
	s.told = nil
	return out
}
