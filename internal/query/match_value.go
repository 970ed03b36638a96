package query

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

// comparer makes the test of one value of the field. A value of the wrong type never passes.
func comparer(f Field, op Op, want Value) func(any) bool {
	if f.Type == operation.TypeMap {
		return eachElement(attributeComparer(f, op, want))
	}
	switch want := want.(type) {
	case string:
		return textComparer(op, want, f.Fold)
	case int64:
		return orderComparer(op, want)
	case float64:
		return orderComparer(op, want)
	case operation.Time:
		return orderComparer(op, want)
	case operation.Duration:
		return orderComparer(op, want)
	default: // bool and ids are equal or not
		return func(value any) bool { return op == Eq && value == want || op == Ne && value != want }
	}
}

func orderComparer[T cmp.Ordered](op Op, want T) func(any) bool {
	return func(value any) bool {
		v, ok := value.(T)
		return ok && inOrder(op, cmp.Compare(v, want))
	}
}

func inOrder(op Op, order int) bool {
	switch op {
	case Eq:
		return order == 0
	case Ne:
		return order != 0
	case Gt:
		return order > 0
	case Ge:
		return order >= 0
	case Lt:
		return order < 0
	case Le:
		return order <= 0
	default:
		return false
	}
}

func textComparer(op Op, want string, fold bool) func(any) bool {
	holds := textTest(op, want, fold)
	return func(value any) bool {
		s, ok := value.(string)
		return ok && holds(s)
	}
}

func textTest(op Op, want string, fold bool) func(string) bool {
	if op == Match || op == NotMatch {
		return regexpTest(op, want)
	}
	normal := func(s string) string { return s }
	if fold {
		normal = strings.ToLower
	}
	want = normal(want)
	switch op {
	case Eq:
		return func(s string) bool { return normal(s) == want }
	case Ne:
		return func(s string) bool { return normal(s) != want }
	case Contains:
		return func(s string) bool { return strings.Contains(normal(s), want) }
	case StartsWith:
		return func(s string) bool { return strings.HasPrefix(normal(s), want) }
	case Like:
		pattern := []rune(want)
		return func(s string) bool { return like(pattern, []rune(normal(s))) }
	default:
		return func(string) bool { return false }
	}
}

func regexpTest(op Op, pattern string) func(string) bool {
	re, err := regexp.Compile(pattern)
	if err != nil {
		return func(string) bool { return false }
	}
	return func(s string) bool { return re.MatchString(s) == (op == Match) }
}

// like matches the whole text: * stands for any run of characters, ? for one. It goes back to the last * only, so
// that it takes time in the product of both lengths at most.
func like(pattern, text []rune) bool {
	p, star, mark := 0, -1, 0
	for t := 0; t < len(text); {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// eachElement passes a list when one of its elements passes.
func eachElement(holds func(any) bool) func(any) bool {
	return func(value any) bool {
		list, ok := value.([]any)
		if !ok {
			return holds(value)
		}
		for _, element := range list {
			if holds(element) {
				return true
			}
		}
		return false
	}
}

// attributeComparer compares a number with numbers and text that is one (other values neither equal it nor differ
// from it), and everything else as text.
func attributeComparer(f Field, op Op, want Value) func(any) bool {
	number, isNumber := want.(float64)
	if isNumber {
		return func(value any) bool {
			v, ok := attributeNumber(value)
			return ok && inOrder(op, cmp.Compare(v, number))
		}
	}
	text, isText := want.(string)
	if b, isBool := want.(bool); isBool {
		text, isText = strconv.FormatBool(b), true
	}
	if !isText {
		return func(any) bool { return false }
	}
	holds := textTest(op, text, f.Fold)
	return func(value any) bool { return holds(attributeText(value)) }
}

func attributeNumber(value any) (float64, bool) {
	switch v := value.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, v == v // NaN is no number to compare with
	case string:
		if v == "" || strings.Trim(v, "0123456789.eE+-") != "" {
			return 0, false
		}
		n, err := strconv.ParseFloat(v, 64)
		return n, err == nil
	default:
		return 0, false
	}
}

// attributeText is an attribute's value as people search for it: numbers in decimal, bytes in base64, maps as JSON.
func attributeText(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case []byte:
		return base64.StdEncoding.EncodeToString(v)
	default:
		var out bytes.Buffer
		enc := json.NewEncoder(&out)
		enc.SetEscapeHTML(false)
		if enc.Encode(v) != nil {
			return ""
		}
		return strings.TrimSuffix(out.String(), "\n")
	}
}
