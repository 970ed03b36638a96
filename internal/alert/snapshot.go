package alert

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"slices"

	"github.com/opslog/opslog/internal/operation"
)

// Changes are what is to be stored and told since the last time. A store that takes them all or none, before anybody
// is told, loses no transition and tells none twice.
type Changes struct {
	Transitions []Transition
	Alerts      []Alert
	Removed     []string // ids of alerts
	Groups      []Group
	Forgotten   []GroupKey
}

// Changes hands out what changed. When storing it fails, give it back with Undo.
func (e *Engine) Changes() Changes {
	e.mu.Lock()
	defer e.mu.Unlock()
	c := Changes{Transitions: e.transitions, Removed: e.removed, Forgotten: e.known.forgotten}
	for id := range e.changed {
		if a := e.alerts[id]; a != nil {
			c.Alerts = append(c.Alerts, a.copied())
		}
	}
	for key := range e.known.dirty {
		if el, ok := e.known.groups[key]; ok {
			c.Groups = append(c.Groups, el.Value.(*Group).copied())
		}
	}
	e.transitions, e.removed, e.known.forgotten = nil, nil, nil
	clear(e.changed)
	clear(e.known.dirty)
	return c
}

// Undo takes changes back that could not be stored; the next Changes has them again.
func (e *Engine) Undo(c Changes) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.transitions = append(slices.Clone(c.Transitions), e.transitions...)
	e.removed = append(c.Removed, e.removed...)
	e.known.forgotten = append(c.Forgotten, e.known.forgotten...)
	for _, a := range c.Alerts {
		e.changed[a.ID] = true
	}
	for _, g := range c.Groups {
		e.known.dirty[g.GroupKey] = true
	}
}

// Restore begins with the alerts and errors of an earlier run, and ends the learning period: what is new now is new.
// It is to be called before anything is observed.
func (e *Engine) Restore(alerts []Alert, groups []Group) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, a := range alerts {
		kept := a.copied()
		e.alerts[a.ID] = &kept
	}
	slices.SortFunc(groups, func(a, b Group) int { return int(min(max(a.LastSeen-b.LastSeen, -1), 1)) })
	for _, g := range groups {
		kept := g.copied()
		e.known.put(&kept)
		e.expect(&kept)
	}
	if len(alerts)+len(groups) > 0 {
		e.learningUntil = 0
	}
}

// windows is the form of the counts in a snapshot: empty buckets are left out.
type windows struct {
	At     operation.Time
	Series []windowSeries
	Rows   []windowRows
}

type windowSeries struct {
	Population, Environment, Service, Name string
	Fine, Mid, Coarse, External            []windowBucket
	Beat                                   *beat
	Last                                   operation.Time
	ExampleID                              operation.ID
	ExampleType, ExampleMessage            string
	ExampleTrace                           operation.TraceID
	Causes                                 []windowCause
	ExampleTime                            operation.Time
}

type windowBucket struct {
	Epoch         int64
	Total, Errors uint32
}

type windowCause struct {
	Service, Fingerprint string
	Errors               uint32
}

type windowRows struct {
	Environment, Service, Kind, Action, Target string
	Counts                                     rowCounts
}

// Windows is a snapshot of what is counted, for a restart. RestoreWindows of an engine with
// other rules takes what still fits.
func (e *Engine) Windows(now operation.Time) ([]byte, error) {
	e.mu.Lock()
	w := windows{At: now}
	for _, p := range e.populations {
		for el := p.order.Back(); el != nil; el = el.Prev() {
			w.Series = append(w.Series, el.Value.(*series).window(p.id))
		}
	}
	for s, c := range e.rows {
		w.Rows = append(w.Rows, windowRows{s.environment, s.service, s.kind, s.action, s.target, *c})
	}
	e.mu.Unlock()
	var out bytes.Buffer
	if err := gob.NewEncoder(&out).Encode(w); err != nil {
		return nil, fmt.Errorf("encode windows: %w", err)
	}
	return out.Bytes(), nil
}

func (s *series) window(population string) windowSeries {
	var from []windowCause
	for _, c := range append(slices.Clone(s.causes.before), s.causes.recent...) {
		from = append(from, windowCause{c.service, c.fingerprint, c.errors})
	}
	return windowSeries{
		Causes:     from,
		Population: population, Environment: s.key.environment, Service: s.key.service, Name: s.key.operation,
		Fine: s.rings.fine.window(), Mid: s.rings.mid.window(), Coarse: s.rings.coarse.window(), External: s.external.window(),
		Beat: s.beat.copied(), Last: s.last, ExampleID: s.example.OperationID, ExampleTrace: s.example.TraceID,
		ExampleType: s.example.ErrorType, ExampleMessage: s.example.ErrorMessage, ExampleTime: s.example.Time,
	}
}

func (r *ring) window() []windowBucket {
	var out []windowBucket
	n := int64(len(r.buckets))
	for e := max(r.head-n+1, 0); e <= r.head && n > 0; e++ {
		if b := r.buckets[e%n]; b != (counts{}) {
			out = append(out, windowBucket{e, b.total, b.errors})
		}
	}
	return out
}

// RestoreWindows begins with the counts of an earlier run.
func (e *Engine) RestoreWindows(snapshot []byte, now operation.Time) error {
	var w windows
	if err := gob.NewDecoder(bytes.NewReader(snapshot)).Decode(&w); err != nil {
		return fmt.Errorf("decode windows: %w", err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, ws := range w.Series {
		for _, p := range e.populations {
			if p.id == ws.Population {
				p.restore(ws, now)
			}
		}
	}
	for i := range w.Rows {
		r := &w.Rows[i]
		if len(e.rows) >= shapesKept {
			break
		}
		e.rows[shape{r.Environment, r.Service, r.Kind, r.Action, r.Target}] = &r.Counts
	}
	if now-w.At <= Tolerance {
		e.blindSince = 0
	}
	return nil
}

func (p *population) restore(w windowSeries, now operation.Time) {
	key := seriesKey{w.Environment, w.Service, w.Name}
	if p.series[key] != nil || len(p.series) > p.limit { // one beyond the limit is OtherOperation
		return
	}
	s := p.add(key, w.Last)
	s.rings.fine.restore(w.Fine, now)
	s.rings.mid.restore(w.Mid, now)
	s.rings.coarse.restore(w.Coarse, now)
	s.external.restore(w.External, now)
	if s.beat != nil && w.Beat != nil {
		s.beat = w.Beat
	}
	for _, c := range w.Causes {
		s.causes.before = append(s.causes.before, causeCount{cause{c.Service, c.Fingerprint}, c.Errors})
	}
	s.causes.before = s.causes.before[:min(len(s.causes.before), 2*causesKept)]
	s.causes.since = w.Last
	s.example = Evidence{
		OperationID: w.ExampleID, TraceID: w.ExampleTrace, Time: w.ExampleTime, Operation: w.Name,
		ErrorType: w.ExampleType, ErrorMessage: w.ExampleMessage,
	}
	s.rewind(now)
}

// restore leaves out what lies ahead of now: the clock was set back meanwhile, or the snapshot is not ours.
func (r *ring) restore(buckets []windowBucket, now operation.Time) {
	if r.buckets == nil {
		return
	}
	last := int64(now+Tolerance) / int64(r.width)
	for _, b := range buckets {
		if b.Epoch >= 0 && b.Epoch <= last {
			r.add(operation.Time(b.Epoch*int64(r.width)), counts{b.Total, b.Errors})
		}
	}
}
