package jaeger

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"github.com/opslog/opslog/internal/operation"
)

// Envelope is what the classic API wraps its answers in. Errors is null when there are none; Grafana looks at that.
type Envelope struct {
	Data   any       `json:"data"`
	Total  int       `json:"total"`
	Limit  int       `json:"limit"`
	Offset int       `json:"offset"`
	Errors []Problem `json:"errors"`
}

// Problem is an error in an Envelope.
type Problem struct {
	Code int    `json:"code"`
	Msg  string `json:"msg"`
}

// Answer wraps an answer.
func Answer(data any, total int) Envelope { return Envelope{Data: data, Total: total} }

// Failed wraps an error.
func Failed(code int, message string) Envelope { return Envelope{Errors: []Problem{{code, message}}} }

// Summary is a trace in a list.
type Summary struct {
	TraceID          string           `json:"traceId"`
	RootService      string           `json:"rootServiceName"`
	RootOperation    string           `json:"rootOperationName"`
	MinStart         string           `json:"minStartTimeUnixNano"`
	MaxEnd           string           `json:"maxEndTimeUnixNano"`
	SpanCount        int64            `json:"spanCount"`
	ErrorSpanCount   int64            `json:"errorSpanCount"`
	OrphanSpanCount  int64            `json:"orphanSpanCount"`
	ServiceSummaries []ServiceSummary `json:"services"`
}

// ServiceSummary is a service's part of a trace.
type ServiceSummary struct {
	Name           string `json:"name"`
	SpanCount      int64  `json:"spanCount"`
	ErrorSpanCount int64  `json:"errorSpanCount"`
}

// SummaryOf sums up the operations of a trace, of which there is at least one. Their records count all spans, also
// those that were sampled away.
func SummaryOf(id operation.TraceID, ops []*operation.Operation) Summary {
	root := slices.MinFunc(ops, func(a, b *operation.Operation) int {
		return cmp.Or(cmp.Compare(called(a), called(b)), cmp.Compare(a.StartTime, b.StartTime))
	})
	out := Summary{TraceID: id.String(), RootService: root.ServiceName, RootOperation: root.Name, ServiceSummaries: []ServiceSummary{}}
	start, end := ops[0].StartTime, operation.Time(0)
	services := map[string]ServiceSummary{}
	for _, op := range ops {
		start, end = min(start, op.StartTime), max(end, op.StartTime+operation.Time(op.Duration))
		s := services[op.ServiceName]
		s.Name, s.SpanCount, s.ErrorSpanCount = op.ServiceName, s.SpanCount+op.SpanCount, s.ErrorSpanCount+op.ErrorSpanCount
		services[op.ServiceName] = s
		out.SpanCount, out.ErrorSpanCount = out.SpanCount+op.SpanCount, out.ErrorSpanCount+op.ErrorSpanCount
	}
	for _, name := range slices.Sorted(maps.Keys(services)) {
		out.ServiceSummaries = append(out.ServiceSummaries, services[name])
	}
	out.MinStart, out.MaxEnd = strconv.FormatInt(int64(start), 10), strconv.FormatInt(int64(end), 10)
	return out
}

// called is 1 for an operation that another one called, which the root of a trace is not.
func called(op *operation.Operation) int {
	if op.ParentOperationID != (operation.ID{}) {
		return 1
	}
	return 0
}

// Dependency is an edge between services.
type Dependency struct {
	Parent    string `json:"parent"`
	Child     string `json:"child"`
	CallCount int64  `json:"callCount"`
}

// Dependencies sums up the edges between two services.
func Dependencies(edges []*operation.Edge) []Dependency {
	calls := map[[2]string]int64{}
	for _, e := range edges {
		if e.Source != "" && e.Target != "" && e.Source != e.Target {
			calls[[2]string{e.Source, e.Target}] += e.Calls
		}
	}
	out := []Dependency{}
	for _, pair := range slices.SortedFunc(maps.Keys(calls), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
		out = append(out, Dependency{pair[0], pair[1], calls[pair]})
	}
	return out
}
