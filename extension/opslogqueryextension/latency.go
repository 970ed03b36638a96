package opslogqueryextension

import (
	"net/http"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// timings are what is told of the durations of operations.
func timings() []query.Agg {
	return []query.Agg{
		store.Call("count", query.Count, ""), store.Call("error_rate", query.ErrorRate, ""),
		store.Call("p50", query.P50, "duration"), store.Call("p95", query.P95, "duration"), store.Call("p99", query.P99, "duration"),
	}
}

// latency answers percentiles over time, of all operations or by a field, with the versions that came in that time.
func (h *apiHandler) latency(r *http.Request) (any, error) {
	began, scan := h.now(), &store.Scan{}
	p := newParameters(r, h.time())
	q := store.AggregateQuery{Filter: p.filter(), Range: p.scanRange(h.cfg.MaxRange), Limits: h.limits(), Scan: scan}
	q.Aggregate = query.Aggregate{Aggs: timings(), By: []query.Group{{Time: true, Width: p.duration("step")}}}
	if by := p.field("by", p.get("by")); by != nil {
		q.Aggregate.By = append(q.Aggregate.By, query.Group{Field: by})
	}
	heatmap := p.oneOf("heatmap", "true", "false") == "true"
	if err := p.done(); err != nil {
		return nil, err
	}
	t, err := h.longTerm().Aggregate(r.Context(), q)
	if err != nil {
		return nil, err
	}
	deploys, err := store.DeploysOf(r.Context(), h.reader, store.DeployQuery{Range: q.Range, Filter: q.Filter, Limits: q.Limits})
	if err != nil {
		return nil, err
	}
	out := api.Latency{Series: seriesOf(t), Deploys: newVersions(deploys, q.Range.From), Partial: scan.Partial, Stats: h.stats(scan, began)}
	if heatmap {
		out.Heatmap, err = h.heatmap(r, q)
	}
	return out, err
}

// heatmap counts operations by time and by band of duration.
func (h *apiHandler) heatmap(r *http.Request, q store.AggregateQuery) (*api.Heatmap, error) {
	const columns = 120
	hq := store.HeatmapQuery(q.Range, q.Filter, columns)
	hq.Limits = h.limits()
	t, err := h.longTerm().Aggregate(r.Context(), hq)
	if err != nil {
		return nil, err
	}
	out := &api.Heatmap{Width: hq.Aggregate.By[0].Width, Cells: []api.HeatmapCell{}}
	for _, row := range t.Rows {
		at, _ := row[0].(operation.Time)
		band := bandOf(row[1])
		n, _ := row[2].(int64)
		out.Cells = append(out.Cells, api.HeatmapCell{Time: at, From: store.BandStart(band), To: store.BandStart(band + 1), Count: n})
	}
	return out, nil
}

func bandOf(v any) int64 {
	switch v := v.(type) {
	case int64:
		return v
	case operation.Duration:
		return int64(v)
	default:
		return 0
	}
}

// enough is how many operations each side of a comparison needs before a change means something.
const enough = 30

// compareLatency sets two values of a field, the two latest versions by itself, or two ranges of time against each other,
// endpoint by endpoint.
func (h *apiHandler) compareLatency(r *http.Request) (any, error) {
	began, scan := h.now(), &store.Scan{}
	p := newParameters(r, h.time())
	q := store.AggregateQuery{Filter: p.filter(), Range: p.scanRange(h.cfg.MaxRange), Limits: h.limits(), Scan: scan, Limit: p.limit(100, maxLimit)}
	by := p.field("by", orElse(p.get("by"), "name"))
	versus := p.contrast(q.Range)
	if err := p.done(); err != nil {
		return nil, err
	}
	// The last two are for the interval of p95, which lies between its neighbours.
	aggs := append(timings(), store.Call("p90", query.P90, "duration"), store.Call("max", query.Max, "duration"))
	q.Aggregate = query.Aggregate{Aggs: aggs, By: []query.Group{{Field: by}}}
	q.Sort = []query.SortKey{{Name: "p95", Desc: true}}
	c, err := versus.of(r.Context(), h.reader, q)
	if err != nil {
		return nil, err
	}
	t, err := store.Compare(r.Context(), h.longTerm(), c)
	if err != nil {
		return nil, err
	}
	durations, err := h.sides(r, c)
	if err != nil {
		return nil, err
	}
	out := api.Comparison{Table: t, A: c.NameA, B: c.NameB, Field: versus.field, Verdicts: []string{}, Evidence: []api.Evidence{}, Partial: scan.Partial, Stats: h.stats(scan, began)}
	for _, row := range t.Rows {
		evidence := durations.evidence(row)
		out.Verdicts = append(out.Verdicts, verdict(row, evidence))
		out.Evidence = append(out.Evidence, evidence)
	}
	return out, nil
}

// verdict says whether the row of a comparison tells something: its columns are the group, then for each aggregate
// A, B and the change. A change of p95 below a tenth is within what percentiles are off by, and one whose sides' intervals
// meet may be chance.
func verdict(row []any, evidence api.Evidence) string {
	a, _ := row[1].(int64)
	b, _ := row[2].(int64)
	const p95Change, noise = 12, 0.1
	change, known := row[p95Change].(float64)
	switch {
	case a < enough || b < enough || !known:
		return api.VerdictTooFew
	case !evidence.A.P95.Apart(evidence.B.P95):
		return api.VerdictSame
	case change > noise:
		return api.VerdictSlower
	case change < -noise:
		return api.VerdictFaster
	default:
		return api.VerdictSame
	}
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
