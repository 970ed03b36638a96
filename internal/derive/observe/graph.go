package observe

import (
	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/operation"
)

// Graph finds the edges that the operations of one goroutine show. The two sides of a call find each other by the
// client span; queues go over an Exchange, because a consumer may begin a trace of its own.
type Graph struct {
	cfg      Config
	exchange *Exchange
	pairs    *pairs
	edges    *edgeTable
	calls    []half // of the operation at hand

	// OnUnpaired is told of each side whose other side did not come in time. It may be nil.
	OnUnpaired func(*Unpaired)
}

// NewGraph makes a graph. Several may share an exchange.
func NewGraph(cfg Config, exchange *Exchange) *Graph {
	g := &Graph{cfg: cfg, exchange: exchange, edges: newEdgeTable(cfg.MaxEdges)}
	g.pairs = newPairs(cfg.MaxPending, false, g.edges, g.unpaired)
	return g
}

// Operation takes an operation with its spans. entry is nil when the entry span was not seen.
func (g *Graph) Operation(now operation.Time, op *operation.Operation, entry *derive.Span, spans []derive.Span) {
	for i := range spans {
		g.call(now, op, &spans[i])
	}
	g.finish(now, op, entry)
}

func (g *Graph) finish(now operation.Time, op *operation.Operation, entry *derive.Span) {
	g.nest()
	for i := range g.calls {
		g.pair(&g.calls[i])
	}
	g.clear()
	if entry != nil {
		g.answer(now, op, entry)
	}
}

// Late takes an operation again, because of spans that came after it was taken: those that fresh names. entry is nil
// unless it is one of them.
func (g *Graph) Late(now operation.Time, op *operation.Operation, entry *derive.Span, spans []derive.Span, fresh []bool) {
	for i := range spans {
		if fresh[i] {
			g.call(now, op, &spans[i])
		}
	}
	g.finish(now, op, entry)
}

// clear forgets the calls of the operation, and their room after one of very many.
func (g *Graph) clear() {
	const keep = 1024
	if cap(g.calls) > keep {
		g.calls = nil
	}
	clear(g.calls)
	g.calls = g.calls[:0]
}

// call counts what a span calls, or notes it as the client's side of a call.
func (g *Graph) call(now operation.Time, op *operation.Operation, s *derive.Span) {
	c := s.Called()
	if c == nil || !c.Remote || !c.Counts {
		return
	}
	h := half{side: g.side(op), key: pairKey{op.TraceID, s.ID}, parent: s.Parent, id: op.ID, called: c, start: s.Start, took: s.Duration(),
		failed: s.Failed(), retries: s.Resends(), stopped: s.CircuitOpen(), queue: c.Sends, expires: now + operation.Time(g.cfg.Wait)}
	if c.Category == operation.CategoryHTTP || c.Category == operation.CategoryRPC || c.Sends {
		g.calls = append(g.calls, h)
		return
	}
	g.edges.outgoing(&h, nodeKind(c.Category), false)
}

// nest finds calls that are a detail of another one, as the HTTP request under an RPC is.
func (g *Graph) nest() {
	const few = 64 // beyond that, details count as calls of their own
	if len(g.calls) < 2 || len(g.calls) > few {
		return
	}
	for i := range g.calls {
		h := &g.calls[i]
		for j := range g.calls {
			if o := &g.calls[j]; o.key.span == h.parent && o != h {
				h.detailOf(o)
				break
			}
		}
	}
}

// pair looks for the server's side, or waits for it.
func (g *Graph) pair(h *half) {
	if h.queue {
		g.exchange.offer(h)
		return
	}
	g.pairs.client(h)
}

func (g *Graph) side(op *operation.Operation) side {
	return side{environment: op.Environment, service: op.ServiceName, operation: op.Name, tenant: g.cfg.tenantOf(op)}
}

// answer counts who called the operation, or notes it as the server's side of a call.
func (g *Graph) answer(now operation.Time, op *operation.Operation, entry *derive.Span) {
	queued := entry.Kind == kindConsumer
	if !queued && entry.Kind != kindServer && entry.Parent.IsZero() {
		return // it began by itself
	}
	h := half{side: g.side(op), key: pairKey{op.TraceID, entry.Parent}, id: op.ID,
		start: op.StartTime, took: op.Duration, failed: op.Status == operation.StatusError, queue: queued, expires: now + operation.Time(g.cfg.Wait)}
	if queued {
		h.source = op.Route
		if len(op.Links) > 0 && entry.Parent.IsZero() {
			h.key = pairKey{op.Links[0].TraceID, op.Links[0].SpanID}
		}
	}
	switch {
	case queued && h.key.span.IsZero():
		g.edges.incoming(&h, operation.NodeMessaging, h.source, false)
	case queued:
		g.exchange.take(&h)
	case h.key.span.IsZero():
		g.edges.incoming(&h, operation.NodeUser, operation.NodeUser, false)
	default:
		g.pairs.server(&h)
	}
}

// Expire ends the waits that are over; with all, every wait.
func (g *Graph) Expire(now operation.Time, all bool) { g.pairs.expire(now, all) }

// Flush moves the edges that were found to the ledger.
func (g *Graph) Flush(to *Ledger) { g.edges.flush(to) }

// Pending is how many sides wait.
func (g *Graph) Pending() int { return g.pairs.len() }

// Unpaired is one side of a call whose other side did not come.
type Unpaired struct {
	Client               bool
	Environment, Service string
	Operation            string
	Tenant               string
	Node                 string // that the client called
	Trace                operation.TraceID
	Start, End           operation.Time
}

func (g *Graph) unpaired(h *half) {
	g.edges.alone(h)
	if g.OnUnpaired == nil || h.queue {
		return
	}
	u := Unpaired{Client: h.client(), Environment: h.environment, Service: h.service, Operation: h.operation, Tenant: h.tenant, Trace: h.key.trace,
		Start: h.start, End: h.end()}
	if h.called != nil {
		u.Node = h.called.Node
	}
	g.OnUnpaired(&u)
}

func nodeKind(category string) string {
	switch category {
	case operation.CategoryDB:
		return operation.NodeDatabase
	case operation.CategoryCache:
		return operation.NodeCache
	case operation.CategoryMessaging:
		return operation.NodeMessaging
	case operation.CategoryRPC:
		return operation.NodeRPC
	default:
		return operation.NodeHTTP
	}
}
