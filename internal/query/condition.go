package query

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

// condition makes the expression for one field.
type condition struct {
	name  string // as the query calls the field
	field Field
	over  string // what the field belongs to: empty for the operation
	now   operation.Time
}

func (c condition) expr(n *Node) (Expr, *fault) {
	if n.Kind == KindExists {
		return Exists{c.field}, nil
	}
	if f := c.fits(n); f != nil {
		f.at = n.at
		return nil, f
	}
	switch n.Kind {
	case KindIn:
		return c.in(n.Values)
	case KindBetween:
		low, f := c.compare(Ge, n.Values[0])
		if f != nil {
			return nil, f
		}
		high, f := c.compare(Le, n.Values[1])
		return And{[]Expr{low, high}}, f
	default:
		return c.compare(n.Op, n.Values[0])
	}
}

// fits checks that the field has this kind of condition at all.
func (c condition) fits(n *Node) *fault {
	op, what := string(n.Op), typeWords[c.field.Type]
	switch {
	case c.keyless():
		return &fault{code: CodeWrongOperator, message: c.name + " holds many values", hint: fmt.Sprintf("name one: %s.key", c.name)}
	case slices.Contains([]Op{Match, NotMatch, Contains, StartsWith, Like}, n.Op) && !c.isText():
		return &fault{code: CodeWrongOperator, message: fmt.Sprintf("%s is %s, %s looks into text", c.name, what, strings.ToUpper(op)), hint: "use =, !=, >, >=, < or <="}
	case n.Kind == KindBetween:
		op = "BETWEEN"
		fallthrough
	case slices.Contains([]Op{Gt, Ge, Lt, Le}, n.Op):
		if !slices.Contains(ordered, c.field.Type) {
			return &fault{code: CodeWrongOperator, message: fmt.Sprintf("%s is %s, %s compares numbers, durations, sizes and times", c.name, what, op), hint: "use = or !="}
		}
	}
	return nil
}

var ordered = []operation.Type{operation.TypeInt, operation.TypeFloat, operation.TypeTime, operation.TypeDuration, operation.TypeMap}

var typeWords = map[operation.Type]string{
	operation.TypeString: "text", operation.TypeInt: "a number", operation.TypeFloat: "a number", operation.TypeBool: "true or false",
	operation.TypeTime: "a time", operation.TypeDuration: "a duration", operation.TypeID: "an id", operation.TypeMap: "an attribute", operation.TypeList: "a list",
}

func (c condition) keyless() bool {
	return c.field.Type == operation.TypeList || c.field.Type == operation.TypeMap && c.field.Key == ""
}

func (c condition) isText() bool {
	return c.field.Type == operation.TypeString || c.field.Type == operation.TypeMap
}

func (c condition) compare(op Op, lit Literal) (Expr, *fault) {
	switch op {
	case Eq, Ne:
		return c.equal(op, lit)
	case Match, NotMatch:
		if _, err := regexp.Compile(lit.Text); err != nil {
			return nil, &fault{code: CodeWrongValue, message: strings.Replace(err.Error(), "error parsing regexp", "not a regular expression", 1), hint: "the syntax is RE2", at: lit.at}
		}
		return Compare{c.field, op, lit.Text}, nil
	case Contains, StartsWith, Like:
		return Compare{c.field, op, lit.Text}, nil
	default:
		v, f := c.value(lit, true)
		return Compare{c.field, op, v}, f
	}
}

// equal knows wildcards, and that an empty text is one that is missing.
func (c condition) equal(op Op, lit Literal) (Expr, *fault) {
	if c.isText() && !lit.Quoted && isGlob(lit.Text) {
		like := Compare{c.field, Like, lit.Text}
		if op == Eq {
			return like, nil
		}
		return And{[]Expr{Exists{c.field}, Not{like}}}, nil
	}
	if c.field.Type == operation.TypeString && lit.Text == "" {
		if op == Ne {
			return Exists{c.field}, nil
		}
		return Not{Exists{c.field}}, nil
	}
	v, f := c.value(lit, false)
	if f == nil && c.spanStatus() && v == operation.StatusOK {
		// A span's status is unset, ok or error; only the last is no success.
		return Compare{c.field, map[Op]Op{Eq: Ne, Ne: Eq}[op], operation.StatusError}, nil
	}
	return Compare{c.field, op, v}, f
}

func (c condition) spanStatus() bool { return c.over == OverSpans && c.field.Name == "status" }

// in is one In for all plain values, and a comparison for each that is more than a value.
func (c condition) in(values []Literal) (Expr, *fault) {
	in := In{Field: c.field}
	var alts []Expr
	for _, lit := range values {
		e, f := c.equal(Eq, lit)
		if f != nil {
			return nil, f
		}
		if plain, ok := e.(Compare); ok && plain.Op == Eq {
			in.Values = append(in.Values, plain.Value)
		} else {
			alts = append(alts, e)
		}
	}
	if in.Values != nil {
		alts = append([]Expr{in}, alts...)
	}
	return anyOf(alts), nil
}
