package pii

import "strings"

// pairNames and pairValues are the members of objects that hold a key and its
// value apart, as in lists of environment variables, headers and parameters.
var (
	pairNames  = newWordList(`name key field header param parameter parametername parameterkey headername variable attribute k path`)
	pairValues = newWordList(`value values val v fieldvalue parametervalue stringvalue intvalue newvalue oldvalue content answer rhs`)
)

// paired remembers a member that names a value, and gives the value what its
// name says; the member's key is t[lo:hi], its own value begins at v.
func (w *work) paired(t string, lo, hi, v int, d Decision) Decision {
	switch key := t[lo:hi]; {
	case v < len(t) && t[v] == '"' && pairNames.has(key):
		if end, escaped := stringEnd(t, v); end > 0 && !escaped && end-v < maxKey {
			w.pair = w.textKey(t[v+1 : end-1])
		}
	case v < len(t) && t[v] == '"' && key == "type":
		if end, escaped := stringEnd(t, v); end > 0 && !escaped && end-v < maxKey {
			if kind := w.textKey(t[v+1 : end-1]); kind.kind == keyHide && kind.rule == ruleCredential {
				w.pair = kind
			}
		}
	case w.pair.kind != keyScan && pairValues.has(key) && d.kind != keyHide:
		return w.pair
	}
	return d
}

// pairedKey tells whether the object that begins now is itself the value of a
// pair, as {"key": "password", "value": {"stringValue": "x"}} has it.
func (w *work) pairedKey() bool {
	path := view(w.path)
	return pairValues.has(path[strings.LastIndexByte(path, '.')+1:])
}

// nameBefore decides about the second of two elements of a list, where the first, at
// i, is its name: ["reset_token", "x"]. Of two words both may be names.
func (w *work) nameBefore(t string, i int, d Decision) Decision {
	if !hasAt(t, i, `"`) || i+1 >= len(t) || !isLetter[t[i+1]] {
		return d
	}
	hi := span(t, i+1, &isKey)
	if hi-i > maxKey || !hasAt(t, hi, `"`) {
		return d
	}
	v := span(t, hi+1, &isSpace)
	if !hasAt(t, v, ",") {
		return d
	}
	v = span(t, v+1, &isSpace)
	if !hasAt(t, v, `"`) {
		return d
	}
	end, escaped := stringEnd(t, v)
	if end == 0 || escaped || !hasAt(t, span(t, end, &isSpace), "]") || isWords(t[v+1:end-1]) {
		return d
	}
	if named := w.textKey(t[i+1 : hi]); named.rule == ruleCredential {
		return named
	}
	return d
}
