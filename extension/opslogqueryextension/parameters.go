package opslogqueryextension

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

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
	problems []*api.Problem
}

func newParameters(r *http.Request, now operation.Time) *parameters {
	p := &parameters{request: r, now: now}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		p.wrong("", "the query string cannot be read; escape special characters as %%XX")
	}
	p.values = values
	return p
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

func (p *parameters) limit(otherwise, most int) int {
	text := p.get("limit")
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		p.wrong("limit", "is %q, want a number from 1 to %d", clip(text), most)
		return otherwise
	}
	return n
}

// timeRange reads from and to; an empty default leaves that end open.
func (p *parameters) timeRange(from, to string) store.Range {
	r := store.Range{From: p.time("from", from), To: p.time("to", to)}
	if r.To != 0 && r.From >= r.To && len(p.problems) == 0 {
		p.wrong("from", "is not before to")
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

// filter joins q and the parameters that are short for a condition.
func (p *parameters) filter() query.Expr {
	var terms []query.Expr
	if expr := p.condition(); expr != nil {
		terms = append(terms, expr)
	}
	terms = p.term(terms, "service_name", p.get("service"))
	terms = p.term(terms, "status", p.oneOf("status", operation.StatusOK, operation.StatusError))
	terms = p.term(terms, "kind", p.oneOf("kind", operation.KindQuery, operation.KindCommand, operation.KindUnknown))
	switch len(terms) {
	case 0:
		return nil
	case 1:
		return terms[0]
	default:
		return query.And{Terms: terms}
	}
}

// condition reads q. A list takes a condition only; what comes behind a bar belongs to other answers.
func (p *parameters) condition() query.Expr {
	q, err := query.Parse(p.get("q"), p.now)
	var bad *query.Error
	switch {
	case errors.As(err, &bad):
		p.problems = append(p.problems, syntaxProblem(bad))
		return nil
	case err != nil:
		p.wrong("q", "%s", err.Error())
		return nil
	case len(q.Stages) > 0:
		p.wrong("q", "has a stage behind a bar; a list takes a condition only")
		return nil
	default:
		return q.Filter
	}
}

func (p *parameters) term(terms []query.Expr, field, value string) []query.Expr {
	if value == "" {
		return terms
	}
	f := query.Field{Name: field, Type: operation.TypeString}
	return append(terms, query.Compare{Field: f, Op: query.Eq, Value: value})
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
