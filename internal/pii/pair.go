package pii

import "strings"

// pairNames and pairValues are the members of objects that hold a key and its
// value apart, as in lists of environment variables, headers and parameters.
var (
	pairNames  = newWordList(`name key field header param parameter parametername parameterkey headername variable attribute k`)
	pairValues = newWordList(`value values val v fieldvalue parametervalue stringvalue intvalue newvalue oldvalue content`)
)

// paired remembers a member that names a value, and gives the value what its
// name says; the member's key is t[lo:hi], its own value begins at v.
func (w *work) paired(t string, lo, hi, v int, d Decision) Decision {
	switch key := t[lo:hi]; {
	case v < len(t) && t[v] == '"' && pairNames.has(key):
		if end, escaped := stringEnd(t, v); end > 0 && !escaped && end-v < maxKey {
			w.pair = w.textKey(t[v+1 : end-1])
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
