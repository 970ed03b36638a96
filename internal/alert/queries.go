package alert

import (
	"maps"

	"github.com/opslog/opslog/internal/operation"
)

// QueryRule is a rule whose value the store computes.
type QueryRule struct {
	Rule
}

// Queries are the rules of type query, for whoever can ask the store.
func (e *Engine) Queries() []QueryRule {
	var out []QueryRule
	for _, r := range e.single {
		if r.Type == TypeQuery {
			out = append(out, QueryRule{r.Rule})
		}
	}
	return out
}

// Row is one row of a query rule's answer: the groups by name, and the value of the first aggregate.
type Row struct {
	Labels map[string]string
	Value  float64
}

// ObserveRows moves the alerts of a query rule: one for each row above the threshold. Rows that are gone are clear.
func (e *Engine) ObserveRows(name string, rows []Row, now operation.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	r := e.byName[name]
	if r == nil || r.Type != TypeQuery {
		return
	}
	seen := map[string]bool{}
	for _, row := range rows {
		labels := maps.Clone(row.Labels)
		if labels == nil {
			labels = map[string]string{}
		}
		maps.Copy(labels, r.Labels)
		labels["alertname"], labels["severity"] = r.Name, r.Severity
		id := identity(labels)
		seen[id] = true
		f := finding{verdict: verdictClear, reason: ReasonBelow, value: row.Value, threshold: r.Threshold}
		if row.Value > r.Threshold {
			f.verdict, f.reason = verdictActive, ReasonThreshold
		}
		e.applyRow(r, id, labels, f, now)
	}
	for id, a := range e.alerts {
		if a.Rule == name && !seen[id] {
			e.step(a, r, finding{verdict: verdictClear, reason: ReasonBelow}, now, r.For)
		}
	}
}

func (e *Engine) applyRow(r *rule, id string, labels map[string]string, f finding, now operation.Time) {
	a := e.alert(id)
	if a == nil {
		if f.verdict != verdictActive {
			return
		}
		a = e.begin(r, id, labels)
	}
	a.Value, a.Threshold = f.value, f.threshold
	e.step(a, r, f, now, r.For)
}
