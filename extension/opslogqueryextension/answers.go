package opslogqueryextension

import (
	"net/http"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// The limits of lists: by default, and at most.
const (
	defaultLimit, maxLimit         = 50, 1_000
	defaultSpanLimit, maxSpanLimit = 20_000, 100_000
)

func (h *apiHandler) status(r *http.Request) (any, error) {
	p := newParameters(r, h.time())
	if err := p.done(); err != nil {
		return nil, err
	}
	stats, err := h.reader.Stats(r.Context())
	if err != nil {
		return nil, err
	}
	return api.Status{
		Version: h.version, Started: h.started, Now: h.time(), Store: stats, VisibleThrough: min(stats.Newest, h.time()),
		Capabilities: api.Capabilities{
			Write: h.cfg.writes(), Save: !h.cfg.ReadOnly, Login: h.cfg.authenticates(), Anonymous: h.cfg.isRemote() && !h.cfg.authenticates(),
			Jaeger: h.cfg.Compatibility.Jaeger, Tempo: h.cfg.Compatibility.Tempo,
		},
		Limits: api.StatusLimits{
			MaxRange: h.cfg.MaxRange, QueryTimeout: h.cfg.QueryTimeout, PageSize: maxLimit, Rows: query.MaxRows,
			QueriesPerSecond: h.cfg.Limits.QueriesPerSecond, ConcurrentQueries: h.cfg.Limits.ConcurrentQueries,
		},
		LinkTemplates: h.cfg.linkTemplates(),
	}, nil
}

func (h *apiHandler) operation(r *http.Request) (any, error) {
	p := newParameters(r, h.time())
	id := p.operationID()
	if err := p.done(); err != nil {
		return nil, err
	}
	op, err := h.reader.Operation(r.Context(), id)
	if err != nil {
		return nil, err
	}
	if op.Complete && op.StartTime+operation.Time(op.Duration) < h.time()-closedAfter {
		return final(op)
	}
	return op, nil
}

func (h *apiHandler) traceOperations(r *http.Request) (any, error) {
	q, err := h.traceQuery(r, defaultLimit, maxLimit)
	if err != nil {
		return nil, err
	}
	items, err := h.reader.TraceOperations(r.Context(), q)
	return api.OperationList{Items: items}, err
}

func (h *apiHandler) spans(r *http.Request) (any, error) {
	q, err := h.traceQuery(r, defaultSpanLimit, maxSpanLimit)
	if err != nil {
		return nil, err
	}
	if spans := h.imports.find(q.TraceID, h.time()); spans != nil {
		return api.SpanList{Items: spans[:min(len(spans), q.Limit)], Truncated: len(spans) > q.Limit}, nil
	}
	items, more, err := oneMore(q, func(q store.TraceQuery) ([]*operation.Span, error) { return h.reader.Spans(r.Context(), q) })
	return api.SpanList{Items: items, Truncated: more}, err
}

func (h *apiHandler) logs(r *http.Request) (any, error) {
	q, err := h.traceQuery(r, maxLimit, maxLimit)
	if err != nil {
		return nil, err
	}
	items, more, err := oneMore(q, func(q store.TraceQuery) ([]*operation.LogRecord, error) { return h.reader.Logs(r.Context(), q) })
	return api.LogList{Items: items, Truncated: more}, err
}

func (h *apiHandler) services(r *http.Request) (any, error) {
	p := newParameters(r, h.time())
	within := p.timeRange("now-1h", "now")
	if err := p.done(); err != nil {
		return nil, err
	}
	items, err := h.reader.Services(r.Context(), within)
	return api.ServiceList{Items: items}, err
}

func (h *apiHandler) traceQuery(r *http.Request, limit, most int) (store.TraceQuery, error) {
	p := newParameters(r, h.time())
	q := store.TraceQuery{TraceID: p.traceID(), Range: p.timeRange("", ""), Limit: p.limit(limit, most)}
	return q, p.done()
}

// oneMore asks for one row more than the limit, which tells whether there are more.
func oneMore[T any](q store.TraceQuery, list func(store.TraceQuery) ([]T, error)) (items []T, more bool, err error) {
	limit := q.Limit
	q.Limit++
	items, err = list(q)
	if len(items) > limit {
		return items[:limit], true, err
	}
	return items, false, err
}
