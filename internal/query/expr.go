// Package query is opslog's query language: text in, a typed plan out. It knows no SQL; each store renders the
// plan for its own engine with bound parameters.
package query

import "github.com/opslog/opslog/internal/operation"

// Expr is a condition on one operation: And, Or, Not, Compare, In, Exists, Text, Quant or NewError. A field that an operation
// does not have makes a Compare or an In false (and a Not of it true).
type Expr interface{ expr() }

// And holds when all its terms do; it has at least two.
type And struct{ Terms []Expr }

// Or holds when one of its terms does; it has at least two.
type Or struct{ Terms []Expr }

// Not holds when its term does not.
type Not struct{ Term Expr }

// Compare holds when the field compares with the value.
type Compare struct {
	Field Field
	Op    Op
	Value Value
}

// In holds when the field equals one of the values.
type In struct {
	Field  Field
	Values []Value
}

// Exists holds when the operation has the field: a string, id, map or list that is not empty, an attribute that
// is present. Numbers, times and booleans always exist.
type Exists struct{ Field Field }

// Text holds when the words occur, letter case aside, in name, target, error_type, error_message,
// status_message, request_body or response_body.
type Text struct{ Words string }

// Quant is about the parts of an operation: its spans, or the elements of a list that the record keeps. The names of
// the fields within Term are the JSON names of a part (operation.Span, Step, Effect, Finding, Link), attributes and
// resource of a span with a key as usual. Term holds no Text and no Quant. Of no parts at all, Any and All are false
// and None is true.
type Quant struct {
	Kind Kind   // KindAny, KindAll or KindNone
	Over string // OverSpans, or the name of a list of the record: OverExternal and so on
	Term Expr
}

// NewError holds when the operation failed with an error, of its service and fingerprint, that was first seen less than
// a day before it began. That takes other operations to know: store.WithNewErrors answers it. Alone an operation has no
// new error.
type NewError struct{}

// What a Quant may range over.
const (
	OverSpans    = "spans"
	OverExternal = "external"
	OverEffects  = "effects"
	OverFindings = "findings"
	OverLinks    = "links"
)

func (And) expr()      {}
func (Or) expr()       {}
func (Not) expr()      {}
func (Compare) expr()  {}
func (In) expr()       {}
func (Exists) expr()   {}
func (Text) expr()     {}
func (Quant) expr()    {}
func (NewError) expr() {}

// Field is what a condition is about: a field of the record, or one key of its attributes, resource, request_headers
// or response_headers. A list there holds a Compare or an In when one of its elements does.
type Field struct {
	Name string         // a name of operation.Fields: "status", "attributes", "resource"
	Type operation.Type // the type of the record's field
	Key  string         // for a field of TypeMap: the key; otherwise empty
	// Fold compares without regard to letter case (fields with a closed list of values: status, kind, transport).
	Fold bool
}

// Op is a comparison.
type Op string

// The comparisons. Match and NotMatch take RE2, unanchored; Like takes * and ? and covers the whole value.
// Contains and StartsWith regard letter case as Fold says.
const (
	Eq         Op = "="
	Ne         Op = "!="
	Gt         Op = ">"
	Ge         Op = ">="
	Lt         Op = "<"
	Le         Op = "<="
	Match      Op = "~"
	NotMatch   Op = "!~"
	Contains   Op = "contains"
	StartsWith Op = "startswith"
	Like       Op = "like"
)

// Value is a constant of the type that the field asks for: string, int64, float64, bool, operation.Time,
// operation.Duration, operation.ID, operation.TraceID or operation.SpanID. For an attribute it is string,
// float64 (compares with numbers and numeric text) or bool.
type Value any
