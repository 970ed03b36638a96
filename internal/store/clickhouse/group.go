package clickhouse

import (
	"fmt"
	"strconv"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// columns are the columns of an aggregate, and what its rows are grouped by.
func (a *aggregation) columns() (columns, groups []string, err error) {
	seconds := a.seconds("")
	for i, g := range a.AggregateQuery.Aggregate.By {
		key, shown, err := a.group(g)
		if err != nil {
			return nil, nil, err
		}
		if g.Time {
			seconds = a.seconds(key)
		}
		columns, groups = append(columns, shown+" AS "+columnName(i)), append(groups, key)
	}
	for _, agg := range a.AggregateQuery.Aggregate.Aggs {
		value, err := a.aggregate(agg, seconds)
		if err != nil {
			return nil, nil, err
		}
		columns = append(columns, value+" AS "+columnName(len(columns)))
	}
	return columns, groups, nil
}

// group answers what to group by, and how it is shown: NULL when it is missing.
func (a *aggregation) group(g query.Group) (key, shown string, err error) {
	if g.Time {
		width := a.params.number(int64(g.Width))
		key = "intDiv(toUnixTimestamp64Nano(start_time), " + width + ") * " + width
		return key, cast(key, operation.TypeTime), nil
	}
	v, err := a.valueOf(g.Field.Field)
	switch {
	case err != nil:
		return "", "", err
	case g.Steps > 0:
		key = "toInt64(floor(log2(greatest(" + v.value + ", 1)) * " + strconv.Itoa(g.Steps) + "))"
		return key, cast(key, operation.TypeInt), nil
	case v.text && v.value == g.Field.Field.Name: // grouping by the column itself is faster
		return v.value, cast("nullIf("+v.value+", '')", v.kind), nil
	case v.present == "":
		return v.value, cast(v.value, v.kind), nil
	default:
		key = "if(" + v.present + ", " + v.value + ", NULL)"
		return key, cast(key, v.kind), nil
	}
}

// seconds is how much of the range a row is about.
func (a *aggregation) seconds(bucket string) string {
	from, to := a.params.number(int64(a.Range.From)), a.params.number(int64(a.Range.To))
	for _, g := range a.AggregateQuery.Aggregate.By {
		if g.Time && bucket != "" {
			from = "greatest(" + bucket + ", " + from + ")"
			to = "least(" + bucket + " + " + a.params.number(int64(g.Width)) + ", " + to + ")"
		}
	}
	return "((" + to + " - " + from + ") / 1e9)"
}

// operand is a field as aggregates take it.
type operand struct {
	kind    operation.Type
	value   string // a number, or text
	present string // holds when there is a value; empty when there always is one
	text    bool
}

func (a *aggregation) valueOf(f query.Field) (operand, error) {
	at, err := a.find(f)
	if err != nil {
		return operand{}, err
	}
	v := operand{kind: at.kind, value: at.value, present: at.present}
	switch {
	case at.kind == operation.TypeMap && f.Key != "":
		v.kind, v.text = operation.TypeString, true
	case at.kind == operation.TypeString:
		v.text = true
	case at.kind == operation.TypeID:
		v.value, v.text = "lower(hex("+at.value+"))", true
	case at.kind == operation.TypeTime:
		v.value = "toUnixTimestamp64Nano(" + at.value + ")"
	case at.kind == operation.TypeBool:
		v.value = "toInt64(" + at.value + ")"
	case at.kind == operation.TypeMap || at.kind == operation.TypeList:
		return v, fmt.Errorf("aggregate %s: it holds many values", f.Name)
	}
	return v, nil
}

// number is the operand as a number, NULL when it is none.
func (v operand) number() string {
	if !v.text {
		return v.value
	}
	return "if(" + v.some() + " AND match(" + v.value + ", '^[0-9.eE+-]+$'), toFloat64OrNull(" + v.value + "), NULL)"
}

func (v operand) some() string {
	if v.present == "" {
		return "true"
	}
	return v.present
}

var castTypes = map[operation.Type]string{
	operation.TypeInt: "Int64", operation.TypeTime: "Int64", operation.TypeDuration: "Int64", operation.TypeBool: "Int64", operation.TypeFloat: "Float64",
}

// cast makes the type that cells read.
func cast(value string, t operation.Type) string {
	to := castTypes[t]
	if to == "" {
		to = "String"
	}
	return "CAST(" + value + ", 'Nullable(" + to + ")')"
}

func (a *aggregation) aggregate(agg query.Agg, seconds string) (string, error) {
	switch {
	case agg.Func == query.Rate:
		return cast("count() / "+seconds, operation.TypeFloat), nil
	case agg.Func == query.ErrorRate:
		return cast("if(count() = 0, NULL, countIf(status = 'error') / count())", operation.TypeFloat), nil
	case agg.Func == query.Count && agg.Arg == nil:
		return cast("count()", operation.TypeInt), nil
	case agg.Arg == nil:
		return "", fmt.Errorf("aggregate: %s needs a field", agg.Func)
	}
	v, err := a.valueOf(agg.Arg.Field)
	if err != nil {
		return "", err
	}
	value, err := v.aggregate(agg.Func)
	if agg.Func == query.Values {
		return value, err
	}
	return cast(value, agg.Type), err
}

func (v operand) aggregate(fn query.Func) (string, error) {
	if q, ok := fn.Quantile(); ok {
		value := "quantileTDigestOrNull(" + strconv.FormatFloat(q, 'g', -1, 64) + ")(" + v.number() + ")"
		if v.kind == operation.TypeDuration {
			value = "round(" + value + ")"
		}
		return value, nil
	}
	text := "toString(" + v.value + ")"
	if v.kind == operation.TypeBool {
		text = "if(" + v.value + " = 1, 'true', 'false')"
	}
	switch fn {
	case query.Count:
		return "countIf(" + v.some() + ")", nil
	case query.Uniq:
		return "uniqIf(" + v.value + ", " + v.some() + ")", nil
	case query.Avg:
		if v.kind == operation.TypeDuration {
			return "round(avgOrNull(" + v.number() + "))", nil
		}
		return "avgOrNull(" + v.number() + ")", nil
	case query.Sum:
		return "ifNull(sum(" + v.number() + "), 0)", nil
	case query.Min, query.Max:
		return string(fn) + "OrNull(" + v.number() + ")", nil
	case query.First:
		return "argMinOrNullIf(" + text + ", operation_id, " + v.some() + ")", nil
	case query.Latest:
		return "argMaxOrNullIf(" + text + ", operation_id, " + v.some() + ")", nil
	case query.Values:
		return "arraySlice(arraySort(groupUniqArrayIf(" + strconv.Itoa(query.MaxValues) + ")(" + text + ", " + v.some() + ")), 1, " + strconv.Itoa(query.MaxValues) + ")", nil
	default:
		return "", fmt.Errorf("aggregate: no function %q", fn)
	}
}
