package query

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

// MaxRows bounds the limit stage.
const MaxRows = 10_000

var stageReaders = map[string]func(*parser) (Stage, error){
	"sort":    (*parser).sort,
	"limit":   (*parser).limit,
	"fields":  (*parser).fields,
	"where":   (*parser).where,
	"compare": (*parser).split,
}

func (p *parser) stage() (Stage, error) {
	p.want(wantStage, "")
	t := p.peek()
	if t.kind == tokEnd {
		return nil, p.ended("a stage after |")
	}
	if read := stageReaders[strings.ToLower(t.text)]; read != nil && t.kind == tokWord {
		p.take()
		return read(p)
	}
	if t.kind != tokWord {
		return nil, p.unexpected(t)
	}
	return p.aggregate()
}

func (p *parser) aggregate() (Stage, error) {
	a := &Aggregate{}
	err := p.list(func() error {
		agg, err := p.agg(len(a.Aggs) == 0)
		a.Aggs = append(a.Aggs, agg)
		return err
	})
	if err != nil {
		return nil, err
	}
	if p.want(wantBy, ""); !p.peek().is("BY") {
		return a, nil
	}
	p.take()
	return a, p.list(func() error {
		group, err := p.group()
		a.By = append(a.By, group)
		return err
	})
}

// list reads items with commas between them.
func (p *parser) list(item func() error) error {
	for {
		if err := item(); err != nil {
			return err
		}
		if p.peek().kind != tokComma {
			return nil
		}
		p.take()
	}
}

func (p *parser) agg(first bool) (Agg, error) {
	p.want(wantFunction, "")
	t := p.take()
	if t.kind == tokEnd {
		return Agg{}, p.ended("a function")
	}
	if t.kind != tokWord {
		return Agg{}, p.unexpected(t)
	}
	fn, ok := functionNamed(t.text)
	if !ok {
		return Agg{}, unknownFunction(t, first)
	}
	a := Agg{Func: fn, Name: string(fn), at: t.span}
	if p.peek().kind == tokOpen {
		arg, end, err := p.argument()
		if err != nil {
			return a, err
		}
		a.at.end = end
		if arg.kind == tokWord {
			a.Name, a.Arg = callName(fn, arg.text), &FieldRef{Name: arg.text, at: arg.span}
		}
	}
	return a, p.alias(&a)
}

// callName names the column that a function of a field makes.
func callName(fn Func, arg string) string { return string(fn) + "(" + arg + ")" }

// argument reads "(" [field] ")" and gives the field, of kind tokEnd when there is none, and where it ends.
func (p *parser) argument() (arg token, end int, err error) {
	open := p.take()
	p.want(wantArgument, "")
	switch t := p.peek(); t.kind {
	case tokWord:
		if arg, err = p.name(); err != nil {
			return arg, 0, err
		}
	case tokClose, tokEnd:
	default:
		return arg, 0, p.unexpected(t)
	}
	err = p.close(open)
	return arg, p.off, err
}

func (p *parser) alias(a *Agg) error {
	if !p.peek().is("AS") {
		return nil
	}
	p.take()
	t := p.take()
	if t.kind == tokEnd {
		return p.ended("a name after AS")
	}
	if t.kind != tokWord || !isIdent(t.text) {
		return &fault{code: CodeSyntax, message: "expected a name after AS", hint: "letters, digits and _", at: t.span}
	}
	a.Name, a.Alias = t.text, true
	return nil
}

func isIdent(s string) bool {
	for i, r := range s {
		letter := r == '_' || r|0x20 >= 'a' && r|0x20 <= 'z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

func (p *parser) group() (Group, error) {
	p.want(wantGroup, "")
	t := p.peek()
	switch {
	case t.kind == tokEnd:
		return Group{}, p.ended("a field or a width of time after BY")
	case t.kind != tokWord:
		return Group{}, p.unexpected(t)
	case t.oneOf("time", "auto"):
		p.take()
		return Group{Time: true}, nil
	case t.text[0] >= '0' && t.text[0] <= '9':
		return p.bucket(p.take())
	}
	ref, err := p.fieldRef()
	return Group{Field: &ref}, err
}

func (p *parser) bucket(t token) (Group, error) {
	width, err := parseDuration(t.text)
	if err == nil && width < operation.Duration(1e6) {
		err = fmt.Errorf("a bucket of time is at least 1ms wide")
	}
	if err != nil {
		return Group{}, &fault{code: CodeWrongValue, message: err.Error(), at: t.span}
	}
	return Group{Time: true, Width: width}, nil
}

func (p *parser) fieldRef() (FieldRef, error) {
	t := p.peek()
	if t.kind == tokEnd {
		return FieldRef{}, p.ended("a field")
	}
	if t.kind != tokWord {
		return FieldRef{}, p.unexpected(t)
	}
	t, err := p.name()
	return FieldRef{Name: t.text, at: t.span}, err
}

func (p *parser) sort() (Stage, error) {
	if p.peek().is("BY") {
		p.take()
	}
	s := &Sort{}
	return s, p.list(func() error {
		p.want(wantSortKey, "")
		p.rows = true // a key may be p95(duration)
		ref, err := p.fieldRef()
		if p.rows = false; err != nil {
			return err
		}
		key := SortKey{Name: ref.Name, at: ref.at}
		if p.want(wantDirection, ""); p.peek().oneOf("ASC", "DESC") {
			key.Desc = p.take().is("DESC")
		}
		s.Keys = append(s.Keys, key)
		return nil
	})
}

func (p *parser) limit() (Stage, error) {
	t := p.take()
	if t.kind == tokEnd {
		return nil, p.ended("a number of rows")
	}
	n, err := strconv.Atoi(t.text)
	if err != nil || n < 1 || n > MaxRows {
		return nil, &fault{code: CodeWrongValue, message: fmt.Sprintf("limit is a whole number from 1 to %d, not %q", MaxRows, t.text), at: t.span}
	}
	return &Limit{Rows: n, at: t.span}, nil
}

func (p *parser) fields() (Stage, error) {
	s := &Select{}
	return s, p.list(func() error {
		p.want(wantArgument, "")
		ref, err := p.fieldRef()
		s.Fields = append(s.Fields, ref)
		return err
	})
}

func (p *parser) where() (Stage, error) {
	p.rows = true
	defer func() { p.rows = false }()
	tree, err := p.or()
	return &Where{Tree: tree}, err
}

func (p *parser) split() (Stage, error) {
	p.want(wantArgument, "")
	ref, err := p.fieldRef()
	s := &Split{Field: ref}
	if err != nil || p.peek().kind == tokPipe || p.peek().kind == tokEnd {
		return s, err
	}
	for _, behind := range []string{"compare " + ref.Name, ","} {
		if len(s.values) == 1 {
			if t := p.take(); t.kind != tokComma {
				return nil, &fault{code: CodeSyntax, message: "compare takes two values with a comma between them", hint: fmt.Sprintf("e.g. compare %s 2.4.0, 2.4.1", ref.Name), at: t.span}
			}
		}
		v, err := p.operand(ref.Name, behind)
		if err != nil {
			return nil, err
		}
		s.values = append(s.values, v)
	}
	return s, nil
}
