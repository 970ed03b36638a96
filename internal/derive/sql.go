package derive

import (
	"slices"
	"strings"
)

// access is what a call does to what it reaches.
type access uint8

const (
	accessUnknown  access = iota
	accessRead            // looks
	accessWrite           // changes
	accessLock            // locks or draws from a sequence: a change is meant to follow
	accessSettle          // acknowledges a message
	accessControl         // connects, pings, prepares: says nothing
	accessBegin           // begins a transaction
	accessCommit          // ends it
	accessRollback        // undoes it
)

// statement is what a query text says.
type statement struct {
	template    string // literals and placeholders are ?, lists of them one ?
	verb        string // the writing verb if there is one, else the first; upper-case
	table       string // what the verb works on
	access      access
	destructive bool // removes data or structure
	unbounded   bool // DELETE or UPDATE without WHERE
	parameters  bool // it has values, be they literals or placeholders
	literals    bool // it has literals
}

const (
	maxStatement = 8 << 10 // bytes that are looked at
	maxTemplate  = 1 << 10
)

// parseSQL reads a statement of any dialect. It does not check the grammar: it knows where verbs and tables stand.
func parseSQL(src string, mysql bool) *statement {
	p := sqlParser{scanner: sqlScanner{src: cut(src, maxStatement), mysql: mysql}, out: make([]byte, 0, min(len(src), maxTemplate))}
	p.run()
	return p.statement()
}

type sqlParser struct {
	scanner sqlScanner
	out     []byte // the template
	st      statement

	before  [2]token // the tokens before the current one, the nearest first; keywords in upper case
	begun   bool     // a verb of the current statement was seen
	pending bool     // the next identifier is the verb's table
	name    nameState
	depth   int    // open parentheses
	queries uint64 // a bit for each of them: it holds a query
	row     int    // where the open parenthesis of depth one stands in out
	last    [2]int // the last one that was closed
	first   string // first verb
	explain bool
	writes  bool
	locks   bool
	where   bool
	bounded bool // a verb that wants a WHERE was seen
}

// nameState follows a qualified name: schema, dot, table.
type nameState uint8

const (
	nameNone nameState = iota
	nameTaken
	nameDot
)

func (p *sqlParser) run() {
	for {
		t := p.scanner.next()
		if t.kind == tokenEnd {
			return
		}
		if class := lookupWord(t.text); t.kind == tokenWord && class != plainWord && class < skippedWord {
			t.text = strings.ToUpper(t.text)
		}
		p.emit(t)
		p.read(t)
		p.before[1], p.before[0] = p.before[0], t
	}
}

// read follows the meaning.
func (p *sqlParser) read(t token) {
	name := p.name
	p.name = nameNone
	switch {
	case t.kind == tokenPunct:
		p.punct(t.text, name)
	case name == nameDot && (t.kind == tokenWord || t.kind == tokenQuoted):
		p.st.table += "." + unquote(t.text)
		p.name = nameTaken
	case t.kind == tokenWord:
		p.word(t.text)
	case t.kind == tokenQuoted && p.pending:
		p.table(unquote(t.text))
	}
}

func (p *sqlParser) punct(text string, name nameState) {
	switch text {
	case ";":
		p.checkBounds()
		p.begun, p.pending, p.where, p.queries, p.depth = false, false, false, 0, 0
	case "(":
		p.pending = p.pending && p.before[0].text == "INTO"
		p.queries <<= 1
		p.depth++
	case ")":
		p.queries >>= 1
		p.depth = max(p.depth-1, 0)
	case ".":
		if name == nameTaken {
			p.name = nameDot
		}
	}
}

// is tells whether the token before is one of the words.
func (p *sqlParser) is(words ...string) bool {
	return p.before[0].kind == tokenWord && slices.Contains(words, p.before[0].text)
}

func (p *sqlParser) word(w string) {
	switch class := lookupWord(w); {
	case w == "WHERE":
		p.where = true
	case p.st.verb == "ALTER" && p.is("DROP") && class == skippedWord && (strings.EqualFold(w, "COLUMN") || strings.EqualFold(w, "PARTITION")):
		p.st.destructive = true
	case class >= readVerb && class <= controlVerb && p.startsHere():
		p.verb(w, class)
	case p.is("FOR") && (w == "UPDATE" || w == "SHARE" || w == "NO"):
		p.locks = true
	case w == "FROM" || w == "INTO" || w == "JOIN" || w == "TABLE":
		p.reference(w)
	case class == sequenceWord:
		p.locks = true
	case p.pending && class == plainWord:
		p.table(w)
	}
}

// startsHere tells whether a verb may stand here: at the start of a statement, behind a parenthesis, EXPLAIN or the
// list of a WITH.
func (p *sqlParser) startsHere() bool {
	if !p.begun {
		return true
	}
	last := p.before[0]
	return last.kind == tokenPunct && (last.text == "(" || last.text == ")") || p.is("EXPLAIN", "ANALYZE", "AS", "THEN", "ALL", "UNION")
}

func (p *sqlParser) verb(w string, class wordClass) {
	if p.begun && !p.nestedVerb(w, class) {
		return
	}
	if p.begun {
		p.queries |= 1
	}
	p.begun = true
	p.explain = p.explain || w == "EXPLAIN"
	if p.first == "" || p.first == "WITH" {
		p.first = w
	}
	switch class {
	case writeVerb, ddlVerb:
		p.write(w)
		p.pending = true
	case controlVerb:
		p.control(w)
	}
}

// nestedVerb tells a verb inside a statement, as a WITH or a MERGE has, from a column or a function of that name.
func (p *sqlParser) nestedVerb(w string, class wordClass) bool {
	rest := strings.TrimLeft(p.scanner.src[p.scanner.pos:], " \t\r\n")
	switch w {
	case "SELECT":
		return true
	case "INSERT", "UPDATE", "DELETE", "MERGE":
		return p.is("THEN") || rest != "" && (isWordByte(rest[0]) || strings.IndexByte("\"`[", rest[0]) >= 0)
	default:
		return p.is("EXPLAIN") && class >= readVerb
	}
}

func (p *sqlParser) write(w string) {
	merged := p.is("THEN") // WHEN MATCHED THEN UPDATE: bounded by the MERGE
	if !p.writes {
		p.st.verb, p.st.table = w, ""
	}
	p.writes = true
	p.st.destructive = p.st.destructive || w == "DELETE" || w == "TRUNCATE" || w == "DROP"
	if (w == "DELETE" || w == "UPDATE") && !merged {
		p.checkBounds()
		p.bounded, p.where = true, false
	}
}

func (p *sqlParser) control(w string) {
	if p.st.access != accessUnknown {
		return
	}
	switch w {
	case "BEGIN", "START":
		p.st.access = accessBegin
	case "COMMIT", "END":
		p.st.access = accessCommit
	case "ROLLBACK", "ABORT":
		p.st.access = accessRollback
	case "LOCK":
		p.locks = true
	default:
		p.st.access = accessControl
	}
}

// reference handles the words that a table follows. FROM in EXTRACT(YEAR FROM x) is none of them.
func (p *sqlParser) reference(w string) {
	inFunction := p.queries&1 == 0 && p.depth > 0
	switch {
	case w == "INTO" && p.first == "SELECT" && !p.writes:
		p.selectInto()
	case p.st.table == "" && !inFunction:
		p.pending = true
	}
}

// selectInto handles SELECT ... INTO new_table; variables and files are no tables.
func (p *sqlParser) selectInto() {
	rest := strings.TrimLeft(p.scanner.src[p.scanner.pos:], " \t\r\n")
	if rest == "" || strings.IndexByte("@:", rest[0]) >= 0 || p.scanner.mysql {
		return
	}
	p.write("SELECT INTO")
	p.pending = true
}

func (p *sqlParser) table(name string) {
	p.pending = false
	if p.st.table == "" {
		p.st.table, p.name = name, nameTaken
	}
}

func (p *sqlParser) checkBounds() {
	p.st.unbounded = p.st.unbounded || p.bounded && !p.where
	p.bounded = false
}

func (p *sqlParser) statement() *statement {
	p.checkBounds()
	st := &p.st
	st.template = strings.TrimRight(strings.TrimSpace(cut(string(p.out), maxTemplate)), "; ")
	if st.verb == "COPY" && copiesOut(st.template) {
		p.writes = false
	}
	switch {
	case p.explain:
		st.verb, st.access, st.destructive, st.unbounded = "EXPLAIN", accessRead, false, false
		return st
	case p.writes:
		st.access = accessWrite
		return st
	case p.locks:
		st.access = accessLock
	case st.access == accessUnknown && p.first != "":
		st.access = accessRead
	}
	st.verb = p.first
	return st
}

// copiesOut tells COPY ... TO, which reads, from COPY ... FROM.
func copiesOut(template string) bool {
	upper := strings.ToUpper(template)
	to, from := strings.LastIndex(upper, " TO "), strings.LastIndex(upper, " FROM ")
	return to > from
}

func unquote(s string) string {
	if len(s) >= 2 && strings.IndexByte("\"`[", s[0]) >= 0 {
		return s[1 : len(s)-1]
	}
	return s
}
