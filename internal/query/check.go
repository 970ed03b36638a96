package query

import (
	"errors"
	"fmt"

	"github.com/opslog/opslog/internal/operation"
)

// Diagnosis tells what a text means as a query, or why it is none.
type Diagnosis struct {
	Normalised string    `json:"normalised"`     // empty when there are errors
	From       string    `json:"from,omitempty"` // the range of time that a pasted block asks for
	Tree       *Node     `json:"ast,omitempty"`
	Stages     []Staged  `json:"stages,omitempty"`
	Errors     []Problem `json:"errors"`
	Warnings   []Problem `json:"warnings"`

	// Query is nil when there are errors.
	Query *Query `json:"-"`
}

// Staged is a stage with the name of what it does.
type Staged struct {
	Name  string `json:"name"`
	Stage Stage  `json:"stage"`
}

// Check is Parse for those who show the answer to a person.
func Check(text string, now operation.Time) Diagnosis { return diagnosis(Parse(text, now)) }

func diagnosis(q *Query, err error) Diagnosis {
	d := Diagnosis{Errors: []Problem{}, Warnings: []Problem{}}
	var wrong *Error
	if errors.As(err, &wrong) {
		d.Errors = wrong.Problems
		return d
	}
	d.Query, d.Normalised, d.From, d.Tree = q, q.String(), q.From, q.Tree
	d.Warnings = append(d.Warnings, q.Warnings...)
	for _, s := range q.Stages {
		d.Stages = append(d.Stages, Staged{stageName(s), s})
	}
	return d
}

func stageName(s Stage) string {
	switch s.(type) {
	case *Aggregate:
		return "aggregate"
	case *Sort:
		return "sort"
	case *Limit:
		return "limit"
	case *Select:
		return "fields"
	case *Where:
		return "where"
	case *Split:
		return "compare"
	default:
		panic(fmt.Sprintf("query: stage of type %T", s))
	}
}
