package cli

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
)

// Values of judgement.State.
const (
	statePassed  = "passed"
	stateFailed  = "failed"
	stateUnknown = "unknown" // too little was seen
)

// judgement is whether one clause holds.
type judgement struct {
	Name    string   `json:"name"`
	Service string   `json:"service,omitempty"`
	Version string   `json:"version,omitempty"`
	Against string   `json:"against,omitempty"`
	Expect  string   `json:"expect"`
	State   string   `json:"state"`
	Value   *float64 `json:"value"` // durations in nanoseconds, shares from 0 to 1; null where it is unknown
	Count   int64    `json:"count"` // operations that were looked at
	Text    string   `json:"text"`
	Example string   `json:"example_operation_id,omitempty"`
}

// scope is the operations that a promise is about, in time and by version.
type scope struct {
	from, to, began string // began is when the version was first seen
	version, before string
}

func (v *verifier) judgeOne(ctx context.Context, client *api.Client, p *promise) ([]judgement, error) {
	in, known, err := v.scope(ctx, client, p)
	if err != nil {
		return nil, err
	}
	base := judgement{Name: p.title(), Service: p.Service, Version: in.version, Against: in.before, State: stateUnknown}
	texts := make([]string, 0, len(p.clauses)+1)
	for _, c := range p.clauses {
		texts = append(texts, c.text)
	}
	if p.Every != "" {
		texts = append(texts, "every "+p.Every)
	}
	var measured map[string]answerValue
	if known {
		if measured, err = measure(ctx, client, p, in); err != nil {
			return nil, err
		}
	}
	base.Count = int64(measured["count"].n)
	var out []judgement
	for i, text := range texts {
		j := base
		j.Expect = text
		switch {
		case !known:
			j.Text = "version " + p.Version + " of " + p.Service + " was not seen in this range"
		case base.Count < int64(p.MinCount):
			j.Text = fmt.Sprintf("%d operations, want at least %d", base.Count, p.MinCount)
		case i < len(p.clauses):
			err = clause(ctx, client, p, in, p.clauses[i], measured, &j)
		default:
			err = every(ctx, client, p, in, &j)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, j)
	}
	return out, nil
}

// scope finds the version and the one before it; known is false when the version was not seen.
func (v *verifier) scope(ctx context.Context, client *api.Client, p *promise) (in scope, known bool, err error) {
	in = scope{from: v.start(), to: v.to}
	if p.Version == "" {
		return in, true, nil
	}
	in.version = p.Version
	var deploys api.DeployList
	if err := client.Get(ctx, "/deploys", values("service", p.Service, "from", in.from, "to", in.to), &deploys); err != nil {
		return in, false, err
	}
	at := -1
	for i, d := range deploys.Items { // newest first
		if d.Version == p.Version || p.Version == "latest" {
			at = i
			break
		}
	}
	if at < 0 {
		return in, false, nil
	}
	in.version, in.began, in.before = deploys.Items[at].Version, nanoseconds(deploys.Items[at].FirstSeen), p.Against
	if in.before == "" && at+1 < len(deploys.Items) {
		in.before = deploys.Items[at+1].Version
	}
	return in, true, nil
}

// answerValue is a measure's value and how it is told.
type answerValue struct {
	n    float64
	text string
	is   bool
}

// measure asks for all aggregates at once, and for the number of operations.
func measure(ctx context.Context, client *api.Client, p *promise, in scope) (map[string]answerValue, error) {
	aggregates, place := []string{"count"}, map[string]int{"count": 0}
	for _, c := range p.clauses {
		text := aggregate(c.column)
		if text == "" || place[c.column] > 0 {
			continue
		}
		if i := slices.Index(aggregates, text); i >= 0 {
			place[c.column] = i
			continue
		}
		place[c.column] = len(aggregates)
		aggregates = append(aggregates, text)
	}
	got, err := ask(ctx, client, p.condition(in.version)+" | "+strings.Join(aggregates, ", "), in.from, in.to)
	if err != nil {
		return nil, err
	}
	out := map[string]answerValue{}
	if len(got.Rows) == 0 {
		return out, nil
	}
	for name, i := range place {
		if i >= len(got.Rows[0]) || i >= len(got.Columns) {
			return nil, fmt.Errorf("answer of /query is not what this client understands: it has %d columns", len(got.Columns))
		}
		n, is := got.Rows[0][i].(float64)
		out[name] = answerValue{n, got.Columns[i].text(got.Rows[0][i], time.UTC, timeLayout), is}
	}
	if v, ok := out[measureErrors]; ok {
		v.n = math.Round(v.n * out["count"].n)
		v.text = strconv.FormatFloat(v.n, 'f', -1, 64)
		out[measureErrors] = v
	}
	return out, nil
}

// clause judges one comparison.
func clause(ctx context.Context, client *api.Client, p *promise, in scope, c condition, measured map[string]answerValue, j *judgement) error {
	value := measured[c.column]
	var err error
	switch c.column {
	case measureNewErrors:
		value, j.Example, err = unseenErrors(ctx, client, p, in)
	case measureSlower:
		value, err = slower(ctx, client, p, in)
	}
	if err != nil {
		return err
	}
	if !value.is {
		j.Text = orText(value.text, "-")
		return nil
	}
	j.Value, j.Text, j.State = &value.n, c.column+" is "+value.text, statePassed
	if c.holds(value.n) {
		j.Example = ""
		return nil
	}
	j.State = stateFailed
	if j.Example == "" {
		j.Example, err = example(ctx, client, p.condition(in.version), c.column, in)
	}
	return err
}

// unseenErrors counts errors of the version that the service did not have before it.
func unseenErrors(ctx context.Context, client *api.Client, p *promise, in scope) (answerValue, string, error) {
	const most = "500"
	now, err := client.Errors(ctx, values("q", p.condition(in.version), "from", in.began, "to", in.to, "limit", most))
	if err != nil {
		return answerValue{}, "", inQuery(err, p.condition(in.version))
	}
	earlier, err := client.Errors(ctx, values("q", "NOT version = "+strconv.Quote(in.version), "service", p.Service, "from", in.from, "to", in.to, "limit", most))
	if err != nil {
		return answerValue{}, "", err
	}
	had := map[string]bool{}
	for i := range earlier.Items {
		had[earlier.Items[i].Fingerprint] = true
	}
	n, example, names := 0, "", []string{}
	for i := range now.Items {
		g := &now.Items[i]
		if had[g.Fingerprint] || g.State == api.ErrorExpected || g.State == api.ErrorIgnored {
			continue
		}
		n++
		example = orText(example, g.LastExample)
		names = append(names, printable(errorText(g), 60))
	}
	text := strconv.Itoa(n)
	if n > 0 {
		text += ": " + strings.Join(names[:min(n, 3)], "; ")
	}
	return answerValue{float64(n), text, true}, example, nil
}

// slower counts the names of operations whose p95 the server says is worse than with the version before.
func slower(ctx context.Context, client *api.Client, p *promise, in scope) (answerValue, error) {
	if in.before == "" {
		return answerValue{text: "no earlier version of " + p.Service + " was seen in this range"}, nil
	}
	var got api.Comparison
	q := p.condition("")
	if err := client.Get(ctx, "/latency/compare", values("q", q, "field", "version", "a", in.before, "b", in.version, "from", in.from, "to", in.to), &got); err != nil {
		return answerValue{}, inQuery(err, q)
	}
	n, names := 0, []string{}
	for i, verdict := range got.Verdicts {
		if verdict == api.VerdictSlower && i < len(got.Rows) && len(got.Rows[i]) > 0 {
			n++
			names = append(names, printable(cell(got.Rows[i][0]), 60))
		}
	}
	if n == 0 && len(got.Verdicts) > 0 && !slices.ContainsFunc(got.Verdicts, func(s string) bool { return s != api.VerdictTooFew }) {
		return answerValue{text: "too few operations of " + in.before + " or " + in.version + " to compare"}, nil
	}
	text := strconv.Itoa(n)
	if n > 0 {
		text += ": " + strings.Join(names[:min(n, 3)], ", ")
	}
	return answerValue{float64(n), text, true}, nil
}

// every looks for operations that do not fit a condition.
func every(ctx context.Context, client *api.Client, p *promise, in scope, j *judgement) error {
	text := "NOT (" + p.Every + ")"
	if all := p.condition(in.version); all != "" {
		text = all + " AND " + text
	}
	got, err := ask(ctx, client, text+" | count", in.from, in.to)
	if err != nil {
		return err
	}
	n := 0.0
	if len(got.Rows) > 0 && len(got.Rows[0]) > 0 {
		n = orZero(got.Rows[0][0])
	}
	j.Value, j.State, j.Text = &n, statePassed, fmt.Sprintf("%.0f of %d do not fit", n, j.Count)
	if n == 0 {
		return nil
	}
	j.State = stateFailed
	j.Example, err = example(ctx, client, text, "", in)
	return err
}

// example is the operation that shows best why something does not hold: a failed one, the slowest, or the newest.
func example(ctx context.Context, client *api.Client, condition, measure string, in scope) (string, error) {
	o := api.ListOptions{Query: condition, From: in.from, To: in.to, Limit: 1}
	switch {
	case strings.HasPrefix(measure, "error"):
		o.Status = operation.StatusError
	case ofDuration.MatchString(measure):
		o.Sort = "duration:desc"
	}
	page, err := client.Operations(ctx, o)
	if err != nil || len(page.Items) == 0 {
		return "", inQuery(err, condition)
	}
	return page.Items[0].ID.String(), nil
}
