package opslogqueryextension

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzhttp"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// compatible is one address of another tool's query API, which answers in that tool's forms.
type compatible struct {
	path   string
	method string // GET when empty
	answer func(*http.Request) (any, error)
	fail   func(w http.ResponseWriter, status int, message string)
}

// raw is an answer that is no JSON of ours.
type raw struct {
	kind string
	body []byte
}

// compatibles are the addresses of Jaeger and Tempo, as far as they are switched on.
func (h *apiHandler) compatibles() []compatible {
	var out []compatible
	if h.cfg.Compatibility.Jaeger {
		out = append(out, h.jaegerRoutes()...)
	}
	if h.cfg.Compatibility.Tempo {
		out = append(out, h.tempoRoutes()...)
	}
	return out
}

func (h *apiHandler) serveCompatible(c compatible) http.Handler {
	return gzhttp.GzipHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), h.cfg.QueryTimeout)
		defer cancel()
		r = r.WithContext(ctx)
		done, err := h.admit(route{}, r)
		if err != nil {
			h.failCompatible(c, w, err)
			return
		}
		defer done()
		body, err := c.answer(r)
		if err != nil {
			h.failCompatible(c, w, err)
			return
		}
		if file, ok := body.(raw); ok {
			w.Header().Set("Content-Type", file.kind)
			_, _ = w.Write(file.body) // the caller is gone when this fails
			return
		}
		writeCompatible(w, http.StatusOK, body)
	}))
}

func writeCompatible(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(body) // the caller is gone when this fails
}

// failCompatible says what went wrong as the other tool does. The reasons are those of our own problems.
func (h *apiHandler) failCompatible(c compatible, w http.ResponseWriter, err error) {
	p := problemOf(err)
	message := p.Detail
	if errors.Is(err, store.ErrNotFound) {
		message = "trace not found"
	}
	if p.Status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "1")
	}
	c.fail(w, p.Status, orElse(message, p.Title))
}

// shortTraceID reads ids as those tools write them: leading zeros may be missing.
func shortTraceID(text string) (operation.TraceID, error) {
	const digits = 32
	if n := len(text); n > 0 && n < digits {
		text = strings.Repeat("0", digits-n) + text
	}
	return operation.ParseTraceID(text)
}

// found is a trace that a search found, with those of its operations that matched.
type found struct {
	id      operation.TraceID
	matches []*operation.Operation
}

// operationsPerTrace bounds how many operations are looked through for one trace that is wanted.
const operationsPerTrace = 20

// findTraces lists the newest traces with an operation that passes the filter.
func (h *apiHandler) findTraces(ctx context.Context, filter query.Expr, within store.Range, limit int) ([]found, error) {
	ops, err := h.reader.Operations(ctx, store.OperationQuery{
		Filter: filter, Range: within, Limit: min(limit*operationsPerTrace, query.MaxRows), Limits: h.limits(),
	})
	if err != nil {
		return nil, err
	}
	out, at := []found{}, map[operation.TraceID]int{}
	for _, op := range ops {
		i, known := at[op.TraceID]
		if !known {
			if len(out) == limit {
				continue
			}
			i = len(out)
			at[op.TraceID] = i
			out = append(out, found{id: op.TraceID})
		}
		out[i].matches = append(out[i].matches, op)
	}
	return out, nil
}

// around is where in time the rest of a found trace is.
func (f found) around() store.Range { return aroundOperations(f.matches) }

// names lists the names of operations with what they are called from; without a service of all.
func (h *apiHandler) names(ctx context.Context, service string) ([][2]string, error) {
	q := store.AggregateQuery{
		Range: store.Range{From: h.time() - namesFrom, To: h.time()}, Limits: h.limits(), Limit: maxLimit,
		Aggregate: query.Aggregate{By: store.By("name", "transport"), Aggs: []query.Agg{store.Call("count", query.Count, "")}},
		Sort:      []query.SortKey{{Name: "name"}},
	}
	if service != "" {
		q.Filter = is("service_name", service)
	}
	t, err := h.reader.Aggregate(ctx, q)
	if err != nil {
		return nil, err
	}
	out := make([][2]string, 0, len(t.Rows))
	for _, row := range t.Rows {
		name, _ := row[0].(string)
		transport, _ := row[1].(string)
		kind := operation.SpanServer
		switch transport {
		case operation.TransportMessage:
			kind = operation.SpanConsumer
		case operation.TransportInternal, operation.TransportJob:
			kind = operation.SpanInternal
		}
		out = append(out, [2]string{name, kind})
	}
	return out, nil
}

// namesFrom is how far back services and names are looked for, as those tools ask without a range.
const namesFrom = 2 * day

func (h *apiHandler) serviceNames(ctx context.Context) ([]string, error) {
	services, err := h.reader.Services(ctx, store.Range{From: h.time() - namesFrom, To: h.time() + 1})
	out := make([]string, len(services))
	for i, s := range services {
		out[i] = s.Name
	}
	return out, err
}
