package clickhouse

import (
	"fmt"
	"strconv"

	"github.com/opslog/opslog/internal/query"
)

// compareAttribute compares the text of a value, as store.FlattenAttributes gives it; of a list, that of any of
// its elements.
func (w *where) compareAttribute(f query.Field, op query.Op, value query.Value) (string, error) {
	key := w.params.text(f.Key)
	text := f.Name + "[" + key + "]"
	one, err := w.compareValue(text, op, value, f.Fold)
	if err != nil {
		return "", err
	}
	element, err := w.compareValue("element", op, value, f.Fold)
	isList := "substring(" + f.Name + "_types, indexOf(mapKeys(" + f.Name + "), " + key + "), 1) = 'l'"
	condition := "if(" + isList + ", arrayExists(element -> " + element + ", " + elements(text) + "), " + one + ")"
	return both(w.hasKey(f), w.findAttribute(f, op, value)+condition), err
}

func (w *where) compareValue(text string, op query.Op, value query.Value, fold bool) (string, error) {
	switch v := value.(type) {
	case string:
		return w.compareText(text, op, v, fold)
	case bool:
		return w.compareText(text, op, strconv.FormatBool(v), fold)
	case float64:
		condition, err := order("toFloat64OrNull("+text+")", op, w.params.float(v))
		return "ifNull(" + condition + ", false)", err // not a number
	default:
		return "", fmt.Errorf("render condition: an attribute does not compare with a %T", value)
	}
}

// findAttribute is a condition that an index answers, put before the exact one.
func (w *where) findAttribute(f query.Field, op query.Op, value query.Value) string {
	text, ok := value.(string)
	if !ok || !w.search.attributes || f.Name != "attributes" || op != query.Eq || f.Fold {
		return ""
	}
	return "has(attribute_items, " + w.params.text(f.Key+"="+text) + ") AND "
}

// elements are the texts of a list's elements from its typed JSON. The column attribute_items has the same.
func elements(list string) string {
	return "arrayMap(e -> multiIf(startsWith(e, '\"'), JSONExtractString(e), startsWith(e, '{\"$bytes\":'), JSONExtractString(e, '$bytes'), " +
		"startsWith(e, '{\"$float\":'), JSONExtractString(e, '$float'), e = 'null', '', replaceRegexpOne(e, '^(-?[0-9]+)\\\\.0$', '\\\\1')), " +
		"JSONExtractArrayRaw(" + list + "))"
}
