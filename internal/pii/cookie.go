package pii

import "strings"

// cookieAttributes stand beside a cookie and say nothing about a person.
var cookieAttributes = wordSet(`path domain expires max-age samesite secure httponly priority partitioned version`)

// cookies hides the value of each pair of a Cookie or Set-Cookie header.
func (w *work) cookies(t string, i int) {
	for i < len(t) {
		end := i + len(t[i:])
		if k := strings.IndexByte(t[i:], ';'); k >= 0 {
			end = i + k
		}
		w.cookiePair(t, i, end)
		i = end + 1
	}
}

func (w *work) cookiePair(t string, i, end int) {
	i = span(t[:end], i, &isSpace)
	eq := strings.IndexByte(t[i:end], '=')
	if eq < 0 {
		w.bareCookie(t, i, end)
		return
	}
	if cookieAttributes[strings.ToLower(t[i:i+eq])] {
		return
	}
	lo := i + eq + 1
	hi := lo + len(strings.TrimRight(t[lo:end], " \t\r\n"))
	if hi > lo+1 && t[lo] == '"' && t[hi-1] == '"' {
		lo, hi = lo+1, hi-1
	}
	if !benign(t[lo:hi]) {
		w.hit(ruleCookie, "", lo, hi)
	}
}

// minBareCookie is the shortest value without a name that may be a session.
const minBareCookie = 8

// bareCookie hides a value without a name; Secure and HttpOnly stay.
func (w *work) bareCookie(t string, i, end int) {
	hi := i + len(strings.TrimRight(t[i:end], " \t\r\n"))
	if hi-i >= minBareCookie && !benign(t[i:hi]) && !cookieAttributes[strings.ToLower(t[i:hi])] {
		w.hit(ruleCookie, "", i, hi)
	}
}
