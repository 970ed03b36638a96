package pii

import "strings"

// commandText lists commands in running text that may carry a secret by their key,
// and the logins of FTP and mail.
const commandText = `set setnx getset append setex psetex mset msetnx hset hmset hsetnx lpush rpush sadd publish lset pass auth `

// commandWord looks at the word [i, j) in front of a space: a command of a
// key-value store, a setting that is set, a login.
func (w *work) commandWord(t string, i, j int) int {
	if end := w.secretArgument(t, i, j); end > 0 {
		return end
	}
	if _, ok := redisLayouts[strings.ToLower(t[i:j])]; ok {
		if end := w.redisText(t, i, j); end > 0 {
			return end
		}
		return w.setting(t, i, j)
	}
	if word := t[i:j]; word == "PASS" || word == "AUTH" {
		return w.login(t, i, j)
	}
	return 0
}

// redisText reads SET session:1 value in running text. A key with a colon tells it
// from a sentence, and only values that the key names are hidden.
func (w *work) redisText(t string, i, j int) int {
	lo, hi := argument(t, j)
	if w.inSQL || lo != j+1 || strings.IndexByte(t[lo:max(lo, hi-1)], ':') <= 0 {
		return 0
	}
	line := t
	if k := strings.IndexByte(t[i:], '\n'); k >= 0 {
		line = t[:i+k]
	}
	edits := len(w.edits)
	w.redisArguments(line, j, redisLayouts[strings.ToLower(t[i:j])], true)
	if len(w.edits) == edits {
		// Nothing was found in the arguments, which the scanner has seen as well.
		return max(hi, w.floor)
	}
	return w.floor
}

// monitored reads "SET" "session:1" "value", as Redis shows its commands; the verb
// is the word [i, j).
func (w *work) monitored(t string, i, j int) int {
	if i == 0 || t[i-1] != '"' || !hasAt(t, j, `" "`) || j-i > maxRedisVerb || w.inString {
		return 0
	}
	line := t
	if k := strings.IndexByte(t[i:], '\n'); k >= 0 {
		line = t[:i+k]
	}
	verb := strings.ToLower(t[i:j])
	if verb == "auth" {
		return w.monitoredLogin(line, j+1)
	}
	layout, ok := redisLayouts[verb]
	if !ok {
		return 0
	}
	w.redisArguments(line, j+1, layout, false)
	return w.floor
}

// monitoredLogin hides the last argument of AUTH.
func (w *work) monitoredLogin(t string, i int) int {
	lo, hi := argument(t, i)
	for hi < len(t) {
		nextLo, nextHi := argument(t, hi)
		if nextLo == nextHi || t[nextLo] != '"' {
			break
		}
		lo, hi = nextLo, nextHi
	}
	if hi-lo <= 2 || t[lo] != '"' || benign(t[lo+1:hi-1]) {
		return 0
	}
	return w.hit(ruleCredential, "", lo+1, hi-1)
}
