package pii

import "strings"

// argumentText lists commands that take a secret by its position.
const argumentText = `net htpasswd add_user change_password authenticate_user vault echo sqlplus expdp impdp sqlldr proxy_set_header add_header fastcgi_param setenv setx encrypt_string alias host login identify `

// secretArgument hides the argument of the command [i, j) that is its secret.
func (w *work) secretArgument(t string, i, j int) int {
	switch strings.ToLower(t[i:j]) {
	case "net":
		if !hasFold(t, j, " use ") || indexFold(line(t, j), "/user:") < 0 {
			return 0
		}
		return w.argumentAt(t, j+len(" use"), 1, "/\\*")
	case "htpasswd":
		if flags := span(t, j+1, &isFlagWord); flags == j+1 || !strings.Contains(t[j+1:flags], "b") {
			return 0
		}
		return w.argumentAt(t, j, 3, "-")
	case "vault":
		if !hasFold(t, j, " login ") || strings.Contains(line(t, j), "=") {
			return 0
		}
		return w.argumentAt(t, j+len(" login"), 1, "-")
	case "sqlplus", "expdp", "impdp", "sqlldr":
		from := j + 1
		for hasAt(t, from, "-") {
			from = min(len(t), span(t, from, &isFlagWord)+1)
		}
		return w.userBefore(t, from, '/')
	case "proxy_set_header", "add_header", "fastcgi_param", "setenv", "setx":
		return w.settingAt(t, j)
	case "login", "identify":
		if t[i:j] != strings.ToUpper(t[i:j]) {
			return 0
		}
		return w.protocolLogin(t, j)
	case "alias", "host":
		return w.aliasSecret(t, j)
	case "encrypt_string":
		return w.argumentAt(t, j, 1, "-")
	case "echo":
		return w.piped(t, j)
	case "add_user", "change_password", "authenticate_user":
		return w.argumentAt(t, j, 2, "-")
	}
	return 0
}

// protocolLogin hides the last of one or two arguments that end the line, as LOGIN
// of IMAP and IDENTIFY of chats have them; the word ends at j.
func (w *work) protocolLogin(t string, j int) int {
	args := strings.Fields(line(t, j))
	if len(args) == 0 || len(args) > 2 {
		return 0
	}
	last := args[len(args)-1]
	lo := j + strings.LastIndex(line(t, j), last)
	if q := quoteAt(last, 0); q != "" {
		lo += len(q)
	}
	end := bareEnd(t, lo, keyScan)
	if !secretLike(t[lo:end], true, false) {
		return 0
	}
	w.scan(t[:lo], j+1)
	return w.hit(ruleCredential, "", lo, end)
}

// hereString hides what <<< at i gives to a command that reads a secret from its input.
func (w *work) hereString(t string, i int) int {
	before := t[max(w.floor, i-maxCommand):i]
	before = before[strings.LastIndexAny(before, "\n;|&")+1:]
	if !strings.Contains(before, "-stdin") && !strings.Contains(before, "sudo -S") && !strings.Contains(before, "--with-token") {
		return 0
	}
	return w.argumentAt(t, i+len("<<<"), 1, "-$")
}

// aliasSecret hides the last argument of `alias set NAME URL KEY SECRET` and of its
// elder `host add`, as clients of object stores take it; the first word ends at j.
func (w *work) aliasSecret(t string, j int) int {
	args := strings.Fields(line(t, j))
	if len(args) < 5 || args[0] != "set" && args[0] != "add" || !strings.Contains(args[2], "://") || benign(args[4]) {
		return 0
	}
	lo := j
	for _, arg := range args[:4] {
		lo += strings.Index(t[lo:], arg) + len(arg)
	}
	lo += strings.Index(t[lo:], args[4])
	w.scan(t[:lo], j)
	return w.hit(ruleCredential, "", lo, bareEnd(t, lo, keyScan))
}

// piped hides what echo, whose arguments begin at i, gives to a command that reads
// a secret from its input.
func (w *work) piped(t string, i int) int {
	rest := line(t, i)
	bar := strings.IndexByte(rest, '|')
	if bar < 0 {
		return 0
	}
	switch command := rest[bar:]; {
	case strings.Contains(command, "chpasswd"):
		if colon := strings.IndexByte(rest[:bar], ':'); colon > 0 {
			end := bareEnd(t, i+colon+1, keyScan)
			if benign(t[i+colon+1 : end]) {
				return 0
			}
			return w.hit(ruleCredential, "", i+colon+1, end)
		}
	case strings.Contains(command, "-stdin"), strings.Contains(command, "--with-token"), strings.Contains(command, "sudo -S"):
		return w.argumentAt(t[:i+bar], i, 1, "-$")
	}
	return 0
}

var isFlagWord = charset("a-zA-Z\\-")

// maxLine is how much of a line tells what a command does.
const maxLine = 1024

// line cuts t[i:] at the end of its line.
func line(t string, i int) string {
	rest, _, _ := strings.Cut(t[i:min(len(t), i+maxLine)], "\n")
	return rest
}

// argumentAt hides the nth argument behind i; those that begin with one of other,
// and names of drives, do not count.
func (w *work) argumentAt(t string, i, n int, other string) int {
	for i < len(t) && t[i] == ' ' {
		lo := i + 1
		for lo < len(t) && t[lo] == ' ' {
			lo++
		}
		end := lo
		for end < len(t) && t[end] > ' ' {
			end++
		}
		if i = end; lo == end || strings.IndexByte(other, t[lo]) >= 0 || t[end-1] == ':' {
			continue
		}
		if n--; n > 0 {
			continue
		}
		if q := quoteAt(t, lo); q != "" {
			val := quotedValue(t, lo, q)
			lo, end = val.lo, val.hi
		}
		if benign(t[lo:end]) || plainWord(t[lo:end]) {
			return 0
		}
		return w.hit(ruleCredential, "", lo, end)
	}
	return 0
}
