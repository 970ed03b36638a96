package cli

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// condition is what --fail-if says: a column, an operator and a number.
type condition struct {
	text, column, op string
	value            float64
}

var conditionForm = regexp.MustCompile(`^\s*(.+?)\s*(>=|<=|!=|=|>|<)\s*(\S+)\s*$`)

func conditionsOf(texts []string) ([]condition, error) {
	var out []condition
	for _, text := range texts {
		m := conditionForm.FindStringSubmatch(text)
		if m == nil {
			return nil, usageError{fmt.Errorf("--fail-if is %q, want a column, a comparison and a value, such as 'p95(duration) > 1s'", printable(text, 80))}
		}
		value, err := amount(m[3])
		if err != nil {
			return nil, usageError{fmt.Errorf("--fail-if compares with %q, want a number, a duration like 1s or a share like 5%%", printable(m[3], 40))}
		}
		out = append(out, condition{text: text, column: m[1], op: m[2], value: value})
	}
	return out, nil
}

// amount reads a number as the API has it: durations in nanoseconds, shares from 0 to 1.
func amount(text string) (float64, error) {
	if share, ok := strings.CutSuffix(text, "%"); ok {
		n, err := strconv.ParseFloat(share, 64)
		return n / 100, err
	}
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		return n, nil
	}
	d, err := time.ParseDuration(text)
	return float64(d), err
}

// check tells the first condition that holds for a row.
func (a *answer) check(conditions []condition) error {
	for _, c := range conditions {
		at, err := a.find(c.column)
		if err != nil {
			return err
		}
		for _, row := range a.Rows {
			if n, ok := row[at].(float64); ok && c.holds(n) {
				return checkFailed{fmt.Errorf("%s: %s is %s%s", c.text, a.Columns[at].Name, a.Columns[at].text(n, time.UTC, timeLayout), a.where(row))}
			}
		}
	}
	return nil
}

// find is the column of that name, or the only one that begins with it: p95 for p95(duration).
func (a *answer) find(name string) (int, error) {
	var found, all []int
	for k, c := range a.Columns {
		switch {
		case strings.EqualFold(c.Name, name):
			return k, nil
		case len(c.Name) > len(name) && strings.EqualFold(c.Name[:len(name)], name):
			found = append(found, k)
		}
		if !c.Group {
			all = append(all, k)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	names := make([]string, 0, len(all))
	for _, k := range all {
		names = append(names, a.Columns[k].Name)
	}
	return 0, usageError{fmt.Errorf("--fail-if names %q, want one of %s", printable(name, 40), printable(strings.Join(names, ", "), 200))}
}

func (c condition) holds(n float64) bool {
	switch c.op {
	case ">":
		return n > c.value
	case ">=":
		return n >= c.value
	case "<":
		return n < c.value
	case "<=":
		return n <= c.value
	case "=":
		return n == c.value
	default:
		return n != c.value
	}
}

// where names the group of a row.
func (a *answer) where(row []any) string {
	var parts []string
	for k, c := range a.Columns {
		if c.Group && k < len(row) {
			parts = append(parts, c.Name+" "+printable(c.text(row[k], time.UTC, time.RFC3339), 40))
		}
	}
	if slices.Contains(parts, "") || len(parts) == 0 {
		return ""
	}
	return " for " + strings.Join(parts, ", ")
}
