package pii

import "strings"

// sqlReader walks one statement. It looks at literals with the column that they
// belong to; what stands between them is scanned, but never as key=value, for
// there password = other.password names columns.
type sqlReader struct {
	w *work
	t string
	// column is what the last identifier says about a literal behind it.
	column Decision
	// columns are those of INSERT INTO t (a, b), by position.
	columns  [64]Decision
	ncolumns int
	position int
	depth    int
	// listing is set inside the column list of an INSERT, values behind VALUES.
	listing, values bool
	// selecting is set in the list of INSERT INTO t (a, b) SELECT x, y.
	selecting bool
	operator  bool
	// passwordSet is set behind SET PASSWORD, where FOR 'user'@'host' may stand before the sign.
	passwordSet bool
	setting     bool
	certain     bool
	// loginWord is set behind IDENTIFIED, where Oracle takes a password without quotes.
	loginWord bool
	plain     int
}

// sql walks the statement in t[i:]. Where only its words say that it is one, an
// open quote may as well be an apostrophe.
func (w *work) sql(t string, i int, certain bool) {
	r := sqlReader{w: w, t: t, plain: i, certain: certain}
	outer := w.inSQL
	w.inSQL = true
	for i < len(t) {
		i = r.token(i)
	}
	r.gap(len(t))
	w.inSQL = outer
}

// maxInsertHead is how far VALUES may be behind INSERT.
const maxInsertHead = 4096

// embeddedInsert walks an INSERT inside other text, whose columns and values
// stand apart, and returns where its values end.
func (w *work) embeddedInsert(t string, i int) int {
	if w.inSQL || indexFold(t[i:min(len(t), i+maxInsertHead)], "values") < 0 {
		return 0
	}
	r := sqlReader{w: w, t: t, plain: i}
	w.inSQL = true
	for i < len(t) && !r.done(i) {
		i = r.token(i)
	}
	r.gap(i)
	w.inSQL = false
	return i
}

// done tells whether the last list of values ended before i.
func (r *sqlReader) done(i int) bool {
	if !r.values || r.depth > 0 || r.t[i-1] != ')' {
		return false
	}
	next := span(r.t, i, &isSpace)
	return next >= len(r.t) || (r.t[next] != ',' && r.t[next] != '(')
}

// token reads one token at i and returns the position behind it.
func (r *sqlReader) token(i int) int {
	if c := r.t[i]; c == '[' || c == '(' || lower(c) == 'c' {
		if end := r.bound(i); end > 0 {
			return end
		}
	}
	switch c := r.t[i]; {
	case isSpace[c]:
		return i + 1
	case isLetter[c] || c == '_' || c >= 0x80:
		return r.word(i)
	case isDigit[c]:
		return r.number(i)
	case c == '\'':
		return r.literal(i, i+1, '\'')
	case c == '"':
		return r.doubleQuoted(i)
	case c == '`':
		return r.quotedName(i, '`')
	case c == '[':
		return r.bracketed(i)
	case c == '-' && hasAt(r.t, i, "--"):
		return r.comment(i, "\n")
	case c == '/' && hasAt(r.t, i, "/*"):
		return r.comment(i, "*/")
	case c == '$' && i+1 < len(r.t) && !isDigit[r.t[i+1]]:
		return r.dollar(i)
	case c == '@' || c == ':' || c == '$':
		return span(r.t, i+1, &isWord)
	}
	r.punctuation(r.t[i])
	return i + 1
}

// bound reads what stands behind a statement: a list of values for its
// placeholders, or the rows of COPY.
func (r *sqlReader) bound(i int) int {
	gap := r.plain
	end := 0
	if c := r.t[i]; c == '[' || c == '(' {
		if i == 0 || !boundBorder[r.t[i-1]] || !r.w.isBoundList(r.t, i) || r.depth > 0 {
			return 0
		}
		r.gap(i)
		end = r.w.boundAt(r.t, i)
	} else if hasFold(r.t, i, "copy ") {
		end = r.w.copyRows(r.t, i)
	}
	if end == 0 {
		r.plain = max(gap, r.plain)
		return 0
	}
	r.plain = end
	return end
}

func (r *sqlReader) punctuation(c byte) {
	switch c {
	case '(':
		if r.depth++; r.depth == 1 && !r.selecting {
			r.position = 0
		}
	case ')':
		if r.depth--; r.depth <= 0 {
			r.depth, r.listing = 0, false
		}
	case ',':
		if (r.depth == 1 && !r.selecting) || (r.depth == 0 && r.selecting) {
			r.position++
		}
	case '=', '<', '>', '!', '~':
		r.operator = true
		return
	}
	r.operator = false
}

// gap scans what stands between literals, up to i.
func (r *sqlReader) gap(i int) {
	if i > r.plain {
		r.w.scan(r.t[:i], r.plain)
	}
	r.plain = i
}

// word reads a keyword, a function's name or an identifier, with dots.
func (r *sqlReader) word(i int) int {
	end := span(r.t, i, &isSQLName)
	for end < len(r.t) && r.t[end] >= 0x80 {
		end = span(r.t, end+1, &isSQLName)
	}
	if end == i {
		return i + 1
	}
	if end < len(r.t) && r.t[end] == '\'' && end-i <= 2 {
		return end
	}
	if r.loginWord && !strings.EqualFold(r.t[i:end], "by") {
		return r.bareLogin(i, end)
	}
	call := end < len(r.t) && r.t[end] == '('
	if stop := r.bareValue(i, call); stop > 0 {
		return stop
	}
	r.name(r.t[i:end], call)
	return end
}

// bareValue hides a value that a log of statements put in without quotes.
func (r *sqlReader) bareValue(i int, call bool) int {
	if call || !r.values || r.depth != 1 || r.position >= r.ncolumns || r.columns[r.position].kind != keyHide {
		return 0
	}
	end := bareEnd(r.t, i, keyScan)
	if !secretLike(r.t[i:end], true, false) {
		return 0
	}
	r.gap(i)
	r.plain = end
	if r.w.hit(r.columns[r.position].rule, "", i, end) == 0 {
		r.plain = i
		return 0
	}
	return end
}

var isSQLName = charset("a-zA-Z0-9_.$")

// name takes an identifier or keyword into account.
func (r *sqlReader) name(name string, call bool) {
	var b [16]byte
	if len(name) <= len(b) {
		for k := range len(name) {
			b[k] = lower(name[k])
		}
		switch string(b[:len(name)]) {
		case "into":
			r.listing, r.ncolumns = true, 0
			return
		case "values", "value":
			r.values, r.listing, r.depth = true, false, 0
			return
		case "select":
			r.selecting = r.ncolumns > 0 && !r.values && r.depth == 0
			r.values, r.listing, r.position = false, false, 0
			r.column = Decision{}
			return
		case "from":
			r.selecting = false
			return
		case "password":
			r.passwordSet = r.setting
		case "where", "set", "on", "duplicate":
			r.setting = string(b[:len(name)]) == "set"
			r.values, r.listing = false, false
			r.column = Decision{}
			return
		}
		if sqlKeywords[string(b[:len(name)])] {
			return
		}
	}
	if call {
		r.call(name)
		return
	}
	r.loginWord = strings.EqualFold(name, "identified")
	if r.loginWord || sqlLogins[strings.ToLower(name)] {
		r.column = Decision{kind: keyHide, rule: ruleCredential}
		return
	}
	r.column = r.w.textKey(name)
	if r.listing && r.depth == 1 && r.position < len(r.columns) {
		r.columns[r.position] = r.column
		r.ncolumns = max(r.ncolumns, r.position+1)
	}
}

// call takes a function or a type with a length into account: PASSWORD('x')
// names its literal, and in password varchar(255) no literal belongs to the column.
func (r *sqlReader) call(name string) {
	name = strings.ToLower(name)
	switch {
	case sqlTypes[name]:
		r.column = Decision{}
	case strings.HasSuffix(name, "password"), cryptCalls[name]:
		r.column = Decision{kind: keyHide, rule: ruleCredential}
	}
}

// cryptCalls take a secret as their argument.
var cryptCalls = wordSet(`crypt encrypt aes_encrypt aes_decrypt des_encrypt pgp_sym_encrypt pgp_sym_decrypt encryptbypassphrase decryptbypassphrase`)

var sqlTypes = wordSet(`char varchar varchar2 nchar nvarchar nvarchar2 character varying binary varbinary bit decimal numeric number
	float double real int integer tinyint smallint mediumint bigint text datetime timestamp time fixedstring datetime64`)

// sqlLogins are procedures whose arguments are a login and its password.
var sqlLogins = wordSet(`sp_addlogin sp_password sp_addapprole sp_setapprole sp_addlinkedsrvlogin`)

// sqlKeywords may stand between a column and its literal.
var sqlKeywords = wordSet(`and or not in like ilike rlike regexp similar to between is null as by with any all some exists binary
	collate escape distinct from case when then else end cast interval date timestamp`)

// doubleQuoted is a name in standard SQL and a literal in MySQL: behind an
// operator or among values, and not in front of a dot, it is a literal.
func (r *sqlReader) doubleQuoted(i int) int {
	end := strings.IndexByte(r.t[i+1:], '"')
	isName := end >= 0 && (end+i+2 < len(r.t) && r.t[end+i+2] == '.' || i > 0 && r.t[i-1] == '.')
	if (r.operator || r.values) && !isName {
		return r.literal(i, i+1, '"')
	}
	return r.quotedName(i, '"')
}

// quotedName reads "name" and `name`.
func (r *sqlReader) quotedName(i int, quote byte) int {
	end := strings.IndexByte(r.t[i+1:], quote)
	if end < 0 || end > maxKey {
		return i + 1
	}
	r.name(r.t[i+1:i+1+end], false)
	return i + end + 2
}

// bracketed reads [name] of SQL Server, and leaves our labels alone.
func (r *sqlReader) bracketed(i int) int {
	if end := markerEnd(r.t, i); end > 0 {
		if r.loginWord {
			r.loginWord, r.column = false, Decision{}
		}
		return end
	}
	return r.quotedName(i, ']')
}

func (r *sqlReader) comment(i int, until string) int {
	if end := strings.Index(r.t[i+2:], until); end >= 0 {
		return i + 2 + end + len(until)
	}
	return len(r.t)
}

// dollar reads $tag$ … $tag$ of PostgreSQL.
func (r *sqlReader) dollar(i int) int {
	tag := span(r.t, i+1, &isWord)
	if tag >= len(r.t) || r.t[tag] != '$' {
		return i + 1
	}
	mark := r.t[i : tag+1]
	end := strings.Index(r.t[tag+1:], mark)
	r.gap(i)
	if end < 0 {
		r.w.add(ruleLimit, "", tag+1, len(r.t))
		r.plain = len(r.t)
		return len(r.t)
	}
	hi := tag + 1 + end
	r.plain = hi + len(mark)
	if r.w.e.literals == LiteralsAll {
		r.w.add(ruleSQLLiteral, "", i, r.plain)
	} else {
		r.hide(tag+1, hi)
	}
	return r.plain
}
