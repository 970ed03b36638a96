package assemble

import (
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/operation"
)

// Zipkin's libraries give the two ends of a call one span id: the client's span and the server's are twins. The one
// that comes second is kept under another key. Who names that id as a parent means the twin of its own process.

func twinKey(id operation.SpanID) operation.SpanID {
	for i := range id {
		id[i] = ^id[i]
	}
	return id
}

// lookup finds the node of a span, or none and the key for a new one.
func (s *Shard) lookup(span *derive.Span) (ref, operation.SpanID) {
	r := s.arena.find(&span.TraceID, span.ID)
	if r == none {
		return r, span.ID
	}
	if n := s.arena.at(r); n.missing || !twins(n.span.Kind, span.Kind) {
		return r, span.ID
	}
	key := twinKey(span.ID)
	return s.arena.find(&span.TraceID, key), key
}

func twins(a, b ptrace.SpanKind) bool {
	return a == ptrace.SpanKindClient && b == ptrace.SpanKindServer || a == ptrace.SpanKindServer && b == ptrace.SpanKindClient
}

// known finds a span that came, for one who belongs to the given process.
func (s *Shard) known(t *trace, id operation.SpanID, identity string) ref {
	r := s.arena.find(&t.id, id)
	if r == none || s.arena.at(r).missing {
		return none
	}
	if !t.twins || s.arena.at(r).span.Resource.Identity == identity {
		return r
	}
	if twin := s.arena.find(&t.id, twinKey(id)); twin != none {
		if n := s.arena.at(twin); n.span.Resource.Identity == identity || n.span.Kind == ptrace.SpanKindClient {
			return twin
		}
	}
	return r
}

// welcomeTwin settles the spans of r's process anew that were taken for entries, because only the other twin was known.
// In a trace of very many operations they stay what they are, so that nobody can make this slow.
func (s *Shard) welcomeTwin(t *trace, r ref) {
	const manyOperations = 1000
	n := s.arena.at(r)
	t.twins = true
	if len(t.ops) > manyOperations {
		return
	}
	for i := len(t.ops) - 1; i >= 0; i-- { // settle may close the operation
		child := s.arena.at(t.ops[i].root)
		if child != n && child.span.Parent == n.span.ID && child.span.Resource.Identity == n.span.Resource.Identity {
			s.settle(t.ops[i].root, r)
		}
	}
}
