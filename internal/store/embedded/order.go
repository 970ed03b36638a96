//go:build cgo && !noduckdb

package embedded

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// sortKey is SQL that operations are sorted by, and its value at the cursor.
type sortKey struct {
	operand
	right string // takes the value at the cursor
	last  any
	desc  bool
}

func (k sortKey) direction() string {
	if k.desc {
		return " DESC"
	}
	return " ASC"
}

func (k sortKey) compare(c *condition, sign string) {
	c.add(k.value+sign, k.args...)
	c.add(k.right, k.last)
}

// sortKeys are empty for the order that lists of operations have by themselves; others end with the id, which tells all
// operations apart.
func sortKeys(q store.OperationQuery) ([]sortKey, error) {
	if len(q.Sort) == 0 {
		return nil, nil
	}
	keys, err := recordScope.sortKeys(q)
	id := sortKey{operand: operand{value: "operation_id"}, right: "CAST(? AS UUID)", desc: true}
	if q.After != nil {
		id.last = uuid(q.After.ID)
	}
	return append(keys, id), err
}

// spanKeys are never empty: they end with the two ids that tell all spans apart.
func spanKeys(q store.SpanQuery) ([]sortKey, error) {
	asked := q.AsOperations()
	if len(q.Sort) == 0 {
		start := *store.FieldNamed("start_time")
		asked.Sort = []query.SortKey{{Name: start.Name, Desc: true, Field: &start.Field}}
		if q.After != nil {
			asked.After.Keys = []string{strconv.FormatInt(int64(q.After.StartTime), 10)}
		}
	}
	keys, err := rowScope.sortKeys(asked)
	span := sortKey{operand: operand{value: "span_id"}, right: "CAST(? AS UBIGINT)", desc: true}
	trace := sortKey{operand: operand{value: "trace_id"}, right: "CAST(? AS UUID)", desc: true}
	if q.After != nil {
		span.last, trace.last = spanNumber(q.After.SpanID), uuid(q.After.TraceID)
	}
	return append(keys, span, trace), err
}

// sortKeys are those of the fields that the list is sorted by.
func (s scope) sortKeys(q store.OperationQuery) ([]sortKey, error) {
	if q.After != nil && len(q.After.Keys) != len(q.Sort) {
		return nil, fmt.Errorf("the cursor has %d values for %d sort keys", len(q.After.Keys), len(q.Sort))
	}
	var out []sortKey
	for i, key := range q.Sort {
		values, err := s.sortValues(key)
		if err != nil {
			return nil, err
		}
		var last []any
		if q.After != nil {
			if last, err = store.SortValue(key, q.After.Keys[i]); err != nil {
				return nil, err
			}
		}
		for j, v := range values {
			k := sortKey{operand: v, right: "?", desc: key.Desc}
			if last != nil {
				k.last = last[j]
			}
			if f, ok := k.last.(float64); ok && math.IsInf(f, 1) {
				k.right, k.last = "CAST(? AS DOUBLE)", "inf"
			}
			out = append(out, k)
		}
	}
	return out, nil
}

// sortValues is what store.SortValue is of a field.
func (s scope) sortValues(key query.SortKey) ([]operand, error) {
	v, err := s.operand(*key.Field)
	switch {
	case err != nil:
		return nil, err
	case key.Field.Key != "":
		n := v.number()
		n.value = "coalesce(" + n.value + ", CAST('inf' AS DOUBLE))"
		v.value = "coalesce(" + v.value + ", '')"
		return []operand{n, v}, nil
	case v.typ == operation.TypeBool:
		v.value = "CAST(" + v.value + " AS BIGINT)"
	case v.text:
		v.value = "coalesce(" + v.value + ", '')"
	}
	return []operand{v}, nil
}

// behind adds the condition on what comes behind the cursor.
func (c *condition) behind(keys []sortKey) {
	c.add(" AND (")
	for i, k := range keys {
		if i > 0 {
			c.add(" OR ")
		}
		c.add("(")
		for _, equal := range keys[:i] {
			equal.compare(c, " = ")
			c.add(" AND ")
		}
		k.compare(c, map[bool]string{true: " < ", false: " > "}[k.desc])
		c.add(")")
	}
	c.add(")")
}

// orderBy is the order with the values for its question marks.
func orderBy(keys []sortKey) (string, []any) {
	var out []string
	var args []any
	for _, k := range keys {
		out, args = append(out, k.value+k.direction()), append(args, k.args...)
	}
	return strings.Join(out, ", "), args
}
