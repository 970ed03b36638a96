//go:build cgo && !noduckdb

package embedded

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// condition is the text of a WHERE clause with the values for its question marks. It never answers NULL.
type condition struct {
	sql  strings.Builder
	args []any
}

// filterOf renders an expression; nil holds always.
func filterOf(expr query.Expr) (*condition, error) {
	c := &condition{}
	return c, c.expr(expr)
}

// add writes SQL with the values for its question marks.
func (c *condition) add(sql string, args ...any) {
	c.sql.WriteString(sql)
	c.args = append(c.args, args...)
}

// and adds one more term to a condition that has one already.
func (c *condition) and(sql string, args ...any) { c.add(" AND "+sql, args...) }

func (c *condition) expr(expr query.Expr) error {
	switch e := expr.(type) {
	case nil:
		c.add("TRUE")
		return nil
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
	default:
		return fmt.Errorf("filter: the embedded store knows no condition of type %T", expr)
	}
}

func (c *condition) terms(terms []query.Expr, between string) error {
	c.add("(")
	for i, term := range terms {
		if i > 0 {
			c.add(between)
		}
		if err := c.expr(term); err != nil {
			return err
		}
	}
	c.add(")")
	return nil
}

// textColumns are where words are looked for.
var textColumns = []string{"name", "target", "error_type", "error_message", "status_message", "request_body", "response_body"}

func (c *condition) text(words string) {
	for i, column := range textColumns {
		c.add([]string{"(", " OR "}[min(i, 1)]+"contains(lower("+column+"), lower(?))", words)
	}
	c.add(")")
}

func (c *condition) exists(f query.Field) error {
	field := operation.FieldByName(f.Name)
	if field == nil {
		return fmt.Errorf("filter: unknown field %q", f.Name)
	}
	column := quoted(f.Name)
	switch {
	case f.Key != "" && field.Type == operation.TypeMap:
		c.add("list_contains(struct_extract("+column+", 'keys'), ?)", f.Key)
	case field.Type == operation.TypeMap:
		c.add("len(struct_extract(" + column + ", 'keys')) > 0")
	default:
		c.add(cmp.Or(present(field, column), "TRUE"))
	}
	return nil
}

// present says that a record has the field, in SQL; it is empty for numbers, times and booleans: they always exist.
func present(field *operation.Field, column string) string {
	switch field.Type {
	case operation.TypeString, operation.TypeList:
		return column + " <> ''"
	case operation.TypeID:
		if isSpanID(field) {
			return column + " <> 0"
		}
		return column + " <> '00000000-0000-0000-0000-000000000000'"
	default:
		return ""
	}
}

func isSpanID(field *operation.Field) bool {
	_, ok := field.Ref(&operation.Operation{}).(*operation.SpanID)
	return ok
}

// compare holds when the field compares with one of the values.
func (c *condition) compare(f query.Field, op query.Op, values []query.Value) error {
	field := operation.FieldByName(f.Name)
	if field == nil {
		return fmt.Errorf("filter: unknown field %q", f.Name)
	}
	if field.Type == operation.TypeMap {
		return c.attribute(f, op, values)
	}
	column := quoted(f.Name)
	c.add("(")
	if has := present(field, column); has != "" {
		c.add(has + " AND (")
		defer c.add(")")
	}
	for i, value := range values {
		if i > 0 {
			c.add(" OR ")
		}
		if err := c.value(column, f, op, value); err != nil {
			return err
		}
	}
	c.add(")")
	return nil
}

// value compares what an SQL expression gives with one value.
func (c *condition) value(left string, f query.Field, op query.Op, value query.Value) error {
	switch v := value.(type) {
	case string:
		return c.str(left, f, op, v)
	case int64, float64, bool:
		return c.ordered(left, f, op, "?", v)
	case operation.Time:
		return c.ordered(left, f, op, "?", int64(v))
	case operation.Duration:
		return c.ordered(left, f, op, "?", int64(v))
	case operation.ID:
		return c.ordered(left, f, op, "CAST(? AS UUID)", uuid(v))
	case operation.TraceID:
		return c.ordered(left, f, op, "CAST(? AS UUID)", uuid(v))
	case operation.SpanID:
		return c.ordered(left, f, op, "CAST(? AS UBIGINT)", spanNumber(v))
	default:
		return fmt.Errorf("filter on %s: no comparison with a value of type %T", f.Name, value)
	}
}

var orderings = map[query.Op]string{query.Eq: "=", query.Ne: "<>", query.Gt: ">", query.Ge: ">=", query.Lt: "<", query.Le: "<="}

func (c *condition) ordered(left string, f query.Field, op query.Op, right string, value any) error {
	sign := orderings[op]
	if sign == "" {
		return fmt.Errorf("filter on %s: operator %q needs text, not a value of type %T", f.Name, op, value)
	}
	c.add(left+" "+sign+" "+right, value)
	return nil
}

// str compares text. LIKE's own signs in the value are escaped by a backslash.
func (c *condition) str(left string, f query.Field, op query.Op, value string) error {
	flags, right := "'c'", "?"
	if f.Fold {
		flags = "'i'"
	}
	switch op {
	case query.Match:
		c.add("regexp_matches("+left+", ?, "+flags+")", value)
		return nil
	case query.NotMatch:
		c.add("NOT regexp_matches("+left+", ?, "+flags+")", value)
		return nil
	}
	if f.Fold {
		left, right = "lower("+left+")", "lower(?)"
	}
	switch op {
	case query.Contains:
		c.add("contains("+left+", "+right+")", value)
	case query.StartsWith:
		c.add("starts_with("+left+", "+right+")", value)
	case query.Like:
		c.add(left+" LIKE "+right+` ESCAPE '\'`, likePattern.Replace(value))
	default:
		return c.ordered(left, f, op, right, value)
	}
	return nil
}

var likePattern = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`, `*`, `%`, `?`, `_`)
