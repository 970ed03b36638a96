package derive

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the expected files of testdata")

// sqlCase is one statement of testdata/sql.json with what it means.
type sqlCase struct {
	Statement   string `json:"statement"`
	MySQL       bool   `json:"mysql,omitempty"`
	Template    string `json:"template"`
	Verb        string `json:"verb"`
	Table       string `json:"table,omitempty"`
	Access      string `json:"access"`
	Destructive bool   `json:"destructive,omitempty"`
	Unbounded   bool   `json:"unbounded,omitempty"`
}

var accessNames = map[access]string{accessUnknown: "unknown", accessRead: "read", accessWrite: "write", accessLock: "lock",
	accessControl: "control", accessBegin: "begin", accessCommit: "commit", accessRollback: "rollback"}

func TestSQL(t *testing.T) {
	path := filepath.Join("testdata", "sql.json")
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	var cases []sqlCase
	require.NoError(t, json.Unmarshal(data, &cases))
	for i, c := range cases {
		st := parseSQL(c.Statement, c.MySQL)
		got := sqlCase{c.Statement, c.MySQL, st.template, st.verb, st.table, accessNames[st.access], st.destructive, st.unbounded}
		if !*update {
			assert.Equal(t, c, got)
		}
		cases[i] = got
		again := parseSQL(st.template, c.MySQL)
		assert.Equal(t, st.template, again.template, "a template is its own template")
	}
	if *update {
		writeJSON(t, path, cases)
	}
}

func writeJSON(t *testing.T, path string, v any) {
	t.Helper()
	f, err := os.Create(path)
	require.NoError(t, err)
	enc := json.NewEncoder(f)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	require.NoError(t, enc.Encode(v))
	require.NoError(t, f.Close())
}

func FuzzSQL(f *testing.F) {
	f.Add("SELECT * FROM users WHERE id = 7 AND name = 'O''Neil' -- x", false)
	f.Add("WITH x AS (DELETE FROM t RETURNING *) SELECT $a$ $a$, $1, [EMAIL]", true)
	f.Fuzz(func(t *testing.T, in string, mysql bool) {
		st := parseSQL(in, mysql)
		assert.LessOrEqual(t, len(st.template), maxTemplate+8)
	})
}

func BenchmarkSQL(b *testing.B) {
	const text = "SELECT o.id, o.total, u.name FROM orders o JOIN users u ON u.id = o.user_id WHERE o.status IN ('paid', 'sent') AND o.created > '2024-01-15' ORDER BY o.created DESC LIMIT 50"
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		parseSQL(text, false)
	}
}
