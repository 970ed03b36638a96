package opslogqueryextension

import (
	"net/http"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// histogram counts operations over time, by status or by another field, with the versions that came in that time.
func (h *apiHandler) histogram(r *http.Request) (any, error) {
	began, scan := h.now(), &store.Scan{}
	p := newParameters(r, h.time())
	q := store.HistogramQuery{
		Filter: p.filter(), Range: p.scanRange(h.cfg.MaxRange), Buckets: p.number("buckets", 60, 1, store.MaxBuckets),
		By: p.field("by", p.get("by")), Limits: h.limits(), Scan: scan,
	}
	if err := p.done(); err != nil {
		return nil, err
	}
	counts, err := store.HistogramOf(r.Context(), h.longTerm(), q)
	if err != nil {
		return nil, err
	}
	deploys, err := store.DeploysOf(r.Context(), h.reader, store.DeployQuery{Range: q.Range, Filter: q.Filter, Limits: q.Limits})
	if err != nil {
		return nil, err
	}
	return api.Histogram{Histogram: counts, Deploys: newVersions(deploys, q.Range.From), Partial: scan.Partial, Stats: h.stats(scan, began)}, nil
}

// newVersions leaves out the versions that ran before: a version that is older than the range shows at its beginning.
func newVersions(deploys []store.Deploy, from operation.Time) []store.Deploy {
	oldest := map[string]operation.Time{}
	for _, d := range deploys {
		if first, ok := oldest[d.Service]; !ok || d.FirstSeen < first {
			oldest[d.Service] = d.FirstSeen
		}
	}
	out := []store.Deploy{}
	for _, d := range deploys {
		if d.FirstSeen > oldest[d.Service] && d.FirstSeen > from {
			out = append(out, d)
		}
	}
	return out
}

// facetFields are what the list of operations can be narrowed by at a glance.
const facetFields = "status,service,kind,transport,method,endpoint,http.status,version,env,error.type,host"

func (h *apiHandler) facets(r *http.Request) (any, error) {
	began, scan := h.now(), &store.Scan{}
	p := newParameters(r, h.time())
	names := p.get("fields")
	if names == "" {
		names = facetFields
	}
	q := store.FacetQuery{
		Filter: p.filter(), Range: p.scanRange(h.cfg.MaxRange), Fields: p.groups("fields", names), Limit: p.limit(10, 100),
		Limits: h.limits(), Scan: scan,
	}
	const most = 20
	if len(q.Fields) > most {
		p.wrong("fields", "names %d fields, at most %d are counted at once", len(q.Fields), most)
	}
	if err := p.done(); err != nil {
		return nil, err
	}
	facets, err := store.FacetsOf(r.Context(), h.reader, q)
	if err != nil {
		return nil, err
	}
	return api.Facets{Fields: facets, Partial: scan.Partial, Stats: h.stats(scan, began)}, nil
}

// query answers a query with an aggregate: rows and columns, or series over time.
func (h *apiHandler) query(r *http.Request) (any, error) {
	began, scan := h.now(), &store.Scan{}
	p := newParameters(r, h.time())
	q := p.query(func(query.Stage) bool { return true }, "")
	plan := store.PlanOf(q, p.scanRange(h.cfg.MaxRange), defaultLimit)
	step := p.duration("step")
	series := p.oneOf("format", "table", "series") == "series"
	if plan.Aggregate == nil && len(p.problems) == 0 {
		p.wrong("q", "has no aggregate, such as | p95(duration) by service; a list is at /operations")
	}
	if err := p.done(); err != nil {
		return nil, err
	}
	plan.Aggregate.Limits, plan.Aggregate.Scan = h.limits(), scan
	for i := range plan.Aggregate.Aggregate.By {
		if g := &plan.Aggregate.Aggregate.By[i]; g.Time && g.Width == 0 {
			g.Width = step
		}
	}
	t, err := h.rows(r, plan)
	if err != nil {
		return nil, err
	}
	out := api.Rows{Table: t, Partial: scan.Partial, Stats: h.stats(scan, began), Range: &plan.Aggregate.Range}
	if series {
		out.Series, out.Rows = seriesOf(t), nil
	}
	return out, nil
}

func (h *apiHandler) rows(r *http.Request, plan store.Plan) (store.Table, error) {
	if plan.Split == nil {
		return h.longTerm().Aggregate(r.Context(), *plan.Aggregate)
	}
	c, err := store.SplitOf(r.Context(), h.reader, *plan.Aggregate, plan.Split)
	if err != nil {
		return store.Table{}, err
	}
	return store.Compare(r.Context(), h.reader, c)
}

// seriesOf turns rows into one series for each aggregate and each group of labels. Without a column of times a
// series has one point, at time 0.
func seriesOf(t store.Table) []api.Series {
	out, at := []api.Series{}, map[string]int{}
	for _, row := range t.Rows {
		labels, when := labelsOf(t.Columns, row)
		for i, c := range t.Columns {
			if c.Group {
				continue
			}
			key := labels.key(c.Name)
			n, known := at[key]
			if !known {
				n = len(out)
				at[key] = n
				out = append(out, api.Series{Name: c.Name, Labels: labels, Unit: c.Unit, Points: [][2]any{}})
			}
			out[n].Points = append(out[n].Points, [2]any{when, row[i]})
		}
	}
	return out
}

type labels map[string]any

func (l labels) key(name string) string {
	text, _ := encode(map[string]any(l)) // texts and numbers only; keys are sorted
	return name + "\x00" + string(text)
}

func labelsOf(columns []store.Column, row []any) (labels, operation.Time) {
	l, when := labels{}, operation.Time(0)
	for i, c := range columns {
		switch t, isTime := row[i].(operation.Time); {
		case c.Group && isTime && c.Name == query.TimeColumn:
			when = t
		case c.Group:
			l[c.Name] = row[i]
		}
	}
	return l, when
}
