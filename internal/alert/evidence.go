package alert

import (
	"fmt"
	"slices"
	"sort"

	"github.com/opslog/opslog/internal/operation"
)

// The bounds of lists in evidence: an alert is read on a phone.
const (
	maxAlsoFailed = 20
	maxSteps      = 5
	maxEffects    = 10
)

// Evidence is what an alert shows of the operation that raised it, and of others that failed with it.
type Evidence struct {
	OperationID  operation.ID       `json:"operation_id"`
	TraceID      operation.TraceID  `json:"trace_id"`
	Time         operation.Time     `json:"time"`
	Operation    string             `json:"operation,omitempty"`
	Version      string             `json:"version,omitempty"`
	ErrorType    string             `json:"error_type,omitempty"`
	ErrorMessage string             `json:"error_message,omitempty"`
	FailureClass string             `json:"failure_class,omitempty"`
	Fingerprint  string             `json:"fingerprint,omitempty"`
	FirstSeen    operation.Time     `json:"first_seen"`
	FirstVersion string             `json:"first_version,omitempty"`
	Steps        []string           `json:"steps,omitempty"`       // what came before the failure, in order
	Done         []string           `json:"done,omitempty"`        // effects that stay
	Incomplete   []string           `json:"incomplete,omitempty"`  // effects that are missing
	AlsoFailed   []string           `json:"also_failed,omitempty"` // "service operation" of those that failed because of this one
	External     *ExternalRate      `json:"external,omitempty"`
	Rows         int64              `json:"rows,omitempty"`
	Kinds        map[string]float64 `json:"kinds,omitempty"` // of a storm: new errors by service
}

// ExternalRate is the error rate among the operations that called something outside themselves.
type ExternalRate struct {
	Errors int64 `json:"errors"`
	Total  int64 `json:"total"`
}

func evidenceOf(op *operation.Operation) Evidence {
	e := Evidence{
		OperationID: op.ID, TraceID: op.TraceID, Time: op.StartTime, Operation: op.Name, Version: op.ServiceVersion,
		ErrorType: op.ErrorType, ErrorMessage: op.ErrorMessage, FailureClass: op.FailureClass, Fingerprint: op.ErrorFingerprint,
	}
	var done, incomplete tally
	for _, effect := range op.Effects {
		line := effect.Action + " " + effect.Target
		if effect.Outcome == operation.EffectDone {
			done.add(line)
		} else {
			incomplete.add(line + " (" + effect.Outcome + ")")
		}
	}
	e.Done, e.Incomplete = done.lines(), incomplete.lines()
	e.Steps = lastSteps(op.External)
	return e
}

// tally counts equal lines, in the order in which they came.
type tally struct {
	texts  []string
	counts []int
}

func (t *tally) add(line string) {
	if i := slices.Index(t.texts, line); i >= 0 {
		t.counts[i]++
	} else if len(t.texts) < maxEffects {
		t.texts, t.counts = append(t.texts, line), append(t.counts, 1)
	}
}

func (t *tally) lines() []string {
	for i, n := range t.counts {
		if n > 1 {
			t.texts[i] += fmt.Sprintf(" × %d", n)
		}
	}
	return t.texts
}

// lastSteps are the calls that began last, in order.
func lastSteps(steps []operation.Step) []string {
	sorted := slices.Clone(steps)
	sort.SliceStable(sorted, func(i, j int) bool { return sorted[i].FirstOffset < sorted[j].FirstOffset })
	sorted = sorted[max(0, len(sorted)-maxSteps):]
	var out []string
	for _, s := range sorted {
		line := s.Template
		if s.Errors > 0 {
			line += " (failed)"
		}
		out = append(out, line)
	}
	return out
}

func (e *Evidence) alsoFailed(op *operation.Operation) {
	line := op.ServiceName + " " + op.Name
	if !slices.Contains(e.AlsoFailed, line) {
		e.AlsoFailed = bounded(e.AlsoFailed, line, maxAlsoFailed)
	}
}

func bounded(list []string, line string, limit int) []string {
	if len(list) >= limit {
		return list
	}
	return append(list, line)
}

func (e *Evidence) copied() Evidence {
	out := *e
	out.Steps, out.Done = slices.Clone(e.Steps), slices.Clone(e.Done)
	out.Incomplete, out.AlsoFailed = slices.Clone(e.Incomplete), slices.Clone(e.AlsoFailed)
	return out
}
