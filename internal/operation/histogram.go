package operation

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"time"
)

// HistogramSteps is how many buckets a Histogram has for each power of two: a bucket is 9 % wide.
const HistogramSteps = 8

// Histogram counts durations by logarithmic buckets: bucket i holds the durations from 2^(i/8) ns up to, not
// including, 2^((i+1)/8) ns; what is below 1 ns counts as 1 ns. The borders are fixed, so histograms merge by adding
// the counts, and every engine gives the same percentiles. The buckets are in order and not empty.
type Histogram []Bucket

// Bucket is one bucket of a Histogram.
type Bucket struct {
	Index int64
	Count int64
}

// borders are the lower borders of the buckets of an octave, for mantissas with the first bit at bit 63.
var borders = func() (b [HistogramSteps]uint64) {
	for i := range b {
		b[i] = uint64(math.Ceil(math.Exp2(float64(i)/HistogramSteps) * (1 << 52)))
		b[i] <<= 63 - 52
	}
	return b
}()

// BucketOf is floor(8*log2(d)), by whole numbers only, so that it is the same on every machine.
func BucketOf(d time.Duration) int64 {
	if d < 1 {
		return 0
	}
	octave := bits.Len64(uint64(d)) - 1
	mantissa := uint64(d) << (63 - octave)
	part := HistogramSteps - 1
	for part > 0 && mantissa < borders[part] {
		part--
	}
	return int64(octave*HistogramSteps + part)
}

// Add counts one duration.
func (h *Histogram) Add(d time.Duration) { h.AddCount(BucketOf(d), 1) }

// AddCount counts n durations of one bucket.
func (h *Histogram) AddCount(index, n int64) {
	if n == 0 {
		return
	}
	i, found := slices.BinarySearchFunc(*h, index, func(b Bucket, index int64) int { return int(b.Index - index) })
	if found {
		(*h)[i].Count += n
		return
	}
	*h = slices.Insert(*h, i, Bucket{Index: index, Count: n})
}

// Merge adds the counts of other.
func (h *Histogram) Merge(other Histogram) {
	for _, b := range other {
		h.AddCount(b.Index, b.Count)
	}
}

// Count is how many durations were counted.
func (h Histogram) Count() int64 {
	var n int64
	for _, b := range h {
		n += b.Count
	}
	return n
}

// Quantile is the duration that the share q of the counted ones does not exceed: the geometric middle of the bucket
// that holds it, at most 4.5 % off. It is 0 when nothing was counted.
func (h Histogram) Quantile(q float64) time.Duration {
	rank := int64(math.Ceil(q * float64(h.Count())))
	var seen int64
	for _, b := range h {
		if seen += b.Count; seen >= max(rank, 1) {
			return time.Duration(math.Round(math.Exp2((float64(b.Index) + 0.5) / HistogramSteps)))
		}
	}
	return 0
}

// MarshalText writes "index:count" pairs behind spaces.
func (h Histogram) MarshalText() ([]byte, error) {
	var out []byte
	for i, b := range h {
		if i > 0 {
			out = append(out, ' ')
		}
		out = strconv.AppendInt(out, b.Index, 10)
		out = append(out, ':')
		out = strconv.AppendInt(out, b.Count, 10)
	}
	return out, nil
}

// UnmarshalText reads what MarshalText writes.
func (h *Histogram) UnmarshalText(text []byte) error {
	*h = nil
	for pair := range strings.FieldsSeq(string(text)) {
		left, right, _ := strings.Cut(pair, ":")
		index, err := strconv.ParseInt(left, 10, 64)
		count, err2 := strconv.ParseInt(right, 10, 64)
		if err != nil || err2 != nil || index < 0 || index >= 64*HistogramSteps || count < 0 {
			return fmt.Errorf("histogram has %q, want a bucket from 0 to %d and a count, like 160:3", clip([]byte(pair)), 64*HistogramSteps-1)
		}
		h.AddCount(index, count)
	}
	return nil
}
