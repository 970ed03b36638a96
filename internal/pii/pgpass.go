package pii

import "strings"

// pgpass looks at host:port:database:user:password, a line of PostgreSQL's file of
// passwords; the first colon stands at i.
func (w *work) pgpass(t string, i int) int {
	if i+1 >= len(t) || !isDigit[t[i+1]] && t[i+1] != '*' || w.inSQL {
		return 0
	}
	lo := i
	for lo > w.floor && isPGHost[t[lo-1]] {
		lo--
	}
	if lo == i || lo > 0 && t[lo-1] != '\n' && t[lo-1] != ' ' && t[lo-1] != '"' {
		return 0
	}
	end := lo + len(line(t, lo))
	parts := strings.SplitN(strings.TrimRight(t[lo:end], "\r "), ":", 5)
	if len(parts) != 5 || !isPort(parts[1]) || !isDatabase(parts[2]) || !isDatabase(parts[3]) || benign(parts[4]) || strings.ContainsAny(parts[4], " :/") || !secretLike(parts[4], true, false) {
		return 0
	}
	from := lo + len(parts[0]) + len(parts[1]) + len(parts[2]) + len(parts[3]) + 4
	w.scan(t[:from-1], i+1)
	return w.hit(ruleCredential, "", from, from+len(parts[4]))
}

var isPGHost = charset("a-zA-Z0-9_.*\\-")

func isPort(s string) bool { return s == "*" || len(s) >= 2 && len(s) <= 5 && countDigits(s) == len(s) }

// isDatabase tells the name of a database or a user: not a number, as in 10:31:05.
func isDatabase(s string) bool {
	return s == "*" || s != "" && !isDigit[s[0]] && span(s, 0, &isPGHost) == len(s)
}

// relayLogin looks at [host]:port user:password, as mail servers keep the login to
// another one; the colon between user and password stands at i.
func (w *work) relayLogin(t string, i int) int {
	user := i
	for user > 0 && isPGHost[t[user-1]] {
		user--
	}
	port := user - 1
	for port > 0 && isDigit[t[port-1]] {
		port--
	}
	if user == i || port < 2 || !hasAt(t, user-1, " ") || port == user-1 || t[port-1] != ':' || t[port-2] != ']' {
		return 0
	}
	end := bareEnd(t, i+1, keyScan)
	if benign(t[i+1 : end]) {
		return 0
	}
	return w.hit(ruleCredential, "", i+1, end)
}
