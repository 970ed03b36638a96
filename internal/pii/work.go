package pii

import "strings"

// edit replaces text[lo:hi].
type edit struct {
	lo, hi int
	with   string
}

// work is the walk over one text. Detectors and walkers read it from left to
// right and record edits; floor is the end of the last one, which no detector
// may look behind.
type work struct {
	e     *Engine
	s     *Session
	depth int

	text  string
	edits []edit
	floor int
	// key is what the key of the text being read means for numbers and context.
	key Decision
	// scratch holds one decoded string for the next depth.
	scratch []byte
	// groups is the number that is being read.
	groups digitGroups
	// compact holds an identity number without its separators.
	compact [40]byte
	// path is the keys of the JSON members around the reader, joined by dots;
	// above is the key of the text itself, for the user's paths.
	path, above []byte
	// full is the whole path of a member, allowed whether it may pass.
	full    []byte
	allowed bool
	// pair is what the name in a pair such as {"name": "password", "value": "x"} says about its value.
	pair Decision
	// literalsOnly is set in a document that is a query, of which no literal stays.
	literalsOnly bool
	// inString is set inside a JSON string, where a quote would end it.
	inString bool
	// escaped is how far escapes have been read.
	escaped int
	// twiceTo is how far text that is percent-encoded twice has been read.
	twiceTo int
	// relays is set behind ]: which a port may follow, and the login to a relay.
	relays bool
	// lookups counts how often a statement was looked for, which costs time.
	lookups int
	// inSQL is set between the literals of a statement, where = compares columns.
	inSQL bool
}

// textKey decides about a key in text; the session remembers those it met lately.
func (w *work) textKey(key string) Decision {
	if k := w.s.inText.find(w.e.keys.inText, key); k != nil {
		return k.decision
	}
	return w.e.textKey(key)
}

// run walks text and reports whether nothing is to be changed.
func (w *work) run(text string, d Decision) (clean bool) {
	w.text, w.edits, w.floor, w.path = text, w.edits[:0], 0, w.path[:0]
	w.inSQL, w.pair, w.literalsOnly, w.inString, w.escaped = false, Decision{}, false, false, 0
	w.twiceTo, w.lookups, w.relays = 0, 0, false
	if w.depth == 0 {
		w.allowed = !w.s.filtering
	}
	if w.depth == 0 && w.e.keys.hasPaths() {
		w.above = append(w.above[:0], w.s.base...)
	}
	body := w.limit(text)
	w.value(body, 0, d)
	w.applyPatterns(body)
	w.applyDictionaries(body)
	if len(body) < len(text) {
		w.add(ruleLimit, "", len(body), len(text))
	}
	return len(w.edits) == 0
}

// limit cuts what is too long to be read. It cuts at a space or a delimiter, so
// that no half of a secret, which nothing would recognise, stays in front.
func (w *work) limit(text string) string {
	const marker = len("[REDACTED:limit]")
	most := w.e.limits.MaxValueBytes
	if len(text) <= most || (len(text) <= 2*most && strings.HasSuffix(text, builtin[ruleLimit].label)) {
		return text
	}
	cut := most - marker
	lowest := max(cut-4096, cut/2)
	for i := cut; i > lowest; i-- {
		if isCut[text[i]] {
			return text[:i]
		}
	}
	return text[:lowest]
}

var isCut = charset(" \t\r\n,;&|<>{}\"'")

// value walks t[i:], the value of a key.
func (w *work) value(t string, i int, d Decision) {
	if d.kind == keySkip {
		return
	}
	outer := w.key
	w.key = d
	w.walk(t, i, d)
	w.key = outer
}

// hit records a finding of rule in [lo, hi) and returns hi; where the rule is
// off it returns 0, and the scanner goes on.
func (w *work) hit(r Rule, label string, lo, hi int) int {
	if !w.e.rules[r].enabled || lo < w.floor {
		return 0
	}
	w.add(r, label, lo, hi)
	return hi
}

func (w *work) add(r Rule, label string, lo, hi int) {
	match := w.text[lo:hi]
	w.floor = hi
	if isHashToken(match) || isStandIn(r, match) {
		return
	}
	with := w.e.replacement(r, label, match)
	if with == match {
		return
	}
	w.s.found(r, match)
	w.edits = append(w.edits, edit{lo, hi, with})
}

// replace records an edit that a walker composed itself; its findings are
// counted already.
func (w *work) replace(lo, hi int, with string) {
	w.floor = hi
	w.edits = append(w.edits, edit{lo, hi, with})
}

// rewrite applies the edits, which are in order and apart.
func (w *work) rewrite() string {
	if e := w.edits[0]; e.lo == 0 && e.hi == len(w.text) {
		return e.with
	}
	size := len(w.text)
	for _, e := range w.edits {
		size += len(e.with) - (e.hi - e.lo)
	}
	var b strings.Builder
	b.Grow(size)
	at := 0
	for _, e := range w.edits {
		b.WriteString(w.text[at:e.lo])
		b.WriteString(e.with)
		at = e.hi
	}
	b.WriteString(w.text[at:])
	return b.String()
}
