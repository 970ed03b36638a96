package store

import (
	"context"
	"fmt"
	"math"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// z95 is the 97.5th percentile of the normal distribution: 95 % lie within it on both sides.
const z95 = 1.959964

// Interval is where the true value lies with 95 % confidence, as far as the sample tells.
type Interval struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Apart tells that two intervals have nothing in common.
func (i Interval) Apart(o Interval) bool { return i.High < o.Low || o.High < i.Low }

// QuantileInterval is that of a percentile, in nanoseconds: of the sample's order statistics those of the ranks
// nq ± z*sqrt(nq(1-q)) (Conover, Practical Nonparametric Statistics, 3.2). Its ends are the outer edges of
// their buckets, so it never leaves out a percentile that was measured more finely.
func QuantileInterval(h operation.Histogram, q float64) Interval {
	n := float64(h.Count())
	if n == 0 {
		return Interval{}
	}
	off := z95 * math.Sqrt(q*(1-q)/n)
	edge := math.Exp2(0.5 / operation.HistogramSteps) // from a bucket's middle
	return Interval{Low: float64(h.Quantile(max(0, q-off))) / edge, High: float64(h.Quantile(min(1, q+off))) * edge}
}

// ShareInterval is that of a share of n, such as an error rate (Wilson, 1927).
func ShareInterval(share float64, n int64) Interval {
	if n == 0 {
		return Interval{High: 1}
	}
	count, z2 := float64(n), z95*z95
	middle := (share + z2/(2*count)) / (1 + z2/count)
	half := z95 / (1 + z2/count) * math.Sqrt(share*(1-share)/count+z2/(4*count*count))
	return Interval{Low: max(0, middle-half), High: min(1, middle+half)}
}

// DurationsOf counts the durations of each group of an aggregate by one field. Groups are named as CellText writes them.
func DurationsOf(ctx context.Context, r Aggregator, q AggregateQuery) (map[string]operation.Histogram, error) {
	q.Where, q.Sort, q.Limit = nil, nil, query.MaxRows
	q.Aggregate = query.Aggregate{
		Aggs: []query.Agg{Call("count", query.Count, "")},
		By:   append(q.Aggregate.By[:1:1], query.Group{Field: FieldNamed("duration"), Steps: operation.HistogramSteps}),
	}
	t, err := r.Aggregate(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("count durations: %w", err)
	}
	out := map[string]operation.Histogram{}
	for _, row := range t.Rows {
		name := CellText(row[0])
		h := out[name]
		band, known := float(row[1])
		count, _ := row[2].(int64)
		if known {
			h.AddCount(int64(band), count)
			out[name] = h
		}
	}
	return out, nil
}

// CellText names the value of a group.
func CellText(v any) string { return fmt.Sprintf("%v", v) }

// Mean is the mean of counted durations, in nanoseconds, by the middles of their buckets.
func Mean(h operation.Histogram) float64 {
	var sum float64
	for _, b := range h {
		sum += float64(b.Count) * math.Exp2((float64(b.Index)+0.5)/operation.HistogramSteps)
	}
	return sum / max(1, float64(h.Count()))
}
