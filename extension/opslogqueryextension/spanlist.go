package opslogqueryextension

import (
	"net/http"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// spanList answers a page of kept spans.
func (h *apiHandler) spanList(r *http.Request, p *parameters) (any, error) {
	q := p.parsed(query.ParseSpans)
	q.Filter = allOf(q.Filter, p.spanService(), p.spanStatus())
	within := p.timeRange("now-1h", "now")
	if keys := p.sortBy(query.ParseSpans); keys != nil {
		q.Stages = append(q.Stages, &query.Sort{Keys: keys}) // the last one counts
	}
	size, page := p.limit(defaultLimit, maxLimit), p.cursor()
	if err := p.done(); err != nil {
		return nil, err
	}
	list := store.SpanPlanOf(q, within, 0)
	left := list.Limit
	if page != nil {
		list.Range, list.After, left = page.Range, page.Span, page.Left
	}
	out, err := h.spanPage(r, p, list, size, left)
	if err == nil && h.isClosed(list.Range, out.Partial) {
		out.Stats = nil // differs from time to time
		return final(out)
	}
	return out, err
}

// spanPage reads a page of the list, of which a limit in the query leaves that many rows; 0 is no limit.
func (h *apiHandler) spanPage(r *http.Request, p *parameters, list store.SpanQuery, size, left int) (*api.SpanPage, error) {
	began, scan := h.now(), &store.Scan{}
	if left > 0 {
		size = min(size, left)
	}
	list.Limit, list.Limits, list.Scan = size+1, h.limits(), scan // one more tells whether there is a next page
	items, err := h.reader.ListSpans(r.Context(), list)
	if err != nil {
		return nil, err
	}
	out := &api.SpanPage{Items: items, AsOf: list.Range.To, Partial: scan.Partial, Stats: h.stats(scan, began)}
	if len(items) > size {
		out.Items = items[:size]
		if left != size {
			after := store.SpanCursorAt(out.Items[size-1], list.Sort)
			text := p.encodeCursor(cursor{Range: list.Range, Span: &after, Left: max(0, left-size)})
			out.NextCursor = &text
		}
	}
	return out, nil
}

func (p *parameters) spanService() query.Expr {
	if service := p.get("service"); service != "" {
		return is("service_name", service)
	}
	return nil
}

// spanStatus knows that a span's status is unset, ok or error; only the last is no success.
func (p *parameters) spanStatus() query.Expr {
	failed := is("status", operation.StatusError)
	switch p.oneOf("status", operation.StatusOK, operation.StatusError) {
	case operation.StatusError:
		return failed
	case operation.StatusOK:
		return query.Not{Term: failed}
	default:
		return nil
	}
}
