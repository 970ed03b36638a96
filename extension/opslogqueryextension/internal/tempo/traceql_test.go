package tempo

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/query"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]Condition{
		"":                   {},
		"{}":                 {},
		`{ name = "GET /" }`: {`name = "GET /"`, `span.name = "GET /"`},
		`{ status = error && resource.service.name = "shop" }`: {`status = "error" AND service.name = "shop"`, `span.status = "error" AND service.name = "shop"`},
		`{span.http.status_code>=500||duration>1.5s}`:          {`http.status_code >= 500 OR duration > 1.5s`, `http.status_code >= 500 OR span.duration > 1.5s`},
		`{ !(.db.system =~ "post.*") }`:                        {`NOT ((db.system ~ "post.*"))`, `NOT ((db.system ~ "post.*"))`},
		`{ kind = server && rootServiceName = "shop" }`:        {},
		`{ kind = server }`:                                    {"", `span.kind = "server"`},
		`{ rootName = "GET /" && traceDuration > 2s }`:         {`name = "GET /" AND trace.duration > 2s`, ""},
		`{ span.user.id != nil }`:                              {"user.id IS NOT NULL", "user.id IS NOT NULL"},
		"{ name = `a\"b` }":                                    {`name = "a\"b"`, `span.name = "a\"b"`},
	} {
		got, err := Parse(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
		for _, ours := range []string{got.Operation, wrapped(got.Span)} {
			_, err := query.Parse(ours, 0)
			assert.NoError(t, err, ours)
		}
	}
}

func wrapped(span string) string {
	if span == "" {
		return ""
	}
	return "any(" + span + ")"
}

func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`{ name = "a" } | count() > 2`:      "only one spanset",
		`{ name = "a" } >> { name = "b" }`:  "only one spanset",
		`{ name = "a" } && { name = "b" }`:  "only one spanset",
		`name = "a"`:                        "want {",
		`{ name = "a"`:                      "want }",
		`{ name = a }`:                      "needs quotes",
		`{ name "a" }`:                      "want a comparison",
		`{ nothing = 1 }`:                   "unknown field",
		`{ span. = 1 }`:                     "unknown field",
		`{ name = "a }`:                     "cannot be read from",
		`{ name = }`:                        "needs quotes",
		"{" + strings.Repeat("(", 60) + "}": "levels of brackets",
		strings.Repeat("x", 9000):           "at most 8192",
	} {
		_, err := Parse(text)
		assert.ErrorContains(t, err, want, text)
	}
}

// Whatever comes in, what goes out is a query or an error.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{`{ name = "GET /" && span.a.b >= 1.5 || !(status = error) }`, "{}", "{ .x =~ `a\\` }", "{ duration > 1h }"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse(text)
		if err != nil {
			return
		}
		for _, ours := range []string{c.Operation, wrapped(c.Span)} {
			if q, err := query.Parse(ours, 0); err == nil {
				assert.Empty(t, q.Stages)
			}
		}
	})
}
