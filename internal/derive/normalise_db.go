package derive

import (
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

// systems gives the current names of what older conventions and drivers say.
var systems = map[string]string{
	"mssql": "microsoft.sql_server", "sqlserver": "microsoft.sql_server", "postgres": "postgresql", "pgx": "postgresql", "sqlite3": "sqlite",
	"dynamodb": "aws.dynamodb", "cosmosdb": "azure.cosmosdb", "oracle": "oracle.db", "db2": "ibm.db2", "spanner": "gcp.spanner",
	"mongo": "mongodb", "other_sql": "other_sql", "redshift": "aws.redshift",
}

func systemName(s string) string {
	if now, renamed := systems[s]; renamed {
		return now
	}
	return s
}

// cacheSystems are stores whose calls count as cache calls.
var cacheSystems = map[string]bool{"redis": true, "valkey": true, "memcached": true, "memcache": true, "keydb": true, "dragonfly": true,
	"hazelcast": true, "ehcache": true, "caffeine": true, "geode": true, "infinispan": true}

// documentSystems are databases whose query texts are not SQL.
var documentSystems = map[string]bool{"mongodb": true, "elasticsearch": true, "opensearch": true, "aws.dynamodb": true, "azure.cosmosdb": true,
	"couchbase": true, "couchdb": true, "neo4j": true, "memgraph": true, "influxdb": true, "firestore": true, "hbase": true, "opensearchserverless": true}

// buildDB describes a database call: SQL by its text, others by operation and collection.
func (d *Deriver) buildDB(b *callBuilder, f *fields, name, system string) (values uint64) {
	b.begin(operation.CategoryDB, system)
	b.text(f.first(peerService, dbNamespace, serverAddress, netPeerName, peerAddress))
	b.remote = true
	query := f.str(dbQuery)
	if query == "" || documentSystems[system] {
		d.buildDBByName(b, f, name, system, query)
		return d.valuesOf(f, query, true)
	}
	st := d.statement(query, system == "mysql" || system == "mariadb")
	b.access, b.destructive, b.unbounded = st.access, st.destructive, st.unbounded
	if st.verb == "" {
		b.access = accessByVerb(f.str(dbOperation))
	}
	b.text(st.template)
	b.text(firstText(st.verb, f.str(dbOperation)))
	b.text(firstText(st.table, f.str(dbCollection)))
	return d.valuesOf(f, query, st.literals || !st.parameters)
}

// valuesOf is a hash of what a call was given, 0 when the instrumentation did not record it.
func (d *Deriver) valuesOf(f *fields, text string, recorded bool) uint64 {
	switch {
	case f.masked:
		return 0
	case f.values != 0:
		return f.values | 1
	case recorded && text != "" && strings.IndexByte(text, '[') < 0:
		return d.hash(text) | 1
	default:
		return 0
	}
}

func (d *Deriver) statement(query string, mysql bool) *statement {
	t := d.statements[0]
	if mysql {
		t = d.statements[1]
	}
	const longest = 4 << 10 // longer ones do not repeat
	if len(query) > longest {
		return parseSQL(query, mysql)
	}
	if known, ok := t.get(query); ok {
		return known
	}
	return t.add(query, parseSQL(query, mysql))
}

// buildDBByName describes a call without SQL: "find users". Without any operation the span's name must do.
func (d *Deriver) buildDBByName(b *callBuilder, f *fields, name, system, query string) {
	action, object := f.str(dbOperation), f.str(dbCollection)
	if action == "" {
		action = f.str(rpcMethod)
	}
	if action == "" {
		action = firstLetters(query)
	}
	if action == "" && f.has(dbSummary) {
		action, object, _ = strings.Cut(f.str(dbSummary), " ")
	}
	if action == "" {
		b.access = controlByName(name)
		b.buf = appendTemplated(b.buf, name)
		b.end()
		verb, does := verbOf(name)
		if b.access == accessUnknown {
			b.access = does
		}
		b.text(verb)
		b.text(object)
		return
	}
	b.access = accessOfOperation(action)
	switch {
	case strings.Contains(query, "$out") || strings.Contains(query, "$merge"):
		b.access = accessWrite
	case system == "neo4j" || system == "memgraph":
		b.access = accessOfCypher(query, b.access)
	}
	verb, _ := verbOf(action)
	b.destructive = b.access == accessWrite && destructiveVerbs[verb]
	b.buf = append(b.buf, action...)
	if object != "" {
		b.buf = append(append(b.buf, ' '), object...)
	}
	b.end()
	b.text(action)
	b.text(object)
}

// accessOfOperation judges an operation name: a verb of SQL ("SELECT") or of an interface ("findAndModify").
func accessOfOperation(action string) access {
	switch lookupWord(action) {
	case writeVerb, ddlVerb:
		return accessWrite
	case readVerb:
		return accessRead
	case controlVerb:
		return parseSQL(action, false).access
	}
	lower := strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(action))
	if does, ok := verbs[lower]; ok {
		return does
	}
	return accessByVerb(action)
}

// accessOfCypher finds the writing clauses of a graph query.
func accessOfCypher(query string, otherwise access) access {
	for word := range strings.FieldsFuncSeq(query, func(r rune) bool { return r < 'A' || r > 'z' || r > 'Z' && r < 'a' }) {
		switch strings.ToUpper(word) {
		case "CREATE", "MERGE", "SET", "DELETE", "DETACH", "REMOVE", "DROP":
			return accessWrite
		case "MATCH":
			otherwise = accessRead
		}
	}
	return otherwise
}

// controlByName knows the spans that drivers make beside those of statements.
func controlByName(name string) access {
	lower := strings.ToLower(name)
	has := func(words ...string) bool {
		for _, word := range words {
			if strings.Contains(lower, word) {
				return true
			}
		}
		return false
	}
	switch {
	case has("rollback"):
		return accessRollback
	case has("commit"):
		return accessCommit
	case has("begin", "start transaction", "starttransaction"):
		return accessBegin
	case has("connect", "ping", "reset_session", "resetsession", "prepare", "sql.rows", "close", "acquire", "pool", "auth", "handshake"):
		return accessControl
	default:
		return accessUnknown
	}
}

// firstLetters is the first word of a query that is no SQL: find of {"find": "users"}, MATCH of a graph's query.
func firstLetters(query string) string {
	isLetter := func(r rune) bool { return r|0x20 >= 'a' && r|0x20 <= 'z' }
	i := strings.IndexFunc(query, isLetter)
	if i < 0 {
		return ""
	}
	n := strings.IndexFunc(query[i:], func(r rune) bool { return !isLetter(r) })
	if n < 0 {
		n = len(query) - i
	}
	return query[i : i+n]
}

func firstText(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
