package storetest

import (
	"cmp"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// evaluate is the reference for what aggregates mean: every row, sorted, with all columns exact.
func evaluate(q store.AggregateQuery, ops []*operation.Operation, spans map[operation.ID][]*operation.Span) [][]any {
	groups, order := map[string][]*operation.Operation{}, []string{}
	keys := map[string][]any{}
	for _, op := range ops {
		if op.StartTime < q.Range.From || q.Range.To != 0 && op.StartTime >= q.Range.To || q.Filter != nil && !query.Matches(q.Filter, op, spans[op.ID]...) {
			continue
		}
		key := groupOf(q.Aggregate.By, op)
		name := fmt.Sprintf("%#v", key)
		if groups[name] == nil {
			keys[name], order = key, append(order, name)
		}
		groups[name] = append(groups[name], op)
	}
	if len(q.Aggregate.By) == 0 && len(order) == 0 {
		order = []string{""}
	}
	rows := [][]any{}
	for _, name := range order {
		row := append([]any{}, keys[name]...)
		for _, a := range q.Aggregate.Aggs {
			row = append(row, aggregateOf(q, a, keys[name], groups[name]))
		}
		if query.Holds(q.Where, func(column string) any { return row[columnAt(q, column)] }) {
			rows = append(rows, row)
		}
	}
	return rows
}

func columnAt(q store.AggregateQuery, name string) int {
	i, err := q.ColumnOf(name)
	if err != nil {
		panic(err)
	}
	return i
}

func groupOf(by []query.Group, op *operation.Operation) []any {
	out := []any{}
	for _, g := range by {
		switch {
		case g.Time:
			out = append(out, op.StartTime-op.StartTime%operation.Time(g.Width))
		case g.Steps > 0:
			out = append(out, int64(math.Floor(math.Log2(max(float64(op.Duration), 1))*float64(g.Steps))))
		default:
			out = append(out, valueOf(g.Field.Field, op))
		}
	}
	return out
}

// valueOf is a field as a cell of a table; nil when it is missing.
func valueOf(f query.Field, op *operation.Operation) any {
	switch p := operation.FieldByName(f.Name).Ref(op).(type) {
	case *string:
		if *p == "" {
			return nil
		}
		return *p
	case *operation.Attributes:
		keys, values, _ := store.FlattenAttributes(*p)
		if i := slices.Index(keys, f.Key); i >= 0 {
			return values[i]
		}
		return nil
	case interface{ IsZero() bool }:
		if p.IsZero() {
			return nil
		}
		return fmt.Sprint(p)
	default:
		return reflect.ValueOf(p).Elem().Interface()
	}
}

func aggregateOf(q store.AggregateQuery, a query.Agg, key []any, ops []*operation.Operation) any {
	switch {
	case a.Func == query.Rate:
		return float64(len(ops)) / secondsOf(q, key)
	case a.Func == query.ErrorRate:
		return errorRate(ops)
	case a.Arg == nil:
		return int64(len(ops))
	}
	var values []any
	for _, op := range slices.SortedFunc(slices.Values(ops), func(a, b *operation.Operation) int { return slices.Compare(a.ID[:], b.ID[:]) }) {
		if v := valueOf(a.Arg.Field, op); v != nil {
			values = append(values, v)
		}
	}
	return aggregateValues(a, values)
}

func secondsOf(q store.AggregateQuery, key []any) float64 {
	from, to := q.Range.From, q.Range.To
	for i, g := range q.Aggregate.By {
		if g.Time {
			from, to = max(from, key[i].(operation.Time)), min(to, key[i].(operation.Time)+operation.Time(g.Width))
		}
	}
	return time.Duration(to - from).Seconds()
}

func errorRate(ops []*operation.Operation) any {
	failed := 0
	for _, op := range ops {
		if op.Status == operation.StatusError {
			failed++
		}
	}
	if len(ops) == 0 {
		return nil
	}
	return float64(failed) / float64(len(ops))
}

func aggregateValues(a query.Agg, values []any) any {
	different := map[string]bool{}
	var texts []string
	for _, v := range values {
		text := textOf(v)
		texts = append(texts, text)
		different[text] = true
	}
	switch a.Func {
	case query.Count:
		return int64(len(values))
	case query.Uniq:
		return int64(len(different))
	case query.Values:
		slices.Sort(texts)
		return slices.Compact(append([]string{}, texts...))
	case query.First, query.Latest:
		if texts == nil {
			return nil
		}
		return map[query.Func]string{query.First: texts[0], query.Latest: texts[len(texts)-1]}[a.Func]
	}
	return numbersOf(a, values)
}

func textOf(v any) string {
	switch v := v.(type) {
	case operation.Time:
		return strconv.FormatInt(int64(v), 10)
	case operation.Duration:
		return strconv.FormatInt(int64(v), 10)
	default:
		return fmt.Sprint(v)
	}
}

// spread is what a percentile may be: from the value that lies below it to the one above.
type spread struct{ low, high float64 }

func numbersOf(a query.Agg, values []any) any {
	var numbers []float64
	var exact int64
	for _, v := range values {
		text := textOf(v)
		if strings.Trim(text, "0123456789.eE+-") != "" {
			continue
		}
		if n, err := strconv.ParseFloat(text, 64); err == nil {
			numbers = append(numbers, n)
		}
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			if len(numbers) == 1 || a.Func == query.Min && n < exact || a.Func == query.Max && n > exact {
				exact = n
			} else if a.Func == query.Sum {
				exact += n
			}
		}
	}
	if len(numbers) == 0 && a.Func != query.Sum {
		return nil
	}
	slices.Sort(numbers)
	if q, ok := a.Func.Quantile(); ok {
		at := q * float64(len(numbers)-1)
		return spread{numbers[max(0, int(at)-1)], numbers[min(len(numbers)-1, int(at)+2)]}
	}
	if a.Func == query.Avg {
		sum := 0.0
		for _, n := range numbers {
			sum += n
		}
		return typed(a.Type, sum/float64(len(numbers)), 0)
	}
	sum := 0.0
	for _, n := range numbers {
		sum += n
	}
	return typed(a.Type, map[query.Func]float64{query.Sum: sum, query.Min: first(numbers), query.Max: last(numbers)}[a.Func], exact)
}

func first(n []float64) float64 { return append(n, 0)[0] }
func last(n []float64) float64  { return append([]float64{0}, n...)[len(n)] }

// typed is a result as the column's type: whole ones keep all their digits.
func typed(t operation.Type, value float64, exact int64) any {
	if exact == 0 {
		exact = int64(math.Round(value))
	}
	switch t {
	case operation.TypeInt:
		return exact
	case operation.TypeDuration:
		return operation.Duration(exact)
	case operation.TypeTime:
		return operation.Time(exact)
	default:
		return value
	}
}

// same tells whether a cell of a store is the expected one.
func same(a query.Func, want, got any) bool {
	switch w := want.(type) {
	case spread:
		g, ok := asFloat(got)
		return ok && g >= w.low-math.Abs(w.low)*0.05-1 && g <= w.high+math.Abs(w.high)*0.05+1
	case float64:
		g, ok := got.(float64)
		return ok && math.Abs(g-w) <= 1e-9*max(1, math.Abs(w))
	case operation.Duration:
		g, ok := got.(operation.Duration)
		return ok && (w-g).Abs() <= time.Duration(1e-9*float64(w))+1
	case int64:
		g, ok := got.(int64)
		return ok && (g == w || a == query.Uniq && math.Abs(float64(g-w)) <= 0.03*float64(w))
	default:
		return reflect.DeepEqual(want, got)
	}
}

func asFloat(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case int64:
		return float64(v), true
	case operation.Duration:
		return float64(v), true
	default:
		return 0, false
	}
}

// compareRows compares two rows in the order of a resolved query; cells that are not exact are taken from the store.
func compareRows(q store.AggregateQuery) func(a, b []any) int {
	return func(a, b []any) int {
		for _, key := range q.Sort {
			i := columnAt(q, key.Name)
			if d := compareCells(a[i], b[i]); d != 0 {
				if key.Desc && a[i] != nil && b[i] != nil {
					return -d
				}
				return d
			}
		}
		return 0
	}
}

func compareCells(a, b any) int {
	if a == nil || b == nil {
		return cmp.Compare(rank(a), rank(b))
	}
	switch a := a.(type) {
	case int64:
		return cmp.Compare(a, b.(int64))
	case float64:
		return cmp.Compare(a, b.(float64))
	case operation.Time:
		return cmp.Compare(a, b.(operation.Time))
	case operation.Duration:
		return cmp.Compare(a, b.(operation.Duration))
	case bool:
		return cmp.Compare(rank(map[bool]any{true: 1}[a]), rank(map[bool]any{true: 1}[b.(bool)])) * -1
	default:
		return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b))
	}
}

func rank(v any) int {
	if v == nil {
		return 1
	}
	return 0
}
