package pii

import "strings"

// pairNames and pairValues are the members of objects that hold a key and its
// value apart, as in lists of environment variables, headers and parameters.
var (
	pairNames  = wordSet(`name key field header param parameter parametername headername attribute k`)
	pairValues = wordSet(`value values val v fieldvalue parametervalue stringvalue intvalue newvalue oldvalue content`)
)

// paired remembers a member that names a value, and gives the value what its
// name says; the member's key is t[lo:hi], its own value begins at v.
func (w *work) paired(t string, lo, hi, v int, d Decision) Decision {
	if hi-lo > 14 {
		return d
	}
	switch key := t[lo:hi]; {
	case v < len(t) && t[v] == '"' && isPairWord(pairNames, key):
		if end, escaped := stringEnd(t, v); end > 0 && !escaped && end-v < maxKey {
			w.pair = w.e.textKey(t[v+1 : end-1])
		}
	case w.pair.kind != keyScan && isPairWord(pairValues, key) && d.kind != keyHide:
		return w.pair
	}
	return d
}

// isPairWord looks key up in lower case, without a copy.
func isPairWord(set map[string]bool, key string) bool {
	var b [16]byte
	if len(key) > len(b) {
		return false
	}
	for i := range len(key) {
		b[i] = lower(key[i])
	}
	return set[string(b[:len(key)])]
}

// pairedKey tells whether the object that begins now is itself the value of a
// pair, as {"key": "password", "value": {"stringValue": "x"}} has it.
func (w *work) pairedKey() bool {
	path := view(w.path)
	return isPairWord(pairValues, path[strings.LastIndexByte(path, '.')+1:])
}
