package store

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

// Kinds of Subject.
const (
	SubjectUser   = "user"    // the user_id of operations
	SubjectTenant = "tenant"  // the tenant_id of operations
	SubjectAny    = "subject" // a word anywhere in a record
)

// Subject is somebody whose data is to be erased. A record is theirs when
//   - of a user: it is an operation with that user_id, or a span or log record with an attribute that says so;
//   - of a tenant: the same with the tenant_id;
//   - of any subject: one of the values stands in it anywhere as a whole word.
//
// Records without a value of their own are theirs when they belong to a trace of theirs.
type Subject struct {
	Kind string
	// Values are all the ways in which records may name the subject, at least one.
	Values []string
}

// subjectKeys are the attributes of spans and log records that name a user or a tenant.
var subjectKeys = map[string][]string{
	SubjectUser:   {"user.id", "enduser.id", "usr.id", "user_id", "enduser.pseudo.id"},
	SubjectTenant: {"tenant.id", "tenant_id", "tenant", "organization.id", "org.id", "customer.id"},
}

// Keys are the attributes that name a subject of the kind; none of one that may stand anywhere.
func (s Subject) Keys() []string { return subjectKeys[s.Kind] }

// Pattern is a regular expression (RE2) of the values as whole words. Records are looked through as texts in which line
// feeds and the like are escaped, so that a word may stand right behind the letters of an escape.
func (s Subject) Pattern() string {
	quoted := make([]string, len(s.Values))
	for i, v := range s.Values {
		quoted[i] = regexp.QuoteMeta(v)
	}
	return `(?:^|[^0-9A-Za-z_]|\\[abfnrtv0]|\\u[0-9a-fA-F]{4})(?:` + strings.Join(quoted, "|") + `)(?:$|[^0-9A-Za-z_])`
}

// Names tells whether a value of an attribute names the subject.
func (s Subject) Names(value string) bool { return slices.Contains(s.Values, value) }

// Erasure is what is to be deleted: the records of a subject, and all of some traces.
type Erasure struct {
	Subject
	Traces []operation.TraceID
	DryRun bool // only count
}

// ErasedText takes the place of what cannot be deleted as a record of its own.
const ErasedText = "[ERASED]"

// leastInMessage is the shortest name of a user or tenant that is looked for in messages of errors: "42" may be any
// number.
const leastInMessage = 4

// InMessages is the pattern of the names that are looked for in the messages of sums of errors; "" is none.
func (s Subject) InMessages() string {
	long := Subject{Kind: s.Kind}
	for _, v := range s.Values {
		if len(v) >= leastInMessage {
			long.Values = append(long.Values, v)
		}
	}
	if len(long.Values) == 0 {
		return ""
	}
	return long.Pattern()
}

// Erased counts records.
type Erased struct {
	Operations int64 `json:"operations"`
	Spans      int64 `json:"spans"`
	Logs       int64 `json:"logs"`
	ErrorTexts int64 `json:"error_texts"` // messages of sums of errors, which outlive the operations
}

// Eraser deletes for good.
type Eraser interface {
	// SubjectTraces answers the traces that have a record of the subject.
	SubjectTraces(ctx context.Context, s Subject) ([]operation.TraceID, error)
	// Erase deletes records, messages of sums of errors that came from them, and earlier versions of entries of the
	// state. When it returns nil, nothing of them is in
	// the files of the database any more. It may be called again after an error.
	Erase(ctx context.Context, e Erasure) (Erased, error)
}
