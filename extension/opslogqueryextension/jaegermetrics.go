package opslogqueryextension

import (
	"cmp"
	"net/http"
	"strings"
	"time"

	"github.com/opslog/opslog/extension/opslogqueryextension/internal/jaeger"
	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// metricsStep is the shortest step of the metrics for Jaeger's Monitor tab.
const metricsStep = 5 * time.Second

// jaegerMetrics answers what Jaeger's Monitor tab asks: latencies, calls, errors over time by service or operation.
func (h *apiHandler) jaegerMetrics(r *http.Request) (any, error) {
	name := r.PathValue("name")
	if name == "minstep" {
		return jaeger.Answer(metricsStep.Milliseconds(), 0), nil
	}
	p := newParameters(r, h.time())
	agg, unit := p.jaegerMetric(name)
	end := operation.Time(p.milliseconds("endTs", 0))
	if end == 0 {
		end = p.now
	}
	step := max(p.milliseconds("step", time.Minute), metricsStep)
	within := store.Range{From: end - operation.Time(p.milliseconds("lookback", time.Hour)), To: end}
	q := store.AggregateQuery{Range: within, Filter: p.jaegerServices(), Limits: h.limits(), Limit: query.MaxRows}
	byOperation := p.oneOf("groupByOperation", "true", "false") == "true"
	_, _ = p.get("ratePer"), p.get("tag") // rates are of each step
	by := []string{"service_name"}
	if byOperation {
		by = append(by, "name")
	}
	q.Aggregate = query.Aggregate{Aggs: []query.Agg{agg}, By: append(store.By(by...), query.Group{Time: true, Width: step})}
	if err := p.done(); err != nil {
		return nil, err
	}
	t, err := h.longTerm().Aggregate(r.Context(), q)
	if err != nil {
		return nil, err
	}
	return familyOf(name, t, byOperation, unit/divisor(name, step)), nil
}

// divisor turns counts of a step into rates.
func divisor(name string, step time.Duration) float64 {
	if name == "calls" {
		return step.Seconds()
	}
	return 1
}

// jaegerMetric is what to compute, and by what to multiply it: Jaeger wants milliseconds.
func (p *parameters) jaegerMetric(name string) (query.Agg, float64) {
	quantile := p.get("quantile")
	switch name {
	case "calls":
		return store.Call("calls", query.Count, ""), 1
	case "errors":
		return store.Call("errors", query.ErrorRate, ""), 1
	case "latencies":
		known := map[string]query.Func{"": query.P95, "0.5": query.P50, "0.75": query.P75, "0.9": query.P90, "0.95": query.P95, "0.99": query.P99, "0.999": query.P999}
		f, ok := known[quantile]
		if !ok {
			p.wrong("quantile", "is %q, want 0.5, 0.75, 0.9, 0.95, 0.99 or 0.999", clip(quantile))
			f = query.P95
		}
		return store.Call("latencies", f, "duration"), 1e-6
	default:
		p.problems = append(p.problems, api.NotFound("there is no metric "+clip(name)+", only latencies, calls, errors and minstep"))
		return store.Call("calls", query.Count, ""), 1
	}
}

// jaegerServices are the services and the kinds that are asked for; both can come several times.
func (p *parameters) jaegerServices() query.Expr {
	p.known = append(p.known, "service", "spanKind")
	services := query.In{Field: query.Field{Name: "service_name"}}
	for _, text := range p.values["service"] {
		for name := range strings.SplitSeq(text, ",") {
			services.Values = append(services.Values, strings.TrimPrefix(name, "service=")) // jaeger-ui writes service=a,service=b
		}
	}
	if len(services.Values) == 0 {
		p.wrong("service", "is missing")
	}
	var kinds []query.Expr
	for _, kind := range p.values["spanKind"] {
		transports := query.In{Field: query.Field{Name: "transport"}}
		switch strings.TrimPrefix(strings.ToLower(kind), "span_kind_") {
		case operation.SpanServer:
			transports.Values = []query.Value{operation.TransportHTTP, operation.TransportRPC}
		case operation.SpanConsumer:
			transports.Values = []query.Value{operation.TransportMessage}
		case operation.SpanInternal:
			transports.Values = []query.Value{operation.TransportInternal, operation.TransportJob}
		}
		kinds = append(kinds, transports) // clients and producers are no operations: of those there are none
	}
	if len(kinds) == 0 {
		return services
	}
	return query.And{Terms: []query.Expr{services, query.Or{Terms: kinds}}}
}

func (p *parameters) milliseconds(name string, otherwise time.Duration) time.Duration {
	const most = 1 << 43 // milliseconds; what nanoseconds in 64 bits can hold
	return time.Duration(p.number(name, int(otherwise.Milliseconds()), 0, most)) * time.Millisecond
}

// familyOf writes rows of service, perhaps operation, time and value as Jaeger's MetricFamily.
func familyOf(name string, t store.Table, byOperation bool, factor float64) jaeger.MetricFamily {
	prefix, groups := "service_", 1
	if byOperation {
		prefix, groups = "service_operation_", 2
	}
	out := jaeger.MetricFamily{
		Name: prefix + map[string]string{"latencies": "latencies", "calls": "call_rate", "errors": "error_rate"}[name],
		Type: "GAUGE", Help: name + " of the operations, exact", Metrics: []jaeger.Metric{},
	}
	at := map[[2]string]int{}
	for _, row := range t.Rows {
		var key [2]string
		labels := []jaeger.Label{}
		for i, label := range []string{"service_name", "operation"}[:groups] {
			key[i], _ = row[i].(string)
			labels = append(labels, jaeger.Label{Name: label, Value: key[i]})
		}
		i, known := at[key]
		if !known {
			i = len(out.Metrics)
			at[key] = i
			out.Metrics = append(out.Metrics, jaeger.Metric{Labels: labels})
		}
		when, _ := row[groups].(operation.Time)
		point := jaeger.Point{Time: when.Std().Format(time.RFC3339Nano)}
		point.Gauge.Value = number(row[groups+1]) * factor
		out.Metrics[i].Points = append(out.Metrics[i].Points, point)
	}
	return out
}

// number is a cell of an aggregate; 0 when it is missing.
func number(cell any) float64 {
	n, _ := cell.(int64)
	f, _ := cell.(float64)
	d, _ := cell.(operation.Duration)
	return cmp.Or(float64(n), f, float64(d))
}
