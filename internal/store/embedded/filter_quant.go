//go:build cgo && !noduckdb

package embedded

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// elements are the lists of a record that a condition may range over.
var elements = map[string]scope{
	query.OverExternal: elementScope(reflect.TypeFor[operation.Step]()),
	query.OverEffects:  elementScope(reflect.TypeFor[operation.Effect]()),
	query.OverFindings: elementScope(reflect.TypeFor[operation.Finding]()),
	query.OverLinks:    elementScope(reflect.TypeFor[operation.Link]()),
}

func (c *condition) quant(q query.Quant) error {
	before := c.scope
	defer func() { c.scope = before }()
	if q.Over == query.OverSpans {
		c.scope, c.asksSpans = spanScope, true
		return c.quantSpans(q)
	}
	c.scope = elements[q.Over]
	if c.scope == nil {
		return fmt.Errorf("filter: an operation has no list %q", q.Over)
	}
	return c.quantElements(q)
}

// quantElements counts the elements that hold, and for all also those that there are.
func (c *condition) quantElements(q query.Quant) error {
	parts := "json_extract(nullif(o." + quoted(q.Over) + ", ''), '$[*]')"
	c.add("(coalesce(len(list_filter(" + parts + ", lambda p: ")
	if err := c.expr(q.Term); err != nil {
		return err
	}
	c.add(")), 0)")
	switch q.Kind {
	case query.KindAny:
		c.add(" > 0)")
	case query.KindAll:
		c.add(" = len(" + parts + ") AND o." + quoted(q.Over) + " <> '')")
	case query.KindNone:
		c.add(" = 0)")
	default:
		return fmt.Errorf("filter: no quantifier %q", q.Kind)
	}
	return nil
}

// quantSpans looks for spans of an operation: those of its trace and service that started while it ran.
func (c *condition) quantSpans(q query.Quant) error {
	switch q.Kind {
	case query.KindAny:
		return c.someSpan(q.Term)
	case query.KindNone:
		c.add("NOT ")
		return c.someSpan(q.Term)
	case query.KindAll:
		c.add("(")
		if err := c.someSpan(nil); err != nil {
			return err
		}
		c.add(" AND NOT ")
		if err := c.someSpan(query.Not{Term: q.Term}); err != nil {
			return err
		}
		c.add(")")
		return nil
	default:
		return fmt.Errorf("filter: no quantifier %q", q.Kind)
	}
}

func (c *condition) someSpan(term query.Expr) error {
	inner := &condition{scope: c.scope}
	inner.add(`s.trace_id = o.trace_id AND s.service_name = o.service_name
    AND s.start_time - o.start_time BETWEEN 0 AND o.duration`)
	if term != nil {
		inner.add(" AND ")
		if err := inner.expr(term); err != nil {
			return err
		}
	}
	if len(c.spans) == 0 {
		c.add("FALSE")
		return nil
	}
	files := make([]string, len(c.spans))
	for i, name := range c.spans {
		files[i] = "SELECT * FROM " + name + ".spans"
	}
	c.add("EXISTS (SELECT 1 FROM ("+strings.Join(files, " UNION ALL BY NAME ")+") AS s\n  WHERE "+inner.sql.String()+")", inner.args...)
	return nil
}
