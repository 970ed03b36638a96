package pii

// Outcome says what became of a value.
type Outcome uint8

// The outcomes.
const (
	Kept    Outcome = iota // nothing found, or the mode only reports
	Changed                // use the returned text instead
	Removed                // the whole value is to disappear
)

// Place is where in a record a value stands. The engine only counts by it; the
// caller gives the numbers their meaning.
type Place uint8

// MaxPlaces bounds the places a caller may use.
const MaxPlaces = 32

// Finding is a sum of equal findings. It never holds a value.
type Finding struct {
	Rule   string
	Action Action
	Place  Place
	Count  int
}

// maxRules is the room for counts: built-in rules and the user's own.
const maxRules = int(builtinRules) + maxKeyRules + maxPatterns + dictionaries

// Session redacts values one after another. It belongs to one goroutine.
type Session struct {
	e       *Engine
	place   Place
	counts  [MaxPlaces][maxRules]uint32
	touched []countAt
	bytes   int
	values  int
	// base is the key of the value that is walked, for the user's paths.
	base string
	// filtering is set where members of JSON must be allowed one by one.
	filtering bool
	// record holds the rules that struck since StartRecord, and how many bytes were read.
	record [(maxRules + 63) / 64]uint64
	// Values outside of a record have no budget in common.
	recordBytes, recordLimit int
	// sampling asks for one finding's shape.
	sampling bool
	sample   Sample
	// attributes and inText are the keys met lately.
	attributes, inText keyMemo
	// clean are values met lately in which nothing was found.
	clean valueMemo
	// levels holds one work per depth of encoding, reused.
	levels []work
}

type countAt struct {
	place Place
	rule  Rule
}

func newSession(e *Engine) *Session {
	s := &Session{e: e, levels: make([]work, e.limits.MaxDepth+1)}
	for i := range s.levels {
		s.levels[i] = work{e: e, s: s, depth: i}
	}
	return s
}

// At sets the place that findings are counted under from now on.
func (s *Session) At(p Place) { s.place = p }

// Release clears the counts and gives the session back.
func (s *Session) Release() {
	for _, t := range s.touched {
		s.counts[t.place][t.rule] = 0
	}
	s.touched, s.place, s.bytes, s.values, s.base = s.touched[:0], 0, 0, 0, ""
	s.sampling, s.sample, s.filtering = false, Sample{}, false
	s.StartRecord()
	s.recordLimit = 0
	s.e.sessions.Put(s)
}

// Key is Engine.Key, faster.
func (s *Session) Key(key string) Decision {
	if k := s.attributes.find(s.e.keys.attributes, key); k != nil {
		return k.decision
	}
	return s.e.Key(key)
}

// Attribute is Key and Value in one step, faster, where KeysDecide.
func (s *Session) Attribute(key, text string) (string, Outcome, Decision) {
	k := s.attributes.find(s.e.keys.attributes, key)
	if k == nil {
		d := s.e.Key(key)
		out, o := s.Value(d, text)
		return out, o, d
	}
	d := k.decision
	if d.kind == keySkip || text == "" {
		return text, Kept, d
	}
	if k.value == text {
		s.values++
		s.bytes += len(text)
		return text, Kept, d
	}
	out, o := s.redact(text, d, k)
	return out, o, d
}

// Under names the key of the values that follow, with those above it joined by
// dots; the user's paths go on from there inside JSON. The caller keeps path
// unchanged until the next call.
func (s *Session) Under(path []byte) { s.base = view(path) }

// FilterKeys says whether members of JSON in the values that follow pass only
// where their keys are allowed: so it is where the value has no allowed key itself.
func (s *Session) FilterKeys(on bool) { s.filtering = on && s.e.mode == ModeAllowlist }

// StartRecord begins a record: its budget is full and no rule has struck in it.
func (s *Session) StartRecord() {
	clear(s.record[:])
	s.recordBytes, s.recordLimit = 0, s.e.limits.MaxRecordBytes
}

// RecordRules lists the rules that struck in the record, in a fixed order.
func (s *Session) RecordRules() []string {
	var out []string
	for r := range s.e.rules {
		if s.record[r/64]&(1<<(r%64)) != 0 {
			out = append(out, s.e.rules[r].name)
		}
	}
	return out
}

// Changed tells whether any rule struck in the record.
func (s *Session) Changed() bool {
	for _, bits := range s.record {
		if bits != 0 {
			return true
		}
	}
	return false
}

// Findings lists what was found since the session was handed out.
func (s *Session) Findings() []Finding {
	out := make([]Finding, 0, len(s.touched))
	for _, t := range s.touched {
		r := &s.e.rules[t.rule]
		action := r.action
		if s.e.mode == ModeReport {
			action = ActionReport
		}
		out = append(out, Finding{Rule: r.name, Action: action, Place: t.place, Count: int(s.counts[t.place][t.rule])})
	}
	return out
}

// Scanned tells how many values and bytes were read.
func (s *Session) Scanned() (values, bytes int) { return s.values, s.bytes }

func (s *Session) count(r Rule) {
	n := &s.counts[s.place][r]
	if *n == 0 {
		s.touched = append(s.touched, countAt{s.place, r})
	}
	*n++
	s.record[r/64] |= 1 << (r % 64)
}

// found counts a finding and keeps its shape where one is asked for.
func (s *Session) found(r Rule, match string) {
	s.count(r)
	rule := &s.e.rules[r]
	if rule.matched != nil && !rule.matched.Load() {
		rule.matched.Store(true)
	}
	if s.sampling {
		s.sampling = false
		s.sample = Sample{Rule: rule.name, Place: s.place, Length: len(match), Shape: shapeOf(r, match)}
	}
}

// Limit replaces what is nested too deep or otherwise beyond a limit.
func (s *Session) Limit() (string, Outcome) { return s.instead(ruleLimit) }

// Failed replaces what could not be walked.
func (s *Session) Failed() (string, Outcome) { return s.instead(ruleError) }

func (s *Session) instead(r Rule) (string, Outcome) {
	s.count(r)
	if s.e.mode == ModeReport {
		return "", Kept
	}
	return builtin[r].label, Changed
}

// NotAllowed hides what stands under a key that may not pass.
func (s *Session) NotAllowed() (string, Outcome) {
	s.values++
	s.count(ruleNotAllowed)
	return "", Removed
}

// Text redacts a value that stands under no key.
func (s *Session) Text(text string) (string, Outcome) {
	return s.redact(text, Decision{}, nil)
}

// Value redacts a value under a key that was decided before.
func (s *Session) Value(d Decision, text string) (string, Outcome) {
	if d.kind == keySkip || text == "" {
		return text, Kept
	}
	return s.redact(text, d, nil)
}

// Composite hides a map or slice under a key whole. text is what it holds, as text.
func (s *Session) Composite(d Decision, text string) (string, Outcome) {
	r := &s.e.rules[d.rule]
	if !r.enabled || !plausible(d.rule, text) {
		return "", Kept
	}
	s.values++
	s.found(d.rule, text)
	switch {
	case s.e.mode == ModeReport:
		return "", Kept
	case r.action == ActionRemove:
		return "", Removed
	}
	return r.label, Changed
}

// redact applies the mode and counts the value. k is its key, where that is known.
func (s *Session) redact(text string, d Decision, k *memoKey) (string, Outcome) {
	s.values++
	s.bytes += len(text)
	d.Dirty = false
	if !s.e.ownRules && glance(text, d) {
		return text, Kept
	}
	if d.kind == keyClient && !s.e.ownRules {
		if out, o := s.clientV4(text, d.rule); o == Changed {
			return out, o
		}
	}
	out, o := s.judge(text, d, k)
	if s.e.mode == ModeReport {
		return text, Kept
	}
	return out, o
}

// judge asks the caches of clean values before it reads the text.
func (s *Session) judge(text string, d Decision, k *memoKey) (string, Outcome) {
	if !s.cacheable(text) || k != nil && k.isFresh() {
		return s.withinBudget(text, d)
	}
	h := s.e.values.hash(text, d)
	if v := s.clean.find(s.e.values, h, text, d); v != nil {
		if k != nil {
			k.value, k.fresh = v.text, 0
		}
		return text, Kept
	}
	out, o := s.withinBudget(text, d)
	if o == Kept {
		s.e.values.remember(h, text, d)
	}
	return out, o
}

// cacheable tells whether a value is worth remembering: it is short, and its
// place in the record makes no difference to it.
func (s *Session) cacheable(text string) bool {
	return len(text) >= minCachedValue && len(text) <= maxCachedValue && !s.filtering && (s.base == "" || !s.e.keys.hasPaths())
}

// withinBudget replaces a value when the record's bytes are spent.
func (s *Session) withinBudget(text string, d Decision) (string, Outcome) {
	s.recordBytes += len(text)
	if s.recordLimit > 0 && s.recordBytes > s.recordLimit && !benign(text) {
		s.count(ruleLimit)
		return builtin[ruleLimit].label, Changed
	}
	return s.apply(text, d)
}

// apply never lets a panic pass a value on: what cannot be walked is replaced.
func (s *Session) apply(text string, d Decision) (out string, o Outcome) {
	defer func() {
		if recover() != nil {
			s.count(ruleError)
			out, o = builtin[ruleError].label, Changed
		}
	}()
	if s.e.hides(d, text) {
		return s.hidden(text, d)
	}
	return s.settle(text, d)
}

// maxRounds is how often a changed text is read again; two are enough for nearly all.
const maxRounds = 6

// settle walks text until nothing is found in it any more: what an edit brings
// together may be a finding of its own. So the output is always one that a
// second pass leaves alone.
func (s *Session) settle(text string, d Decision) (string, Outcome) {
	w := &s.levels[0]
	for round := range maxRounds {
		if w.run(text, d) {
			if round == 0 {
				return text, Kept
			}
			return text, Changed
		}
		text = w.rewrite()
	}
	s.count(ruleError)
	return builtin[ruleError].label, Changed
}

// hidden replaces the whole value of a sensitive key.
func (s *Session) hidden(text string, d Decision) (string, Outcome) {
	out := s.e.replacement(d.rule, "", text)
	if out == text || benign(text) || isStandIn(d.rule, text) {
		return text, Kept
	}
	s.found(d.rule, text)
	if s.e.rules[d.rule].action == ActionRemove {
		return "", Removed
	}
	return out, Changed
}
