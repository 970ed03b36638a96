package clickhouse

import (
	"fmt"
	"strings"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// ordering is how a list is sorted, and where it goes on.
type ordering struct {
	sort  []query.SortKey
	scope scope    // of what is listed; nil is an operation's
	ties  []string // the columns of the ids that tell all rows apart

	start *operation.Time // at the cursor; nil without one
	keys  []string        // the values of sort there
	ids   [][]byte        // and of the ties
}

// operationOrder is that of a list of operations.
func operationOrder(q store.OperationQuery) ordering {
	o := ordering{sort: q.Sort, ties: []string{"operation_id"}}
	if c := q.After; c != nil {
		o.start, o.keys, o.ids = &c.StartTime, c.Keys, [][]byte{c.ID[:]}
	}
	return o
}

// spanOrder is that of a list of spans.
func spanOrder(q store.SpanQuery) ordering {
	o := ordering{sort: q.Sort, scope: spanScope, ties: []string{"span_id", "trace_id"}}
	if c := q.After; c != nil {
		o.start, o.keys, o.ids = &c.StartTime, c.Keys, [][]byte{c.SpanID[:], c.TraceID[:]}
	}
	return o
}

// by is the order of a list, and the condition on what comes behind the cursor; empty without one.
func (o ordering) by(p *params) (order, behind string, err error) {
	if len(o.sort) == 0 {
		columns := append([]string{"start_time"}, o.ties...)
		if o.start != nil {
			last := []string{p.time(*o.start)}
			for _, id := range o.ids {
				last = append(last, p.id(id))
			}
			behind = "(" + strings.Join(columns, ", ") + ") < (" + strings.Join(last, ", ") + ")"
		}
		return strings.Join(columns, " DESC, ") + " DESC", behind, nil
	}
	keys, err := o.all(p)
	if err != nil {
		return "", "", err
	}
	var sorted, equal, alternatives []string
	for _, k := range keys {
		sorted = append(sorted, k.value+k.direction())
		alternatives = append(alternatives, all(append(equal, k.value+k.beyond()+k.last)))
		equal = append(equal[:len(equal):len(equal)], k.value+" = "+k.last)
	}
	if o.start != nil {
		behind = "((" + strings.Join(alternatives, ") OR (") + "))"
	}
	return strings.Join(sorted, ", "), behind, nil
}

// sortKey is SQL that operations are sorted by, and its value at the cursor.
type sortKey struct {
	value, last string
	desc        bool
}

func (k sortKey) direction() string {
	if k.desc {
		return " DESC"
	}
	return " ASC"
}

func (k sortKey) beyond() string {
	if k.desc {
		return " < "
	}
	return " > "
}

// all are the keys, of which the ids are the last.
func (o ordering) all(p *params) ([]sortKey, error) {
	if o.start != nil && len(o.keys) != len(o.sort) {
		return nil, fmt.Errorf("the cursor has %d values for %d sort keys", len(o.keys), len(o.sort))
	}
	var out []sortKey
	for i, key := range o.sort {
		values, err := o.values(key, p)
		if err != nil {
			return nil, err
		}
		last := make([]any, len(values))
		if o.start != nil {
			if last, err = store.SortValue(key, o.keys[i]); err != nil {
				return nil, err
			}
		}
		for j, value := range values {
			out = append(out, sortKey{value, p.any(last[j]), key.Desc})
		}
	}
	for i, column := range o.ties {
		last := "NULL"
		if o.start != nil {
			last = p.id(o.ids[i])
		}
		out = append(out, sortKey{column, last, true})
	}
	return out, nil
}

// values are what store.SortValue is of a field.
func (o ordering) values(key query.SortKey, p *params) ([]string, error) {
	a := aggregation{where: &where{params: p, scope: o.scope}}
	v, err := a.valueOf(*key.Field)
	switch {
	case err != nil:
		return nil, err
	case key.Field.Key != "":
		return []string{"ifNull(" + v.number() + ", inf)", v.value}, nil
	case v.kind == operation.TypeID:
		return []string{"if(" + v.present + ", " + v.value + ", '')"}, nil
	default:
		return []string{v.value}, nil
	}
}
