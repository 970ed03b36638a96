package alert

import "math"

// z90 is the one-sided 95 % point of the normal distribution.
const z90 = 1.64

// wilsonLow is the lower bound of the Wilson score interval for errors of total: the rate that the data still speaks
// for when they are few (E. B. Wilson, 1927).
func wilsonLow(errors, total uint32) float64 {
	if total == 0 {
		return 0
	}
	n := float64(total)
	p := float64(errors) / n
	z2 := z90 * z90
	low := (p + z2/(2*n) - z90*math.Sqrt(p*(1-p)/n+z2/(4*n*n))) / (1 + z2/n)
	return max(low, 0)
}
