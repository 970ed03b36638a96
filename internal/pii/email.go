package pii

import "strings"

const (
	maxLocal  = 64  // RFC 5321 4.5.3.1.1
	maxDomain = 253 // RFC 1035 2.3.4
)

// isLocal is what a local part may hold, without the characters that more often
// separate it from a key or a path.
var isLocal = withHighBytes(charset("a-zA-Z0-9._%+\\-'~!#$*^"))

// isDomain is what a domain may hold; bytes over 0x7f are names in other scripts.
var isDomain = withHighBytes(charset("a-zA-Z0-9.\\-"))

func withHighBytes(set [256]bool) [256]bool {
	for i := 0x80; i < 0x100; i++ {
		set[i] = true
	}
	return set
}

// email looks around an @ at i that is width bytes wide.
func (w *work) email(t string, i, width int) int {
	if end := w.oracleLogin(t, i); end > 0 {
		return end
	}
	end := domainEnd(t, i+width)
	if end == 0 {
		return w.driverLogin(t, i)
	}
	lo := w.localStart(t, i)
	if lo == i || t[lo:i] == "REDACTED" || !hasLetterOrDigit(t[lo:i]) || isRemote(t, lo, i, end) {
		return 0
	}
	return max(w.hit(ruleEmail, "", lo, end), w.combo(t, end))
}

// localStart returns where the local part before i begins, or i.
func (w *work) localStart(t string, i int) int {
	lowest := max(w.floor, i-3*maxLocal)
	if i > lowest && t[i-1] == '"' {
		return quotedStart(t, i, lowest)
	}
	lo := i
	for lo > lowest && isLocal[t[lo-1]] {
		lo--
	}
	lo = behindSegment(t, lo, i)
	lo = behindEscape(t, lo, i, w.floor)
	lo = behindScript(t, lo, i)
	for lo < i && !isAlnum[t[lo]] && t[lo] < 0x80 && t[lo] != '_' && t[lo] != '+' {
		if t[lo] == '%' && lo+2 < i && isHex[t[lo+1]] && isHex[t[lo+2]] {
			// An encoded character goes whole.
			lo += 2
		}
		lo++
	}
	return lo
}

// behindScript moves lo behind text without spaces, as Chinese and Japanese write
// it, in front of a local part in Latin letters.
func behindScript(t string, lo, i int) int {
	for k := i - 1; k >= lo+2; k-- {
		if t[k] >= 0x80 {
			if t[k-2] >= firstWide && t[k-2] <= lastWide && k+1 < i {
				return k + 1
			}
			return lo
		}
	}
	return lo
}

// firstWide to lastWide begin the three bytes of U+3000 to U+D7FF: kana, Han, Hangul.
const firstWide, lastWide = 0xe3, 0xed

// behindEscape moves lo behind the last %XX that is not part of a local part,
// and behind the letter of a backslash escape.
func behindEscape(t string, lo, i, floor int) int {
	for k := lo; k+2 < i; k++ {
		if t[k] == '%' && isHex[t[k+1]] && isHex[t[k+2]] && !isLocal[unhex(t[k+1])<<4|unhex(t[k+2])] {
			lo = k + 3
		}
	}
	if lo > floor && lo < i && t[lo-1] == '\\' {
		switch {
		case t[lo] == 'u' && i-lo > 5:
			return lo + 5
		case t[lo] == 'n' || t[lo] == 't' || t[lo] == 'r':
			return lo + 1
		}
	}
	return lo
}

// quotedStart returns where a quoted local part that ends before i begins, or i.
func quotedStart(t string, i, lowest int) int {
	for k := i - 2; k >= lowest && i-k <= maxLocal; k-- {
		switch t[k] {
		case '"':
			if k+1 < i-1 {
				return k
			}
			return i
		case '\n', '{', '}', ':', ',':
			return i
		}
	}
	return i
}

// domainEnd returns the end of a mail domain that starts at i, or 0.
func domainEnd(t string, i int) int {
	if i < len(t) && t[i] == '[' {
		return literalEnd(t, i)
	}
	j := i
	for j < len(t) && j-i <= maxDomain && isDomain[t[j]] {
		if t[j] >= firstWide && t[j] <= lastWide && j > i+3 && isLetter[t[j-1]] && strings.IndexByte(t[i:j], '.') > 0 {
			break
		}
		j++
	}
	for j > i && (t[j-1] == '.' || t[j-1] == '-') {
		j--
	}
	domain := t[i:j]
	dot := strings.LastIndexByte(domain, '.')
	if dot <= 0 || !isTLD(domain[dot+1:]) || isVersion(domain) || strings.Contains(domain, "..") {
		return 0
	}
	return j
}

// literalEnd accepts an address literal: [192.0.2.1].
func literalEnd(t string, i int) int {
	j := i + 1
	for j < len(t) && j-i < 48 && (isHex[t[j]] || t[j] == '.' || t[j] == ':') {
		j++
	}
	if j-i > 7 && j < len(t) && t[j] == ']' {
		return j + 1
	}
	return 0
}

// isTLD accepts letters, other scripts, and xn--; not the endings of files, as
// in icon@2x.png.
func isTLD(s string) bool {
	if hasFold(s, 0, "xn--") {
		return len(s) > 5
	}
	if len(s) < 2 || len(s) > 24 {
		return false
	}
	for i := range len(s) {
		if !isLetter[s[i]] && s[i] < 0x80 {
			return false
		}
	}
	return !fileEndings[strings.ToLower(s)]
}

var fileEndings = wordSet(`png jpg jpeg gif svg webp ico css js mjs cjs jsx ts tsx json yaml yml lock tgz gz tar jar war html xml
	go py rb php java class dll exe conf cfg ini txt log service socket timer mount target slice`)

// isVersion tells 1.2.3-rc.x and v0.3.0-beta.x from a domain.
func isVersion(domain string) bool {
	i := 0
	if domain[0] == 'v' || domain[0] == 'V' {
		i = 1
	}
	j := span(domain, i, &isDigit)
	return j > i && j+1 < len(domain) && domain[j] == '.' && isDigit[domain[j+1]]
}

// isRemote tells a Git remote, git@host:path, from an address.
func isRemote(t string, lo, at, end int) bool {
	return t[lo:at] == "git" || (end < len(t) && t[end] == ':' && at-lo == 3 && hasFold(t, lo, "hg"))
}

func hasLetterOrDigit(s string) bool {
	for i := range len(s) {
		if isAlnum[s[i]] || s[i] >= 0x80 {
			return true
		}
	}
	return false
}

// behindSegment leaves the segments of EDIFACT in front of a local part alone: 7'COM+jdoe@x.
func behindSegment(t string, lo, i int) int {
	for k := i - 5; k >= lo; k-- {
		if t[k] == '\'' && t[k+4] == '+' && isUpper[t[k+1]] && isUpper[t[k+2]] && isUpper[t[k+3]] {
			return k + 5
		}
	}
	return lo
}
