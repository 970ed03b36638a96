package query

import (
	"github.com/opslog/opslog/internal/operation"
)

// resolver gives names and values their meaning. It goes on after a mistake, so that all of them are shown.
type resolver struct {
	now      operation.Time
	columns  []Field // of the aggregate, while a where stage is resolved
	over     string  // what the names belong to: empty for the operation, OverSpans, or spanRows
	faults   []*fault
	warnings []*fault
	guessed  map[string]bool // names looked at by warnSimilar
}

func (r *resolver) resolve(q *Query) {
	if q.Tree != nil {
		q.Filter = r.expr(q.Tree)
	}
	r.stages(q.Stages)
}

// maxProblems bounds how many mistakes are told, and with it the time that a text full of them takes.
const maxProblems = 20

func (r *resolver) fail(f *fault, at span) {
	f.at = at
	if f.fix != nil && f.fix.at == (span{}) {
		f.fix.at = at
	}
	r.note(f)
}

func (r *resolver) note(f *fault) {
	if len(r.faults) < maxProblems {
		r.faults = append(r.faults, f)
	}
}

// expr turns a condition into what it means. After a fault the answer is not to be used.
func (r *resolver) expr(n *Node) Expr {
	switch n.Kind {
	case KindAnd:
		return And{r.terms(n.Terms)}
	case KindOr:
		return Or{r.terms(n.Terms)}
	case KindNot:
		return Not{r.expr(n.Terms[0])}
	case KindText:
		return r.text(n)
	case KindAny, KindAll, KindNone:
		return r.quant(n)
	default:
		return r.about(n)
	}
}

func (r *resolver) terms(nodes []*Node) []Expr {
	out := make([]Expr, len(nodes))
	for i, n := range nodes {
		out[i] = r.expr(n)
	}
	return out
}

func (r *resolver) text(n *Node) Expr {
	v := n.Values[0]
	switch {
	case r.columns != nil:
		r.fail(&fault{code: CodeSyntax, message: "expected a comparison", hint: "where filters the rows of an aggregate: where count > 10"}, v.at)
	case r.over == OverSpans:
		r.fail(&fault{code: CodeSyntax, message: "words are searched for in the whole operation", hint: "write them outside the brackets"}, v.at)
	case v.Text == "":
		r.fail(&fault{code: CodeWrongValue, message: "there is nothing to search for in an empty string"}, v.at)
	}
	if r.over == spanRows {
		return wordsInSpan(v.Text)
	}
	return Text{v.Text}
}

func (r *resolver) quant(n *Node) Expr {
	if r.over == spanRows {
		r.fail(&fault{code: CodeSyntax, message: string(n.Kind) + "(...) cannot stand here", hint: "each row is a span: write what is in the brackets without them"}, n.at)
		return Quant{}
	}
	if r.over != "" || r.columns != nil {
		r.fail(&fault{code: CodeSyntax, message: string(n.Kind) + "(...) cannot stand here", hint: "it is a condition on an operation's spans"}, n.at)
		return Quant{}
	}
	r.over = OverSpans
	defer func() { r.over = "" }()
	return Quant{n.Kind, OverSpans, r.expr(n.Terms[0])}
}

// about is a condition on one field.
func (r *resolver) about(n *Node) Expr {
	m, ok := r.meaning(n.Field, n.at)
	if !ok {
		return nil
	}
	n.Field = m.name
	var e Expr
	if m.yesNo != nil {
		e = r.yesNo(n, m)
	} else {
		e = r.anywhere(n, m)
	}
	if n.Negated && e != nil {
		return Not{e}
	}
	return e
}

func (r *resolver) meaning(name string, at span) (meaning, bool) {
	if r.columns != nil {
		return r.column(name, at)
	}
	if len(r.faults) == maxProblems {
		return meaning{}, false
	}
	m, f := lookup(name, r.over)
	if f != nil {
		r.fail(f, at)
		return m, false
	}
	if m.guessed {
		r.warnSimilar(name, at)
	}
	return m, true
}

// warnSimilar warns once of an attribute that is named nearly like a field.
func (r *resolver) warnSimilar(name string, at span) {
	if r.guessed[name] || len(r.warnings) == maxProblems {
		return
	}
	if r.guessed == nil {
		r.guessed = map[string]bool{}
	}
	r.guessed[name] = true
	if like := similar(name, suggestions); like != "" && distance(name, like, 3) < 3 {
		r.warnings = append(r.warnings, &fault{
			code: CodeSimilarField, message: name + " is taken as an attribute", hint: "did you mean " + like + "?",
			at: at, fix: &edit{at, like},
		})
	}
}

func (r *resolver) yesNo(n *Node, m meaning) Expr {
	if n.Kind != KindCompare || n.Op != Eq && n.Op != Ne {
		r.fail(&fault{code: CodeWrongOperator, message: m.name + " is true or false", hint: "write " + m.name + " = true"}, n.at)
		return nil
	}
	v, f := boolValue(m.name, n.Values[0])
	if f != nil {
		r.fail(f, n.Values[0].at)
		return nil
	}
	return m.yesNo(v == (n.Op == Eq))
}

// anywhere joins what the condition means in each place that the name stands for.
func (r *resolver) anywhere(n *Node, m meaning) Expr {
	var alts []Expr
	for _, a := range m.alts {
		e, f := r.place(n, a)
		if f != nil {
			r.note(f)
			return nil
		}
		alts = append(alts, e)
	}
	return anyOf(alts)
}

func anyOf(terms []Expr) Expr {
	if len(terms) == 1 {
		return terms[0]
	}
	return Or{terms}
}

// place is what the condition means in one place.
func (r *resolver) place(n *Node, a alternative) (Expr, *fault) {
	c := condition{name: n.Field, field: a.field, over: a.over, now: r.now}
	if r.over != "" {
		c.over = OverSpans
	}
	e, f := c.expr(n)
	if f == nil && a.field.Name == stateField {
		state, ok := ofState(e)
		if !ok {
			f = &fault{code: CodeWrongOperator, message: n.Field + " is one of a few words", hint: "write " + n.Field + " = failed", at: n.at}
		}
		return state, f
	}
	if f != nil || a.over == "" {
		return e, f
	}
	if a.only != "" {
		e = And{[]Expr{Compare{elementField(a.over, "category"), Eq, a.only}, e}}
	}
	return Quant{KindAny, a.over, e}, nil
}
