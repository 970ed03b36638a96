package opslogqueryextension

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/opslog/opslog/extension/opslogqueryextension/internal/tempo"
	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// tempoMetrics answers queries of TraceQL metrics: over time, or one value for all of it. They count operations, those
// whose spans were sampled away too.
func (h *apiHandler) tempoMetrics(r *http.Request, overTime bool) (any, error) {
	values := r.URL.Query()
	q, err := h.tempoMetric(values)
	if err != nil {
		return nil, err
	}
	within, err := seconds(values)
	if err != nil {
		return nil, err
	}
	if within.To == 0 {
		within.To = h.time()
	}
	if within.From == 0 {
		within.From = within.To - operation.Time(time.Hour)
	}
	width := operation.Duration(within.To - within.From)
	if overTime {
		if width, err = tempoStep(values, width); err != nil {
			return nil, err
		}
		step := operation.Time(width)
		within.From, within.To = within.From/step*step, (within.To+step-1)/step*step
		q.Aggregate.By = append(q.Aggregate.By, query.Group{Time: true, Width: width})
	}
	q.Range, q.Limit, q.Limits = within, query.MaxRows, h.limits()
	t, err := h.longTerm().Aggregate(r.Context(), q.AggregateQuery)
	if err != nil {
		return nil, err
	}
	if t.More {
		return nil, api.BadRequest("q", "gives more than %d values; ask for a longer step, or for fewer groups", query.MaxRows)
	}
	return map[string]any{"series": q.series(t, overTime, width), "metrics": tempo.Metrics{CompletedJobs: 1, TotalJobs: 1}}, nil
}

// tempoQuery is a query of metrics with the names that its answer has.
type tempoQuery struct {
	store.AggregateQuery
	metric tempo.Metric
}

// functions are what the query language calls the functions of TraceQL.
var functions = map[string]string{"count": "count", "rate": "count", "min": "min", "max": "max", "avg": "avg", "sum": "sum"}

func (h *apiHandler) tempoMetric(values url.Values) (q tempoQuery, err error) {
	if q.metric, err = tempo.ParseMetric(values.Get("q")); err != nil {
		return q, api.BadRequest("q", "cannot be read as a query of metrics: %s", err.Error())
	}
	if q.Filter, err = h.tempoFilter(url.Values{"q": {q.metric.Spanset}}); err != nil {
		return q, err
	}
	text, err := q.text()
	if err != nil {
		return q, api.BadRequest("q", "%s", err.Error())
	}
	parsed, err := query.Parse(text, h.time())
	if err != nil {
		return q, api.BadRequest("q", "%s", err.Error())
	}
	q.Aggregate = store.PlanOf(parsed, store.Range{}, query.MaxRows).Aggregate.Aggregate
	return q, nil
}

// text is what is computed, in the query language.
func (q *tempoQuery) text() (string, error) {
	field := ""
	if q.metric.Field != "" {
		name, err := tempo.FieldOf(q.metric.Field)
		if err != nil {
			return "", err
		}
		field = name
	}
	var calls, by []string
	for _, quantile := range q.metric.Quantiles {
		percent := strconv.FormatFloat(math.Round(quantile*1e6)/1e4, 'f', -1, 64)
		calls = append(calls, "p"+strings.ReplaceAll(percent, ".", "")+"("+field+")")
	}
	if len(calls) == 0 {
		calls = []string{functions[q.metric.Func] + "(" + field + ")"}
	}
	for _, b := range q.metric.By {
		name, err := tempo.FieldOf(b)
		if err != nil {
			return "", err
		}
		by = append(by, name)
	}
	text := "| " + strings.Join(calls, ", ")
	if len(by) > 0 {
		text += " by " + strings.Join(by, ", ")
	}
	return text, nil
}

// tempoStep reads the step, as Go writes durations or in seconds; without one there are about 60.
func tempoStep(values url.Values, all operation.Duration) (operation.Duration, error) {
	const most = 2000
	step := max(time.Second, (all / 60).Truncate(time.Second))
	if text := values.Get("step"); text != "" {
		number, err := strconv.ParseFloat(text, 64)
		step = time.Duration(number * float64(time.Second))
		if err != nil {
			step, err = time.ParseDuration(text)
		}
		if err != nil || step <= 0 {
			return 0, api.BadRequest("step", "is %q, want a duration like 30s, or seconds", clip(text))
		}
	}
	if all/step > most {
		return 0, api.BadRequest("step", "gives %d steps, at most %d are answered", all/step, most)
	}
	return step, nil
}

// series writes the rows: groups first, then the begin of the step, then the values.
func (q *tempoQuery) series(t store.Table, overTime bool, width operation.Duration) []tempo.Series {
	groups, first := len(q.metric.By), len(q.metric.By)
	if overTime {
		first++
	}
	out, at := []tempo.Series{}, map[string]int{}
	for _, row := range t.Rows {
		for i, cell := range row[first:] {
			value, some := q.value(cell, width)
			if !some {
				continue
			}
			key := fmt.Sprintf("%q %d", row[:groups], i)
			n, known := at[key]
			if !known {
				n = len(out)
				at[key], out = n, append(out, q.labelled(row[:groups], i))
			}
			if !overTime {
				out[n].Value = &value
				continue
			}
			begin, _ := row[groups].(operation.Time)
			out[n].Samples = append(out[n].Samples, tempo.Sample{Time: strconv.FormatInt(int64(begin)/1e6, 10), Value: value})
		}
	}
	for _, s := range out {
		slices.SortFunc(s.Samples, func(a, b tempo.Sample) int { return strings.Compare(a.Time, b.Time) })
	}
	slices.SortFunc(out, func(a, b tempo.Series) int { return strings.Compare(a.Prom, b.Prom) })
	return out
}

// value is a number as Tempo writes it: durations are in seconds.
func (q *tempoQuery) value(cell any, width operation.Duration) (float64, bool) {
	switch v := cell.(type) {
	case int64:
		if q.metric.Func == "rate" {
			return float64(v) / width.Seconds(), true
		}
		return float64(v), true
	case float64:
		return v, true
	case operation.Duration:
		return v.Seconds(), true
	default:
		return 0, false
	}
}

func (q *tempoQuery) labelled(group []any, i int) tempo.Series {
	s := tempo.Series{Labels: []tempo.Label{}}
	var prom []string
	for j, name := range q.metric.By {
		text := "nil"
		if group[j] != nil {
			text = fmt.Sprint(group[j])
		}
		s.Labels = append(s.Labels, tempo.Label{Key: name, Value: tempo.Text{String: text}})
		prom = append(prom, strconv.Quote(name)+"="+strconv.Quote(text))
	}
	if len(q.metric.Quantiles) > 0 {
		p := q.metric.Quantiles[i]
		s.Labels = append(s.Labels, tempo.Label{Key: "p", Value: map[string]float64{"doubleValue": p}})
		prom = append(prom, "p="+strconv.Quote(strconv.FormatFloat(p, 'g', -1, 64)))
	}
	s.Prom = "{" + strings.Join(prom, ", ") + "}"
	return s
}
