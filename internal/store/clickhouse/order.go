package clickhouse

import (
	"fmt"
	"strings"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// orderBy is the order of a list, and the condition on what comes behind the cursor; empty without one.
func orderBy(q store.OperationQuery, p *params) (order, behind string, err error) {
	if len(q.Sort) == 0 {
		if q.After != nil {
			behind = after(*q.After, p)
		}
		return "start_time DESC, operation_id DESC", behind, nil
	}
	keys, err := sortKeys(q, p)
	if err != nil {
		return "", "", err
	}
	var sorted, equal, alternatives []string
	for _, k := range keys {
		sorted = append(sorted, k.value+k.direction())
		alternatives = append(alternatives, all(append(equal, k.value+k.beyond()+k.last)))
		equal = append(equal[:len(equal):len(equal)], k.value+" = "+k.last)
	}
	if q.After != nil {
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

// sortKeys ends with the id, which tells all operations apart.
func sortKeys(q store.OperationQuery, p *params) ([]sortKey, error) {
	if q.After != nil && len(q.After.Keys) != len(q.Sort) {
		return nil, fmt.Errorf("the cursor has %d values for %d sort keys", len(q.After.Keys), len(q.Sort))
	}
	var out []sortKey
	for i, key := range q.Sort {
		values, err := sortValues(key, p)
		if err != nil {
			return nil, err
		}
		last := make([]any, len(values))
		if q.After != nil {
			if last, err = store.SortValue(key, q.After.Keys[i]); err != nil {
				return nil, err
			}
		}
		for j, value := range values {
			out = append(out, sortKey{value, p.any(last[j]), key.Desc})
		}
	}
	id := operation.ID{}
	if q.After != nil {
		id = q.After.ID
	}
	return append(out, sortKey{"operation_id", p.id(id[:]), true}), nil
}

// sortValues is what store.SortValue is of a field.
func sortValues(key query.SortKey, p *params) ([]string, error) {
	a := aggregation{where: &where{params: p}}
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
