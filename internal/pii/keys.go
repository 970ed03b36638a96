package pii

import "strings"

// keyKind is how the value of a key is treated.
type keyKind uint8

const (
	keyScan   keyKind = iota // walked and scanned
	keySkip                  // the user says it is safe: never read
	keyIdent                 // an id, a version, a time: no detector of bare numbers
	keyHide                  // the whole value goes
	keyAuth                  // an Authorization header: the scheme stays
	keyCookie                // a Cookie or Set-Cookie header: names stay
	keyClient                // an address of a client: hidden where it is one
	keyPostal                // an address that may be postal: hidden when it reads like one
	keySQL                   // a statement
	keyLink                  // a URL or a query string: parameters named sig, code, key count as secrets
)

// context is what a key tells about bare numbers in its value.
type context uint16

const (
	ctxPayment context = 1 << iota
	ctxPhone
	ctxID
	ctxBank
	ctxDevice
	ctxTax
	ctxHealth
	ctxPassport
	ctxLicence
	ctxVehicle
	ctxIMSI
	ctxWallet
)

// Decision is what a key says about its value. The zero Decision is that of no key.
type Decision struct {
	kind keyKind
	rule Rule
	ctx  context
	// open values are secrets, objects under the same key descriptions: auth.
	open bool
	// Dirty keys hold findings themselves.
	Dirty bool
	// Allowed keys pass in ModeAllowlist; in other modes all keys do.
	Allowed bool
	// leaves keys hide what lies under them one by one, so that other entries may
	// decide about some of it.
	leaves bool
}

// Hides tells whether the whole value goes, whatever its type.
func (d Decision) Hides() bool { return d.kind == keyHide }

// NumbersPass tells whether bare numbers under the key are never looked at.
func (d Decision) NumbersPass() bool { return d.kind == keyIdent || d.kind == keySkip }

// HidesList tells whether a list goes whole. A session is an id or an object
// that describes one, so its members are looked at.
func (d Decision) HidesList() bool { return d.kind == keyHide && d.rule != ruleSession && !d.leaves }

// HidesMap tells whether a map goes whole: also one under a header's name.
func (d Decision) HidesMap() bool {
	return d.HidesList() && !d.open || d.kind == keyAuth || d.kind == keyCookie
}

// Key decides about a key. Decisions are cached.
func (e *Engine) Key(key string) Decision {
	if d, ok := e.keys.attributes.get(key); ok {
		return d
	}
	d := e.keys.decide(key)
	if e.keys.hasPaths() {
		d = e.under(key, d)
	}
	d.Dirty = e.dirty(key)
	e.keys.attributes.put(key, d)
	return d
}

// KeyPath decides about a key of a nested map, given with the keys above it and
// joined by dots. The caller may reuse path.
func (e *Engine) KeyPath(path []byte) Decision {
	d := e.textKey(view(path))
	if e.keys.hasPaths() {
		d = e.under(view(path), d)
	}
	return d
}

// textKey decides about something that looks like a key inside a text. It has
// its own cache, so that prose does not push out the attributes' keys.
func (e *Engine) textKey(key string) Decision {
	key = key[max(0, len(key)-maxKey):]
	if d, ok := e.keys.inText.get(key); ok {
		return d
	}
	d := e.keys.decide(key)
	e.keys.inText.put(key, d)
	return d
}

// HasPaths tells whether the place of a key inside a value matters.
func (e *Engine) HasPaths() bool { return e.keys.hasPaths() }

// KeysDecide tells whether a key alone decides about its value: neither its place
// nor a list of allowed keys matters.
func (e *Engine) KeysDecide() bool { return !e.HasPaths() && e.mode != ModeAllowlist }

// Under lets the user's paths decide about a key that was decided by its words.
// The caller may reuse path.
func (e *Engine) Under(path []byte, d Decision) Decision { return e.under(view(path), d) }

// under lets the user's paths decide about a key in a value: path is the key of
// the value and those inside it.
func (e *Engine) under(path string, d Decision) Decision {
	whole := len(path) < maxKey
	path = path[max(0, len(path)-maxKey):]
	found, ok := e.keys.byPath.get(path)
	if !ok {
		found = e.keys.path(path, !whole, false)
		e.keys.byPath.put(path, found)
	}
	if found.kind != keyScan {
		d.kind, d.rule, d.leaves = found.kind, found.rule, found.leaves
	}
	d.Allowed = d.Allowed || found.Allowed
	return d
}

// dirty tells whether a key has findings in itself.
func (e *Engine) dirty(key string) bool {
	s := e.Session()
	defer s.Release()
	_, o := s.apply(key, Decision{})
	return o != Kept
}

// keyTable holds the words of sensitive and safe keys, and what was decided.
type keyTable struct {
	terms         map[string]term
	user, allowed userKeys
	// everyKey is set where no list of allowed keys is in force.
	everyKey   bool
	attributes *keyCache
	inText     *keyCache
	byPath     *keyCache
}

func newKeyTable(cfg Config, rules []compiledRule) *keyTable {
	t := &keyTable{
		terms: builtinTerms(), everyKey: cfg.Mode != ModeAllowlist,
		attributes: newKeyCache(), inText: newKeyCache(), byPath: newKeyCache(),
	}
	if rules[ruleUserID].enabled {
		addTerms(t.terms, userIDTerms)
	}
	t.user.add("keys.sensitive", cfg.Keys.Sensitive, keyHide, ruleCustomKey)
	t.user.add("keys.safe", cfg.Keys.Safe, keySkip, ruleNone)
	t.allowed.add("keys.allowed", cfg.Keys.Allowed, keyScan, ruleNone)
	return t
}

// hasPaths tells whether the place of a key inside a value matters.
func (t *keyTable) hasPaths() bool { return len(t.user.paths)+len(t.allowed.paths) > 0 }

// path asks the user's paths. cut tells that the path's beginning is missing,
// inside that it begins somewhere in a value, where rooted paths say nothing.
func (t *keyTable) path(path string, cut, inside bool) Decision {
	var d Decision
	if k := t.user.findPath(path, cut, inside); k != nil {
		d.kind, d.rule, d.leaves = k.kind, k.rule, k.path.deep()
	}
	d.Allowed = t.everyKey || t.allowed.findPath(path, cut, inside) != nil
	return d
}

// maxTermWords is the longest phrase in the table of terms.
const maxTermWords = 5

// decide asks the user's paths, then the user's words, then the built-in ones.
func (t *keyTable) decide(key string) Decision {
	d := t.builtin(key)
	d.Allowed = t.everyKey
	if len(t.user.all)+len(t.allowed.all) == 0 {
		return d
	}
	var k keyWords
	k.split(key)
	if u := t.user.find(&k); u != nil {
		d.kind, d.rule = u.kind, u.rule
	}
	d.Allowed = d.Allowed || t.allowed.find(&k) != nil
	p := t.path(key, false, true)
	if p.kind != keyScan {
		d.kind, d.rule, d.leaves = p.kind, p.rule, p.leaves
	}
	d.Allowed = d.Allowed || p.Allowed
	return d
}

// builtin looks for the term that stands closest to the end of the key, longer
// phrases first: the last words of a key say what it is.
func (t *keyTable) builtin(key string) Decision {
	if open := strings.LastIndexByte(key, '['); open >= 0 && markerEnd(key, open) == len(key) {
		// A key that an earlier pass hid says nothing.
		return Decision{}
	}
	var k keyWords
	k.split(key)
	d := Decision{ctx: contextOf(&k)}
	for end := k.n; end > 0; end-- {
		for start := max(0, end-maxTermWords); start < end; start++ {
			found, ok := t.terms[string(k.words(start, end))]
			if ok && found.applies(&k, start, end) {
				d.kind, d.rule = found.kind, found.rule
				d.open = end-start == 1 && string(k.words(start, end)) == "auth"
				return d
			}
		}
		if found, ok := suffixTerm(k.words(end-1, end)); ok && found.applies(&k, end-1, end) {
			d.kind, d.rule = found.kind, found.rule
			return d
		}
	}
	if identifier(&k, d.ctx) {
		d.kind = keyIdent
	}
	return d
}

// suffixTerm knows words written together: pgpassword, clientsecret, authtoken.
func suffixTerm(word []byte) (term, bool) {
	w := string(word)
	for _, end := range []string{"password", "passwd", "passphrase", "secret", "apikey", "token", "storepass", "keypass"} {
		if len(w) > len(end) && strings.HasSuffix(w, end) {
			return term{kind: keyHide, rule: ruleCredential, match: matchAnywhere}, true
		}
	}
	return term{}, false
}
