package opslogqueryextension

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// parameters reads one request's parameters and collects what is wrong with them; done tells it all at once.
type parameters struct {
	request  *http.Request
	values   url.Values
	now      operation.Time
	known    []string
	asked    *query.Query // what q says
	problems []*api.Problem
}

func newParameters(r *http.Request, now operation.Time) *parameters {
	p := &parameters{request: r, now: now, known: []string{"timeout"}}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		p.wrong("", "the query string cannot be read; escape special characters as %%XX")
	}
	p.values = values
	return p
}

// fromBody takes the parameters from a JSON object of texts and numbers instead of the address.
func (p *parameters) fromBody() error {
	var body map[string]any
	if err := readJSON(p.request, &body); err != nil {
		return err
	}
	for name, value := range body {
		switch v := value.(type) {
		case string:
			p.values.Set(name, v)
		case json.Number:
			p.values.Set(name, v.String())
		case []any:
			p.values.Set(name, joinTexts(v))
		default:
			p.wrong(clip(name), "is neither text, a number nor a list of texts")
		}
	}
	return nil
}

func joinTexts(list []any) string {
	texts := make([]string, len(list))
	for i, v := range list {
		texts[i] = fmt.Sprint(v)
	}
	return strings.Join(texts, ",")
}

func (p *parameters) wrong(parameter, format string, args ...any) {
	p.problems = append(p.problems, api.BadRequest(parameter, format, args...))
}

// get is the value of a parameter that may be given once.
func (p *parameters) get(name string) string {
	p.known = append(p.known, name)
	values := p.values[name]
	if len(values) > 1 {
		p.wrong(name, "is given %d times, want it once", len(values))
	}
	return p.values.Get(name)
}

func (p *parameters) oneOf(name string, accepted ...string) string {
	value := p.get(name)
	if value != "" && !slices.Contains(accepted, value) {
		p.wrong(name, "is %q, want one of %s", clip(value), strings.Join(accepted, ", "))
	}
	return value
}

func (p *parameters) limit(otherwise, most int) int { return p.number("limit", otherwise, 1, most) }

// timeRange reads from and to; an empty default leaves that end open. A query that names a beginning of its own, as
// pasted blocks do, is the default for from.
func (p *parameters) timeRange(from, to string) store.Range {
	if p.asked != nil && p.asked.From != "" {
		from = p.asked.From
	}
	r := store.Range{From: p.time("from", from), To: p.time("to", to)}
	if r.To != 0 && r.From >= r.To && len(p.problems) == 0 {
		p.wrong("from", "is not before to")
	}
	p.affordable(r)
	return r
}

// affordable refuses a query that would read the text of all operations of a long range.
func (p *parameters) affordable(r store.Range) {
	if p.asked == nil || len(p.problems) > 0 {
		return
	}
	to := r.To
	if to == 0 {
		to = p.now
	}
	if part := p.asked.Expensive(operation.Duration(to - r.From)); part != nil {
		p.problems = append(p.problems, tooExpensive(part.Message, api.ProblemPart{Parameter: "q", Problem: *part}))
	}
}

func tooExpensive(detail string, part api.ProblemPart) *api.Problem {
	return &api.Problem{
		Type: api.ProblemTooExpensive, Title: "Query is too expensive", Status: http.StatusUnprocessableEntity,
		Detail: detail, Errors: []api.ProblemPart{part},
	}
}

// scanRange is the range of a question that looks at all operations in it, which max bounds when it is not 0.
func (p *parameters) scanRange(most time.Duration) store.Range {
	r := p.timeRange("now-1h", "now")
	if length := time.Duration(r.To - r.From); most > 0 && length > most && len(p.problems) == 0 {
		p.problems = append(p.problems, tooExpensive(fmt.Sprintf("the range of time is %v, at most %v is looked at", length, most),
			api.ProblemPart{Parameter: "from", Problem: query.Problem{Code: "range_too_long", Message: "asks for too long a range"}}))
	}
	return r
}

func (p *parameters) time(name, otherwise string) operation.Time {
	text := p.get(name)
	if text == "" {
		text = otherwise
	}
	if text == "" {
		return 0
	}
	t, err := query.ParseTime(text, p.now)
	if err != nil {
		p.wrong(name, "%s", err.Error())
	}
	return t
}

// query reads q and joins the parameters that are short for a condition to it. stages are what may stand behind a
// bar here, in words; the kinds that do not fit are refused.
func (p *parameters) query(accepts func(query.Stage) bool, stages string) *query.Query {
	q := p.parsed(query.Parse)
	if slices.ContainsFunc(q.Stages, func(s query.Stage) bool { return !accepts(s) }) {
		p.wrong("q", "has a stage that does not fit here; %s", stages)
	}
	q.Filter = p.joined(q.Filter)
	return q
}

// parsed reads q; what is no query selects all, and is told by done.
func (p *parameters) parsed(parse parsing) *query.Query {
	q, err := parse(p.get("q"), p.now)
	var bad *query.Error
	switch {
	case errors.As(err, &bad):
		p.problems = append(p.problems, syntaxProblem(bad))
	case err != nil:
		p.wrong("q", "%s", err.Error())
	}
	if err != nil {
		q = &query.Query{}
	}
	p.asked = q
	return q
}

// parsing is query.Parse, or query.ParseSpans where rows are spans.
type parsing func(text string, now operation.Time) (*query.Query, error)

// filter is a query that takes a condition only. more are conditions beside it, of which some may be nil.
func (p *parameters) filter(more ...query.Expr) query.Expr {
	q := p.query(func(query.Stage) bool { return false }, "this takes a condition only, nothing behind a bar")
	q.Filter = allOf(append(more, q.Filter)...)
	return q.Filter
}

func (p *parameters) joined(filter query.Expr) query.Expr {
	var terms []query.Expr
	if filter != nil {
		terms = append(terms, filter)
	}
	terms = p.term(terms, "service_name", p.get("service"))
	terms = p.term(terms, "status", p.oneOf("status", operation.StatusOK, operation.StatusError))
	terms = p.term(terms, "kind", p.oneOf("kind", operation.KindQuery, operation.KindCommand, operation.KindUnknown))
	return allOf(terms...)
}

// allOf joins conditions of which some may be nil.
func allOf(terms ...query.Expr) query.Expr {
	terms = slices.DeleteFunc(terms, func(e query.Expr) bool { return e == nil })
	switch len(terms) {
	case 0:
		return nil
	case 1:
		return terms[0]
	default:
		return query.And{Terms: terms}
	}
}

func (p *parameters) term(terms []query.Expr, field, value string) []query.Expr {
	if value == "" {
		return terms
	}
	return append(terms, is(field, value))
}

// is compares a field of text.
func is(field, value string) query.Expr {
	return query.Compare{Field: query.Field{Name: field, Type: operation.TypeString}, Op: query.Eq, Value: value}
}

// field reads the name of a field that operations can be grouped by; nil when there is none.
func (p *parameters) field(parameter, name string) *query.FieldRef {
	refs := p.groups(parameter, name)
	if len(refs) != 1 {
		return nil
	}
	return &refs[0]
}

// groups reads names of fields that operations can be grouped by.
func (p *parameters) groups(parameter, names string) []query.FieldRef {
	refs := p.fields(parameter, names)
	for _, f := range refs {
		if f.Field.Type == operation.TypeList || f.Field.Type == operation.TypeMap && f.Field.Key == "" {
			p.wrong(parameter, "is %q, which has many values at once; want a field with one", clip(f.Name))
		}
	}
	return refs
}

// fields reads names of fields, separated by commas.
func (p *parameters) fields(parameter, names string) []query.FieldRef {
	if names == "" {
		return nil
	}
	q, err := query.Parse("| fields "+names, p.now)
	if err == nil && q.Filter == nil && len(q.Stages) == 1 {
		return q.Stages[0].(*query.Select).Fields
	}
	p.wrong(parameter, "is %q, want names of fields%s", clip(names), because(err))
	return nil
}

// sort reads keys like duration:desc, separated by commas.
func (p *parameters) sort() []query.SortKey { return p.sortBy(query.Parse) }

func (p *parameters) sortBy(parse parsing) []query.SortKey {
	text := p.get("sort")
	if text == "" {
		return nil
	}
	q, err := parse("| sort "+strings.NewReplacer(":desc", " desc", ":asc", " asc").Replace(text), p.now)
	if err == nil && q.Filter == nil && len(q.Stages) == 1 {
		return q.Stages[0].(*query.Sort).Keys
	}
	p.wrong("sort", "is %q, want fields like duration:desc,start_time:asc%s", clip(text), because(err))
	return nil
}

func because(err error) string {
	var bad *query.Error
	if errors.As(err, &bad) {
		return ": " + bad.Problems[0].Message
	}
	return ""
}

func (p *parameters) number(name string, otherwise, least, most int) int {
	text := p.get(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		p.wrong(name, "is %q, want a number from %d to %d", clip(text), least, most)
		return otherwise
	}
	return n
}

func (p *parameters) operationID() operation.ID {
	id, err := operation.ParseID(p.request.PathValue("operation_id"))
	if err != nil {
		p.wrong("", "%s", err.Error())
	}
	return id
}

func (p *parameters) traceID() operation.TraceID {
	id, err := operation.ParseTraceID(p.request.PathValue("trace_id"))
	if err != nil {
		p.wrong("", "%s", err.Error())
	}
	return id
}

// done is the error that joins all problems, parameters that nobody asked for among them.
func (p *parameters) done() error {
	for name := range p.values {
		if !slices.Contains(p.known, name) {
			p.wrong(clip(name), "is not a parameter of %s, want %s", p.request.URL.Path, accepted(p.known))
		}
	}
	if len(p.problems) == 0 {
		return nil
	}
	first := *p.problems[0]
	for _, other := range p.problems[1:] {
		first.Errors = append(first.Errors, other.Errors...)
	}
	return &first
}

func accepted(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return fmt.Sprintf("one of %s", strings.Join(names, ", "))
}

// clip keeps what is repeated to the caller short.
func clip(s string) string {
	const limit = 100
	if len(s) > limit {
		return strings.ToValidUTF8(s[:limit], "") + "…"
	}
	return s
}

// duration reads a length of time like 5m; 0 when there is none.
func (p *parameters) duration(name string) time.Duration {
	text := p.get(name)
	if text == "" {
		return 0
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < time.Millisecond {
		p.wrong(name, "is %q, want a length of time like 30s, 5m or 1h", clip(text))
		return 0
	}
	return d
}
