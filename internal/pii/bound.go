package pii

import "strings"

// maxStatement is how far in front of its parameters a statement is looked for.
const maxStatement = 4096

// boundKey decides about the parameter t[lo-1:hi], such as $1 or @p0: the statement
// in front of it, or else behind it, says to which column it belongs, as in
// SET token=$1 … parameters: $1 = 'x'.
func (w *work) boundKey(t string, lo, hi int) Decision {
	if w.lookups++; w.lookups > maxLookups {
		return Decision{}
	}
	var found [maxBound]bindMark
	for _, part := range []string{t[max(0, lo-1-maxStatement) : lo-1], t[hi:min(len(t), hi+maxStatement)]} {
		if s := lastStatement(part); s != "" {
			part = s
		}
		for _, p := range w.placeholders(found[:0], part) {
			if p.name == t[lo-1:hi] {
				return p.of
			}
		}
	}
	return Decision{}
}

// labelKey decides about `default` in a block of HCL by the label of the block:
// variable "api_token" { default = "x" }.
func (w *work) labelKey(t string, lo int) Decision {
	before := strings.TrimRight(t[max(w.floor, lo-maxKey):lo], " \t\r\n")
	if !strings.HasSuffix(before, `" {`) {
		return Decision{}
	}
	name := strings.LastIndexByte(before[:len(before)-3], '"')
	return w.textKey(before[name+1 : len(before)-3])
}

// wrapped steps over what some languages write around a value that may be missing:
// Some("x"), Optional[x].
func wrapped(t string, v int) int {
	for _, name := range []string{"Some", "Just", "Optional", "Ok"} {
		if end := v + len(name); hasAt(t, v, name) && end < len(t) && (t[end] == '(' || t[end] == '[') {
			return end + 1
		}
	}
	if hasAt(t, v, `<<"`) {
		// A binary of Erlang.
		return v + 2
	}
	return v
}

// tagged steps over the tag in front of a quoted value of YAML: !vault "x".
func tagged(t string, v int) int {
	if v < len(t) && t[v] == '!' {
		if end := span(t, v, &isYAMLTag); end < len(t) && t[end] == ' ' && quoteAt(t, end+1) != "" {
			return end + 1
		}
	}
	return v
}

var isYAMLTag = charset("a-zA-Z!:/.\\-")

// serialized reads PHP's s:8:"password";s:14:"x"; whose second colon stands at i.
func (w *work) serialized(t string, i int) int {
	lo := i + 1
	q := quoteAt(t, lo)
	if q == "" || i < 3 || !isDigit[t[i-1]] {
		return 0
	}
	lo += len(q)
	hi := span(t, lo, &isKey)
	if hi == lo || !hasAt(t, hi, q) || !hasAt(t, hi+len(q), ";s:") {
		return 0
	}
	v := span(t, hi+len(q)+3, &isDigit)
	if !hasAt(t, v, ":"+q) {
		return 0
	}
	d := w.textKey(t[lo:hi])
	val := quotedValue(t, v+1, q)
	if d.kind != keyHide || benign(t[val.lo:val.hi]) {
		return 0
	}
	return w.assigned(t, d, val)
}
