package pii

// swiftParty reads :50K: and :59: of a SWIFT MT message at i, the customer who pays
// and the one who is paid: the lines up to the next field are account, name and address.
func (w *work) swiftParty(t string, i int) int {
	if i > 0 && t[i-1] != '\n' || !hasAt(t, i, ":50") && !hasAt(t, i, ":59") {
		return 0
	}
	v := i + 3
	if v < len(t) && isUpper[t[v]] {
		v++
	}
	if !hasAt(t, v, ":") {
		return 0
	}
	v++
	end := v
	for end < len(t) {
		end = lineEnd(t, end)
		if end+1 >= len(t) || t[end+1] == ':' || t[end+1] == '-' {
			break
		}
		end++
	}
	if hasAt(t, v, "/") {
		w.value(t[:lineEnd(t, v)], v, Decision{ctx: ctxBank})
		v = min(end, lineEnd(t, v)+1)
	}
	if v >= end || !w.e.rules[ruleName].enabled || benign(t[v:end]) {
		return max(v, w.floor)
	}
	return w.hit(ruleName, "", v, end)
}
