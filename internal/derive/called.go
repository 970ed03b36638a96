package derive

import (
	"strconv"
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

// Called is what a span reaches out to, as the service graph sees it. It is shared by all spans that call the same.
type Called struct {
	Category string // one of operation.Category...
	System   string // the protocol or product
	Node     string // who is called: see nodeOf
	Asked    string // "SELECT orders", "GET /users/{id}"
	Remote   bool   // it leaves the process
	Counts   bool   // it asks something: connecting and transaction control do not
	Sends    bool   // it puts a message into a queue
}

// Called is nil when the span works inside its process.
func (s *Span) Called() *Called {
	if s.call == nil {
		return nil
	}
	return &s.call.called
}

// Resends is how many times the request was sent again.
func (s *Span) Resends() int64 {
	if s.more == nil {
		return 0
	}
	return s.more.resends
}

func calledOf(c *call, node string) Called {
	out := Called{Category: c.category, System: c.system, Node: c.target, Remote: c.remote, Counts: c.countable(), Sends: c.publishes}
	if node != "" {
		out.Node = node
	}
	if out.Node == "" {
		out.Node = c.system
	}
	switch c.category {
	case operation.CategoryDB:
		out.Asked = strings.TrimSpace(c.action + " " + c.object)
	case operation.CategoryCache, operation.CategoryMessaging:
		out.Asked = c.action
	default:
		out.Asked = c.template
	}
	return out
}

// appendNode writes the name of a database's node, in the order of Tempo's service graph: peer.service,
// server.address, network.peer.address with its port, db.namespace.
func (b *callBuilder) appendNode(f *fields) {
	switch name := f.first(peerService, serverAddress, netPeerName); {
	case name != "":
		b.buf = append(b.buf, name...)
	case f.has(peerAddress):
		b.buf = append(b.buf, f.str(peerAddress)...)
		if port, ok := f.num(peerPort); ok {
			b.buf = strconv.AppendInt(append(b.buf, ':'), port, 10)
		}
	default:
		b.buf = append(b.buf, f.str(dbNamespace)...)
	}
}
