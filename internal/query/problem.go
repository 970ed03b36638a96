package query

import (
	"fmt"
	"strings"
	"unicode/utf16"
)

// Problem is one mistake in a query's text, or a warning about it. Start, End and Column count UTF-16 code units
// as browsers do; ByteStart counts bytes. Line and Column begin at 1.
type Problem struct {
	Code      string `json:"code"`
	Message   string `json:"message"`
	Start     int    `json:"start"`
	End       int    `json:"end"`
	ByteStart int    `json:"byte_start"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	Hint      string `json:"hint,omitempty"`
	Fix       *Fix   `json:"fix,omitempty"`
}

// Fix mends a mistake: the UTF-16 range to replace, and with what.
type Fix struct {
	Replace [2]int `json:"replace"`
	With    string `json:"with"`
}

// Codes of problems.
const (
	CodeSyntax           = "syntax"            // something stands where it cannot
	CodeUnexpectedEnd    = "unexpected_end"    // the text ends too early
	CodeUnterminated     = "unterminated"      // a quote or a bracket is never closed
	CodeUnknownField     = "unknown_field"     // a name without a dot that is no field
	CodeUnknownFunction  = "unknown_function"  // no such function or stage
	CodeUnsupportedField = "unsupported_field" // a field that cannot be asked for here
	CodeMissingOperator  = "missing_operator"  // a field and a value without a comparison
	CodeWrongOperator    = "wrong_operator"    // || and &&, or a comparison that the field does not have
	CodeWrongValue       = "wrong_value"       // a value of another type, or not in a closed list
	CodeWrongStage       = "wrong_stage"       // a stage that does not fit where it stands
	CodeTooLarge         = "too_large"         // too long, too deep, or a number out of range
	CodeTooExpensive     = "too_expensive"     // a condition that takes too long over so long a range
	CodeSimilarField     = "similar_field"     // warning: an attribute named nearly like a field
)

// Error tells why a text is no query. It has at least one problem, in the order of the text.
type Error struct {
	Text     string
	Problems []Problem
}

func (e *Error) Error() string { return e.Problems[0].sentence() }

// Caret draws the problems under the line each is in, for a terminal.
func (e *Error) Caret() string {
	var out strings.Builder
	for i, p := range e.Problems {
		if i > 0 {
			out.WriteByte('\n')
		}
		line := strings.TrimSuffix(strings.Split(e.Text, "\n")[p.Line-1], "\r")
		units := utf16.Encode([]rune(line))
		before := min(p.Column-1, len(units))
		marked := max(1, min(p.End-p.Start, len(units)-before))
		fmt.Fprintf(&out, "%s\n%s%s %s", line, blank(units[:before]), strings.Repeat("^", marked), p.sentence())
	}
	return out.String()
}

// blank is as wide as the text and keeps its tabs.
func blank(units []uint16) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, string(utf16.Decode(units)))
}

func (p Problem) sentence() string {
	where := fmt.Sprintf("col %d", p.Column)
	if p.Line > 1 {
		where = fmt.Sprintf("line %d, col %d", p.Line, p.Column)
	}
	if p.Hint == "" {
		return where + ": " + p.Message
	}
	return where + ": " + p.Message + " (" + p.Hint + ")"
}

// fault is a problem while the query is read: its places are bytes of the text that the parser sees.
type fault struct {
	code, message, hint string
	at                  span
	fix                 *edit
}

type edit struct {
	at   span
	with string
}

func (f *fault) Error() string { return f.message }

// problem turns the places of a fault into places of the text that the user wrote.
func (f *fault) problem(src source) Problem {
	start, end := src.origin(f.at.start), src.origin(f.at.end)
	p := Problem{Code: f.code, Message: f.message, Hint: f.hint, ByteStart: start}
	p.Start, p.End = units(src.text[:start]), units(src.text[:max(start, end)])
	lineStart := strings.LastIndexByte(src.text[:start], '\n') + 1
	p.Line = 1 + strings.Count(src.text[:start], "\n")
	p.Column = 1 + units(src.text[lineStart:start])
	if f.fix != nil && src.verbatim(f.fix.at) {
		p.Fix = &Fix{[2]int{units(src.text[:src.origin(f.fix.at.start)]), units(src.text[:src.origin(f.fix.at.end)])}, f.fix.with}
	}
	return p
}

// units is the length of the text in UTF-16 code units.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// byteAt is the byte in s where the given number of UTF-16 code units has passed, at most len(s).
func byteAt(s string, unit int) int {
	for i, r := range s {
		if unit <= 0 {
			return i
		}
		unit -= max(1, utf16.RuneLen(r))
	}
	return len(s)
}
