package derive

import (
	"regexp"
	"strings"
)

// maxNormal cuts a normalised message (requirements: 200 characters).
const maxNormal = 200

// variables are the parts of messages that change from one error to the next, in the order in which they are
// taken out. They run on failed operations only.
var variables = []struct {
	pattern *regexp.Regexp
	mark    string
}{
	{regexp.MustCompile(`\[EMAIL(?::[^\]]*)?\]|\bem_k\d+_[a-z2-7]{20}\b`), "<email>"},
	{regexp.MustCompile(`\[IP(?::[^\]]*)?\]|\bip_k\d+_[a-z2-7]{20}\b`), "<ip>"},
	{regexp.MustCompile(`\[[A-Z][A-Z_]+(?::[^\]]*)?\]|\b[a-z]{2}_k\d+_[a-z2-7]{20}\b`), "<hidden>"},
	{regexp.MustCompile(`[\w.+*-]+@[\w-]+(?:\.[\w-]+)+`), "<email>"},
	{regexp.MustCompile(`\b[a-z][a-z0-9+.-]*://[^\s"'<>)\]]+`), "<url>"},
	{regexp.MustCompile(`(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`), "<id>"},
	{regexp.MustCompile(`\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b`), "<ip>"},
	{regexp.MustCompile(`\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?\b`), "<time>"},
	{regexp.MustCompile(`(?i)\b0x[0-9a-f]+\b|\b[0-9a-f]{8,}\b`), "<hex>"},
	{regexp.MustCompile("\"[^\"]*\"|'[^']*'|`[^`]*`|“[^”]*”|«[^»]*»"), "<text>"},
	{regexp.MustCompile(`\[[^\[\]]*\]|\{[^{}]*\}|\([^()]*\)`), "<group>"},
	{regexp.MustCompile(`[-+]?\b\d+(?:[.,]\d+)*(?:ms|µs|us|ns|s|m|h|kb|mb|gb|kib|mib|gib|%)?\b`), "<n>"},
	{regexp.MustCompile(`\b[A-Za-z0-9+/_-]{16,}={0,2}`), "<token>"},
}

// codes are numbers that say what happened, not to whom: they stay.
var codes = regexp.MustCompile(`(?i)\b(?:status(?: code)?|http(?:/\d(?:\.\d)?)?|error(?: code)?|code|errno|sqlstate|exit code)[ :=(\[#]{1,2}\d{1,5}\b|\bORA-\d+\b`)

// spellDigits hides the digits of a code from the patterns for numbers.
func spellDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r - '0' + '𝟎'
		}
		return r
	}, s)
}

// normal is normalMessage, remembered: errors come in storms of a few.
func (d *Deriver) normal(message string) string {
	if known, ok := d.messages.get(message); ok {
		return known
	}
	return d.messages.add(message, normalMessage(message))
}

// normalMessage takes out of a message what varies between errors of one cause. An address is the same
// whether it was redacted or not.
func normalMessage(s string) string {
	const limit = 2 << 10
	s = codes.ReplaceAllStringFunc(cut(s, limit), spellDigits)
	for _, v := range variables {
		s = v.pattern.ReplaceAllStringFunc(s, func(match string) string {
			sh := shapeOf(match)
			if v.mark == "<token>" && (sh.digits == 0 || sh.turns < 2) || v.mark == "<hex>" && sh.digits == 0 {
				return match // a long word
			}
			return v.mark
		})
	}
	words := strings.Fields(s)
	for i, word := range words {
		if strings.Contains(word, "-<hex>") || shapeOf(word).digits > 0 && strings.IndexByte(word, '=') < 0 && isID(word) {
			words[i] = "<id>" // names with a random end, as pods have
		}
	}
	return cut(strings.Join(words, " "), maxNormal)
}
