package pii

import "strings"

var isFlagBorder = charset(" \t\r\n\"'`(,[>=")

// flag reads a command line flag at i: --password value, -u user:password of
// curl, -pvalue of mysql, -a value of redis-cli.
func (w *work) flag(t string, i int) int {
	if hasAt(t, i, "--") {
		return w.longFlag(t, i+2)
	}
	if i+1 >= len(t) || i < 4 || !isLetter[t[i+1]] {
		return 0
	}
	command := t[max(0, i-maxCommand):i]
	if i+2 < len(t) && isLetter[t[i+2]] {
		if end := w.longFlag(t, i+1); end > 0 {
			return end
		}
	}
	switch t[i+1] {
	case 'p':
		if i+2 < len(t) && !isSpace[t[i+2]] && lastCommand(command, "mysql", "mysqldump", "mysqladmin", "mariadb") {
			return w.flagValue(t, i+2, ruleCredential)
		}
	case 'u':
		if hasAt(t, i, "-u ") && lastCommand(command, "curl", "wget", "http") {
			return w.curlUser(t, i+3)
		}
		if hasAt(t, i, "-u ") && lastCommand(command, "lftp", "ncftp") {
			return w.userBefore(t, i+3, ',')
		}
	case 'U':
		if hasAt(t, i, "-U ") && lastCommand(command, "smbclient", "rpcclient", "smbget", "winexe") {
			return w.userBefore(t, i+3, '%')
		}
	}
	if names := secretFlags[t[i+1]]; names != nil && i+2 < len(t) && t[i+2] == ' ' && lastCommand(command, names...) {
		return w.flagValue(t, i+3, ruleCredential)
	}
	return 0
}

// secretFlags are flags of one letter that a secret stands behind, by the commands that have them.
var secretFlags = map[byte][]string{
	'p': {"sshpass", "mongosh", "mongo", "mongodump", "mongorestore", "cqlsh", "rabbitmqadmin", " login"},
	'a': {"redis-cli"},
	'P': {"sqlcmd", "bcp", "zip", "ipmitool", "mosquitto_pub", "mosquitto_sub"},
	'w': {"ldapsearch", "ldapmodify", "ldapadd", "ldapdelete", "ldapwhoami", "ldappasswd"},
	'N': {"ssh-keygen"},
	'k': {"openssl enc"},
	'A': {"snmpwalk", "snmpget"},
	'X': {"snmpwalk", "snmpget"},
}

// userBefore hides the password in user%password, where sign stands between them.
func (w *work) userBefore(t string, from int, sign byte) int {
	from += len(quoteAt(t, from))
	border := span(t, from, &isURLSafe)
	if border == from || border+1 >= len(t) || t[border] != sign {
		return 0
	}
	end := bareEnd(t, border+1, keyScan)
	if at := strings.LastIndexByte(t[border:end], '@'); at > 0 && sign == '/' {
		end = border + at
	}
	if benign(t[border+1 : end]) {
		return 0
	}
	return w.hit(ruleCredential, "", border+1, end)
}

// maxCommand is how far the command is looked for in front of its flag.
const maxCommand = 200

func lastCommand(s string, names ...string) bool {
	if k := strings.LastIndexAny(s, "\n;|&"); k >= 0 {
		s = s[k+1:]
	}
	for _, name := range names {
		if k := strings.Index(s, name); k >= 0 && k+len(name) < len(s) && (s[k+len(name)] == ' ' || s[k+len(name)] == '"') {
			return true
		}
	}
	return false
}

// longFlag hides the word behind --password; --password=value is an assignment.
func (w *work) longFlag(t string, i int) int {
	end := span(t, i, &isURLSafe)
	if end == i || end >= len(t) || t[end] != ' ' {
		return 0
	}
	d := w.textKey(t[i:end])
	if d.kind != keyHide && pairValues.has(t[i:end]) {
		d = namedFlag(w, t[max(0, i-maxCommand):i])
	}
	if d.kind != keyHide {
		if t[i:end] == "user" && lastCommand(t[max(0, i-maxCommand):i], "curl", "http") {
			return w.curlUser(t, end+1)
		}
		return 0
	}
	from := span(t, end, &isSpace)
	if from < len(t) && t[from] == '-' {
		return 0
	}
	return w.flagValue(t, from, d.rule)
}

// namedFlag decides about --value x by the --name in front of it.
func namedFlag(w *work, before string) Decision {
	_, name, ok := strings.Cut(before, "--name ")
	if !ok {
		return Decision{}
	}
	name, _, _ = strings.Cut(name, " ")
	return w.textKey(strings.Trim(name, "\"'"))
}

func (w *work) flagValue(t string, from int, r Rule) int {
	if hasAt(t, from, "(") {
		// -Password (ConvertTo-SecureString "x" -AsPlainText)
		quote := strings.IndexAny(t[from:closing(t, from)], `"'`)
		if quote < 0 {
			return 0
		}
		from += quote
	}
	if q := quoteAt(t, from); q != "" {
		v := quotedValue(t, from, q)
		if benign(t[v.lo:v.hi]) {
			return 0
		}
		return w.hit(r, "", v.lo, v.hi)
	}
	end := bareEnd(t, from, keyScan)
	if end == from || benign(t[from:end]) || !shaped(r, t[from:end]) {
		return 0
	}
	return w.hit(r, "", from, end)
}

func (w *work) curlUser(t string, from int) int {
	if q := quoteAt(t, from); q != "" {
		from += len(q)
	}
	end := bareEnd(t, from, keyScan)
	if colon := strings.IndexByte(t[from:end], ':'); colon < 1 || benign(t[from:end]) || t[from:end] == urlLogin {
		return 0
	}
	return w.hit(ruleURLCredentials, urlLogin, from, end)
}
