package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// question is asked several times, with the values of another operation each time.
type question struct {
	name string
	goal time.Duration
	ask  func(ctx context.Context, s store.Reader, w *workload, i int) error
}

const (
	hour  = operation.Time(time.Hour)
	day   = 24 * hour
	quick = 100 * time.Millisecond
	slow  = 500 * time.Millisecond
)

// sample is an operation to ask for, another for each i.
func (w *workload) sample(i int) *operation.Operation { return w.samples[(i*37+11)%len(w.samples)] }

// last is the newest part of the data, a little different for each i, so that no answer can be remembered.
func (w *workload) last(length operation.Time, i int) store.Range {
	to := w.to - operation.Time(i)*7*operation.Time(time.Second)
	return store.Range{From: max(w.from, to-length), To: to}
}

var questions = []question{
	{"by id", quick, func(ctx context.Context, s store.Reader, w *workload, i int) error {
		_, err := s.Operation(ctx, w.sample(i).ID)
		return err
	}},
	{"by trace", quick, func(ctx context.Context, s store.Reader, w *workload, i int) error {
		_, err := s.TraceOperations(ctx, store.TraceQuery{TraceID: w.sample(i).TraceID, Limit: 100})
		return err
	}},
	{"by request id, everything", quick, func(ctx context.Context, s store.Reader, w *workload, i int) error {
		return w.list(ctx, s, "request.id = "+w.sample(i).RequestID, store.Range{From: w.from, To: w.to})
	}},
	{"by user, everything", quick, func(ctx context.Context, s store.Reader, w *workload, i int) error {
		return w.list(ctx, s, "user = "+w.sample(i).UserID, store.Range{From: w.from, To: w.to})
	}},
	{"latest 50 of the last hour", quick, func(ctx context.Context, s store.Reader, w *workload, i int) error {
		return w.list(ctx, s, "", w.last(hour, i))
	}},
	{"errors of a service, last hour", quick, func(ctx context.Context, s store.Reader, w *workload, i int) error {
		return w.list(ctx, s, "status = error AND service = "+w.sample(i).ServiceName, w.last(hour, i))
	}},
	{"facets of the last hour", quick, func(ctx context.Context, s store.Reader, w *workload, i int) error {
		q := store.FacetQuery{Range: w.last(hour, i), Limit: 10}
		for _, name := range []string{"service_name", "name", "status", "error_type", "tenant_id", "service_version"} {
			q.Fields = append(q.Fields, *store.FieldNamed(name))
		}
		_, err := store.FacetsOf(ctx, s, q)
		return err
	}},
	{"percentiles by minute, last hour", quick, func(ctx context.Context, s store.Reader, w *workload, i int) error {
		return w.rows(ctx, s, "| p50(duration), p95(duration), p99(duration) by 1m", w.last(hour, i))
	}},
	{"slowest 10 of a day", slow, func(ctx context.Context, s store.Reader, w *workload, i int) error {
		return w.list(ctx, s, "duration > 100ms | sort duration desc | limit 10", w.last(day, i))
	}},
	{"percentiles by minute of a route, day", slow, func(ctx context.Context, s store.Reader, w *workload, i int) error {
		op := w.sample(i)
		return w.rows(ctx, s, "method = "+op.Method+" AND endpoint = "+op.Route+" | avg(duration), p95(duration), p99(duration) by 1m", w.last(day, i))
	}},
	{"histogram of a day", slow, func(ctx context.Context, s store.Reader, w *workload, i int) error {
		_, err := store.HistogramOf(ctx, s, store.HistogramQuery{Range: w.last(day, i)})
		return err
	}},
	{"top errors of a day", slow, func(ctx context.Context, s store.Reader, w *workload, i int) error {
		_, err := store.ErrorsOf(ctx, s, store.ErrorQuery{Range: w.last(day, i), Limit: 50})
		return err
	}},
	{"attribute equality, day", slow, func(ctx context.Context, s store.Reader, w *workload, i int) error {
		return w.list(ctx, s, fmt.Sprintf("attr.client.port = \"%v\"", w.sample(i).Attributes["client.port"]), w.last(day, i))
	}},
	{"newest 50 spans of a service, last hour", quick, func(ctx context.Context, s store.Reader, w *workload, i int) error {
		return w.listSpans(ctx, s, "service = "+w.sample(i).ServiceName, w.last(hour, i))
	}},
	{"slowest 50 database spans of a day", slow, func(ctx context.Context, s store.Reader, w *workload, i int) error {
		return w.listSpans(ctx, s, "db.system EXISTS AND duration > 10ms | sort duration desc", w.last(day, i))
	}},
	{"new errors, last hour", slow, func(ctx context.Context, s store.Reader, w *workload, i int) error {
		return w.list(ctx, store.WithNewErrors(s.(store.Backend)), "error.new = true", w.last(hour, i))
	}},
	{"rare payload token, day", slow, func(ctx context.Context, s store.Reader, w *workload, i int) error {
		return w.list(ctx, s, `"`+w.rare[(i*37+11)%len(w.rare)]+`"`, w.last(day, i))
	}},
	{"rare payload token, everything", slow, func(ctx context.Context, s store.Reader, w *workload, i int) error {
		return w.list(ctx, s, `"`+w.rare[(i*37+11)%len(w.rare)]+`"`, store.Range{From: w.from, To: w.to})
	}},
}

func (w *workload) plan(text string, r store.Range) (store.Plan, error) {
	q, err := query.Parse(text, w.to)
	if err != nil {
		return store.Plan{}, err
	}
	return store.PlanOf(q, r, 50), nil
}

func (w *workload) list(ctx context.Context, s store.Reader, text string, r store.Range) error {
	p, err := w.plan(text, r)
	if err == nil {
		_, err = s.Operations(ctx, *p.List)
	}
	return err
}

func (w *workload) listSpans(ctx context.Context, s store.Reader, text string, r store.Range) error {
	q, err := query.ParseSpans(text, w.to)
	if err == nil {
		_, err = s.ListSpans(ctx, store.SpanPlanOf(q, r, 50))
	}
	return err
}

func (w *workload) rows(ctx context.Context, s store.Reader, text string, r store.Range) error {
	p, err := w.plan(text, r)
	if err == nil {
		_, err = s.Aggregate(ctx, *p.Aggregate)
	}
	return err
}

// ask puts all questions and prints a table: how long the answers took, and the processor time of the store for one,
// which says more where others use the machine too.
func (w *workload) ask(ctx context.Context, s *engine, when string) error {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(table, "  %s\tp50 ms\tp95 ms\tgoal\tCPU ms\t\n", when)
	for _, q := range questions {
		times, cpu := make([]time.Duration, w.repeat), cpuTime(s.pid)
		for i := range times {
			start := time.Now()
			if err := q.ask(ctx, s, w, i); err != nil {
				return fmt.Errorf("%s: %w", q.name, err)
			}
			times[i] = time.Since(start)
		}
		slices.Sort(times)
		p95 := times[(len(times)-1)*95/100]
		missed := ""
		if p95 > q.goal {
			missed = "missed"
		}
		spent := (cpuTime(s.pid) - cpu) / time.Duration(w.repeat)
		fmt.Fprintf(table, "  %s\t%.0f\t%.0f\t%.0f %s\t%.0f\t\n", q.name, ms(times[len(times)/2]), ms(p95), ms(q.goal), missed, ms(spent))
	}
	return table.Flush()
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
