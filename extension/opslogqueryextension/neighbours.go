package opslogqueryextension

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// Bounds of what is told around an operation.
const (
	maxMoments = 200
	maxEarlier = 20
	maxWindow  = 7 * 24 * time.Hour
)

// around reads the operation of the path and a window of time.
func (h *apiHandler) around(r *http.Request, otherwise time.Duration) (*operation.Operation, operation.Time, *parameters, error) {
	p := newParameters(r, h.time())
	id := p.operationID()
	window := p.duration("window")
	switch {
	case window == 0:
		window = otherwise
	case window > maxWindow:
		p.wrong("window", "is %v, at most %v is looked at", window, maxWindow)
	}
	if len(p.problems) > 0 {
		return nil, 0, p, p.done()
	}
	op, err := h.reader.Operation(r.Context(), id)
	return op, operation.Time(window), p, err
}

func (h *apiHandler) traceOf(ctx context.Context, op *operation.Operation) (*traceParts, error) {
	end := op.StartTime + operation.Time(max(op.Duration, op.TraceDuration))
	q := store.TraceQuery{TraceID: op.TraceID, Range: store.Range{From: op.StartTime - day, To: end + day}, Limit: defaultSpanLimit}
	t, err := h.readTrace(ctx, q)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil // only the operation is kept
	}
	return t, err
}

// before tells what happened before the operation failed, or ended: its spans, events and log records in the order of
// time, and what the same user or session did before.
func (h *apiHandler) before(r *http.Request) (any, error) {
	op, window, p, err := h.around(r, 5*time.Minute)
	if err != nil {
		return nil, err
	}
	if err := p.done(); err != nil {
		return nil, err
	}
	t, err := h.traceOf(r.Context(), op)
	if err != nil {
		return nil, err
	}
	out := api.Before{At: failedAt(op, t), Items: []api.Moment{}, Earlier: []*operation.Operation{}}
	if t != nil {
		out.Items = moments(t, out.At)
	}
	if n := len(out.Items); n > maxMoments {
		out.Items, out.Truncated = out.Items[n-maxMoments:], true
	}
	var same []query.Expr
	if op.UserID != "" {
		same = append(same, is("user_id", op.UserID))
	}
	if op.SessionID != "" {
		same = append(same, is("session_id", op.SessionID))
	}
	if len(same) == 0 {
		return out, nil
	}
	filter := same[0]
	if len(same) > 1 {
		filter = query.Or{Terms: same}
	}
	out.Earlier, err = h.reader.Operations(r.Context(), store.OperationQuery{
		Filter: filter, Range: store.Range{From: op.StartTime - window, To: op.StartTime}, Limit: maxEarlier, Limits: h.limits(),
	})
	return out, err
}

// failedAt is the moment that all else is before: the end of the span that failed first, or of the operation.
func failedAt(op *operation.Operation, t *traceParts) operation.Time {
	if t != nil && op.ErrorSpanID != (operation.SpanID{}) {
		if i, known := t.tree.Find(op.ErrorSpanID); known {
			s := t.tree.Spans[i]
			return s.StartTime + operation.Time(s.Duration)
		}
	}
	return op.StartTime + operation.Time(op.Duration)
}

// moments are what happened until then, oldest first.
func moments(t *traceParts, until operation.Time) []api.Moment {
	out := []api.Moment{}
	add := func(m api.Moment) {
		if m.Time <= until {
			m.Before = operation.Duration(until - m.Time)
			out = append(out, m)
		}
	}
	for _, s := range t.tree.Spans {
		add(api.Moment{Time: s.StartTime, Kind: "span", Text: s.Name, Service: s.ServiceName, Status: s.Status, Duration: s.Duration, SpanID: s.SpanID})
		for _, e := range s.Events {
			m := api.Moment{Time: e.Time, Kind: "event", Text: e.Name, Service: s.ServiceName, SpanID: s.SpanID}
			if message, ok := e.Attributes["exception.message"].(string); ok {
				m.Text += ": " + message
				m.Status = operation.StatusError
			}
			add(m)
		}
	}
	for _, l := range t.logs {
		add(api.Moment{Time: l.Time, Kind: "log", Text: l.Body, Service: l.ServiceName, Status: l.SeverityText, SpanID: l.SpanID})
	}
	slices.SortStableFunc(out, func(a, b api.Moment) int { return cmp.Compare(a.Time, b.Time) })
	return out
}

// cascade tells where a failure began and how far it went: from the deepest span that failed up to the root, the
// failed operations of the trace, and which operations elsewhere failed in the same way at the same time.
func (h *apiHandler) cascade(r *http.Request) (any, error) {
	op, window, p, err := h.around(r, time.Minute)
	if err != nil {
		return nil, err
	}
	if err := p.done(); err != nil {
		return nil, err
	}
	out := api.Cascade{Chain: []api.Moment{}, Operations: []*operation.Operation{}, Elsewhere: []api.Affected{}}
	t, err := h.traceOf(r.Context(), op)
	if err != nil {
		return nil, err
	}
	if t != nil {
		out.Chain = chain(t)
		out.Operations = slices.DeleteFunc(t.operations, func(o *operation.Operation) bool { return o.Status != operation.StatusError })
	}
	if op.ErrorFingerprint == "" && op.ErrorService == "" {
		return out, nil
	}
	out.Elsewhere, err = h.affected(r.Context(), op, window)
	return out, err
}

// chain follows the failure from the failed span that ended first, without a failed child, up to its root.
func chain(t *traceParts) []api.Moment {
	tree, origin := t.tree, -1
	end := func(i int) operation.Time { return tree.Spans[i].StartTime + operation.Time(tree.Spans[i].Duration) }
	failed := func(i int) bool { return tree.Spans[i].Status == operation.StatusError }
	for i := range tree.Spans {
		if failed(i) && !slices.ContainsFunc(tree.Children[i], failed) && (origin < 0 || end(i) < end(origin)) {
			origin = i
		}
	}
	out := []api.Moment{}
	for i := origin; i >= 0; i = tree.Parent[i] {
		s := tree.Spans[i]
		out = append(out, api.Moment{
			Time: end(i), Before: operation.Duration(end(i) - end(origin)), Kind: "span", Text: s.Name, Detail: s.StatusMessage, Service: s.ServiceName,
			Status: s.Status, Duration: s.Duration, SpanID: s.SpanID,
		})
	}
	return out
}

// affected counts the operations that failed with the same error, or because of the same service.
func (h *apiHandler) affected(ctx context.Context, op *operation.Operation, window operation.Time) ([]api.Affected, error) {
	var same []query.Expr
	if op.ErrorFingerprint != "" {
		same = append(same, is("error_fingerprint", op.ErrorFingerprint))
	}
	if op.ErrorService != "" {
		same = append(same, query.And{Terms: []query.Expr{is("error_service", op.ErrorService), is("status", operation.StatusError)}})
	}
	filter := same[0]
	if len(same) > 1 {
		filter = query.Or{Terms: same}
	}
	t, err := h.reader.Aggregate(ctx, store.AggregateQuery{
		Range: store.Range{From: op.StartTime - window, To: op.StartTime + operation.Time(op.Duration) + window}, Filter: filter, Limit: 100, Limits: h.limits(),
		Aggregate: query.Aggregate{By: store.By("service_name", "name"), Aggs: []query.Agg{
			store.Call("count", query.Count, ""), store.Call("users", query.Uniq, "user_id"), store.Call("example", query.First, "operation_id"),
		}},
	})
	if err != nil {
		return nil, err
	}
	out := make([]api.Affected, len(t.Rows))
	for i, row := range t.Rows {
		out[i].Service, _ = row[0].(string)
		out[i].Name, _ = row[1].(string)
		out[i].Count, _ = row[2].(int64)
		out[i].Users, _ = row[3].(int64)
		out[i].Example, _ = row[4].(string)
	}
	return out, nil
}

// similar lists the latest operations of the same name, failed alike when this one failed, and where this one's
// duration stands among all of its name.
func (h *apiHandler) similar(r *http.Request) (any, error) {
	op, window, p, err := h.around(r, 24*time.Hour)
	if err != nil {
		return nil, err
	}
	limit := p.limit(20, 100)
	if err := p.done(); err != nil {
		return nil, err
	}
	within := store.Range{From: op.StartTime - window, To: min(op.StartTime+window, h.time())}
	name := query.And{Terms: []query.Expr{is("service_name", op.ServiceName), is("name", op.Name)}}
	alike := query.Expr(name)
	if op.ErrorFingerprint != "" {
		alike = allOf(name, is("error_fingerprint", op.ErrorFingerprint))
	}
	var out api.Similar
	items, err := h.reader.Operations(r.Context(), store.OperationQuery{Filter: alike, Range: within, Limit: limit + 1, Limits: h.limits()})
	if err != nil {
		return nil, err
	}
	items = slices.DeleteFunc(items, func(o *operation.Operation) bool { return o.ID == op.ID })
	out.Items = items[:min(limit, len(items))]
	if out.Standing, err = h.standing(r.Context(), op, name, within); err != nil {
		return nil, err
	}
	out.Previous, out.Next, err = h.nextTo(r.Context(), op, name, window)
	return out, err
}

// standing counts how many operations were faster.
func (h *apiHandler) standing(ctx context.Context, op *operation.Operation, name query.Expr, within store.Range) (api.Standing, error) {
	aggs := append(timings(), store.Call("fastest", query.Min, "duration"))
	rows := func(filter query.Expr) ([]any, error) {
		t, err := h.reader.Aggregate(ctx, store.AggregateQuery{Range: within, Filter: filter, Limits: h.limits(), Aggregate: query.Aggregate{Aggs: aggs}})
		if err != nil || len(t.Rows) == 0 {
			return make([]any, len(aggs)), err
		}
		return t.Rows[0], nil
	}
	all, err := rows(name)
	if err != nil {
		return api.Standing{}, err
	}
	field := query.Field{Name: "duration", Type: operation.TypeDuration}
	faster, err := rows(allOf(name, query.Compare{Field: field, Op: query.Lt, Value: op.Duration}))
	var s api.Standing
	s.Count, _ = all[0].(int64)
	s.ErrorRate, _ = all[1].(float64)
	s.P50, _ = all[2].(operation.Duration)
	s.P95, _ = all[3].(operation.Duration)
	s.P99, _ = all[4].(operation.Duration)
	if n, _ := faster[0].(int64); s.Count > 0 {
		s.SlowerThan = float64(n) / float64(s.Count)
	}
	return s, err
}

// nextTo finds the operations of the same name just before and just after.
func (h *apiHandler) nextTo(ctx context.Context, op *operation.Operation, name query.Expr, window operation.Time) (previous, next *operation.ID, err error) {
	newest := store.OperationQuery{
		Filter: name, Range: store.Range{From: op.StartTime - window, To: op.StartTime + 1}, Limit: 1, Limits: h.limits(),
		After: &store.Cursor{StartTime: op.StartTime, ID: op.ID},
	}
	found, err := h.reader.Operations(ctx, newest)
	if err != nil {
		return nil, nil, err
	}
	if len(found) > 0 {
		previous = &found[0].ID
	}
	time := query.Field{Name: "start_time", Type: operation.TypeTime}
	oldest := store.OperationQuery{
		Filter: name, Range: store.Range{From: op.StartTime + 1, To: op.StartTime + window}, Limit: 1, Limits: h.limits(),
		Sort: []query.SortKey{{Name: "start_time", Field: &time}},
	}
	if found, err = h.reader.Operations(ctx, oldest); err == nil && len(found) > 0 {
		next = &found[0].ID
	}
	return previous, next, err
}

// compare sets two operations side by side: the fields in which they differ, and their steps.
func (h *apiHandler) compare(r *http.Request) (any, error) {
	p := newParameters(r, h.time())
	id := p.operationID()
	other, err := operation.ParseID(p.get("with"))
	if err != nil {
		p.wrong("with", "%s", err.Error())
	}
	if err := p.done(); err != nil {
		return nil, err
	}
	a, err := h.reader.Operation(r.Context(), id)
	if err != nil {
		return nil, err
	}
	b, err := h.reader.Operation(r.Context(), other)
	if err != nil {
		return nil, err
	}
	return api.Pair{A: a.ID, B: b.ID, Fields: differences(a, b), Steps: stepPairs(a.External, b.External)}, nil
}

func differences(a, b *operation.Operation) []api.FieldPair {
	out := []api.FieldPair{}
	for i := range operation.Fields() {
		f := &operation.Fields()[i]
		if f.Type == operation.TypeList || f.Type == operation.TypeMap || f.Type == operation.TypeID {
			continue
		}
		field := query.Field{Name: f.Name}
		if x, y := valueOf(a, field), valueOf(b, field); x != y {
			out = append(out, api.FieldPair{Name: f.Name, A: x, B: y})
		}
	}
	return out
}

// stepPairs matches steps that differ in their values only; the greatest difference in time comes first.
func stepPairs(a, b []operation.Step) []api.StepPair {
	at, out := map[[4]string]int{}, []api.StepPair{}
	place := func(s operation.Step) *api.StepPair {
		key := [4]string{s.Category, s.System, s.Target, s.Template}
		i, known := at[key]
		if !known {
			i = len(out)
			at[key] = i
			out = append(out, api.StepPair{Category: s.Category, System: s.System, Target: s.Target, Template: s.Template})
		}
		return &out[i]
	}
	for _, s := range a {
		pair := place(s)
		pair.CountA, pair.TotalA = s.Count, s.Total
	}
	for _, s := range b {
		pair := place(s)
		pair.CountB, pair.TotalB = s.Count, s.Total
	}
	slices.SortStableFunc(out, func(x, y api.StepPair) int {
		return cmp.Compare((y.TotalB - y.TotalA).Abs(), (x.TotalB - x.TotalA).Abs())
	})
	return out
}
