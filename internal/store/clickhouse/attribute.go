package clickhouse

import (
	"fmt"
	"strconv"

	"github.com/opslog/opslog/internal/query"
)

// compareAttribute compares the text of a value, as store.FlattenAttributes gives it; of a list, that of any of
// its elements.
func (w *where) compareAttribute(a access, f query.Field, op query.Op, value query.Value) (string, error) {
	one, err := w.compareValue(a.value, op, value, f.Fold)
	if err != nil {
		return "", err
	}
	element, err := w.compareValue("element", op, value, f.Fold)
	condition := "if(" + a.isList + ", arrayExists(element -> " + element + ", " + elements(a.value) + "), " + one + ")"
	return a.found(w.findAttribute(a, f, op, value) + condition), err
}

func (w *where) compareValue(text string, op query.Op, value query.Value, fold bool) (string, error) {
	switch v := value.(type) {
	case string:
		return w.compareText(text, op, v, fold)
	case bool:
		return w.compareText(text, op, strconv.FormatBool(v), fold)
	case float64:
		condition, err := order("toFloat64OrNull("+text+")", op, w.params.float(v))
		// The conversion alone would also take infinity by name; what is not a number gives NULL.
		return "(match(" + text + ", '^[0-9.eE+-]+$') AND ifNull(" + condition + ", false))", err
	default:
		return "", fmt.Errorf("render condition: an attribute does not compare with a %T", value)
	}
}

// findAttribute is a condition that an index answers, put before the exact one.
func (w *where) findAttribute(a access, f query.Field, op query.Op, value query.Value) string {
	text, ok := value.(string)
	if !ok || !w.search.attributes || !a.indexed || op != query.Eq || f.Fold {
		return ""
	}
	return "has(attribute_items, " + w.params.text(f.Key+"="+text) + ") AND "
}

// elements are the texts of a list's elements from its typed JSON. The column attribute_items has the same.
func elements(list string) string {
	return "arrayMap(e -> " + plainText("e") + ", JSONExtractArrayRaw(" + list + "))"
}

// plainText is the text of a value in typed JSON.
func plainText(raw string) string {
	return "multiIf(startsWith(" + raw + ", '\"'), JSONExtractString(" + raw + "), startsWith(" + raw + ", '{\"$bytes\":'), JSONExtractString(" + raw + ", '$bytes'), " +
		"startsWith(" + raw + ", '{\"$float\":'), JSONExtractString(" + raw + ", '$float'), " + raw + " = 'null', '', replaceRegexpOne(" + raw + ", '^(-?[0-9]+)\\\\.0$', '\\\\1'))"
}
