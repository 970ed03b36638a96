package pii

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

var testKey = []byte(strings.Repeat("k", MinHashKey))

// withAction gives every rule that offers it this action.
func withAction(a Action) func(*Config) {
	return func(c *Config) {
		c.Hash.Key = testKey
		c.Rules = map[string]RuleConfig{}
		for _, r := range Rules() {
			for _, offered := range r.Actions {
				if offered == a {
					c.Rules[r.Name] = RuleConfig{Action: a}
				}
			}
		}
	}
}

// TestEveryActionIsStable runs all texts of the test data through every action
// twice: the second pass changes nothing, and no secret is left.
func TestEveryActionIsStable(t *testing.T) {
	for _, a := range []Action{ActionReplace, ActionMask, ActionPartial, ActionRemove, ActionHash, ActionPreserve} {
		e := newTestEngine(t, withAction(a))
		for _, c := range loadCases(t) {
			once := redactOnce(e, c.key, c.in)
			require.Equal(t, once, redactOnce(e, c.key, once), "%s of key %q, input %q", a, c.key, c.in)
		}
		for _, c := range loadCorpus(t, "positives.txt") {
			out, findings := e.Text(c.text)
			require.NotContains(t, out, c.secret, "%s of %q", a, c.text)
			for _, f := range findings {
				require.NotEqual(t, "error", f.Rule, "%s of %q", a, c.text)
			}
		}
	}
}

func TestPartial(t *testing.T) {
	e := newTestEngine(t, withAction(ActionPartial))
	for in, want := range map[string]string{
		"4111111111111111":           "411111******1111",
		"4111 1111 1111 1111":        "4111 11** **** 1111",
		"bob@example.com":            "b***@example.com",
		"bob%40example.com":          "b***@example.com",
		"+14155552671":               "+14*******71",
		"DE89370400440532013000":     "DE****************3000",
		"078-05-1120":                "***-**-1120",
		"203.0.113.77":               "203.0.113.x",
		"00:1b:44:11:3a:b7":          "00:1b:44:**:**:**",
		`{"birthDate":"1979-03-21"}`: `{"birthDate":"1979******"}`,
	} {
		got, _ := e.Text(in)
		require.Equal(t, want, got)
	}
}

func TestMaskKeepsTheShape(t *testing.T) {
	e := newTestEngine(t, withAction(ActionMask))
	got, _ := e.Text("mail bob.1@example.com password=hunter2-X")
	require.Equal(t, "mail xxx.0@xxxxxxx.xxx password=xxxxxx0-x", got)
}

// TestHashBringsNotationsTogether: one value in two notations gives one token,
// two values two tokens, and two rules never share one.
func TestHashBringsNotationsTogether(t *testing.T) {
	e := newTestEngine(t, withAction(ActionHash))
	token := func(s string) string {
		out, _ := e.Text(s)
		require.True(t, isHashToken(out), "%q gave %q", s, out)
		return out
	}
	require.Equal(t, token("+1 415-555-2671"), token("(415) 555-2671"))
	require.Equal(t, token("4111 1111 1111 1111"), token("4111111111111111"))
	require.Equal(t, token("Bob@Example.com"), token("bob%40example.com"))
	require.NotEqual(t, token("bob@example.com"), token("eve@example.com"))
	require.Regexp(t, `^em_k1_[a-z2-7]{20}$`, token("bob@example.com"))
}

func TestHashDependsOnKeyAndCarriesItsVersion(t *testing.T) {
	other := newTestEngine(t, func(c *Config) {
		withAction(ActionHash)(c)
		c.Hash.Key = []byte(strings.Repeat("o", MinHashKey))
		c.Hash.Version = 12
	})
	a, _ := newTestEngine(t, withAction(ActionHash)).Text("bob@example.com")
	b, _ := other.Text("bob@example.com")
	require.True(t, strings.HasPrefix(b, "em_k12_"))
	require.NotEqual(t, a[len(a)-tokenText:], b[len(b)-tokenText:])
	again, _ := other.Text(a)
	require.Equal(t, a, again, "tokens of an older key stay")
}

// TestCleanTextIsNotCopied holds the promise of no allocation for clean values.
func TestCleanTextIsNotCopied(t *testing.T) {
	e := newTestEngine(t, nil)
	s := e.Session()
	defer s.Release()
	for _, c := range []struct{ key, text string }{
		{"", cleanText}, {"", cleanJSON}, {"db.query.text", cleanSQL}, {"http.route", "/api/v1/orders/{id}"},
	} {
		run := func() { s.Value(e.Key(c.key), c.text) }
		run()
		require.Zero(t, testing.AllocsPerRun(100, run), "%q", c.text)
	}
}

func TestManyGoroutinesShareAnEngine(t *testing.T) {
	e := newTestEngine(t, withAction(ActionHash))
	cases := loadCases(t)
	want := make([]string, len(cases))
	for i, c := range cases {
		want[i] = redactOnce(e, c.key, c.in)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i, c := range cases {
				if got := redactOnce(e, c.key, c.in); got != want[i] {
					t.Errorf("%q gave %q, before %q", c.in, got, want[i])
				}
			}
		})
	}
	wg.Wait()
}

// TestProfilesAreStable runs all texts through every profile twice.
func TestProfilesAreStable(t *testing.T) {
	for _, p := range []Profile{ProfileStrict, ProfileSecretsOnly} {
		e := newTestEngine(t, func(c *Config) { c.Profile = p })
		for _, c := range loadCases(t) {
			once := redactOnce(e, c.key, c.in)
			require.Equal(t, once, redactOnce(e, c.key, once), "%s of key %q, input %q", p, c.key, c.in)
		}
	}
}
