package pii

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// planted are secrets that must never survive, wherever they stand as a word.
var planted = []string{
	"jane.roe" + "@" + "example.org",
	"ghp" + "_16C7e42F292c6912E7710c838347Ae178B4a",
	"AKIA" + "IOSFODNN7EXAMPLE",
	"eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0" + ".dozjgNryP4J3jVmNHl0w5N",
	"sk_live" + "_4eC39HqLyjWDarjtT1zdp7dc",
	"xoxb" + "-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzqqgy",
}

func addCases(f *testing.F) {
	for _, c := range loadCases(f) {
		f.Add(c.in)
	}
	for _, s := range hostile {
		f.Add(strings.Repeat(s, 20))
	}
}

// hostile are pieces that lead readers astray when repeated.
var hostile = []string{
	"%2541b", "secrets:\n  a: b\n", "sudo -S <<< ", "cs1=x cs1Label=password ", "born on 1.1.", "set password for x ", "--name password --value x ", "{a: string; ", "args: (1) ", "update x=? args [1] ", "$1 = 'x' ", " a:1:b:c:d", "copy t (password) from stdin ", "&lt;password&gt;x", "PID|1|2|3|4|5|6 ", "password .... ", "BEGIN:VCARD:", "LOGIN a b ", "334 UGFzc3dvcmQ6 ", "user a pass b ", "密码是a", ":59:/", "login: a / b ", `{"a":`, `[`, `[{`, `{"`, `"\"`, `\`, `\u`, `%`, `%25`, `=`, `a=`, `a=%20`, `://`, `://a:b@`, `@`, `a@`, `a@b.`, `:`, `<a>`, `<password>`,
	`-----BEGIN `, `password=`, `password="`, `password='\'`, `SELECT '`, `'`, `$$`, `$a$`, `eyJ`, `4111 `, `1.2.3.4.`, `::`, `a:b:`, `--password `, `[EMAIL]`, `[SECRET`,
	`dGVzdA`, `aGVsbG8gd29ybGQ/`, "\xff", "\u00a0", `/reset/`, `/home/`, `Bearer `, `(`, `+1`,
	"\na,password", "\nID  TOKEN", `f("x`, `login("a",`, `$1 = `, `echo `, `?key=`, `default = `, `::add-mask::`, `issecret=true`, `s:1:"pin";s:`, `["pin","`, ` code `, `(a . "`}

// redactChecked redacts and demands that no walk failed.
func redactChecked(t *testing.T, e *Engine, text string) string {
	out, findings := e.Text(text)
	for _, f := range findings {
		require.NotEqual(t, "error", f.Rule, "a walker failed on %q", text)
	}
	return out
}

func FuzzText(f *testing.F) {
	addCases(f)
	e := newTestEngine(f, nil)
	f.Fuzz(func(t *testing.T, text string) {
		once := redactChecked(t, e, text)
		require.Equal(t, once, redactChecked(t, e, text), "not deterministic")
		require.Equal(t, once, redactChecked(t, e, once), "a second pass changed %q", text)
	})
}

func FuzzPlanted(f *testing.F) {
	for i, c := range loadCases(f) {
		f.Add(c.in, uint(i*7), uint(i))
	}
	e := newTestEngine(f, nil)
	f.Fuzz(func(t *testing.T, text string, at, which uint) {
		at %= uint(len(text) + 1)
		secret := planted[which%uint(len(planted))]
		out := redactChecked(t, e, text[:at]+" "+secret+" "+text[at:])
		require.NotContains(t, out, secret)
	})
}

func FuzzJSON(f *testing.F) {
	addCases(f)
	e := newTestEngine(f, nil)
	f.Fuzz(func(t *testing.T, text string) {
		if first := strings.TrimLeft(text, " \t\r\n"); !json.Valid([]byte(text)) || !utf8.ValidString(text) || (first[0] != '{' && first[0] != '[') {
			return
		}
		out := redactChecked(t, e, text)
		require.True(t, json.Valid([]byte(out)), "%q became %q", text, out)
	})
}

// FuzzJSONPlanted hides a secret as a member of any document, encoded any way JSON can.
func FuzzJSONPlanted(f *testing.F) {
	f.Add("key", "more", uint(0), uint(0))
	f.Add("a\"b", "x\\", uint(1), uint(1))
	e := newTestEngine(f, nil)
	f.Fuzz(func(t *testing.T, key, more string, which, depth uint) {
		secret := planted[which%uint(len(planted))]
		var v any = map[string]any{key: "see " + secret + " " + more, "n": 1}
		for range depth % 3 {
			inner, err := json.Marshal(v)
			require.NoError(t, err)
			v = map[string]any{key: string(inner)}
		}
		in, err := json.Marshal(v)
		require.NoError(t, err)
		out := redactChecked(t, e, string(in))
		require.True(t, json.Valid([]byte(out)), "%q became %q", in, out)
		require.NotContains(t, out, secret)
	})
}

func FuzzSQL(f *testing.F) {
	addCases(f)
	e := newTestEngine(f, nil)
	d := e.Key("db.query.text")
	f.Fuzz(func(t *testing.T, text string) {
		s := e.Session()
		defer s.Release()
		once, _ := s.Value(d, text)
		twice, _ := s.Value(d, once)
		require.Equal(t, once, twice)
		for _, found := range s.Findings() {
			require.NotEqual(t, "error", found.Rule)
		}
	})
}

func FuzzKey(f *testing.F) {
	for _, key := range []string{"user.passwordHash", "ID", "a__b--c", "ünïcode", strings.Repeat("aB", 200), strings.Repeat("a.", 200)} {
		f.Add(key)
	}
	e := newTestEngine(f, nil)
	f.Fuzz(func(t *testing.T, key string) {
		require.Equal(t, e.Key(key), e.Key(key))
		e.KeyPath([]byte(key))
	})
}

func FuzzActions(f *testing.F) {
	addCases(f)
	var engines []*Engine
	for _, a := range []Action{ActionMask, ActionPartial, ActionRemove, ActionHash, ActionPreserve} {
		engines = append(engines, newTestEngine(f, withAction(a)))
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, e := range engines {
			once := redactChecked(t, e, text)
			require.Equal(t, once, redactChecked(t, e, once), "a second pass changed %q", text)
		}
	})
}

// FuzzInert demands that the walker finds nothing in what passes at a glance.
func FuzzInert(f *testing.F) {
	addCases(f)
	for _, s := range []string{"checkout.shop-prod.svc.cluster.local", "http-nio-8080-exec", "A-0412", "2025-01-15T10:30:00.123Z", "2025-01-15T10:30:00+01:00", "ab-cd-ef-ab-cd-ef", "sk-abcdef", "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "12.50",
		"00f067aa0ba902b7", "4bf92f3577b34da6a3ce929d0e0e4736", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"} {
		f.Add(s)
	}
	e := newTestEngine(f, func(c *Config) { c.Profile = ProfileStrict })
	s := e.Session()
	f.Fuzz(func(t *testing.T, text string) {
		for _, kind := range []keyKind{keyScan, keyIdent, keyLink, keySQL} {
			d := Decision{kind: kind}
			if glance(text, d) || inertNumber(text) {
				require.True(t, s.levels[0].run(text, d), "%q under %d", text, kind)
			}
		}
	})
}
