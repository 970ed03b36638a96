// Package derive turns the spans of one operation into its record. It is pure: no clock, no I/O, no state but
// bounded tables of repeated text. Whoever assembles spans asks Resource and Span for compact copies, the entry
// rule for the borders between operations, and Operation for the record.
package derive

import (
	"fmt"
	"hash/maphash"
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

// Deriver derives records. It is safe for concurrent use.
type Deriver struct {
	cfg        Config
	dict       map[string]spelling
	seed       maphash.Seed
	resources  *table[*Resource]
	texts      *table[string]
	messages   *table[string]        // normalised, by the raw one
	statements [2]*table[*statement] // the second one for MySQL's quoting
	calls      *table[*call]
	headings   *table[*heading]
}

// Bytes of keys that the tables of repeated text may hold.
const (
	resourceBytes  = 1 << 20
	textBytes      = 4 << 20
	statementBytes = 16 << 20
	callBytes      = 8 << 20
	messageBytes   = 4 << 20
	headingBytes   = 4 << 20
)

// New refuses a configuration that does not validate.
func New(cfg Config) (*Deriver, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("check the configuration of the derivation: %w", err)
	}
	return &Deriver{
		cfg:        cfg,
		dict:       dictionary(&cfg.Keys),
		seed:       maphash.MakeSeed(),
		resources:  newTable[*Resource](resourceBytes),
		texts:      newTable[string](textBytes),
		messages:   newTable[string](messageBytes),
		statements: [2]*table[*statement]{newTable[*statement](statementBytes), newTable[*statement](statementBytes)},
		calls:      newTable[*call](callBytes),
		headings:   newTable[*heading](headingBytes),
	}, nil
}

func (d *Deriver) hash(s string) uint64 { return maphash.String(d.seed, s) }

// maxName cuts names.
const maxName = 256

// text answers s as one shared copy, cut to what a name may hold.
func (d *Deriver) text(s string) string {
	if s == "" {
		return ""
	}
	s = cut(s, maxName)
	if known, ok := d.texts.get(s); ok {
		return known
	}
	own := strings.Clone(s)
	return d.texts.add(own, own)
}

// Group is what belongs to one operation.
type Group struct {
	// ID overrides the id derived from the entry span, for an operation that was already published under another
	// one before its entry span came. Zero derives it.
	ID operation.ID
	// Entry is nil as long as the entry span was not seen. It may point into Spans; an entry that is not in Spans
	// is counted as if it were.
	Entry *Span
	// Spans are all spans of the operation in any order, without duplicates.
	Spans []Span
	// Exceptions came as log records, in any order, without duplicates.
	Exceptions       []Exception
	ParentOperation  operation.ID
	Skew             Skew               // against the caller, zero when its span was not seen
	TraceDuration    operation.Duration // 0 when the rest of the trace was not seen
	Revision         int64
	Complete         bool
	IncompleteReason string // one of operation.Incomplete...
}
