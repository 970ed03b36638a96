package observe

import (
	"github.com/opslog/opslog/internal/operation"
)

// edgeKey is what makes an edge this one and no other, in one minute.
type edgeKey struct {
	minute                              operation.Time
	environment                         string
	sourceKind, source, sourceOperation string
	targetKind, target, targetOperation string
	system                              string
	inferred, async                     bool
	tenant                              string
}

func (k *edgeKey) edge() *operation.Edge {
	return &operation.Edge{Minute: k.minute, Environment: k.environment, SourceKind: k.sourceKind, Source: k.source, SourceOperation: k.sourceOperation,
		TargetKind: k.targetKind, Target: k.target, TargetOperation: k.targetOperation, System: k.system, Inferred: k.inferred, Async: k.async,
		Tenant: k.tenant}
}

// edgeTable sums up edges until the next flush.
type edgeTable struct {
	limit      int
	sums       map[edgeKey]*operation.Edge
	own        int   // of sums, less those that share
	overflowed int64 // calls without an edge of their own
}

func newEdgeTable(limit int) *edgeTable {
	return &edgeTable{limit: max(limit, 1), sums: make(map[edgeKey]*operation.Edge)}
}

// at finds the sum for an edge, or the one that those of a minute without a place share.
func (t *edgeTable) at(k edgeKey, calls int64) *operation.Edge {
	if e := t.sums[k]; e != nil {
		return e
	}
	if shares := k.targetKind == operation.NodeOverflow; !shares && t.own < t.limit {
		t.own++
	} else if !shares {
		t.overflowed += calls
		k = edgeKey{minute: k.minute, sourceKind: operation.NodeOverflow, targetKind: operation.NodeOverflow}
		if e := t.sums[k]; e != nil {
			return e
		}
	}
	e := k.edge()
	t.sums[k] = e
	return e
}

// touch counts a call that an operation shows.
func touch(e *operation.Edge, id operation.ID, failed bool, end operation.Time) {
	e.Calls++
	if e.Example.IsZero() || failed && e.Errors == 0 {
		e.Example = id
	}
	if failed {
		e.Errors++
	}
	e.LastSeen = max(e.LastSeen, end)
}

// paired counts a call of which both sides are known. A call with several answers counts for each of them, its
// client's time once.
func (t *edgeTable) paired(client, server *half) {
	e := t.at(edgeKey{minute: minuteOf(client.start), environment: client.environment,
		sourceKind: operation.NodeService, source: client.service, sourceOperation: client.operation,
		targetKind: operation.NodeService, target: server.service, targetOperation: server.operation,
		system: client.called.System, async: client.queue, tenant: client.tenantWith(server)}, 1)
	touch(e, client.id, client.failed || server.failed && !client.queue, max(client.end(), server.end()))
	if server.failed && client.queue {
		e.Errors++
		e.Example = server.id
	}
	e.ServerTime += server.took
	e.ServerDurations.Add(server.took)
	if client.met() {
		return
	}
	e.Retries += client.retries
	e.CircuitOpen += one(client.stopped)
	e.ClientTime += client.took
	e.ClientDurations.Add(client.took)
	if client.queue {
		e.NetworkTime += max(operation.Duration(server.start-client.end()), 0)
	} else {
		e.NetworkTime += max(client.took-server.took, 0)
	}
}

// alone counts a call of which the other side did not come.
func (t *edgeTable) alone(h *half) {
	switch {
	case h.client():
		t.outgoing(h, nodeKind(h.called.Category), true)
	case h.queue:
		t.incoming(h, operation.NodeMessaging, h.source, true)
	default:
		t.incoming(h, operation.NodeUnknown, operation.NodeUnknown, true)
	}
}

// outgoing counts a call to a node that sends no spans.
func (t *edgeTable) outgoing(h *half, kind string, unpaired bool) {
	e := t.at(edgeKey{minute: minuteOf(h.start), environment: h.environment,
		sourceKind: operation.NodeService, source: h.service, sourceOperation: h.operation,
		targetKind: kind, target: h.called.Node, targetOperation: h.called.Asked, system: h.called.System, inferred: true, async: h.queue,
		tenant: h.tenant}, 1)
	touch(e, h.id, h.failed, h.end())
	e.Retries += h.retries
	e.CircuitOpen += one(h.stopped)
	e.ClientTime += h.took
	e.ClientDurations.Add(h.took)
	if unpaired {
		e.Unpaired++
	}
}

// incoming counts a call from a node that sends no spans.
func (t *edgeTable) incoming(h *half, kind, source string, unpaired bool) {
	e := t.at(edgeKey{minute: minuteOf(h.start), environment: h.environment, sourceKind: kind, source: source,
		targetKind: operation.NodeService, target: h.service, targetOperation: h.operation, inferred: true, async: h.queue,
		tenant: h.tenant}, 1)
	touch(e, h.id, h.failed, h.end())
	e.ServerTime += h.took
	e.ServerDurations.Add(h.took)
	if unpaired {
		e.Unpaired++
	}
}

func (t *edgeTable) flush(to *Ledger) {
	if len(t.sums) == 0 {
		return
	}
	to.mu.Lock()
	defer to.mu.Unlock()
	for k, e := range t.sums {
		to.edges.at(k, e.Calls).Add(e)
	}
	to.edges.overflowed += t.overflowed
	t.overflowed = 0
	t.clear()
}

func (t *edgeTable) clear() {
	clear(t.sums)
	t.own = 0
}
