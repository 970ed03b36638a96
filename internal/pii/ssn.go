package pii

var ssnShape = []int{3, 2, 4}

// ssn finds US social security numbers written ddd-dd-dddd, within the ranges
// that the Social Security Administration gives out.
func (w *work) ssn(t string, g *digitGroups) int {
	if g.n != 3 || !g.fits(ssnShape) || !validSSN(g.digits[:9]) {
		return 0
	}
	lo, hi := g.start[0], g.end[2]
	if g.sep != "-" && g.sep != "\u2011" && g.sep != "\u2010" && !w.near(t, lo, hi, ctxID) {
		return 0
	}
	return w.hit(ruleUSSSN, "", lo, hi)
}

func validSSN(d []byte) bool {
	area, group, serial := string(d[:3]), string(d[3:5]), string(d[5:9])
	return area != "000" && area != "666" && area[0] != '9' && group != "00" && serial != "0000"
}
