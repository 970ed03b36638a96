package opslogqueryextension

import (
	"net/http"
	"strconv"

	"github.com/opslog/opslog/internal/graph"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

const (
	// baselineSpan is how long before the range an edge's usual error rate is looked for.
	baselineSpan = operation.Time(24 * 3600 * 1e9)
	maxDepth     = 10
)

// serviceMap answers GET /map.
func (h *apiHandler) serviceMap(r *http.Request) (any, error) {
	p := newParameters(r, operation.TimeOf(h.now()))
	q := store.EdgeQuery{Range: p.timeRange("now-1h", "now"), Environment: p.get("environment")}
	o := graph.Options{Focus: p.get("focus"), Depth: p.depth(), Operations: p.oneOf("by", "service", "operation") == "operation"}
	if err := p.done(); err != nil {
		return nil, err
	}
	if o.Depth == 1 {
		q.Service = o.Focus // the store leaves the rest out
	}
	q.Range.From -= q.Range.From % operation.Minute // edges are told apart by the minute
	edges, err := h.reader.Edges(r.Context(), q)
	if err != nil {
		return nil, err
	}
	q.Range = store.Range{From: q.Range.From - baselineSpan, To: q.Range.From}
	baseline, err := h.reader.Edges(r.Context(), q)
	if err != nil {
		return nil, err
	}
	return graph.Build(edges, baseline, o), nil
}

// depth is how far from the focus to go.
func (p *parameters) depth() int {
	text := p.get("depth")
	if text == "" {
		return 1
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxDepth {
		p.wrong("depth", "is %q, want a number from 1 to %d", clip(text), maxDepth)
	}
	return n
}
