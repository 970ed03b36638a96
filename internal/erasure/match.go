// Package erasure carries out the erasure of a subject: it finds what is theirs, deletes it from the database, from
// what waits on disk and from the archive, keeps what is on its way from being stored, and keeps the books.
package erasure

import (
	"bytes"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/store/tenant"
)

// erasedText takes the place of a subject's name in what must stay, such as the state of an alert.
const erasedText = store.ErasedText

// Match tells what belongs to a subject. It learns traces as they are found. It is safe for concurrent use.
type Match struct {
	store.Subject
	pattern *regexp.Regexp

	mu     sync.RWMutex
	traces map[operation.TraceID]bool
}

// NewMatch makes a match that knows no traces yet.
func NewMatch(s store.Subject) *Match {
	return &Match{Subject: s, pattern: regexp.MustCompile(s.Pattern()), traces: map[operation.TraceID]bool{}}
}

// Learn notes a trace of the subject. The zero id is no trace.
func (m *Match) Learn(id operation.TraceID) {
	if id.IsZero() {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.traces[id] = true
}

// keeps tells whether a key of the state is one under which the subject, a tenant, keeps what is its own.
func (m *Match) keeps(key string) bool {
	return m.Kind == store.SubjectTenant && slices.ContainsFunc(m.Values, func(name string) bool { return strings.HasPrefix(key, tenant.Prefix(name)) })
}

// Trace tells whether a trace is known to be the subject's.
func (m *Match) Trace(id operation.TraceID) bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.traces[id]
}

// Traces are those that are known.
func (m *Match) Traces() []operation.TraceID {
	m.mu.RLock()
	defer m.mu.RUnlock()
	out := make([]operation.TraceID, 0, len(m.traces))
	for id := range m.traces {
		out = append(out, id)
	}
	return out
}

// Text tells whether the subject stands in a text as a whole word.
func (m *Match) Text(text []byte) bool { return m.pattern.Match(text) }

// Attribute tells whether an attribute names the subject.
func (m *Match) Attribute(key, value string) bool {
	return m.Names(value) && slices.Contains(m.Keys(), key)
}

// Operation tells whether an operation is the subject's.
func (m *Match) Operation(op *operation.Operation) bool {
	switch m.Kind {
	case store.SubjectUser:
		return m.Trace(op.TraceID) || m.Names(op.UserID)
	case store.SubjectTenant:
		return m.Trace(op.TraceID) || m.Names(op.TenantID)
	default:
		return m.Trace(op.TraceID) || m.anywhere(op)
	}
}

// Span tells whether a span is the subject's.
func (m *Match) Span(s *operation.Span) bool {
	return m.Trace(s.TraceID) || m.named(s.Attributes) || m.Kind == store.SubjectAny && m.anywhere(s)
}

// Log tells whether a log record is the subject's.
func (m *Match) Log(l *operation.LogRecord) bool {
	return m.Trace(l.TraceID) || m.named(l.Attributes) || m.Kind == store.SubjectAny && m.anywhere(l)
}

func (m *Match) named(attributes operation.Attributes) bool {
	return slices.ContainsFunc(m.Keys(), func(key string) bool {
		value, ok := attributes[key].(string)
		return ok && m.Names(value)
	})
}

func (m *Match) anywhere(record any) bool {
	text, err := json.Marshal(record)
	return err == nil && m.Text(text)
}

// evidence are the texts of a document about an operation, such as an alert's evidence.
var evidence = []string{"error_message", "message", "steps", "done", "incomplete", "also_failed", "text", "rows_text"}

// Document answers a JSON document of the state without the subject: their name is replaced, and what tells of an
// operation of theirs is emptied. A document that is no JSON, or has nothing of them, comes back as it is.
func (m *Match) Document(text []byte) (out []byte, changed bool) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var document any
	if decoder.Decode(&document) != nil {
		return text, false
	}
	document, changed = m.clean(document)
	if !changed {
		return text, false
	}
	out, err := json.Marshal(document)
	if err != nil {
		return text, false
	}
	return out, true
}

func (m *Match) clean(value any) (any, bool) {
	switch v := value.(type) {
	case string:
		return m.cleanText(v)
	case []any:
		changed := false
		for i := range v {
			var did bool
			v[i], did = m.clean(v[i])
			changed = changed || did
		}
		return v, changed
	case map[string]any:
		return m.cleanObject(v)
	default:
		return v, false
	}
}

func (m *Match) cleanObject(v map[string]any) (any, bool) {
	changed := false
	if text, ok := v["trace_id"].(string); ok {
		if id, err := operation.ParseTraceID(text); err == nil && m.Trace(id) {
			for _, name := range evidence {
				if _, there := v[name]; there {
					delete(v, name)
					changed = true
				}
			}
		}
	}
	for _, key := range slices.Collect(maps.Keys(v)) {
		value, did := m.clean(v[key])
		name, named := m.cleanText(key)
		if changed = changed || did || named; named {
			delete(v, key)
		}
		v[name] = value
	}
	return v, changed
}

// leastWord is the shortest name of a user or tenant that is replaced inside of other text: "42" may be any number.
const leastWord = 4

func (m *Match) cleanText(text string) (string, bool) {
	if m.Names(text) {
		return erasedText, true
	}
	changed := false
	for _, value := range m.Values {
		if m.Kind != store.SubjectAny && len(value) < leastWord || !strings.Contains(text, value) {
			continue
		}
		one := regexp.MustCompile(store.Subject{Values: []string{value}}.Pattern())
		for range 2 { // two words may share what is between them
			next := one.ReplaceAllStringFunc(text, func(found string) string { return strings.Replace(found, value, erasedText, 1) })
			text, changed = next, changed || next != text
		}
	}
	return text, changed
}
