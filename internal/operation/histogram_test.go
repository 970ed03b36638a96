package operation

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBucketOf(t *testing.T) {
	for d, want := range map[time.Duration]int64{-5: 0, 0: 0, 1: 0, 2: 8, 3: 12, 4: 16, 1024: 80, 1 << 40: 320, math.MaxInt64: 503} {
		assert.Equal(t, want, BucketOf(d), d)
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		d := time.Duration(rnd.Int64N(1 << rnd.IntN(50) << 1))
		i := BucketOf(d)
		low, high := math.Exp2(float64(i)/8), math.Exp2(float64(i+1)/8)
		assert.True(t, float64(max(d, 1)) >= low*(1-1e-12) && float64(max(d, 1)) < high*(1+1e-12), "%d is not in %v to %v", d, low, high)
	}
}

// Merging in any parts gives the histogram of the whole, and its quantiles are near those of the values.
func TestHistogramMergesAndKnowsQuantiles(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	var whole Histogram
	parts := make([]Histogram, 5)
	values := make([]time.Duration, 2000)
	for i := range values {
		values[i] = time.Duration(math.Exp(rnd.NormFloat64()*2) * 1e6)
		whole.Add(values[i])
		parts[rnd.IntN(len(parts))].Add(values[i])
	}
	var merged Histogram
	for _, p := range parts {
		merged.Merge(p)
	}
	assert.Equal(t, whole, merged)
	slices.Sort(values)
	for _, q := range []float64{0, 0.01, 0.5, 0.95, 0.99, 1} {
		want := values[max(int(math.Ceil(q*float64(len(values)))), 1)-1]
		assert.InEpsilon(t, float64(want), float64(merged.Quantile(q)), 0.046, q)
	}
	assert.Zero(t, Histogram(nil).Quantile(0.5))
}

func TestHistogramText(t *testing.T) {
	h := Histogram{{Index: 3, Count: 2}, {Index: 160, Count: 7}}
	text, err := h.MarshalText()
	require.NoError(t, err)
	assert.Equal(t, "3:2 160:7", string(text))
	var back Histogram
	require.NoError(t, back.UnmarshalText(text))
	assert.Equal(t, h, back)
	for _, bad := range []string{"x", "1", "1:x", "-1:1", "512:1", "1:-1"} {
		assert.ErrorContains(t, back.UnmarshalText([]byte(bad)), "want a bucket", bad)
	}
}

func FuzzHistogramText(f *testing.F) {
	f.Add("3:2 160:7")
	f.Add("1:9223372036854775807 1:9223372036854775807")
	f.Fuzz(func(_ *testing.T, in string) {
		var h Histogram
		if h.UnmarshalText([]byte(in)) == nil {
			h.Quantile(0.5)
		}
	})
}

func BenchmarkHistogramAdd(b *testing.B) {
	var h Histogram
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		h.Add(time.Duration(i&1023) * 10_000)
	}
}

func TestEdgesAddUp(t *testing.T) {
	a := Edge{Calls: 2, ClientTime: 5, LastSeen: 10, Example: ID{1}, ClientDurations: Histogram{{Index: 1, Count: 2}}}
	a.Add(&Edge{Calls: 1, Errors: 1, ClientTime: 7, LastSeen: 8, Example: ID{2}, ClientDurations: Histogram{{Index: 1, Count: 1}}})
	a.Add(&Edge{Calls: 1, LastSeen: 12, Example: ID{3}})
	assert.Equal(t, Edge{Calls: 4, Errors: 1, ClientTime: 12, LastSeen: 12, Example: ID{2}, ClientDurations: Histogram{{Index: 1, Count: 3}}}, a,
		"a failed example is worth more than a later one")
}

func TestColumnsHaveNames(t *testing.T) {
	for _, c := range Columns[Edge]() {
		assert.Regexp(t, `^[a-z][a-z_]*$`, c.Name)
	}
	q := &Quality{Check: "orphan"}
	for _, c := range Columns[Quality]() {
		if c.Name == "check_name" {
			assert.Equal(t, "orphan", *c.Ref(q).(*string))
		}
	}
}
