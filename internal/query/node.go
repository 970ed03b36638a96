package query

// Kind says what a Node is.
type Kind string

// The kinds of nodes.
const (
	KindAnd     Kind = "and"
	KindOr      Kind = "or"
	KindNot     Kind = "not"
	KindAny     Kind = "any"
	KindAll     Kind = "all"
	KindNone    Kind = "none"
	KindCompare Kind = "compare" // Field Op Values[0]
	KindIn      Kind = "in"      // Field [NOT] IN (Values)
	KindBetween Kind = "between" // Field [NOT] BETWEEN Values[0] AND Values[1]
	KindExists  Kind = "exists"  // Field EXISTS, with Negated: Field IS NULL
	KindText    Kind = "text"    // Values[0]
)

// Node is a condition as it was written: short names, values as text. Expr is what it means.
type Node struct {
	Kind    Kind      `json:"kind"`
	Terms   []*Node   `json:"terms,omitempty"`
	Field   string    `json:"field,omitempty"`
	Op      Op        `json:"op,omitempty"`
	Values  []Literal `json:"values,omitempty"`
	Negated bool      `json:"negated,omitempty"`

	at span // the field's name
}

// Literal is a value as it was written.
type Literal struct {
	Text   string `json:"text"`
	Quoted bool   `json:"quoted,omitempty"`

	at span
}

// join makes one node of several under "and" or "or"; terms of the same kind become its own.
func join(kind Kind, nodes []*Node) *Node {
	if len(nodes) == 1 {
		return nodes[0]
	}
	joined := &Node{Kind: kind}
	for _, n := range nodes {
		if n.Kind == kind {
			joined.Terms = append(joined.Terms, n.Terms...)
		} else {
			joined.Terms = append(joined.Terms, n)
		}
	}
	return joined
}
