package pii

import "strings"

// dash looks behind a hyphen: a private key or a command line flag.
func (w *work) dash(t string, i int) int {
	if hasAt(t, i, "-----BEGIN ") {
		return w.pem(t, i)
	}
	if i == 0 || isFlagBorder[t[i-1]] {
		if hasAt(t, i, "-> ") && i > 0 && t[i-1] == ' ' {
			return w.assignAt(t, i, i+2)
		}
		return w.flag(t, i)
	}
	if hasAt(t, i, "-us") {
		return w.mailchimp(t, i)
	}
	return 0
}

// pem hides a private key from BEGIN to END, or to the end of the value where it
// is cut off. Line ends may be written \n.
func (w *work) pem(t string, i int) int {
	title := i + len("-----BEGIN ")
	stop := strings.Index(t[title:min(len(t), title+64)], "-----")
	if stop < 0 {
		stop = min(len(t), title+64) - title
	}
	if !strings.Contains(t[title:title+stop], "PRIVATE") {
		return title
	}
	return w.hit(rulePrivateKey, "", i, pemEnd(t, title+stop))
}

func pemEnd(t string, from int) int {
	e := strings.Index(t[from:], "-----END ")
	if e < 0 {
		return len(t)
	}
	title := from + e + len("-----END ")
	e = strings.Index(t[title:], "-----")
	if e < 0 {
		return len(t)
	}
	return title + e + len("-----")
}

// puttyKey hides a PuTTY key file, whose last line is the MAC.
func (w *work) puttyKey(t string, i int) int {
	end := len(t)
	if mac := strings.Index(t[i:], "Private-MAC:"); mac >= 0 {
		from := i + mac + len("Private-MAC:")
		end = span(t, span(t, from, &isSpace), &isHex)
	}
	return w.hit(rulePrivateKey, "", i, end)
}
