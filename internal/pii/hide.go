package pii

import "strings"

// hides tells whether a key's value is hidden whole. Where the rule is off, or
// where the value cannot be what the key says, it is walked instead.
func (e *Engine) hides(d Decision, value string) bool {
	return d.kind == keyHide && e.rules[d.rule].enabled && plausible(d.rule, value)
}

// plausible keeps keys with a second meaning usable: a cell may be in a table.
func plausible(r Rule, value string) bool {
	switch r {
	case rulePhone, ruleBankAccount:
		return countDigits(value) >= 4
	case ruleCredential:
		if value != "" && value[0] == '/' && isFile(value) && span(value, 0, &isFilePath) == len(value) {
			// PWD=/srv/app, "tls_key": "/etc/tls/shop.key"
			return false
		}
	}
	return !isSchema(value)
}

var isFilePath = charset("a-zA-Z0-9_./ \\-")

// isSchema tells the object that describes a field, as JSON Schema does, from its value.
func isSchema(s string) bool {
	if len(s) < 15 || s[0] != '{' || !strings.HasPrefix(s[span(s, 1, &isSpace):], `"type"`) {
		return false
	}
	rest := strings.TrimLeft(strings.TrimPrefix(s[span(s, 1, &isSpace):], `"type"`), ": ")
	return strings.HasPrefix(rest, `"string"`) || strings.HasPrefix(rest, `"object"`) || strings.HasPrefix(rest, `"array"`)
}

// shaped is plausible for what stands behind a key in prose, where "email: not
// verified" and "name: missing" are sentences.
func shaped(r Rule, value string) bool {
	switch r {
	case ruleCredential:
		return len(value) > 3 || countDigits(value) < len(value)
	case ruleEmail:
		return strings.Contains(value, "@") || strings.Contains(value, "%40")
	case rulePhone, ruleCard, ruleBankAccount, ruleIBAN, ruleUSSSN:
		return countDigits(value) >= 4
	case ruleSession:
		return countDigits(value) > 0 && len(value) >= 6 || len(value) >= 20
	case ruleNationalID, ruleCardCode, ruleBirthDate, ruleDevice:
		return countDigits(value) >= 3
	case ruleName, ruleAddress, ruleHealth, ruleSpecial, ruleLocation:
		return isUpper[value[0]] || isDigit[value[0]] || value[0] >= 0x80 || value[0] == '-'
	}
	return true
}

// isFile tells the path of a file, in which a secret may be kept, from the secret.
func isFile(s string) bool {
	if colon := strings.IndexByte(s, ':'); colon > 0 {
		// name:/path
		s = s[colon+1:]
	}
	if strings.HasPrefix(s, "./") || strings.HasPrefix(s, "../") || strings.HasPrefix(s, "~/") {
		return true
	}
	if len(s) < 3 || s[0] != '/' {
		return false
	}
	root, _, _ := strings.Cut(s[1:], "/")
	return rootFolders[root]
}

// rootFolders are the folders at the root of a Unix file system (FHS 3.0), and those of containers.
var rootFolders = wordSet(`app bin boot data dev etc home lib media mnt opt proc root run sbin secrets srv sys tmp usr var vault work`)

// plainWord tells whether s reads like a word of prose: letters, at most the
// first a capital, words joined by hyphens.
func plainWord(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		ok := isLower[c] || c >= 0x80 || (c == '-' && i > 0 && i+1 < len(s)) || (i == 0 && isUpper[c]) ||
			(i == len(s)-1 && (c == '.' || c == ':' || c == '!' || c == ','))
		if !ok {
			return false
		}
	}
	return len(s) < 24
}
