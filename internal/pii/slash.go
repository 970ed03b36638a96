package pii

import "strings"

// slash looks at / : a home directory, or a path segment that carries a one-time token.
func (w *work) slash(t string, i int) int {
	if i+1 < len(t) && (t[i+1] == 'h' || t[i+1] == 'U') && (i == 0 || !isWord[t[i-1]]) {
		for _, home := range []string{"/home/", "/Users/"} {
			if hasAt(t, i, home) {
				return w.homeOwner(t, i+len(home))
			}
		}
	}
	return w.pathToken(t, i)
}

// serviceUsers are home directories of programs, not of persons.
var serviceUsers = wordSet(`app root ubuntu runner shared public node vscode ec2-user admin user jenkins git www www-data nobody
	circleci runneradmin default debian centos vagrant docker build builder ci service`)

func (w *work) homeOwner(t string, i int) int {
	end := span(t, i, &isDotted)
	if end == i || serviceUsers[strings.ToLower(t[i:end])] {
		return end
	}
	return w.hit(ruleHomePath, "", i, end)
}

// tokenSegments come before a one-time token in a path.
var tokenSegments = []string{"reset", "verify", "invite", "token", "tokens", "magic", "unsubscribe", "activate", "confirm", "reset-password", "password-reset"}

const minPathToken = 20

// pathToken hides a long segment behind /reset/, /verify/ and the like.
func (w *work) pathToken(t string, i int) int {
	if i < 5 || len(t)-i <= minPathToken || !isLower[t[i-1]] || !isDotted[t[i+minPathToken]] || !isDotted[t[i+minPathToken/2]] {
		return 0
	}
	for _, name := range tokenSegments {
		if strings.HasSuffix(t[:i], name) && i > len(name) && t[i-len(name)-1] == '/' {
			end := span(t, i+1, &isDotted)
			if end-i-1 >= minPathToken && !plainWord(t[i+1:end]) {
				return w.hit(ruleCredential, "", i+1, end)
			}
		}
	}
	return 0
}
