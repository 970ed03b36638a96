//go:build cgo && !noduckdb

package embedded

import (
	"fmt"
	"strconv"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// parts are pieces of SQL with the values for their question marks.
type parts struct {
	list []string
	args []any
}

func (p *parts) add(sql string, args ...any) {
	p.list = append(p.list, sql)
	p.args = append(p.args, args...)
}

// columns are the columns of an aggregate, and what its rows are grouped by.
func (a *aggregation) columns() (columns, groups parts, err error) {
	seconds := operand{value: "((? - ?) / 1e9)", args: []any{int64(a.Range.To), int64(a.Range.From)}}
	for i, g := range a.AggregateQuery.Aggregate.By {
		key, err := a.group(g)
		if err != nil {
			return columns, groups, err
		}
		if g.Time {
			seconds = a.seconds(int64(g.Width))
		}
		columns.add(key.value+" AS "+columnName(i), key.args...)
		groups.add(strconv.Itoa(i + 1))
	}
	for _, agg := range a.AggregateQuery.Aggregate.Aggs {
		value, err := a.aggregate(agg, seconds)
		if err != nil {
			return columns, groups, err
		}
		columns.add(value.value+" AS "+columnName(len(columns.list)), value.args...)
	}
	return columns, groups, nil
}

// seconds is how much of the range a bucket of time is about.
func (a *aggregation) seconds(width int64) operand {
	bucket := "(min(o.start_time) // ? * ?)"
	return operand{
		value: "((least(" + bucket + " + ?, ?) - greatest(" + bucket + ", ?)) / 1e9)",
		args:  []any{width, width, width, int64(a.Range.To), width, width, int64(a.Range.From)},
	}
}

// operand is SQL for a value of an operation: a number, or text. It is NULL when it is missing.
type operand struct {
	typ   operation.Type
	value string
	args  []any
	text  bool
}

// group is what to group by; NULL when it is missing.
func (a *aggregation) group(g query.Group) (operand, error) {
	if g.Time {
		return operand{value: "o.start_time // ? * ?", args: []any{int64(g.Width), int64(g.Width)}}, nil
	}
	v, err := a.operand(g.Field.Field)
	if g.Steps > 0 {
		v.value = "CAST(floor(log2(greatest(" + v.value + ", 1)) * " + strconv.Itoa(g.Steps) + ") AS BIGINT)"
	}
	return v, err
}

func (a *aggregation) operand(f query.Field) (operand, error) { return recordScope.operand(f) }

func (s scope) operand(f query.Field) (operand, error) {
	at, err := s(f)
	if err != nil {
		return operand{}, err
	}
	v := operand{typ: at.typ, value: at.value}
	switch {
	case at.typ == operation.TypeMap && f.Key != "":
		v = operand{typ: operation.TypeString, text: true, args: []any{f.Key}, value: at.vals + "[list_position(" + at.keys + ", ?)]"}
	case at.typ == operation.TypeString:
		v.value, v.text = "nullif("+at.value+", '')", true
	case at.typ == operation.TypeID && at.number:
		v.value, v.text = "CASE WHEN "+at.present+" THEN printf('%016x', "+at.value+") END", true
	case at.typ == operation.TypeID:
		v.value, v.text = "CASE WHEN "+at.present+" THEN replace(CAST("+at.value+" AS VARCHAR), '-', '') END", true
	case at.typ == operation.TypeMap || at.typ == operation.TypeList:
		return v, fmt.Errorf("aggregate %s: it holds many values", f.Name)
	}
	return v, nil
}

// number is the operand as a number; NULL when it is none.
func (v operand) number() operand {
	if v.text {
		v.args = append(append([]any{}, v.args...), v.args...)
		v.value = "CASE WHEN trim(" + v.value + ", '0123456789.eE+-') = '' THEN TRY_CAST(" + v.value + " AS DOUBLE) END"
	}
	return v
}

func (a *aggregation) aggregate(agg query.Agg, seconds operand) (operand, error) {
	switch {
	case agg.Func == query.Rate:
		return operand{value: "count(*) / " + seconds.value, args: seconds.args}, nil
	case agg.Func == query.ErrorRate:
		return operand{value: "count(*) FILTER (WHERE o.status = 'error') / nullif(count(*), 0)"}, nil
	case agg.Func == query.Count && agg.Arg == nil:
		return operand{value: "count(*)"}, nil
	case agg.Arg == nil:
		return operand{}, fmt.Errorf("aggregate: %s needs a field", agg.Func)
	}
	v, err := a.operand(agg.Arg.Field)
	if err != nil {
		return v, err
	}
	if v, err = v.aggregate(agg.Func); err != nil {
		return v, err
	}
	_, quantile := agg.Func.Quantile()
	switch {
	case agg.Type == operation.TypeDuration && (quantile || agg.Func == query.Avg):
		v.value = "CAST(round(" + v.value + ") AS BIGINT)"
	case agg.Type == operation.TypeInt, agg.Type == operation.TypeDuration, agg.Type == operation.TypeTime:
		v.value = "CAST(" + v.value + " AS BIGINT)"
	case agg.Type == operation.TypeFloat:
		v.value = "CAST(" + v.value + " AS DOUBLE)"
	}
	return v, nil
}

func (v operand) aggregate(fn query.Func) (operand, error) {
	number := v.number()
	if q, ok := fn.Quantile(); ok {
		number.value = "approx_quantile(" + number.value + ", " + strconv.FormatFloat(q, 'g', -1, 64) + ")"
		return number, nil
	}
	switch fn {
	case query.Count:
		v.value = "count(" + v.value + ")"
	case query.Uniq:
		v.value = "count(DISTINCT " + v.value + ")"
	case query.Avg, query.Min, query.Max:
		number.value = string(fn) + "(" + number.value + ")"
		return number, nil
	case query.Sum:
		number.value = "coalesce(sum(" + number.value + "), 0)"
		return number, nil
	case query.First:
		v.value = "arg_min(CAST(" + v.value + " AS VARCHAR), o.operation_id)"
	case query.Latest:
		v.value = "arg_max(CAST(" + v.value + " AS VARCHAR), o.operation_id)"
	case query.Values:
		v.value = "coalesce(list_sort(list(DISTINCT CAST(" + v.value + " AS VARCHAR)) FILTER (WHERE " + v.value + " IS NOT NULL)), [])[1:" + strconv.Itoa(query.MaxValues) + "]"
		v.args = append(append([]any{}, v.args...), v.args...)
	default:
		return v, fmt.Errorf("aggregate: no function %q", fn)
	}
	return v, nil
}
