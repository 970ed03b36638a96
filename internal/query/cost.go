package query

import (
	"fmt"
	"strings"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// longRange is from which range on a condition that reads the text of every operation needs company.
const longRange = 30 * 24 * time.Hour

// Expensive finds a condition that would read the text of every operation of a long range: a regular expression, or
// a part of a text, without another condition that narrows the search. It answers nil when there is none.
func (q *Query) Expensive(length operation.Duration) *Problem {
	if q.Tree == nil || length < longRange || narrows(q.Filter) {
		return nil
	}
	n := q.Tree.reader()
	if n == nil {
		return nil
	}
	what := "a regular expression"
	if n.Op != Match && n.Op != NotMatch {
		what = "a search for a part of a text"
	}
	p := (&fault{
		code: CodeTooExpensive, at: n.at, message: fmt.Sprintf("%s over %d days needs another filter", what, int(length/(24*time.Hour))),
		hint: "add a condition such as service = name, or shorten the range",
	}).problem(q.src)
	return &p
}

// narrows tells whether one of the conditions that must hold is equality with some text or id.
func narrows(e Expr) bool {
	switch e := e.(type) {
	case And:
		for _, t := range e.Terms {
			if narrows(t) {
				return true
			}
		}
	case Compare:
		return e.Op == Eq && isExact(e.Field)
	case In:
		return isExact(e.Field)
	}
	return false
}

func isExact(f Field) bool {
	return f.Type == operation.TypeString || f.Type == operation.TypeID || f.Type == operation.TypeMap
}

// reader is the first condition that no index answers.
func (n *Node) reader() *Node {
	for _, t := range n.Terms {
		if found := t.reader(); found != nil {
			return found
		}
	}
	switch {
	case n.Kind != KindCompare:
		return nil
	case n.Op == Match, n.Op == NotMatch, n.Op == Contains:
		return n
	case n.Op == Like, n.Op == Eq && !n.Values[0].Quoted:
		if strings.HasPrefix(n.Values[0].Text, "*") {
			return n
		}
	}
	return nil
}
