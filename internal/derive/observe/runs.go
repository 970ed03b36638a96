package observe

import (
	"slices"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

const (
	knownRuns     = 5_000 // operations of which the usual course is remembered
	stepsEach     = 50
	stepWindow    = 20   // runs that are compared with what is usual (requirements 4.9)
	usualShare    = 0.95 // of the runs: the step is expected
	missingShare  = 0.5  // below this share of the window it is missing
	fadingRuns    = 1000
	patience      = 50 // windows that a change may last before it is what is usual
	spanWindow    = 50 // runs whose spans and median duration are compared
	spanWindows   = 4  // that make a baseline
	spanRise      = 1.2
	overheadShare = 1.05 // of the median duration: what tracing may cost
)

type runKey struct{ service, environment, name, tenant string }

// runBook knows the usual course of operations.
type runBook struct{ all map[runKey]*run }

func (b *runBook) init() { b.all = make(map[runKey]*run) }

// run is the usual course of one operation, and the window that is being filled.
type run struct {
	runs, window, odd int
	steps             map[string]*step
	spans             spanRun
}

// step is one group of calls: in how many runs it was.
type step struct{ usual, window int }

func (b *runBook) add(c *Checks, op *operation.Operation) {
	if !op.Complete || op.Status == operation.StatusError {
		return
	}
	k := runKey{op.ServiceName, op.Environment, op.Name, c.cfg.tenantOf(op)}
	r := b.all[k]
	if r == nil {
		if len(b.all) >= knownRuns {
			return
		}
		r = &run{steps: make(map[string]*step)}
		b.all[k] = r
	}
	for i := range op.External {
		s := r.steps[op.External[i].Template]
		if s == nil {
			if len(r.steps) >= stepsEach {
				continue
			}
			s = &step{}
			r.steps[op.External[i].Template] = s
		}
		s.window++ // groups of one record have different templates, or differ in what they are sent to
	}
	if r.window++; r.window == stepWindow {
		r.judge(c, op)
	}
	r.spans.add(c, op)
}

// judge compares the window with what is usual and begins a new one.
func (r *run) judge(c *Checks, op *operation.Operation) {
	missing := false
	for template, s := range r.steps {
		seen := min(s.window, stepWindow)
		if r.runs >= stepWindow && float64(s.usual) >= usualShare*float64(r.runs) && float64(seen) < missingShare*stepWindow {
			missing = true
			c.counters.add(c.key(op, operation.CheckMissingStep, op.Name+": "+template), stepWindow, int64(stepWindow-seen), 0, op.TraceID)
		}
	}
	if !missing {
		c.counters.add(c.key(op, operation.CheckMissingStep, ""), stepWindow, 0, 0, operation.TraceID{})
	}
	if missing && r.odd < patience {
		r.odd++
	} else {
		r.fold()
	}
	r.window = 0
	for _, s := range r.steps {
		s.window = 0
	}
}

// fold makes the window part of what is usual.
func (r *run) fold() {
	r.odd = 0
	r.runs += stepWindow
	for template, s := range r.steps {
		s.usual += min(s.window, stepWindow)
		if s.usual == 0 {
			delete(r.steps, template)
		}
	}
	if r.runs < fadingRuns {
		return
	}
	r.runs /= 2
	for _, s := range r.steps {
		s.usual /= 2
	}
}

// spanRun compares the number of spans and the median duration of an operation with those before.
type spanRun struct {
	n, spans int
	took     [spanWindow]time.Duration
	mean     float64
	medians  []time.Duration // of the last windows that were usual
	raised   int
}

func (s *spanRun) add(c *Checks, op *operation.Operation) {
	s.took[s.n] = op.Duration
	s.spans += int(op.SpanCount)
	if s.n++; s.n < spanWindow {
		return
	}
	slices.Sort(s.took[:])
	s.judge(c, op, float64(s.spans)/spanWindow, s.took[spanWindow/2])
	s.n, s.spans = 0, 0
}

func (s *spanRun) judge(c *Checks, op *operation.Operation, mean float64, median time.Duration) {
	if len(s.medians) == spanWindows && mean >= spanRise*s.mean+1 && s.raised < patience {
		s.raised++
		before := slices.Max(s.medians)
		slower := float64(median) > overheadShare*float64(before)
		c.count(op, operation.CheckOverhead, op.Name, slower, int64(max(median-before, 0)))
		return
	}
	if s.raised >= patience {
		s.medians = s.medians[:0]
	}
	s.raised = 0
	c.count(op, operation.CheckOverhead, "", false, 0)
	s.medians = append(s.medians, median)
	if len(s.medians) > spanWindows {
		s.medians = slices.Delete(s.medians, 0, 1)
	}
	s.mean = mean
}
