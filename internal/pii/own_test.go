package pii

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// under redacts a value that stands under a key, as the processor does.
func under(e *Engine, key, text string) string {
	s := e.Session()
	defer s.Release()
	s.Under([]byte(key))
	out, _ := s.Value(e.Key(key), text)
	return out
}

func TestKeyPaths(t *testing.T) {
	for _, c := range []struct {
		entry, key, text, want string
	}{
		{"user.*.email", "user.home.email", "x-1", "[REDACTED]"},
		{"user.*.email", "event.user.home.EMAIL", "x-1", "[REDACTED]"},
		{"acme-*-ref", "order.acmeBlueRef", "x-1", "[REDACTED]"},
		{"acme-*-ref", "order.acme.blue.ref", "x-1", "x-1"},
		{"request.body.items[*].label", "request.body", `{"items":[{"label":"x-1"},{"other":"y"}],"label":"z"}`, `{"items":[{"label":"[REDACTED]"},{"other":"y"}],"label":"z"}`},
		{"request.body.items[*].label", "request.body", `{"items":[{"label":{"a":1}}]}`, `{"items":[{"label":"[REDACTED]"}]}`},
		{"request.body.**.label", "request.body", `{"a":{"b":{"label":"x-1"}}}`, `{"a":{"b":{"label":"[REDACTED]"}}}`},
		{"$.request.body.label", "request.body", `{"label":"x-1","a":{"label":"y"}}`, `{"label":"[REDACTED]","a":{"label":"y"}}`},
		{"$.request.body.label", "inner.request.body", `{"label":"x-1"}`, `{"label":"x-1"}`},
		{"inner.label", "body", `{"s":"{\"inner\":{\"label\":\"x-1\"}}"}`, `{"s":"{\"inner\":{\"label\":\"x-1\"}}"}`},
		{"body.s.inner.label*", "body", `{"s":"{\"inner\":{\"label\":\"x-1\"}}"}`, `{"s":"{\"inner\":{\"label\":\"[REDACTED]\"}}"}`},
		{"form.*.ref", "body", "form[home][ref]=x-1&n=2", "form[home][ref]=[REDACTED]&n=2"},
	} {
		e := newTestEngine(t, func(cfg *Config) { cfg.Keys.Sensitive = []string{c.entry} })
		if c.entry == "inner.label" {
			e = newTestEngine(t, func(cfg *Config) { cfg.Keys.Sensitive = []string{"$." + c.entry} })
		}
		require.Equal(t, c.want, under(e, c.key, c.text), "%s for %s", c.entry, c.key)
		require.Equal(t, c.want, under(e, c.key, c.want), "a second pass, %s for %s", c.entry, c.key)
	}
}

func TestThePathThatSaysMoreWins(t *testing.T) {
	e := newTestEngine(t, func(c *Config) {
		c.Keys = Keys{Sensitive: []string{"customer.**"}, Safe: []string{"customer.tier", "customer.*.plan"}}
	})
	require.Equal(t, "[REDACTED]", under(e, "customer.home.town", "x-1"))
	require.Equal(t, "x-1", under(e, "customer.home.plan", "x-1"))
	require.False(t, e.Key("customer.home").HidesMap(), "the leaves are decided one by one")
	require.JSONEq(t, `{"customer":{"home":{"town":["[REDACTED]"],"plan":"x-1"}}}`, under(e, "note", `{"customer":{"home":{"town":["x-1"],"plan":"x-1"}}}`))
}

func TestUserWordsOfAnyLength(t *testing.T) {
	e := newTestEngine(t, func(c *Config) { c.Keys.Sensitive = []string{"a very long name of an internal key"} })
	require.Equal(t, "[REDACTED]", under(e, "x.aVeryLongNameOfAnInternalKey", "x-1"))
}

func TestKeyRulesHaveTheirOwnNameAndAction(t *testing.T) {
	e := newTestEngine(t, func(c *Config) {
		c.Hash.Key = testKey
		c.KeyRules = []KeyRule{{Name: "customer", Keys: []string{"customer ref", "crm.*.id"}, Action: ActionHash}}
	})
	out := under(e, "order.customerRef", "C-77")
	require.Regexp(t, `^uk_k1_[a-z2-7]{20}$`, out)
	require.Equal(t, out, under(e, "crm.eu.id", "C-77"))
	require.Equal(t, out, under(e, "crm.eu.id", out), "a second pass")
}

func TestPatternsWithValidatorAndWords(t *testing.T) {
	e := newTestEngine(t, func(c *Config) {
		c.Patterns = []Pattern{
			{Name: "loyalty", Regex: `\b77\d{8}\b`, Validator: "luhn"},
			{Name: "badge", Regex: `\bB\d{4}\b`, Near: []string{"badge", "Employee"}},
			{Name: "random", Regex: `\bz[A-Za-z0-9]{23}\b`, Validator: "entropy"},
		}
	})
	for in, want := range map[string]string{
		"n 7700000008 n":                   "n [REDACTED:loyalty] n",
		"n 7700000001 n":                   "n 7700000001 n",
		"employee B1234 left":              "employee [REDACTED:badge] left",
		"room B1234 is full":               "room B1234 is full",
		"see z8Kq2LmX9vRt4WcY7bNd1PfG now": "see [REDACTED:random] now",
		"see zaaaaaaaaaaaaaaaaaaaaaaa now": "see zaaaaaaaaaaaaaaaaaaaaaaa now",
	} {
		got, _ := e.Text(in)
		require.Equal(t, want, got)
	}
}

func TestDictionaries(t *testing.T) {
	e := newTestEngine(t, func(c *Config) {
		c.Dictionaries = []Dictionary{
			{Name: "project", Words: []string{"Blue Heron", "Heron", "Zürich-Lab", "O'Neill"}},
			{Name: "codename", Words: []string{"RAVEN"}, CaseSensitive: true, Action: ActionMask},
		}
	})
	for in, want := range map[string]string{
		"project blue  heron begins":  "project [REDACTED:project] begins",
		"a heron, two HERONS":         "a [REDACTED:project], two HERONS",
		"in zürich lab and o'neill":   "in [REDACTED:project] and [REDACTED:project]",
		"the raven is not RAVEN":      "the raven is not xxxxx",
		`{"note":"Blue Heron"}`:       `{"note":"[REDACTED:project]"}`,
		"text=blue%20heron%21&page=2": "text=[REDACTED:project]%21&page=2",
		"[HERON] heron":               "[HERON] [REDACTED:project]",
	} {
		got, _ := e.Text(in)
		require.Equal(t, want, got)
		again, _ := e.Text(got)
		require.Equal(t, got, again, "a second pass")
	}
}

func TestEntriesWithoutEffectAndWithoutMatchAreTold(t *testing.T) {
	e := newTestEngine(t, func(c *Config) {
		c.Keys = Keys{Sensitive: []string{"badge number", "password", "user.*.ref"}, Safe: []string{"badgeNumber", "user.*.ref", "order id"}}
		c.Patterns = []Pattern{{Name: "employee", Regex: `EMP-\d{6}`}}
		c.Dictionaries = []Dictionary{{Name: "project", Words: []string{"Blue Heron"}}}
	})
	warnings := strings.Join(e.Warnings(), "\n")
	require.Contains(t, warnings, "`keys.safe[0]` is \"badgeNumber\", which `keys.sensitive[0]` decides already")
	require.Contains(t, warnings, "`keys.safe[1]` is \"user.*.ref\"")
	require.Contains(t, warnings, "`keys.sensitive[1]` is \"password\", which the rule `credential` knows already")
	require.NotContains(t, warnings, "order id")

	require.Len(t, e.Unmatched(), 8)
	e.Text("EMP-123456 works on blue heron")
	under(e, "order.id", "x")
	under(e, "user.a.ref", "x")
	require.Equal(t, []string{`keys.sensitive[0] "badge number"`, `keys.sensitive[1] "password"`, `keys.safe[0] "badgeNumber"`, `keys.safe[1] "user.*.ref"`}, e.Unmatched())
	require.NotContains(t, strings.Join(e.Unmatched(), ""), "Heron")
}

func TestRotationCarriesBothDigests(t *testing.T) {
	old := newTestEngine(t, withAction(ActionHash))
	both := newTestEngine(t, func(c *Config) {
		withAction(ActionHash)(c)
		c.Hash = Hash{Key: []byte(strings.Repeat("n", MinHashKey)), Version: 2, Previous: testKey, PreviousVersion: 1}
	})
	before, _ := old.Text("bob@example.com")
	during, _ := both.Text("bob@example.com")
	require.Regexp(t, `^em_k2_[a-z2-7]{20}_k1_[a-z2-7]{20}$`, during)
	require.True(t, strings.HasSuffix(during, strings.TrimPrefix(before, "em")), "the old digest is part of the new token")
	for _, e := range []*Engine{old, both} {
		again, _ := e.Text("user " + during + " and " + before)
		require.Equal(t, "user "+during+" and "+before, again)
	}
}

func TestDomainsSeparateTokens(t *testing.T) {
	token := func(domain string) string {
		out, _ := newTestEngine(t, func(c *Config) { withAction(ActionHash)(c); c.Hash.Domain = domain }).Text("bob@example.com")
		return out
	}
	require.NotEqual(t, token("acme"), token("other"))
	require.NotEqual(t, token("acme"), token(""))
}

// TestStandInsKeepTheForm: the shape stays, the value can never be real, equal
// values stay equal, and a second pass leaves them alone.
func TestStandInsKeepTheForm(t *testing.T) {
	e := newTestEngine(t, withAction(ActionPreserve))
	for in, want := range map[string]string{
		"bob@example.com":        `^u[a-z2-7]{16}@redacted\.invalid$`,
		"4111 1111 1111 1111":    `^9999 \d{4} \d{4} \d{4}$`,
		"+1 415-555-2671":        `^\+9 990-\d{3}-\d{4}$`,
		"203.0.113.77":           `^2[45]\d(\.\d+){3}$`,
		"2001:4860:4860::8888":   `^fd0e:db5e:[0-9a-f:]+$`,
		"DE89370400440532013000": `^DE00\d{18}$`,
		"00:1b:44:11:3a:b7":      `^0e:0d:0e(:[0-9a-f]{2}){3}$`,
	} {
		got, _ := e.Text(in)
		require.Regexp(t, want, got)
		again, _ := e.Text("see " + got)
		require.Equal(t, "see "+got, again)
	}
	one, _ := e.Text("Bob@Example.com")
	two, _ := e.Text("bob%40example.com")
	require.Equal(t, one, two)
	for key, value := range map[string]string{"card.number": "4111111111111111", "phone": "+4915112345678", "client.address": "10.1.2.3", "iban": "DE89370400440532013000", "email": "bob@example.com"} {
		once := redactOnce(e, key, value)
		require.NotEqual(t, value, once)
		require.Equal(t, once, redactOnce(e, key, once), key)
	}
}

func TestStrictProfile(t *testing.T) {
	e := newTestEngine(t, func(c *Config) { c.Profile = ProfileStrict })
	require.Equal(t, "[USER_ID]", redactOnce(e, "user.id", "4711"))
	require.Equal(t, "[USER_ID]", redactOnce(e, "enduser.id", "bob"))
	require.Equal(t, "SELECT * FROM t WHERE a = ?", redactOnce(e, "db.query.text", "SELECT * FROM t WHERE a = 'x'"))
	got, _ := e.Text("from 10.1.2.3")
	require.Equal(t, "from [IP]", got)
	got, _ = e.Text("number 44051401359 came") // a PESEL, with no word that says so
	require.Equal(t, "number [NATIONAL_ID:pl.pesel] came", got)
}

func TestRandomTextBehindAWord(t *testing.T) {
	e := newTestEngine(t, nil)
	for in, want := range map[string]string{
		"using API key Zk3xQ8vLm2Rt7WcYbN4dPfG9 for it":     "using API key [SECRET] for it",
		"the secret `Zk3xQ8vLm2Rt7WcYbN4dPfG9` leaked":      "the secret `[SECRET]` leaked",
		"next page token Zk3xQ8vLm2Rt7WcYbN4dPfG9 follows":  "next page token Zk3xQ8vLm2Rt7WcYbN4dPfG9 follows",
		"request Zk3xQ8vLm2Rt7WcYbN4dPfG9 done":             "request Zk3xQ8vLm2Rt7WcYbN4dPfG9 done",
		"secret rotated in com.example.SecretRotatorImpl42": "secret rotated in com.example.SecretRotatorImpl42",
	} {
		got, _ := e.Text(in)
		require.Equal(t, want, got)
	}
}

func TestShapesHoldNoCharacterOfTheValue(t *testing.T) {
	e := newTestEngine(t, nil)
	s := e.Session()
	defer s.Release()
	for in, want := range map[string]string{
		"4111 1111 1111 1111":    "4*4 digits, luhn",
		"078-05-1120":            "3 digits, 2 digits, 4 digits",
		"bob@example.com":        "3 letters, 7 letters, 3 letters",
		`{"password":"hunter2"}`: "small letters, digits",
	} {
		s.WantSample()
		s.Text(in)
		sample, ok := s.Sample()
		require.True(t, ok)
		require.Equal(t, want, sample.Shape)
	}
}

func TestRecordBudget(t *testing.T) {
	e := newTestEngine(t, func(c *Config) { c.Limits.MaxRecordBytes = 16 << 10 })
	s := e.Session()
	defer s.Release()
	long := strings.Repeat("word ", 1000)
	for range 10 {
		_, o := s.Text(long)
		require.Equal(t, Kept, o, "values outside of a record have no budget in common")
	}
	s.StartRecord()
	for range 3 {
		_, o := s.Text(long)
		require.Equal(t, Kept, o)
	}
	out, o := s.Text(long)
	require.Equal(t, Changed, o)
	require.Equal(t, "[REDACTED:limit]", out)
	require.Equal(t, []string{"limit"}, s.RecordRules())
	s.StartRecord()
	_, o = s.Text(long)
	require.Equal(t, Kept, o, "the next record has a budget of its own")
}

func TestHexadecimalText(t *testing.T) {
	e := newTestEngine(t, nil)
	got, _ := e.Text("data 6d61696c20626f62406578616d706c652e636f6d206e6f77 end")
	require.Equal(t, "data 6d61696c205b454d41494c5d206e6f77 end", got)
	same := "commit da39a3ee5e6b4b0d3255bfef95601890afd80709 0x7061676520322c206f66203330"
	got, _ = e.Text(same)
	require.Equal(t, same, got)
}
