package pii

import "strings"

// urlLogin takes the place of user and password; brackets are not allowed there.
const urlLogin = "REDACTED:REDACTED"

// maxAuthority bounds the search for the @ of a URL.
const maxAuthority = 1024

// userinfo looks at the authority of a URL that starts at i, behind ://.
func (w *work) userinfo(t string, i int) int {
	end, at := i, -1
	for end < len(t) && end-i < maxAuthority && !authorityStop[t[end]] {
		if t[end] == '@' {
			at = end
		}
		end++
	}
	if at <= i {
		return i
	}
	login := t[i:at]
	if !strings.Contains(login, ":") && (login == "git" || !w.loginAlone(t, i)) {
		return at + 1
	}
	if strings.EqualFold(login, urlLogin) || strings.EqualFold(login, "REDACTED") || benign(strings.TrimPrefix(login, ":")) {
		return at + 1
	}
	label := urlLogin
	if !strings.Contains(login, ":") {
		label = "REDACTED"
	}
	if end := w.hit(ruleURLCredentials, label, i, at); end > 0 {
		return at + 1
	}
	return i
}

// A password may hold / and ? unencoded, but then no parser finds the host; the
// search stops where every authority ends.
var authorityStop = charset("/?# \t\r\n\"'<>\\\\")

// loginAlone tells whether a user without password is a credential: in web
// addresses a token stands there, in ssh only an account.
func (w *work) loginAlone(t string, i int) bool {
	return !strings.HasSuffix(t[:i], "ssh://") && !strings.HasSuffix(t[:i], "sftp://")
}

// oracleLogin finds user/password@ of jdbc:oracle:thin: and oci:.
func (w *work) oracleLogin(t string, at int) int {
	window := t[max(w.floor, at-128):at]
	k := max(strings.LastIndex(window, ":thin:"), strings.LastIndex(window, ":oci:"))
	if k < 0 {
		return 0
	}
	k += 1 + strings.IndexByte(window[k+1:], ':') + 1
	if login := window[k:]; !strings.Contains(login, "/") || strings.ContainsAny(login, " \"'") {
		return 0
	}
	return w.hit(ruleURLCredentials, urlLogin, at-len(window)+k, at)
}

// driverLogin finds user:password@tcp(host), which Go's MySQL driver takes.
func (w *work) driverLogin(t string, at int) int {
	if !hasAt(t, at, "@tcp(") && !hasAt(t, at, "@unix(") && !hasAt(t, at, "@tcp6(") && !hasAt(t, at, "@cloudsql(") {
		return 0
	}
	lo := at
	for lo > w.floor && at-lo < 256 && !isSpace[t[lo-1]] && t[lo-1] != '"' && t[lo-1] != '\'' && t[lo-1] != '=' {
		lo--
	}
	if login := t[lo:at]; !strings.Contains(login, ":") || strings.HasSuffix(login, urlLogin) {
		return 0
	}
	return w.hit(ruleURLCredentials, urlLogin, lo, at)
}
