package store

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// Aggregator is the part of a Reader that the questions of this package are put to.
type Aggregator interface {
	Aggregate(ctx context.Context, q AggregateQuery) (Table, error)
}

// MaxBuckets is how many buckets a histogram has at most.
const MaxBuckets = 300

// HistogramQuery counts operations over time.
type HistogramQuery struct {
	Range   Range // with both ends
	Filter  query.Expr
	Buckets int             // at most; 0 is MaxBuckets
	By      *query.FieldRef // one series for each value; nil is by status
	Limits  Limits
	Scan    *Scan
}

// Histogram holds counts in buckets of equal width; the first begins at Start, a multiple of the width.
type Histogram struct {
	Width  operation.Duration `json:"bucket_ns"`
	Start  operation.Time     `json:"start"`
	Series []Series           `json:"series"` // by key
}

// Series are the counts of one value; the key of what has none is nil.
type Series struct {
	Key    any     `json:"key"`
	Counts []int64 `json:"counts"`
}

// HistogramOf counts the newest day first and all of the rest after it, so that a limit leaves out what is older.
func HistogramOf(ctx context.Context, r Aggregator, q HistogramQuery) (Histogram, error) {
	if q.Range.To <= q.Range.From {
		return Histogram{}, fmt.Errorf("histogram: needs a range with both ends")
	}
	if q.By == nil {
		q.By = FieldNamed("status")
	}
	width := BucketWidth(q.Range, atMost(q.Buckets, MaxBuckets))
	h := Histogram{Width: width, Start: q.Range.From / operation.Time(width) * operation.Time(width), Series: []Series{}}
	searching, stop := SearchTime(ctx)
	defer stop()
	for _, part := range partsOf(q.Range, width) {
		t, err := r.Aggregate(searching, AggregateQuery{
			Range: part, Filter: q.Filter, Limits: q.Limits.Less(q.Scan), Scan: q.Scan,
			Aggregate: query.Aggregate{Aggs: []query.Agg{Call("count", query.Count, "")}, By: []query.Group{{Time: true, Width: width}, {Field: q.By}}},
		})
		if q.Scan.Ended(ctx, err, part.To) {
			break
		}
		if err != nil {
			return Histogram{}, fmt.Errorf("histogram: %w", err)
		}
		h.add(t.Rows, Buckets(q.Range, width))
	}
	return h, nil
}

// partsOf splits a range at buckets, newest first.
func partsOf(r Range, width operation.Duration) []Range {
	const day = 24 * 3600e9
	w := operation.Time(width)
	cut := (r.To - day) / w * w
	if cut <= r.From {
		return []Range{r}
	}
	return []Range{{From: cut, To: r.To}, {From: r.From, To: cut}}
}

func (h *Histogram) add(rows [][]any, buckets int) {
	for _, row := range rows {
		at := slices.IndexFunc(h.Series, func(s Series) bool { return s.Key == row[1] })
		if at < 0 {
			at = len(h.Series)
			h.Series = append(h.Series, Series{Key: row[1], Counts: make([]int64, buckets)})
		}
		h.Series[at].Counts[(cell[operation.Time](row, 0)-h.Start)/operation.Time(h.Width)] += cell[int64](row, 2)
	}
	slices.SortFunc(h.Series, func(a, b Series) int { return cmp.Compare(fmt.Sprint(a.Key), fmt.Sprint(b.Key)) })
}

// HeatmapSteps is how many bands of durations a Heatmap has for each power of two.
const HeatmapSteps = 2

// HeatmapQuery counts operations by time and by duration, in bands of durations; see BandStart. The columns are
// time, duration (the number of the band) and count.
func HeatmapQuery(r Range, filter query.Expr, buckets int) AggregateQuery {
	by := []query.Group{{Time: true, Width: BucketWidth(r, atMost(buckets, MaxBuckets))}, {Field: FieldNamed("duration"), Steps: HeatmapSteps}}
	return AggregateQuery{Range: r, Filter: filter, Aggregate: query.Aggregate{Aggs: []query.Agg{Call("count", query.Count, "")}, By: by}}
}

// BandStart is the shortest duration of a band of a Heatmap.
func BandStart(band int64) operation.Duration {
	return operation.Duration(math.Ceil(math.Exp2(float64(band) / HeatmapSteps)))
}
