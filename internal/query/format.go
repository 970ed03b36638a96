package query

import (
	"fmt"
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

// String writes the query in its normal form: keywords in upper case, AND where it was left out, one spelling for
// each operator. Parsing it gives the same query.
func (q *Query) String() string {
	parts := make([]string, 0, 1+len(q.Stages))
	if q.Tree != nil {
		parts = append(parts, q.Tree.String())
	}
	for _, s := range q.Stages {
		parts = append(parts, formatStage(s))
	}
	text := strings.Join(parts, " | ")
	if q.Tree == nil && text != "" {
		return "| " + text
	}
	return text
}

// String writes the condition in its normal form.
func (n *Node) String() string {
	switch n.Kind {
	case KindAnd, KindOr:
		terms := make([]string, len(n.Terms))
		for i, t := range n.Terms {
			terms[i] = t.inside(n.Kind)
		}
		return strings.Join(terms, " "+strings.ToUpper(string(n.Kind))+" ")
	case KindNot:
		return "NOT " + n.Terms[0].inside(KindNot)
	case KindAny, KindAll, KindNone:
		return string(n.Kind) + "(" + n.Terms[0].String() + ")"
	case KindText:
		return n.Values[0].format()
	default:
		return formatName(n.Field) + " " + n.condition()
	}
}

// inside writes the condition as a part of another, in brackets where it binds less.
func (n *Node) inside(outer Kind) string {
	if n.Kind == KindOr || n.Kind == KindAnd && outer == KindNot {
		return "(" + n.String() + ")"
	}
	return n.String()
}

func (n *Node) condition() string {
	not := ""
	if n.Negated {
		not = "NOT "
	}
	switch n.Kind {
	case KindExists:
		if n.Negated {
			return "IS NULL"
		}
		return "EXISTS"
	case KindIn:
		values := make([]string, len(n.Values))
		for i, v := range n.Values {
			values[i] = v.format()
		}
		return not + "IN (" + strings.Join(values, ", ") + ")"
	case KindBetween:
		return not + "BETWEEN " + n.Values[0].format() + " AND " + n.Values[1].format()
	default:
		return not + strings.ToUpper(string(n.Op)) + " " + n.Values[0].format()
	}
}

// format writes the literal in quotes when it had some.
func (l Literal) format() string {
	if l.Quoted {
		return quote(l.Text)
	}
	return l.Text
}

// formatName writes a field or a column such as p95(duration).
func formatName(name string) string {
	fn, arg, call := strings.Cut(name, "(")
	if _, known := functionNamed(fn); call && known && strings.HasSuffix(arg, ")") {
		return fn + "(" + formatField(strings.TrimSuffix(arg, ")")) + ")"
	}
	return formatField(name)
}

// formatField writes a name with its key in quotes where the lexer would not read it as one word.
func formatField(name string) string {
	t := lexer{name}.read(0, modeName)
	if t.kind == tokWord && t.text == name {
		return name
	}
	scope, key, _ := strings.Cut(name, ".")
	return scope + "." + quote(key)
}

func formatStage(s Stage) string {
	switch s := s.(type) {
	case *Aggregate:
		return s.format()
	case *Sort:
		return "sort " + joined(s.Keys, SortKey.format)
	case *Limit:
		return fmt.Sprintf("limit %d", s.Rows)
	case *Select:
		return "fields " + joined(s.Fields, FieldRef.format)
	case *Where:
		return "where " + s.Tree.String()
	case *Split:
		text := "compare " + s.Field.format()
		if s.values != nil {
			text += " " + joined(s.values, Literal.format)
		}
		return text
	default:
		panic(fmt.Sprintf("query: stage of type %T", s))
	}
}

func joined[T any](items []T, format func(T) string) string {
	out := make([]string, len(items))
	for i, item := range items {
		out[i] = format(item)
	}
	return strings.Join(out, ", ")
}

func (s *Aggregate) format() string {
	text := joined(s.Aggs, Agg.format)
	if len(s.By) > 0 {
		text += " by " + joined(s.By, Group.format)
	}
	return text
}

func (a Agg) format() string {
	arg := ""
	if a.Arg != nil {
		arg = a.Arg.format()
	}
	text := callName(a.Func, arg)
	if a.Alias {
		text += " as " + a.Name
	}
	return text
}

func (g Group) format() string {
	switch {
	case !g.Time:
		return g.Field.format()
	case g.Width == 0:
		return TimeColumn
	default:
		return FormatDuration(g.Width)
	}
}

func (k SortKey) format() string {
	if k.Desc {
		return formatName(k.Name) + " desc"
	}
	return formatName(k.Name) + " asc"
}

func (r FieldRef) format() string { return formatField(r.Name) }

// FormatDuration writes a duration in the largest unit that needs no fraction, as the language reads it.
func FormatDuration(d operation.Duration) string {
	for _, u := range durationUnits {
		if d != 0 && d%u.unit == 0 {
			return fmt.Sprintf("%d%s", d/u.unit, u.name)
		}
	}
	return "0s"
}
