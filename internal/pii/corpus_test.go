package pii

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// wrapper is a place in which a text of the corpus is tried.
type wrapper struct {
	name string
	wrap func(string) string
	// same tells whether a wrapped text that changes has been damaged: encodings
	// may be written in another way.
	undo func(string) string
}

var wrappers = []wrapper{
	{"plain", func(s string) string { return s }, nil},
	{"log line", func(s string) string { return "2024-01-15T10:30:00Z WARN worker-3 " + s + " (attempt 2)" }, nil},
	{"json", func(s string) string { return `{"n":1,"note":` + quoteJSON(s) + `,"z":[true]}` }, nil},
	{"json list", func(s string) string { return `[{"a":[` + quoteJSON("x "+s) + `]}]` }, nil},
	{"json in json", func(s string) string {
		return `{"payload":` + quoteJSON(`{"inner":{"text":`+quoteJSON(s)+`},"k":2}`) + `}`
	}, nil},
	{"json in text", func(s string) string { return `request failed: body={"n":1,"text":` + quoteJSON(s) + `} after 3 ms` }, nil},
	{"form", func(s string) string { return "page=2&text=" + url.QueryEscape(s) + "&sort=asc" }, decodeForm},
	{"url", func(s string) string { return "https://shop.example/find?page=2&text=" + url.QueryEscape(s) }, decodeForm},
	{"xml", func(s string) string { return "<order><id>42</id><text>" + escapeXML(s) + "</text></order>" }, nil},
	{"multi line", func(s string) string { return "step 1 ok\n  " + s + "\nstep 2 ok" }, nil},
}

func quoteJSON(s string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic(err)
	}
	return strings.TrimSpace(b.String())
}

func escapeXML(s string) string {
	var b bytes.Buffer
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		panic(err)
	}
	return b.String()
}

func decodeForm(s string) string {
	out, err := url.QueryUnescape(s)
	if err != nil {
		return s
	}
	return out
}

type corpusCase struct{ category, text, secret string }

func loadCorpus(t testing.TB, file string) []corpusCase {
	b, err := os.ReadFile("testdata/corpus/" + file)
	require.NoError(t, err)
	var out []corpusCase
	for line := range strings.Lines(string(b)) {
		category, text, ok := strings.Cut(strings.TrimRight(line, "\n"), "\t")
		if !ok {
			continue
		}
		text = plain(text)
		c := corpusCase{category: category, text: text}
		if lo, rest, marked := strings.Cut(text, "«"); marked {
			secret, hi, _ := strings.Cut(rest, "»")
			c.secret, c.text = strings.TrimSuffix(secret, ">"), lo+secret+hi
		}
		out = append(out, c)
	}
	return out
}

type score struct{ cases, wrong int }

// TestCorpus tries every text of the corpus in every place and prints leaks and
// damage by category.
func TestCorpus(t *testing.T) {
	e := newTestEngine(t, nil)
	leaks, damage := map[string]*score{}, map[string]*score{}
	for _, w := range wrappers {
		for _, c := range loadCorpus(t, "positives.txt") {
			out, _ := e.Text(w.wrap(c.text))
			bad := survives(w, out, c.secret)
			tally(t, leaks, c.category, w.name, bad, c.text, out)
		}
		for _, c := range loadCorpus(t, "negatives.txt") {
			in := w.wrap(c.text)
			out, _ := e.Text(in)
			tally(t, damage, c.category, w.name, changed(w, in, out), c.text, out)
		}
	}
	leaked, positives := report(t, "leaks", leaks)
	damaged, negatives := report(t, "damage", damage)
	require.GreaterOrEqual(t, positives+negatives, 1500)
	require.LessOrEqual(t, float64(leaked), 0.02*float64(positives), "leaks")
	require.LessOrEqual(t, float64(damaged), 0.01*float64(negatives), "damage")
	for _, category := range []string{"card", "jwt", "private_key", "vendor", "password", "url", "sql"} {
		require.Zero(t, leaks[category].wrong, "leaks of %s", category)
	}
}

// survives looks for the secret as it is, decoded, and in the notation of the place.
func survives(w wrapper, out, secret string) bool {
	if w.undo != nil && strings.Contains(w.undo(out), secret) {
		return true
	}
	escaped := strings.Trim(quoteJSON(secret), `"`)
	return strings.Contains(out, secret) || strings.Contains(out, escaped) || strings.Contains(out, strings.Trim(quoteJSON(escaped), `"`))
}

func changed(w wrapper, in, out string) bool {
	if w.undo != nil {
		return w.undo(in) != w.undo(out)
	}
	return in != out
}

func tally(t *testing.T, scores map[string]*score, category, place string, wrong bool, text, out string) {
	s := scores[category]
	if s == nil {
		s = &score{}
		scores[category] = s
	}
	s.cases++
	if wrong {
		s.wrong++
		t.Logf("%s in %s: %q gave %q", category, place, text, out)
	}
}

func report(t *testing.T, title string, scores map[string]*score) (wrong, cases int) {
	categories := make([]string, 0, len(scores))
	for c := range scores {
		categories = append(categories, c)
	}
	slices.Sort(categories)
	var b strings.Builder
	for _, c := range categories {
		s := scores[c]
		wrong += s.wrong
		cases += s.cases
		fmt.Fprintf(&b, "%-12s %5d cases %4d %s\n", c, s.cases, s.wrong, title)
	}
	t.Logf("%s\n%sall          %5d cases %4d (%.2f %%)", title, b.String(), cases, wrong, 100*float64(wrong)/float64(cases))
	return wrong, cases
}
