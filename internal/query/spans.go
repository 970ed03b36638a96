package query

import (
	"github.com/opslog/opslog/internal/operation"
)

// spanRows is what names belong to where each row of the answer is a span.
const spanRows = "span rows"

// ParseSpans is Parse for a query whose rows are spans. Names mean what they mean within any() and its kin, duration
// is the span's own, and words are looked for in the span's name and status message. It takes the stages sort and
// limit. The filter's names are those of a Quant over OverSpans; it holds no Text and no Quant.
func ParseSpans(text string, now operation.Time) (*Query, error) { return parse(text, now, spanRows) }

// CheckSpans is Check for a query whose rows are spans.
func CheckSpans(text string, now operation.Time) Diagnosis { return diagnosis(ParseSpans(text, now)) }

// CompleteSpans is Complete for a query whose rows are spans.
func CompleteSpans(text string, pos int) Completion { return complete(text, pos, spanRows) }

// MatchesSpan tells whether the filter of a query whose rows are spans holds. Stores answer the same.
func MatchesSpan(e Expr, s *operation.Span) bool {
	return e == nil || compile(e, OverSpans)(subject{part: s})
}

// spanRowSuggestions are offered before all other names.
var spanRowSuggestions = []string{"name", "service", "duration", "status", "kind", "trace", "span", "start_time", "status_message", "event.name"}

// spanRowName finds what a name means where each row is a span.
func spanRowName(name string) (meaning, *fault) {
	if name == "duration" {
		return meaning{name: name}.plain(elementField(OverSpans, name)), nil
	}
	m, f := spanName(name)
	if f != nil && f.code == CodeUnsupportedField {
		f.hint = name + " belongs to operations, here each row is a span"
	}
	return m, f
}

// wordsInSpan holds where the words occur, letter case aside.
func wordsInSpan(words string) Expr {
	var places []Expr
	for _, name := range []string{"name", "status_message"} {
		field := elementField(OverSpans, name)
		field.Fold = true
		places = append(places, Compare{field, Contains, words})
	}
	return Or{places}
}

// ofSpanRows is what is wrong with a stage where each row is a span; nil when nothing is.
func (r *resolver) ofSpanRows(s Stage) *fault {
	if r.over != spanRows {
		return nil
	}
	const hint = "sort and limit can stand here"
	switch s.(type) {
	case *Sort, *Limit:
		return nil
	case *Select:
		return &fault{code: CodeWrongStage, message: "fields chooses fields of operations, here each row is a span", hint: hint}
	default:
		return &fault{code: CodeWrongStage, message: "spans are listed, not counted: sampling keeps a part of them only", hint: hint + "; operations are counted exactly"}
	}
}

// elementsOf is the list whose elements the names belong to; empty for the operation itself.
func elementsOf(over string) string {
	if over == spanRows {
		return OverSpans
	}
	return over
}
