package opslogqueryextension

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"go.opentelemetry.io/collector/confmap"
	"go.yaml.in/yaml/v3"

	"github.com/opslog/opslog/internal/alert"
	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/notify"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/watch"
)

// Bounds of the test of a rule.
const (
	maxTested     = 1_000_000 // operations
	testPage      = 5000
	maxTestTexts  = 50
	maxTestAsked  = 120 // evaluations of a query rule
	testTimeShare = 0.8 // of the time that the request has
)

// testRule plays the stored operations of a range to a rule.
func (h *apiHandler) testRule(r *http.Request) (any, error) {
	began := h.now()
	p := newParameters(r, h.time())
	var asked api.RuleTest
	if err := readJSON(r, &asked); err != nil {
		return nil, err
	}
	p.values.Set("from", asked.From)
	p.values.Set("to", asked.To)
	within := p.scanRange(h.cfg.MaxRange)
	if err := p.done(); err != nil {
		return nil, err
	}
	rule, err := ruleOf(asked.Rule)
	if err != nil {
		return nil, err
	}
	known, err := h.desk().Errors(r.Context(), "")
	if err != nil {
		return nil, err
	}
	groups := make([]alert.Group, len(known))
	for i := range known {
		groups[i] = known[i].Group
	}
	back, err := alert.NewBacktest(rule, groups, within.From, within.To)
	if err != nil {
		return nil, api.BadRequest("rule", "%s", err.Error())
	}
	scan := &store.Scan{}
	t := ruleTest{h: h, rule: rule, back: back, within: within, through: within.To, scan: scan}
	ctx, cancel := context.WithTimeout(r.Context(), time.Duration(testTimeShare*float64(h.timeout(r))))
	defer cancel()
	if err := t.run(ctx); err != nil {
		return nil, err
	}
	return t.answer(h.stats(scan, began)), nil
}

// ruleOf reads one rule, as an object or as YAML, with the keys of the configuration.
func ruleOf(value any) (rule alert.Rule, err error) {
	var settings map[string]any
	if text, ok := value.(string); ok {
		err = yaml.Unmarshal([]byte(text), &settings)
	} else {
		text, _ := json.Marshal(value) // it came as JSON; YAML tells whole numbers from others
		err = yaml.NewDecoder(bytes.NewReader(text)).Decode(&settings)
	}
	if err != nil || len(settings) == 0 {
		return rule, api.BadRequest("rule", "is neither an object nor the YAML of one rule, such as \"{name: Rate, type: error_rate}\"")
	}
	if rules, ok := settings["rules"].([]any); ok && len(settings) == 1 && len(rules) == 1 {
		settings, _ = rules[0].(map[string]any)
	}
	if err := confmap.NewFromStringMap(settings).Unmarshal(&rule); err != nil {
		return rule, api.BadRequest("rule", "%s", clipLines(err.Error()))
	}
	return rule, nil
}

// clipLines makes a decoder's list of mistakes one line.
func clipLines(text string) string { return clip(strings.Join(strings.Fields(text), " ")) }

// ruleTest is a test at work.
type ruleTest struct {
	h       *apiHandler
	rule    alert.Rule
	back    *alert.Backtest
	within  store.Range
	through operation.Time
	partial *store.Partial
	scan    *store.Scan
}

func (t *ruleTest) run(ctx context.Context) error {
	var err error
	if t.rule.Type == alert.TypeQuery {
		err = t.ask(ctx)
	} else {
		err = t.read(ctx)
	}
	if errors.Is(err, context.DeadlineExceeded) && t.through > t.within.From {
		t.stop(store.ReasonTime, t.through)
		return nil
	}
	return err
}

func (t *ruleTest) stop(reason string, at operation.Time) {
	t.through, t.partial = at, &store.Partial{Reason: reason, SearchedFrom: t.within.From}
}

// read plays the operations, by start time.
func (t *ruleTest) read(ctx context.Context) error {
	t.through = t.within.From
	q := store.OperationQuery{
		Range: t.within, Limit: testPage, Limits: t.h.limits(), Scan: t.scan, Sort: []query.SortKey{{Name: "start_time", Field: &store.FieldNamed("start_time").Field}},
		Detail: t.rule.Match != "" || t.rule.Type == alert.TypeDestructive,
	}
	for n := 0; ; n += testPage {
		if n >= maxTested {
			t.stop(store.ReasonRows, t.through)
			return nil
		}
		ops, err := t.h.reader.Operations(ctx, q)
		if err != nil {
			return err
		}
		for _, op := range ops {
			t.back.Take(op)
			t.through = op.StartTime
		}
		if len(ops) < testPage {
			t.through = t.within.To
			return nil
		}
		after := store.CursorAt(ops[len(ops)-1], q.Sort)
		q.After = &after
	}
}

// ask evaluates a query rule at points of the range.
func (t *ruleTest) ask(ctx context.Context) error {
	t.through = t.within.From
	step := max((t.within.To-t.within.From)/maxTestAsked, operation.Time(10*time.Second))
	for at := t.within.From + step; at <= t.within.To; at += step {
		rows, err := watch.Rows(ctx, t.h.reader, t.rule, at.Std())
		if err != nil {
			return err
		}
		t.back.Rows(t.rule.Name, rows, at)
		t.through = at
	}
	t.through = t.within.To
	return nil
}

func (t *ruleTest) answer(stats *api.ScanStats) any {
	transitions, told, operations := t.back.End(t.through)
	out := api.RuleTested{
		Rule: t.rule.Settings(), Range: t.within, Operations: operations, Transitions: transitions, Firings: t.back.Firings(t.through), Told: told,
		Messages: messagesOf(transitions), Through: t.through, Partial: t.partial, Stats: stats,
	}
	if out.Transitions == nil {
		out.Transitions = []alert.Transition{}
	}
	if out.Firings == nil {
		out.Firings = []alert.Firing{}
	}
	return out
}

// messagesOf are what people would have been told, one message for each transition.
func messagesOf(transitions []alert.Transition) []api.TestMessage {
	out := []api.TestMessage{}
	templates, err := notify.ParseTemplates("", "")
	if err != nil {
		return out
	}
	for _, t := range transitions {
		if t.To != alert.StateFiring && t.To != alert.StateResolved || t.Alert.Suppressed != "" || len(out) >= maxTestTexts {
			continue
		}
		m := notify.Message{Alerts: []notify.Alert{notify.Links{}.Of(t.Alert)}}
		if templates.Fill(&m) == nil {
			out = append(out, api.TestMessage{Time: t.At, Title: m.Title, Text: m.Text})
		}
	}
	return out
}
