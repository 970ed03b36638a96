package derive

import (
	"strings"
	"sync"

	"github.com/opslog/opslog/internal/operation"
)

// call is what a span reaches out to: a statement, a request, a message, a key, a file. Calls that differ in
// their values only share one.
type call struct {
	category string // one of operation.Category...
	system   string
	target   string // the peer: service, host, database or destination
	template string // what is asked, without its values
	action   string // the verb, as the protocol names it
	object   string // what a change happens to: table, path, destination, key or file
	key      uint64 // of all this, the same for equal calls
	allowed  bool   // the configuration lets a query write there
	called   Called
	callFlags
}

// callFlags are the small facts of a call.
type callFlags struct {
	access      access
	remote      bool // it leaves the process
	destructive bool
	unbounded   bool // DELETE or UPDATE without WHERE
	publishes   bool
	touches     bool // it writes to a cache: no business state
}

// packed is the flags as key of the table of calls.
func (c callFlags) packed() [2]byte {
	bits := byte(0)
	for i, set := range []bool{c.remote, c.destructive, c.unbounded, c.publishes, c.touches} {
		if set {
			bits |= 1 << i
		}
	}
	return [2]byte{byte(c.access), bits}
}

// callBuilder collects the texts of a call in one buffer, so that a known call costs no allocation.
type callBuilder struct {
	callFlags
	buf  []byte
	ends [7]int
	n    int
}

var callBuilders = sync.Pool{New: func() any { return &callBuilder{} }}

func (b *callBuilder) text(s string) {
	b.buf = append(b.buf, cut(s, maxTemplate)...)
	b.end()
}

// end closes a text that was appended to buf in pieces.
func (b *callBuilder) end() {
	b.ends[b.n] = len(b.buf)
	b.n++
	b.buf = append(b.buf, 0)
}

// begin starts with category and system; target, template, action and object follow, in this order, and last the name
// of the node that is called where it is not the target.
func (b *callBuilder) begin(category, system string) {
	b.text(category)
	b.text(system)
}

// intern answers the shared call.
func (d *Deriver) intern(b *callBuilder) *call {
	flags := b.packed()
	b.buf = append(b.buf, flags[:]...)
	if known, ok := d.calls.getBytes(b.buf); ok {
		return known
	}
	key := string(b.buf)
	c := &call{callFlags: b.callFlags, key: d.hash(key)}
	start := 0
	var node string
	for i, dst := range []*string{&c.category, &c.system, &c.target, &c.template, &c.action, &c.object, &node} {
		*dst = key[start:b.ends[i]]
		start = b.ends[i] + 1
	}
	c.category = categoryName(c.category)
	c.allowed = d.isAllowed(c)
	c.called = calledOf(c, node)
	return d.calls.add(key, c)
}

// categoryName is the constant of the category.
func categoryName(s string) string {
	for _, c := range categories {
		if c == s {
			return c
		}
	}
	return s
}

var categories = [...]string{operation.CategoryDB, operation.CategoryHTTP, operation.CategoryRPC, operation.CategoryMessaging,
	operation.CategoryCache, operation.CategoryFile}

// countable tells what a roll-up counts: connecting, preparing and transaction control take time but ask nothing.
func (c *call) countable() bool { return c.access < accessControl }

// effectTarget names what a change happened to.
func (c *call) effectTarget() string {
	switch {
	case c.category == operation.CategoryHTTP:
		return c.target + c.object
	case c.object != "":
		return c.object
	case c.target != "":
		return c.target
	default:
		return strings.TrimSpace(c.template)
	}
}
