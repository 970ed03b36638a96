package pii

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAllLiterals holds statements of several languages against `sql.literals: all`.
func TestAllLiterals(t *testing.T) {
	e := newTestEngine(t, func(c *Config) { c.Literals = LiteralsAll })
	for in, want := range map[string]string{
		`SELECT a1 FROM t2 WHERE name = 'bob' AND n > 5`:                                      `SELECT a1 FROM t2 WHERE name = ? AND n > ?`,
		`db.users.find({email: "bob@example.com", age: {$gt: 5}, n1: /^bo\/b/i}).limit(10)`:   `db.users.find({email: ?, age: {$gt: ?}, n1: ?}).limit(?)`,
		`{email: "bob@example.com", 'tags': ['a', 'b'], ok: true}`:                            `{email: ?, 'tags': [?, ?], ok: true}`,
		`{"find":"users","filter":{"age":{"$gt":5}}}`:                                         `{"find":"users","filter":{"age":{"$gt":"?"}}}`,
		`MATCH (p:Person {name: 'Bob'})-[:KNOWS*2]->(q) RETURN q`:                             `MATCH (p:Person {name: ?})-[:KNOWS*?]->(q) RETURN q`,
		`g.V().has('person', 'name', 'bob').out('knows')`:                                     `g.V().has(?, ?, ?).out(?)`,
		`db.users.find({name: "never ends`:                                                    `db.users.find({name: ?`,
		`HSET user:1 city Berlin`:                                                             `HSET user:1 city ?`,
		`db.users.findOne({_id: ObjectId("65f1"), at: ISODate("2024-01-01"), path: "a/b/c"})`: `db.users.findOne({_id: ObjectId(?), at: ISODate(?), path: ?})`,
	} {
		d := e.Key("db.query.text")
		s := e.Session()
		out, o := s.Value(d, in)
		require.Equal(t, Changed, o, in)
		require.Equal(t, want, out)
		again, _ := s.Value(d, out)
		require.Equal(t, out, again, "a second pass changed it")
		s.Release()
	}
}
