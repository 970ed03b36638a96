//go:build cgo && !noduckdb

package embedded

import (
	"fmt"
	"strings"

	"github.com/opslog/opslog/internal/query"
)

// condition is the text of a WHERE clause with the values for its question marks. It never answers NULL, so that
// the opposite of what does not hold holds. What it means is what query.Matches says.
type condition struct {
	sql  strings.Builder
	args []any

	scope     scope
	spans     []string // the files with the spans of the operations
	asksSpans bool     // the condition is also about spans
}

func newCondition(spans []string) *condition { return &condition{scope: recordScope, spans: spans} }

// add writes SQL with the values for its question marks.
func (c *condition) add(sql string, args ...any) {
	c.sql.WriteString(sql)
	c.args = append(c.args, args...)
}

// and adds one more term to a condition that has one already.
func (c *condition) and(sql string, args ...any) { c.add(" AND "+sql, args...) }

func (c *condition) expr(expr query.Expr) error {
	switch e := expr.(type) {
	case query.And:
		return c.terms(e.Terms, " AND ")
	case query.Or:
		return c.terms(e.Terms, " OR ")
	case query.Not:
		c.add("NOT ")
		return c.terms([]query.Expr{e.Term}, "")
	case query.Compare:
		return c.compare(e.Field, e.Op, []query.Value{e.Value})
	case query.In:
		if len(e.Values) == 0 {
			c.add("FALSE")
			return nil
		}
		return c.compare(e.Field, query.Eq, e.Values)
	case query.Exists:
		return c.exists(e.Field)
	case query.Text:
		c.text(e.Words)
		return nil
	case query.Quant:
		return c.quant(e)
	default:
		return fmt.Errorf("filter: the embedded store knows no condition of type %T", expr)
	}
}

func (c *condition) terms(terms []query.Expr, between string) error {
	return c.join(len(terms), between, func(i int) error { return c.expr(terms[i]) })
}

// join writes n parts in brackets.
func (c *condition) join(n int, between string, part func(i int) error) error {
	c.add("(")
	for i := range n {
		if i > 0 {
			c.add(between)
		}
		if err := part(i); err != nil {
			return err
		}
	}
	c.add(")")
	return nil
}

// text looks for words in what searchable keeps.
func (c *condition) text(words string) { c.add("contains(o.search_text, ?)", strings.ToLower(words)) }

func (c *condition) exists(f query.Field) error {
	a, err := c.scope(f)
	switch {
	case err != nil:
		return err
	case a.events != "":
		return c.someEvent(a, func() error {
			c.eventExists(f.Key)
			return nil
		})
	case f.Key != "":
		c.add("coalesce(list_contains("+a.keys+", ?), FALSE)", f.Key)
	case a.present != "":
		c.add(a.present)
	default:
		c.add("TRUE")
	}
	return nil
}

// compare holds when the field compares with one of the values.
func (c *condition) compare(f query.Field, op query.Op, values []query.Value) error {
	a, err := c.scope(f)
	switch {
	case err != nil:
		return err
	case a.events != "":
		return c.someEvent(a, func() error { return c.event(f, op, values) })
	case f.Key != "":
		return c.attribute(a, f, op, values)
	case a.value == "":
		return fmt.Errorf("filter on %s: only whether it exists can be asked; a map is compared by key", f.Name)
	}
	c.add("(")
	if a.present != "" {
		c.add(a.present + " AND ")
	}
	if err := c.join(len(values), " OR ", func(i int) error { return c.value(a, f, op, values[i]) }); err != nil {
		return err
	}
	c.add(")")
	return nil
}
