package assemble

import (
	"encoding/binary"
	"hash/maphash"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/operation"
)

// Lineage joins the attempts of one logical command: operations in the same service that carry the same message id
// or, under the same name, the same idempotency key; that link to an earlier attempt; or that repeat a failed one's
// body or the message that one came from. It is safe for concurrent use, because attempts come in different traces.
type Lineage struct {
	mu         sync.Mutex
	seed       maphash.Seed
	window     time.Duration
	limit      int
	turned     time.Time
	young, old map[uint64]*line
}

// line is one logical command: its first attempts, by start.
type line struct{ attempts []attempt }

type attempt struct {
	Attempt
	id     operation.ID
	start  operation.Time
	failed bool
	dead   bool // the message was given up after it
}

// Attempt names an operation whose place among the attempts changed after it was published.
type Attempt struct {
	TraceID operation.TraceID
	SpanID  operation.SpanID
}

// maxAttempts is how many attempts of one command are told apart.
const maxAttempts = 64

// NewLineage joins attempts that come within the window, and remembers up to about the given number of commands.
func NewLineage(window time.Duration, commands int) *Lineage {
	return &Lineage{seed: maphash.MakeSeed(), window: window, limit: max(commands/2, 1), young: make(map[uint64]*line)}
}

// Join sets attempt, retry_of and dead_lettered. A later revision of an operation gets the same answer unless more
// became known; an attempt that the instrumentation counted itself is left as it is. Attempts count in the order of
// their starts: when one turns out to be earlier than others, or a message lands in a dead letter queue after
// others, Join answers whose records changed by that.
func (l *Lineage) Join(e *Emission, now time.Time) (changed []Attempt) {
	op := e.Operation
	if op.Kind == operation.KindQuery || op.IncompleteReason == operation.IncompleteRunning {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turn(now)
	var room [8]key
	keys := l.keys(room[:0], op, e.Lesson.Caller)
	if len(keys) == 0 {
		return nil
	}
	known := l.find(op, keys)
	if known == nil {
		known = &line{}
	}
	for _, k := range keys {
		l.young[k.hash] = known
	}
	n, changed := known.place(op)
	if n == 0 {
		return nil
	}
	if op.Attempt == 0 && (n > 1 || keys[0].sure) {
		op.Attempt = int64(n)
	}
	if n > 1 {
		op.RetryOf = known.attempts[0].id
	}
	op.DeadLettered = op.DeadLettered || known.attempts[n-1].dead
	return changed
}

// place is the number of op among the attempts, 0 beyond what is told apart.
func (c *line) place(op *operation.Operation) (n int, changed []Attempt) {
	failed := op.Status == operation.StatusError
	i := slices.IndexFunc(c.attempts, func(a attempt) bool { return a.id == op.ID })
	switch {
	case i >= 0:
		c.attempts[i].failed = failed
		return i + 1, nil
	case len(c.attempts) == maxAttempts:
		return 0, nil
	}
	i = len(c.attempts)
	for i > 0 && c.attempts[i-1].start > op.StartTime {
		i--
		changed = append(changed, c.attempts[i].Attempt)
	}
	if i > 0 && derive.IsDeadLetter(op.Target) && c.attempts[i-1].failed && !c.attempts[i-1].dead {
		c.attempts[i-1].dead = true
		changed = append(changed, c.attempts[i-1].Attempt)
	}
	c.attempts = slices.Insert(c.attempts, i, attempt{Attempt: Attempt{op.TraceID, op.SpanID}, id: op.ID, start: op.StartTime, failed: failed})
	return i + 1, changed
}

// open tells that another attempt may follow, judged by the last one.
func (c *line) open() bool { return len(c.attempts) > 0 && c.attempts[len(c.attempts)-1].failed }

func (c *line) has(id operation.ID) bool {
	return slices.ContainsFunc(c.attempts, func(a attempt) bool { return a.id == id })
}

// key is one way to recognise a command. A sure one was given for just that; the others say that something repeats,
// which means a retry only after a failure.
type key struct {
	hash uint64
	sure bool
}

func (l *Lineage) keys(keys []key, op *operation.Operation, caller operation.SpanID) []key {
	add := func(k key, what string, parts ...string) {
		k.hash = l.hash(op, what, parts...)
		keys = append(keys, k)
	}
	message := op.Transport == operation.TransportMessage || op.Transport == operation.TransportJob
	if op.MessageID != "" {
		add(key{sure: true}, "message", op.MessageID)
	}
	if op.IdempotencyKey != "" {
		add(key{sure: true}, "idempotency", op.IdempotencyKey)
	}
	if len(keys) == 0 && op.RequestBody != "" && !op.Truncated {
		add(key{}, "body", op.Target, op.UserID, op.TenantID, op.SessionID, op.ClientAddress, op.RequestBody)
	}
	if len(keys) == 0 && message && !caller.IsZero() { // delivered again from the same producer's span
		add(key{}, "caller", string(op.TraceID[:]), string(caller[:]))
	}
	if message {
		add(key{}, "entry", string(op.TraceID[:]), string(op.SpanID[:]))
	}
	return keys
}

// find is the line that op goes on with, or nil.
func (l *Lineage) find(op *operation.Operation, keys []key) *line {
	for _, k := range keys {
		if c := l.get(k.hash); c != nil && (k.sure || c.open() || c.has(op.ID)) {
			return c
		}
	}
	for i := range op.Links {
		if c := l.get(l.hash(op, "entry", string(op.Links[i].TraceID[:]), string(op.Links[i].SpanID[:]))); c != nil {
			return c
		}
	}
	return nil
}

func (l *Lineage) get(hash uint64) *line {
	if c := l.young[hash]; c != nil {
		return c
	}
	return l.old[hash]
}

func (l *Lineage) hash(op *operation.Operation, what string, parts ...string) uint64 {
	var h maphash.Hash
	h.SetSeed(l.seed)
	write := func(s string) {
		var n [8]byte
		binary.LittleEndian.PutUint64(n[:], uint64(len(s)))
		h.Write(n[:])
		h.WriteString(s)
	}
	write(what)
	write(op.ServiceName)
	write(op.Environment)
	write(lively(op))
	for _, part := range parts {
		write(part)
	}
	return h.Sum64()
}

// lively is the operation's name; what consumes a dead letter queue goes on with the command of the queue it is for.
func lively(op *operation.Operation) string {
	if op.Transport != operation.TransportMessage {
		return op.Name
	}
	name := strings.ToLower(op.Name)
	if !derive.IsDeadLetter(name) {
		return name
	}
	for _, mark := range derive.DeadLetterMarks {
		name = strings.ReplaceAll(name, mark, "")
	}
	return strings.TrimRight(name, "-_./ ")
}

// turn forgets what was not seen for one to two windows, or sooner when there is too much.
func (l *Lineage) turn(now time.Time) {
	if now.Sub(l.turned) < l.window && len(l.young) < l.limit {
		return
	}
	l.old, l.young, l.turned = l.young, make(map[uint64]*line), now
}
