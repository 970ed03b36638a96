package opslogqueryextension

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/opslog/opslog/extension/opslogqueryextension/internal/tracetree"
	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// trace answers the skeleton of a trace: its tree in columns, without attributes.
func (h *apiHandler) trace(r *http.Request) (any, error) {
	p := newParameters(r, h.time())
	q := store.TraceQuery{TraceID: p.traceID(), Range: p.timeRange("", ""), Limit: p.number("limit", defaultSpanLimit, 1, maxSpanLimit)}
	full := p.oneOf("view", "skeleton", "full") == "full"
	root := p.spanID("root", p.get("root"))
	depth := p.number("depth", 0, 1, 10_000)
	if err := p.done(); err != nil {
		return nil, err
	}
	t, err := h.readTrace(r.Context(), q)
	if err != nil {
		return nil, err
	}
	tree := t.tree
	if root != (operation.SpanID{}) {
		at, known := tree.Find(root)
		if !known {
			return nil, store.ErrNotFound
		}
		tree = tree.Cut(at, depth)
	} else if depth > 0 {
		tree = tree.Shallow(depth)
	}
	return skeleton(t, tree, full), nil
}

// traceParts are the kept parts of a trace.
type traceParts struct {
	id         operation.TraceID
	tree       *tracetree.Tree
	operations []*operation.Operation
	logs       []*operation.LogRecord
	cut        int  // there are more spans than this; 0 when these are all
	derived    bool // the spans were sampled away, and the operations stand for them
}

// readTrace reads what is kept of a trace. Where its spans were sampled away, each operation stands for one.
func (h *apiHandler) readTrace(ctx context.Context, q store.TraceQuery) (*traceParts, error) {
	t := &traceParts{id: q.TraceID}
	if spans := h.imports.find(q.TraceID, h.time()); spans != nil {
		if len(spans) > q.Limit {
			spans, t.cut = spans[:q.Limit], q.Limit
		}
		t.tree = tracetree.New(spans)
		return t, nil
	}
	around := store.TraceQuery{TraceID: q.TraceID, Range: q.Range, Limit: maxLimit}
	var err error
	if t.operations, err = h.reader.TraceOperations(ctx, around); err != nil {
		return nil, err
	}
	if len(t.operations) > 0 && around.Range == (store.Range{}) {
		around.Range = aroundOperations(t.operations)
		q.Range = around.Range
	}
	spans, more, err := oneMore(q, func(q store.TraceQuery) ([]*operation.Span, error) { return h.reader.Spans(ctx, q) })
	if err != nil {
		return nil, err
	}
	if more {
		t.cut = q.Limit
	}
	if t.logs, err = h.reader.Logs(ctx, around); err != nil {
		return nil, err
	}
	if len(spans) == 0 {
		spans, t.derived = standIns(t.operations), true
	}
	if len(spans) == 0 {
		return nil, store.ErrNotFound
	}
	t.tree = tracetree.New(spans)
	return t, nil
}

// aroundOperations is where in time the other parts of a trace are: a day before and behind its operations.
func aroundOperations(ops []*operation.Operation) store.Range {
	r := store.Range{From: ops[0].StartTime, To: ops[0].StartTime}
	for _, op := range ops {
		r.From, r.To = min(r.From, op.StartTime), max(r.To, op.StartTime+operation.Time(op.Duration))
	}
	return store.Range{From: r.From - day, To: r.To + day}
}

const day = operation.Time(24 * 3600e9)

// standIns are the entry spans of operations, as far as the records tell. Each hangs below the operation that called it.
func standIns(ops []*operation.Operation) []*operation.Span {
	entry := map[operation.ID]operation.SpanID{}
	for _, op := range ops {
		entry[op.ID] = op.SpanID
	}
	out := make([]*operation.Span, len(ops))
	for i, op := range ops {
		kind := operation.SpanServer
		switch op.Transport {
		case operation.TransportMessage:
			kind = operation.SpanConsumer
		case operation.TransportInternal, operation.TransportJob:
			kind = operation.SpanInternal
		}
		out[i] = &operation.Span{
			TraceID: op.TraceID, SpanID: op.SpanID, ParentSpanID: entry[op.ParentOperationID], Name: op.Name, Kind: kind,
			StartTime: op.StartTime, Duration: op.Duration, Status: op.Status, StatusMessage: op.ErrorMessage, ServiceName: op.ServiceName,
			Attributes: operation.Attributes{"opslog.operation_id": op.ID.String()},
		}
	}
	return out
}

func (p *parameters) spanID(parameter, text string) (id operation.SpanID) {
	if text == "" {
		return id
	}
	id, err := operation.ParseSpanID(text)
	if err != nil {
		p.wrong(parameter, "%s", err.Error())
	}
	return id
}

// Flags of spans in a skeleton.
const (
	flagEntry = 1 << iota
	flagEvents
	flagLinks
	flagPayload
)

var (
	kindNumbers   = []string{operation.SpanUnspecified, operation.SpanInternal, operation.SpanServer, operation.SpanClient, operation.SpanProducer, operation.SpanConsumer}
	statusNumbers = []string{operation.StatusUnset, operation.StatusOK, operation.StatusError}
)

func skeleton(t *traceParts, tree *tracetree.Tree, full bool) *api.Trace {
	out := &api.Trace{
		TraceID: t.id, Start: tree.Start, Duration: operation.Duration(tree.End - tree.Start), N: len(tree.Spans), Complete: len(tree.Orphans) == 0,
		Parent: tree.Parent, Orphans: nonNil(tree.Orphans), Derived: t.derived, Operations: []api.TraceOperation{}, Logs: [][3]int64{},
		Critical: [][3]int64{}, Groups: []api.TraceGroup{}, Gaps: []api.TraceGap{},
	}
	if t.cut > 0 {
		out.Truncated = &api.TraceCut{Kept: t.cut}
	}
	columns(out, tree, t.operations)
	for _, p := range tree.Critical() {
		out.Critical = append(out.Critical, [3]int64{int64(p.Span), int64(p.From - tree.Start), int64(p.To - p.From)})
	}
	for _, g := range tree.Groups() {
		out.Groups = append(out.Groups, api.TraceGroup{First: g.First, Count: g.Count, Total: g.Total})
	}
	for _, g := range tree.Gaps() {
		out.Gaps = append(out.Gaps, api.TraceGap{Parent: g.Parent, Offset: operation.Duration(g.From - tree.Start), Duration: operation.Duration(g.To - g.From)})
	}
	for _, l := range t.logs {
		at, known := tree.Find(l.SpanID)
		if !known {
			at = -1
		}
		out.Logs = append(out.Logs, [3]int64{int64(at), int64(l.Time - tree.Start), l.SeverityNumber})
	}
	if full {
		out.Spans = tree.Spans
	}
	return out
}

func columns(out *api.Trace, tree *tracetree.Tree, ops []*operation.Operation) {
	names, services := newTable(), newTable()
	entries := map[operation.SpanID]operation.ID{}
	for _, op := range ops {
		entries[op.SpanID] = op.ID
	}
	for i, s := range tree.Spans {
		out.ID = append(out.ID, s.SpanID)
		out.Name = append(out.Name, names.number(s.Name))
		out.Service = append(out.Service, services.number(s.ServiceName))
		out.Kind = append(out.Kind, max(0, slices.Index(kindNumbers, s.Kind)))
		out.Status = append(out.Status, max(0, slices.Index(statusNumbers, s.Status)))
		out.Offset = append(out.Offset, operation.Duration(s.StartTime-tree.Start))
		out.Durations = append(out.Durations, s.Duration)
		flags := flagsOf(s)
		if id, isEntry := entries[s.SpanID]; isEntry {
			flags |= flagEntry
			out.Operations = append(out.Operations, api.TraceOperation{Span: i, ID: id})
		}
		out.Flags = append(out.Flags, flags)
	}
	out.Names, out.Services = names.texts, services.texts
}

func flagsOf(s *operation.Span) int {
	flags := 0
	if len(s.Events) > 0 {
		flags |= flagEvents
	}
	if len(s.Links) > 0 {
		flags |= flagLinks
	}
	for key := range s.Attributes {
		if strings.Contains(key, ".body") && !strings.HasSuffix(key, ".size") {
			return flags | flagPayload
		}
	}
	return flags
}

// texts numbers texts.
type texts struct {
	texts []string
	at    map[string]int
}

func newTable() *texts { return &texts{texts: []string{}, at: map[string]int{}} }

func (t *texts) number(text string) int {
	n, known := t.at[text]
	if !known {
		n = len(t.texts)
		t.at[text] = n
		t.texts = append(t.texts, text)
	}
	return n
}

func nonNil(list []int) []int {
	if list == nil {
		return []int{}
	}
	return list
}

// span answers one span with all that it holds, and its log records.
func (h *apiHandler) span(r *http.Request) (any, error) {
	p := newParameters(r, h.time())
	q := store.TraceQuery{TraceID: p.traceID(), Range: p.timeRange("", ""), Limit: maxSpanLimit}
	id := p.spanID("", r.PathValue("span_id"))
	if err := p.done(); err != nil {
		return nil, err
	}
	t, err := h.readTrace(r.Context(), q)
	if err != nil {
		return nil, err
	}
	at, known := t.tree.Find(id)
	if !known {
		return nil, store.ErrNotFound
	}
	out := api.SpanDetail{Span: t.tree.Spans[at], Logs: []*operation.LogRecord{}, Derived: t.derived}
	for _, l := range t.logs {
		if l.SpanID == id {
			out.Logs = append(out.Logs, l)
		}
	}
	return out, nil
}

// traceSearch finds spans in a trace: by words, or by a condition as it stands in any().
func (h *apiHandler) traceSearch(r *http.Request) (any, error) {
	p := newParameters(r, h.time())
	q := store.TraceQuery{TraceID: p.traceID(), Range: p.timeRange("", ""), Limit: p.number("limit", defaultSpanLimit, 1, maxSpanLimit)}
	matches := p.spanCondition()
	if err := p.done(); err != nil {
		return nil, err
	}
	t, err := h.readTrace(r.Context(), q)
	if err != nil {
		return nil, err
	}
	out := api.SpanMatches{Indexes: []int{}, SpanIDs: []operation.SpanID{}, N: len(t.tree.Spans)}
	for i, s := range t.tree.Spans {
		if matches(s) {
			out.Indexes, out.SpanIDs = append(out.Indexes, i), append(out.SpanIDs, s.SpanID)
		}
	}
	return out, nil
}

// anyOf stands before a condition on spans; positions in errors count from behind it.
const anyOf = "any("

func (p *parameters) spanCondition() func(*operation.Span) bool {
	text := p.get("q")
	if words, ok := plainWords(text, p.now); ok {
		return func(s *operation.Span) bool { return holdsWords(s, words) }
	}
	q, err := query.Parse(anyOf+text+")", p.now)
	var bad *query.Error
	switch {
	case errors.As(err, &bad):
		p.problems = append(p.problems, movedProblem(bad, len(anyOf)))
		return nil
	case len(q.Stages) > 0:
		p.wrong("q", "takes a condition only, nothing behind a bar")
		return nil
	}
	matches := query.Compile(q.Filter)
	return func(s *operation.Span) bool { return matches(&operation.Operation{}, []*operation.Span{s}) }
}

// movedProblem tells what is wrong with a text that stood some bytes further behind.
func movedProblem(err *query.Error, by int) *api.Problem {
	out := syntaxProblem(err)
	for i := range out.Errors {
		part := &out.Errors[i]
		part.Start, part.End, part.ByteStart = max(0, part.Start-by), max(0, part.End-by), max(0, part.ByteStart-by)
		part.Fix = nil // its places are those of the longer text
		if part.Line == 1 {
			part.Column = max(1, part.Column-by)
		}
	}
	out.Detail = out.Errors[0].Message
	return out
}

// plainWords tells whether a query is nothing but words to look for.
func plainWords(text string, now operation.Time) (words []string, ok bool) {
	q, err := query.Parse(text, now)
	if err != nil || len(q.Stages) > 0 {
		return nil, false
	}
	switch e := q.Filter.(type) {
	case nil:
		return nil, true
	case query.Text:
		return []string{e.Words}, true
	case query.And:
		for _, term := range e.Terms {
			one, isText := term.(query.Text)
			if !isText {
				return nil, false
			}
			words = append(words, one.Words)
		}
		return words, true
	default:
		return nil, false
	}
}

// holdsWords tells whether all words occur in the span's texts, letter case aside.
func holdsWords(s *operation.Span, words []string) bool {
	var all strings.Builder
	for _, text := range []string{s.Name, s.ServiceName, s.Kind, s.StatusMessage, s.Scope} {
		all.WriteString(strings.ToLower(text) + "\n")
	}
	for key, value := range s.Attributes {
		all.WriteString(strings.ToLower(fmt.Sprintln(key, value)))
	}
	for _, word := range words {
		if !strings.Contains(all.String(), strings.ToLower(word)) {
			return false
		}
	}
	return true
}
