package pii

import (
	"fmt"
	"strings"
	"sync/atomic"
)

// userKey is one entry of the user's lists of keys.
type userKey struct {
	// list is the YAML key of the list, with the entry's position.
	list, text string
	kind       keyKind
	rule       Rule
	words      string
	count      int
	path       keyPath
	matched    atomic.Bool
}

// userKeys are all entries of one purpose: words by the last of them, and paths.
// What has dots and no wildcard is both: session.id is also found as sessionId.
type userKeys struct {
	all    []*userKey
	byLast map[string][]*userKey
	paths  []*userKey
}

func (u *userKeys) add(list string, entries []string, kind keyKind, rule Rule) {
	if u.byLast == nil {
		u.byLast = map[string][]*userKey{}
	}
	for i, text := range entries {
		k := &userKey{list: fmt.Sprintf("%s[%d]", list, i), text: text, kind: kind, rule: rule}
		u.all = append(u.all, k)
		if path, ok := parseKeyPath(text); ok && (isKeyPath(text) || len(path.parts) > 1) {
			k.path = path
			u.paths = append(u.paths, k)
		}
		if isKeyPath(text) {
			continue
		}
		var words keyWords
		words.split(text)
		k.words, k.count = normalize(text), words.n
		last := string(words.words(words.n-1, words.n))
		u.byLast[last] = append(u.byLast[last], k)
	}
}

// find looks for the entry that says most about a key's last words. Words such
// as number may follow; on a tie the first list wins, which is the sensitive one.
func (u *userKeys) find(k *keyWords) *userKey {
	var best *userKey
	for end := k.n; end > 0; end-- {
		for _, e := range u.byLast[string(k.words(end-1, end))] {
			if e.count <= end && string(k.words(end-e.count, end)) == e.words && (best == nil || e.count > best.count) {
				best = e
			}
		}
		if best != nil || !sameTail[string(k.words(end-1, end))] {
			break
		}
	}
	return best.use()
}

// findPath looks for the path that says most about a key.
func (u *userKeys) findPath(key string, cut, inside bool) *userKey {
	if len(u.paths) == 0 {
		return nil
	}
	parts := keyParts(key)
	var best *userKey
	for _, e := range u.paths {
		if (!e.path.rooted || !inside) && e.path.matches(parts, cut) && (best == nil || e.path.weight() > best.path.weight()) {
			best = e
		}
	}
	return best.use()
}

// use notes that an entry matched a key.
func (k *userKey) use() *userKey {
	if k != nil && !k.matched.Load() {
		k.matched.Store(true)
	}
	return k
}

// same is what two entries have in common when they match the same keys.
func (k *userKey) same() string {
	if k.words != "" {
		return k.words
	}
	return fmt.Sprint(k.path.rooted, strings.Join(k.path.parts, "."))
}

// shadowed tells, in sentences, which entries can never decide about a key
// because an earlier one matches the same keys.
func (u *userKeys) shadowed() []string {
	var out []string
	first := map[string]*userKey{}
	for _, k := range u.all {
		if by := first[k.same()]; by != nil {
			out = append(out, fmt.Sprintf("`%s` is %q, which `%s` decides already; it has no effect", k.list, k.text, by.list))
			continue
		}
		first[k.same()] = k
	}
	return out
}

// builtinAlready tells which sensitive words are hidden without the entry.
func (t *keyTable) builtinAlready() []string {
	var out []string
	for _, k := range t.user.all {
		if k.words == "" || k.kind != keyHide || k.rule != ruleCustomKey {
			continue
		}
		if d := t.builtin(k.text); d.kind == keyHide {
			out = append(out, fmt.Sprintf("`%s` is %q, which the rule `%s` knows already; the entry only changes the rule's name to `custom_key`",
				k.list, k.text, builtin[d.rule].name))
		}
	}
	return out
}
