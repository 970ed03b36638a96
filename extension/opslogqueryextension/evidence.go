package opslogqueryextension

import (
	"math"
	"net/http"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// durations are those of each group on both sides of a comparison.
type durations struct {
	of    [2]map[string]operation.Histogram
	total [2]int64
}

func (h *apiHandler) sides(r *http.Request, c store.Comparison) (*durations, error) {
	d := &durations{}
	for i, q := range []store.AggregateQuery{c.A, c.B} {
		var err error
		if d.of[i], err = store.DurationsOf(r.Context(), h.longTerm(), q); err != nil {
			return nil, err
		}
		for _, one := range d.of[i] {
			d.total[i] += one.Count()
		}
	}
	return d, nil
}

// evidence is how sure a row is, and what its group adds to the change of the mean duration of all operations: the
// contributions of all groups add up to that change.
func (d *durations) evidence(row []any) api.Evidence {
	var sides [2]api.Sureness
	var share [2]float64
	for i := range sides {
		one := d.of[i][store.CellText(row[0])]
		count, _ := row[1+i].(int64)
		rate, _ := row[4+i].(float64)
		sides[i] = api.Sureness{P95: store.QuantileInterval(one, 0.95), ErrorRate: store.ShareInterval(rate, count)}
		share[i] = store.Mean(one) * float64(one.Count()) / float64(max(1, d.total[i]))
	}
	return api.Evidence{A: sides[0], B: sides[1], Contribution: operation.Duration(math.Round(share[1] - share[0]))}
}
