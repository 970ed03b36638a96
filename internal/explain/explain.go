// Package explain tells the story of one operation in plain sentences: how it ended, why, what it did and changed,
// where its time went and what is worth fixing. It uses no model and no clock, so the same input gives the same text.
package explain

import (
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// Input is what is known about an operation. All but Operation may be empty; nothing of it is changed.
type Input struct {
	Operation *operation.Operation
	// Spans and Logs are those of the whole trace that were kept.
	Spans []*operation.Span
	Logs  []*operation.LogRecord
	// Others are further operations of the trace; Operation may be among them.
	Others []*operation.Operation
	// Attempts are the operations that tried the same command; Operation may be among them.
	Attempts []*operation.Operation
	// Same says how often the error was seen elsewhere; nil when nobody looked.
	Same *Same
	// Zone is where times are told; nil is UTC.
	Zone *time.Location
}

// Same sums up other operations that failed with the same error.
type Same struct {
	Count       int // 0 says that it happened nowhere else
	More        bool
	Operations  []string // names with their services, without repetition
	First, Last operation.Time
	Where       string // what was searched, such as "in the hour around it" or "in this file"
}

// Story is a told operation.
type Story struct {
	OperationID operation.ID      `json:"operation_id"`
	TraceID     operation.TraceID `json:"trace_id,omitzero"`
	Status      string            `json:"status"`
	Headline    string            `json:"headline"`
	Facts       []string          `json:"facts"`
	Sections    []Section         `json:"sections"`
}

// Section is one part of a story. It has at least one line.
type Section struct {
	Kind  string `json:"kind"`
	Title string `json:"title"`
	Lines []Line `json:"lines"`
}

// Values of Section.Kind.
const (
	SectionCause    = "cause"
	SectionAttempts = "attempts"
	SectionBefore   = "before_the_error"
	SectionSteps    = "steps"
	SectionEffects  = "effects"
	SectionTime     = "time"
	SectionFindings = "findings"
	SectionFollowed = "followed"
	SectionNotes    = "notes"
)

// Line is a sentence, or an item of a list.
type Line struct {
	Text    string              `json:"text"`
	Item    bool                `json:"item,omitempty"`
	Offset  *operation.Duration `json:"offset,omitempty"` // from the operation's start
	Outcome string              `json:"outcome,omitempty"`
	Saving  operation.Duration  `json:"saving,omitempty"`
}

// teller tells one story.
type teller struct {
	Input
	op    *operation.Operation
	spans *spanIndex
	story *Story
}

// Of tells the story of in.Operation.
func Of(in Input) *Story {
	op := in.Operation
	t := &teller{Input: in, op: op, spans: indexSpans(in), story: &Story{OperationID: op.ID, TraceID: op.TraceID, Status: op.Status}}
	t.story.Headline = t.headline()
	t.story.Facts = t.facts()
	t.tell(SectionCause, "Why it failed", t.cause())
	t.tell(SectionAttempts, "Attempts", t.retries())
	if chronology, before := t.chronology(); before {
		t.tell(SectionBefore, "What happened before the error", chronology)
	} else {
		t.tell(SectionSteps, "What it did", chronology)
	}
	t.tell(SectionEffects, "What it changed", t.effects())
	t.tell(SectionFollowed, "What followed", t.followed())
	t.tell(SectionTime, "Where the time went", t.timing())
	t.tell(SectionFindings, "Worth fixing", t.findings())
	t.tell(SectionNotes, "Please note", t.notes())
	return t.story
}

// tell adds a section unless there is nothing to say.
func (t *teller) tell(kind, title string, lines []Line) {
	if len(lines) > 0 {
		t.story.Sections = append(t.story.Sections, Section{Kind: kind, Title: title, Lines: lines})
	}
}

func sentence(text string) Line { return Line{Text: text} }
