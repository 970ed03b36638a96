package alert

import "math"

// z99 is the one-sided 99 % point of the normal distribution. With the 95 % point an operation whose failures hover a
// little below the threshold is told of several times a week: each five minutes are a new chance to be unlucky.
const z99 = 2.33

// wilsonLow is the lower bound of the Wilson score interval for errors of total: the rate that the data still speaks
// for when they are few (E. B. Wilson, 1927).
func wilsonLow(errors, total uint32) float64 {
	if total == 0 {
		return 0
	}
	n := float64(total)
	p := float64(errors) / n
	z2 := z99 * z99
	low := (p + z2/(2*n) - z99*math.Sqrt(p*(1-p)/n+z2/(4*n*n))) / (1 + z2/n)
	return max(low, 0)
}
