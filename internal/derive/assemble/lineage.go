package assemble

import (
	"encoding/binary"
	"hash/maphash"
	"slices"
	"sync"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// Lineage joins the attempts of one logical command: operations of the same name in the same service that carry the
// same message id or the same idempotency key, that link to an earlier attempt, or that repeat the request body of
// a failed one. It is safe for concurrent use, because attempts come in different traces.
type Lineage struct {
	mu         sync.Mutex
	seed       maphash.Seed
	window     time.Duration
	limit      int
	turned     time.Time
	young, old map[uint64]*line
}

// line is one logical command.
type line struct {
	attempts []operation.ID // the first ones
	failed   bool           // the last attempt did
}

// maxAttempts is how many attempts of one command are told apart.
const maxAttempts = 64

// NewLineage joins attempts that come within the window, and remembers up to about the given number of commands.
func NewLineage(window time.Duration, commands int) *Lineage {
	return &Lineage{seed: maphash.MakeSeed(), window: window, limit: max(commands/2, 1), young: make(map[uint64]*line)}
}

// Join sets attempt and retry_of. A later revision of an operation gets the same answer; an attempt that the
// instrumentation counted itself is left as it is.
func (l *Lineage) Join(op *operation.Operation, now time.Time) {
	if op.Kind == operation.KindQuery || op.IncompleteReason == operation.IncompleteRunning {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turn(now)
	keys := l.keys(op)
	known := l.find(op, keys)
	if known == nil {
		known = &line{}
	}
	n := known.attempt(op)
	for _, k := range keys {
		l.young[k.hash] = known
	}
	if len(keys) == 0 || n == 0 {
		return
	}
	if op.Attempt == 0 && (n > 1 || keys[0].sure) {
		op.Attempt = int64(n)
	}
	if n > 1 {
		op.RetryOf = known.attempts[0]
	}
}

// attempt is the number of op among the attempts, 0 beyond what is told apart.
func (c *line) attempt(op *operation.Operation) int {
	i := slices.Index(c.attempts, op.ID)
	if i < 0 && len(c.attempts) < maxAttempts {
		i = len(c.attempts)
		c.attempts = append(c.attempts, op.ID)
	}
	if i < 0 || i == len(c.attempts)-1 {
		c.failed = op.Status == operation.StatusError
	}
	return i + 1
}

// key is one way to recognise a command. A sure one was given for just that; the other is a repeated body, which
// means a retry only after a failure.
type key struct {
	hash uint64
	sure bool
}

func (l *Lineage) keys(op *operation.Operation) []key {
	var keys []key
	add := func(sure bool, what string, parts ...string) {
		keys = append(keys, key{l.hash(op, what, parts...), sure})
	}
	if op.MessageID != "" {
		add(true, "message", op.MessageID)
	}
	if op.IdempotencyKey != "" {
		add(true, "idempotency", op.IdempotencyKey)
	}
	if len(keys) == 0 && op.RequestBody != "" && !op.Truncated {
		add(false, "body", op.Target, op.UserID, op.TenantID, op.SessionID, op.ClientAddress, op.RequestBody)
	}
	if op.Transport == operation.TransportMessage || op.Transport == operation.TransportJob {
		add(false, "entry", string(op.TraceID[:]), string(op.SpanID[:]))
	}
	return keys
}

// find is the line that op goes on with, or nil.
func (l *Lineage) find(op *operation.Operation, keys []key) *line {
	for _, k := range keys {
		if c := l.get(k.hash); c != nil && (k.sure || c.failed || slices.Contains(c.attempts, op.ID)) {
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
	write(op.Name)
	for _, part := range parts {
		write(part)
	}
	return h.Sum64()
}

// turn forgets what was not seen for one to two windows, or sooner when there is too much.
func (l *Lineage) turn(now time.Time) {
	if now.Sub(l.turned) < l.window && len(l.young) < l.limit {
		return
	}
	l.old, l.young, l.turned = l.young, make(map[uint64]*line), now
}
