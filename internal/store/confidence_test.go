package store

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/opslog/opslog/internal/operation"
)

// Of many samples the interval must hold the true percentile in at least nine of ten; the buckets' width helps it.
func TestIntervalsHoldTheTruth(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	const samples, n, truth, share = 400, 200, 950 * time.Millisecond, 0.03
	held, shares := 0, 0
	for range samples {
		var h operation.Histogram
		errors := 0
		for range n {
			h.Add(time.Duration(rnd.Float64() * float64(time.Second)))
			if rnd.Float64() < share {
				errors++
			}
		}
		if i := QuantileInterval(h, 0.95); i.Low <= float64(truth) && i.High >= float64(truth) {
			held++
		}
		if i := ShareInterval(float64(errors)/n, n); i.Low <= share && share <= i.High {
			shares++
		}
	}
	assert.Greater(t, held, samples*90/100)
	assert.Greater(t, shares, samples*90/100)
}

func TestIntervals(t *testing.T) {
	assert.Equal(t, Interval{}, QuantileInterval(nil, 0.95))
	assert.Equal(t, Interval{High: 1}, ShareInterval(0, 0))
	none := ShareInterval(0, 100)
	assert.InDelta(t, 0, none.Low, 1e-9)
	assert.InDelta(t, 0.037, none.High, 0.001, "none of a hundred is not never")
	assert.True(t, Interval{1, 2}.Apart(Interval{3, 4}))
	assert.True(t, Interval{3, 4}.Apart(Interval{1, 2}))
	assert.False(t, Interval{1, 3}.Apart(Interval{2, 4}))

	var same operation.Histogram
	for range 1000 {
		same.Add(177 * time.Millisecond)
	}
	i := QuantileInterval(same, 0.95)
	assert.Less(t, i.Low, float64(177*time.Millisecond), "where all lie in one bucket the interval is the bucket")
	assert.Greater(t, i.High, float64(177*time.Millisecond))

	var h operation.Histogram
	h.AddCount(80, 3)
	assert.InEpsilon(t, 1024, Mean(h), 0.05)
	assert.Zero(t, Mean(nil))
}
