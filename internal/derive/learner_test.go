package derive

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/opslog/opslog/internal/operation"
)

// run derives one run and lets the learner see it.
func run(t *testing.T, d *Deriver, l *Learner, entry string, steps ...string) *operation.Operation {
	t.Helper()
	op, lesson := d.Derive(groupOfLine(t, d, entry, steps))
	l.Learn(op, &lesson)
	return op
}

func outcomes(op *operation.Operation) string {
	var out []string
	for _, e := range op.Effects {
		out = append(out, e.Action+" "+e.Target+" "+e.Outcome)
	}
	return strings.Join(out, ", ")
}

func TestLearnsWhatWasNotReached(t *testing.T) {
	d, l := newDeriver(t), NewLearner(100)
	insert, update, publish := "sql INSERT INTO orders (id) VALUES (1)", "sql UPDATE stock SET n = 1 WHERE id = 2", "publish order.created"
	failing := func() *operation.Operation {
		return run(t, d, l, "POST /orders error", insert, update+" !")
	}
	assert.Equal(t, "INSERT orders done, UPDATE stock failed", outcomes(failing()), "nothing is known yet")
	for i := range 100 {
		steps := []string{insert, update, publish}
		if i%10 == 0 {
			steps = append(steps, "http POST https://mail.example/send") // not part of every run
		}
		run(t, d, l, "POST /orders", steps...)
	}
	assert.Equal(t, "INSERT orders done, UPDATE stock failed, publish order.created not_reached", outcomes(failing()))
	assert.Equal(t, "INSERT orders not_reached, UPDATE stock not_reached, publish order.created not_reached", outcomes(run(t, d, l, "POST /orders error")))
	assert.Empty(t, outcomes(run(t, d, l, "GET /orders error")), "a query has nothing to reach")
}

func TestLearnsThatAnOperationWrites(t *testing.T) {
	d, l := newDeriver(t), NewLearner(100)
	for range 50 {
		run(t, d, l, "rpc a.v1.A/Handle", "sql UPDATE a SET b = 1 WHERE c = 2")
	}
	op := run(t, d, l, "rpc a.v1.A/Handle", "sql SELECT 1")
	assert.Equal(t, operation.KindCommand, op.Kind)
	assert.Equal(t, "50 of 50 runs wrote", op.KindEvidence)
	for range 50 {
		run(t, d, l, "GET /a", "sql UPDATE a SET b = 1 WHERE c = 2")
	}
	assert.Equal(t, operation.KindQuery, run(t, d, l, "GET /a", "sql SELECT 1").Kind, "what was seen is certain")
}

func TestLearnerIsBounded(t *testing.T) {
	l := NewLearner(100)
	for i := range 10_000 {
		op := &operation.Operation{Name: fmt.Sprint("op ", i), Status: operation.StatusOK, Complete: true, Kind: operation.KindCommand}
		for k := range 50 {
			op.Effects = append(op.Effects, operation.Effect{Kind: "db", Target: fmt.Sprint("t", i, k), Outcome: operation.EffectDone})
		}
		l.Learn(op, &Lesson{})
	}
	assert.LessOrEqual(t, len(l.young)+len(l.old), 100)
	for _, h := range l.young {
		assert.LessOrEqual(t, len(h.usual), mostUsual)
	}
}

func TestHabitsFade(t *testing.T) {
	d, l := newDeriver(t), NewLearner(100)
	for range fadingRuns {
		run(t, d, l, "POST /a", "publish old")
	}
	for range 3 * fadingRuns {
		run(t, d, l, "POST /a", "publish new")
	}
	assert.Equal(t, "publish new not_reached", outcomes(run(t, d, l, "POST /a error")))
}
