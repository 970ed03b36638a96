package opslogqueryextension

import (
	"net/http"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// The limits of lists: by default, and at most.
const (
	defaultLimit, maxLimit         = 50, 1_000
	defaultSpanLimit, maxSpanLimit = 20_000, 100_000
)

func (h *apiHandler) status(r *http.Request) (any, error) {
	p := newParameters(r, operation.TimeOf(h.now()))
	if err := p.done(); err != nil {
		return nil, err
	}
	stats, err := h.reader.Stats(r.Context())
	if err != nil {
		return nil, err
	}
	return api.Status{Version: h.version, Started: h.started, Now: operation.TimeOf(h.now()), Store: stats}, nil
}

func (h *apiHandler) operations(r *http.Request) (any, error) {
	p := newParameters(r, operation.TimeOf(h.now()))
	q := store.OperationQuery{
		Filter: p.filter(),
		Range:  p.timeRange("now-1h", "now"),
		Limit:  p.limit(defaultLimit, maxLimit),
	}
	page := p.cursor()
	if err := p.done(); err != nil {
		return nil, err
	}
	if page != nil {
		// "now" of the first page holds for all, so that pages do not shift while data arrives.
		q.Range, q.After = page.Range, &page.After
	}
	limit := q.Limit
	q.Limit++ // one more tells whether there is a next page
	items, err := h.reader.Operations(r.Context(), q)
	if err != nil {
		return nil, err
	}
	out := api.OperationPage{Items: items}
	if len(items) > limit {
		out.Items = items[:limit]
		last := out.Items[limit-1]
		next := p.encodeCursor(cursor{Range: q.Range, After: store.Cursor{StartTime: last.StartTime, ID: last.ID}})
		out.NextCursor = &next
	}
	return out, nil
}

func (h *apiHandler) operation(r *http.Request) (any, error) {
	p := newParameters(r, operation.TimeOf(h.now()))
	id := p.operationID()
	if err := p.done(); err != nil {
		return nil, err
	}
	return h.reader.Operation(r.Context(), id)
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
	p := newParameters(r, operation.TimeOf(h.now()))
	within := p.timeRange("now-1h", "now")
	if err := p.done(); err != nil {
		return nil, err
	}
	items, err := h.reader.Services(r.Context(), within)
	return api.ServiceList{Items: items}, err
}

func (h *apiHandler) traceQuery(r *http.Request, limit, most int) (store.TraceQuery, error) {
	p := newParameters(r, operation.TimeOf(h.now()))
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
