// Package graph makes the service map of a range from the edges that a store sums up.
package graph

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// Map is the service graph of a range: nodes and edges in the order of their names.
type Map struct {
	Nodes []*Node `json:"nodes"`
	Edges []*Edge `json:"edges"`
}

// Node is a service, or what services call or are called by.
type Node struct {
	ID        string             `json:"id"` // kind:name
	Kind      string             `json:"kind"`
	Name      string             `json:"name"`
	System    string             `json:"system"`     // the product or protocol, where all edges to it agree
	Inferred  bool               `json:"inferred"`   // it sends no spans
	Calls     int64              `json:"calls"`      // that came in
	Errors    int64              `json:"errors"`     // of these
	ErrorRate float64            `json:"error_rate"` // 0 to 1
	P50       operation.Duration `json:"p50"`        // of the time it took for what came in; by its callers where it sends no spans
	P95       operation.Duration `json:"p95"`
	LastSeen  operation.Time     `json:"last_seen"`

	took operation.Histogram
}

// Edge is what one node called of another one.
type Edge struct {
	Source            string             `json:"source"` // a node's id
	Target            string             `json:"target"`
	SourceOperation   string             `json:"source_operation,omitempty"` // only when edges are told apart by operation
	TargetOperation   string             `json:"target_operation,omitempty"`
	System            string             `json:"system"`
	Inferred          bool               `json:"inferred"`
	Async             bool               `json:"async"`
	Calls             int64              `json:"calls"`
	Errors            int64              `json:"errors"`
	ErrorRate         float64            `json:"error_rate"`
	BaselineErrorRate *float64           `json:"baseline_error_rate"` // of this edge before the range; null when it was not seen
	Unpaired          int64              `json:"unpaired"`            // calls of which one side's span never came
	Retries           int64              `json:"retries"`
	CircuitOpen       int64              `json:"circuit_open"` // calls that a circuit breaker stopped
	ClientP50         operation.Duration `json:"client_p50"`   // as the caller saw it; 0 when no caller told
	ClientP95         operation.Duration `json:"client_p95"`
	ServerP50         operation.Duration `json:"server_p50"` // as the called one saw it; 0 when it sends no spans
	ServerP95         operation.Duration `json:"server_p95"`
	NetworkMean       operation.Duration `json:"network_mean"` // client less server time; async: the wait in the queue
	LastSeen          operation.Time     `json:"last_seen"`
	Example           operation.ID       `json:"example_operation_id,omitzero"`
}

// Options say which part of the graph is wanted, and how fine.
type Options struct {
	Operations bool   // tell edges apart by operation, not only by node
	Focus      string // the name of a node; "" is all
	Depth      int    // how many edges away from Focus; at least 1
}

// Build makes the map. baseline are the edges of the time before, or nil.
func Build(edges, baseline []*operation.Edge, o Options) *Map {
	sums := merge(edges, o.Operations)
	if o.Focus != "" {
		keep := around(sums, o.Focus, max(o.Depth, 1))
		maps.DeleteFunc(sums, func(k edgeKey, _ *operation.Edge) bool { return !keep[k.source] || !keep[k.target] })
	}
	before := merge(baseline, o.Operations)
	m := &Map{Nodes: []*Node{}, Edges: []*Edge{}}
	nodes := map[string]*Node{}
	for k, e := range sums {
		m.Edges = append(m.Edges, edgeOf(k, e, before[k]))
		source, target := node(nodes, e.SourceKind, e.Source), node(nodes, e.TargetKind, e.Target)
		source.LastSeen = max(source.LastSeen, e.LastSeen)
		target.receive(e)
	}
	m.Nodes = slices.AppendSeq(m.Nodes, maps.Values(nodes))
	for _, n := range m.Nodes {
		n.ErrorRate = rate(n.Errors, n.Calls)
		n.P50, n.P95 = n.took.Quantile(0.5), n.took.Quantile(0.95)
	}
	slices.SortFunc(m.Nodes, func(a, b *Node) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(m.Edges, func(a, b *Edge) int {
		return cmp.Or(strings.Compare(a.Source, b.Source), strings.Compare(a.Target, b.Target), strings.Compare(a.System, b.System),
			strings.Compare(a.SourceOperation, b.SourceOperation), strings.Compare(a.TargetOperation, b.TargetOperation),
			compareBool(a.Async, b.Async), compareBool(a.Inferred, b.Inferred))
	})
	return m
}

// edgeKey is what makes an edge of the map this one.
type edgeKey struct {
	source, target, system           string
	sourceOperation, targetOperation string
	inferred, async                  bool
}

// NodeID is the id of a node.
func NodeID(kind, name string) string { return kind + ":" + name }

// merge adds up the edges that are one in the map.
func merge(edges []*operation.Edge, operations bool) map[edgeKey]*operation.Edge {
	out := map[edgeKey]*operation.Edge{}
	for _, e := range edges {
		k := edgeKey{source: NodeID(e.SourceKind, e.Source), target: NodeID(e.TargetKind, e.Target), system: e.System, inferred: e.Inferred, async: e.Async}
		if operations {
			k.sourceOperation, k.targetOperation = e.SourceOperation, e.TargetOperation
		}
		if out[k] == nil {
			out[k] = &operation.Edge{SourceKind: e.SourceKind, Source: e.Source, TargetKind: e.TargetKind, Target: e.Target, System: e.System,
				Inferred: e.Inferred}
		}
		out[k].Add(e)
	}
	return out
}

// around are the nodes at most depth edges away from those of a name, with and against the direction of the calls.
func around(edges map[edgeKey]*operation.Edge, name string, depth int) map[string]bool {
	keep := map[string]bool{}
	next := map[string][]string{}
	for k, e := range edges {
		next[k.source] = append(next[k.source], k.target)
		next[k.target] = append(next[k.target], k.source)
		if e.Source == name {
			keep[k.source] = true
		}
		if e.Target == name {
			keep[k.target] = true
		}
	}
	front := slices.Collect(maps.Keys(keep))
	for range depth {
		var further []string
		for _, n := range front {
			for _, m := range next[n] {
				if !keep[m] {
					keep[m] = true
					further = append(further, m)
				}
			}
		}
		front = further
	}
	return keep
}

func edgeOf(k edgeKey, e, before *operation.Edge) *Edge {
	out := &Edge{Source: k.source, Target: k.target, SourceOperation: k.sourceOperation, TargetOperation: k.targetOperation, System: k.system,
		Inferred: k.inferred, Async: k.async, Calls: e.Calls, Errors: e.Errors, ErrorRate: rate(e.Errors, e.Calls), Unpaired: e.Unpaired, Retries: e.Retries, CircuitOpen: e.CircuitOpen,
		ClientP50: e.ClientDurations.Quantile(0.5), ClientP95: e.ClientDurations.Quantile(0.95),
		ServerP50: e.ServerDurations.Quantile(0.5), ServerP95: e.ServerDurations.Quantile(0.95),
		LastSeen: e.LastSeen, Example: e.Example}
	if paired := e.Calls - e.Unpaired; paired > 0 && !k.inferred {
		out.NetworkMean = e.NetworkTime / time.Duration(paired)
	}
	if before != nil {
		r := rate(before.Errors, before.Calls)
		out.BaselineErrorRate = &r
	}
	return out
}

func node(nodes map[string]*Node, kind, name string) *Node {
	id := NodeID(kind, name)
	if nodes[id] == nil {
		nodes[id] = &Node{ID: id, Kind: kind, Name: name, Inferred: kind != operation.NodeService}
	}
	return nodes[id]
}

// receive counts what came in over an edge.
func (n *Node) receive(e *operation.Edge) {
	if n.Inferred && (n.Calls == 0 || n.System == e.System) {
		n.System = e.System
	} else {
		n.System = ""
	}
	n.Calls += e.Calls
	n.Errors += e.Errors
	n.LastSeen = max(n.LastSeen, e.LastSeen)
	if n.Inferred {
		n.took.Merge(e.ClientDurations)
	} else {
		n.took.Merge(e.ServerDurations)
	}
}

func rate(errors, calls int64) float64 {
	if calls == 0 {
		return 0
	}
	return float64(errors) / float64(calls)
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}
