package query

import (
	"fmt"
	"slices"
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

func functionNamed(name string) (Func, bool) {
	f := Func(strings.ToLower(name))
	return f, slices.Contains(functions, f)
}

var functions = []Func{Count, Rate, ErrorRate, Avg, Sum, Min, Max, Uniq, P50, P75, P90, P95, P99, P999}

var stageNames = []string{"sort", "limit", "fields", "where", "compare"}

func unknownFunction(t token, stage bool) *fault {
	f := &fault{code: CodeUnknownFunction, message: fmt.Sprintf("unknown function %q", t.text), at: t.span}
	var candidates []string
	for _, fn := range functions {
		candidates = append(candidates, string(fn))
	}
	if stage {
		f.message = fmt.Sprintf("unknown function or stage %q", t.text)
		candidates = append(candidates, stageNames...)
	}
	f.hint = "one of " + strings.Join(candidates, ", ")
	if like := similar(strings.ToLower(t.text), candidates); like != "" {
		f.hint, f.fix = fmt.Sprintf("did you mean %q?", like), &edit{t.span, like}
	}
	return f
}

// stages resolves the stages in order and checks that they fit together.
func (r *resolver) stages(stages []Stage) {
	var agg *Aggregate
	seen := map[string]bool{}
	for _, s := range stages {
		if f := r.ofSpanRows(s); f != nil {
			r.fail(f, stageSpan(s))
			return
		}
		kind := stageName(s)
		if seen[kind] {
			r.fail(&fault{code: CodeWrongStage, message: "a stage can stand only once"}, stageSpan(s))
		}
		seen[kind] = true
		switch s := s.(type) {
		case *Aggregate:
			if seen["sort"] || seen["limit"] || seen["fields"] {
				r.fail(&fault{code: CodeWrongStage, message: "aggregates come before sort, limit and fields"}, stageSpan(s))
			}
			agg = s
			r.aggregate(s)
		case *Sort:
			r.sort(s, agg)
		case *Where:
			r.where(s, agg)
		case *Select:
			r.selected(s, agg)
		case *Split:
			r.split(s, agg)
		}
	}
}

// stageSpan is where a stage stands, as far as it names anything.
func stageSpan(s Stage) span {
	switch s := s.(type) {
	case *Aggregate:
		return s.Aggs[0].at
	case *Sort:
		return s.Keys[0].at
	case *Select:
		return s.Fields[0].at
	case *Where:
		return s.Tree.firstSpan()
	case *Split:
		return s.Field.at
	case *Limit:
		return s.at
	}
	return span{}
}

func (n *Node) firstSpan() span {
	for len(n.Terms) > 0 {
		n = n.Terms[0]
	}
	return n.at
}

func (r *resolver) ref(ref *FieldRef) bool {
	m, ok := r.meaning(ref.Name, ref.at)
	if !ok {
		return false
	}
	ref.Name = m.name
	for _, a := range m.alts {
		if a.over == "" && a.field.Name != stateField {
			ref.Field = a.field
			return true
		}
	}
	r.fail(&fault{code: CodeUnsupportedField, message: fmt.Sprintf("an operation has no single %s", m.name), hint: "it can stand in conditions only"}, ref.at)
	return false
}

func (r *resolver) aggregate(s *Aggregate) {
	for i := range s.Aggs {
		r.agg(&s.Aggs[i])
	}
	for _, g := range s.By {
		if g.Field == nil || !r.ref(g.Field) {
			continue
		}
		if c := (condition{field: g.Field.Field}); c.keyless() {
			r.fail(&fault{code: CodeUnsupportedField, message: g.Field.Name + " holds many values", hint: "group by one of them"}, g.Field.at)
		}
	}
	r.uniqueColumns(s)
}

func (r *resolver) uniqueColumns(s *Aggregate) {
	seen := map[string]bool{}
	for _, g := range s.By {
		name := TimeColumn
		if g.Field != nil {
			name = g.Field.Name
		}
		if seen[name] {
			r.fail(&fault{code: CodeWrongStage, message: fmt.Sprintf("%s stands twice behind BY", name)}, s.Aggs[0].at)
		}
		seen[name] = true
	}
	for _, a := range s.Aggs {
		if seen[a.Name] {
			r.fail(&fault{code: CodeWrongStage, message: fmt.Sprintf("two columns are called %s", a.Name), hint: "name one of them with AS"}, a.at)
		}
		seen[a.Name] = true
	}
}

func (r *resolver) agg(a *Agg) {
	switch {
	case a.Func == Rate || a.Func == ErrorRate:
		if a.Arg != nil {
			r.fail(&fault{code: CodeWrongStage, message: fmt.Sprintf("%s takes no field", a.Func)}, a.Arg.at)
		}
		a.Type = operation.TypeFloat
		return
	case a.Func == Count && a.Arg == nil:
		a.Type = operation.TypeInt
		return
	case a.Arg == nil:
		call := callName(a.Func, "duration")
		r.fail(&fault{code: CodeWrongStage, message: fmt.Sprintf("%s needs a field", a.Func), hint: "e.g. " + call, fix: &edit{with: call}}, a.at)
		return
	}
	if !r.ref(a.Arg) {
		return
	}
	if !a.Alias {
		a.Name = callName(a.Func, a.Arg.Name)
	}
	var ok bool
	if a.Type, ok = resultType(a.Func, a.Arg.Field); !ok {
		r.fail(&fault{code: CodeWrongStage, message: fmt.Sprintf("%s needs numbers, %s is %s", a.Func, a.Arg.Name, typeWords[a.Arg.Field.Type]), hint: "count and uniq take any field"}, a.Arg.at)
	}
}

// resultType is what a function makes of a field's values; ok is false when it does not take them.
func resultType(fn Func, f Field) (t operation.Type, ok bool) {
	if fn == Count || fn == Uniq {
		return operation.TypeInt, f.Type != operation.TypeList && (f.Type != operation.TypeMap || f.Key != "")
	}
	switch f.Type {
	case operation.TypeDuration, operation.TypeFloat:
		return f.Type, true
	case operation.TypeInt:
		if fn == Sum || fn == Min || fn == Max {
			return operation.TypeInt, true
		}
		return operation.TypeFloat, true
	case operation.TypeTime:
		return operation.TypeTime, fn == Min || fn == Max
	case operation.TypeMap:
		return operation.TypeFloat, f.Key != ""
	default:
		return 0, false
	}
}

func (r *resolver) sort(s *Sort, agg *Aggregate) {
	for i := range s.Keys {
		k := &s.Keys[i]
		if agg != nil {
			r.columns = agg.Columns()
			if m, ok := r.column(k.Name, k.at); ok {
				k.Name = m.name
			}
			r.columns = nil
			continue
		}
		ref := FieldRef{Name: k.Name, at: k.at}
		if r.ref(&ref) {
			k.Name, k.Field = ref.Name, &ref.Field
		}
		if c := (condition{field: ref.Field}); c.keyless() || ref.Field.Name == FieldEvents {
			r.fail(&fault{code: CodeUnsupportedField, message: k.Name + " holds many values and has no order"}, k.at)
		}
	}
}

func (r *resolver) where(s *Where, agg *Aggregate) {
	if agg == nil {
		r.fail(&fault{code: CodeWrongStage, message: "where filters the rows of an aggregate", hint: "conditions on operations stand before the first |"}, stageSpan(s))
		return
	}
	r.columns = agg.Columns()
	s.Filter = r.expr(s.Tree)
	r.columns = nil
}

func (r *resolver) selected(s *Select, agg *Aggregate) {
	if agg != nil {
		r.fail(&fault{code: CodeWrongStage, message: "fields chooses fields of operations, here are the rows of an aggregate"}, stageSpan(s))
		return
	}
	for i := range s.Fields {
		r.ref(&s.Fields[i])
	}
}

func (r *resolver) split(s *Split, agg *Aggregate) {
	if agg == nil {
		r.fail(&fault{code: CodeWrongStage, message: "compare sets aggregates against each other", hint: "e.g. | p95(duration) | compare version"}, s.Field.at)
		return
	}
	if !r.ref(&s.Field) || s.values == nil {
		return
	}
	c := condition{name: s.Field.Name, field: s.Field.Field, now: r.now}
	for i, into := range []*Value{&s.A, &s.B} {
		v, f := c.value(s.values[i], false)
		if f != nil {
			r.note(f)
		}
		*into = v
	}
}

// column finds a column by its name, or by its function alone when only one column is made by it.
func (r *resolver) column(name string, at span) (meaning, bool) {
	var found []Field
	for _, c := range r.columns {
		if c.Name == name {
			return meaning{name: name}.plain(c), true
		}
		if fn, ok := functionNamed(name); ok && strings.HasPrefix(c.Name, string(fn)+"(") {
			found = append(found, c)
		}
	}
	if len(found) == 1 {
		return meaning{name: found[0].Name}.plain(found[0]), true
	}
	f := &fault{code: CodeUnknownField, message: fmt.Sprintf("the aggregate has no column %q", name), hint: "it has " + strings.Join(names(r.columns), ", ")}
	if len(found) > 1 {
		f.message = fmt.Sprintf("%q can be several columns", name)
	}
	r.fail(f, at)
	return meaning{}, false
}

func names(fields []Field) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = f.Name
	}
	return out
}
