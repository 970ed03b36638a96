package query

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
)

// Whatever tree a query can have, its normal form parses to the same tree.
func TestFormatRoundTrip(t *testing.T) {
	for seed := range uint64(3000) {
		g := &generator{rand.New(rand.NewPCG(seed, 1))}
		tree := g.node(4)
		text := tree.String()
		q, err := Parse(text, now)
		if err != nil {
			require.NoError(t, err, "seed %d: %s", seed, text)
		}
		require.Equal(t, text, q.String(), "seed %d", seed)
		require.Equal(t, toJSON(t, tree), toJSON(t, q.Tree), "seed %d: %s", seed, text)
		require.Equal(t, Matches(q.Filter, checkout, checkoutSpans...), !Matches(Not{q.Filter}, checkout, checkoutSpans...))
	}
}

// generator makes trees as the parser makes them.
type generator struct{ *rand.Rand }

func (g *generator) node(depth int) *Node {
	if depth == 0 {
		return g.leaf()
	}
	switch g.IntN(6) {
	case 0, 1:
		return join([]Kind{KindAnd, KindOr}[g.IntN(2)], []*Node{g.node(depth - 1), g.node(depth - 1), g.node(depth - 1)})
	case 2:
		return &Node{Kind: KindNot, Terms: []*Node{g.node(depth - 1)}}
	case 3:
		kind := []Kind{KindAny, KindAll, KindNone}[g.IntN(3)]
		return &Node{Kind: kind, Terms: []*Node{g.about("attr." + g.text())}}
	default:
		return g.leaf()
	}
}

func (g *generator) leaf() *Node {
	if g.IntN(4) == 0 {
		return &Node{Kind: KindText, Values: []Literal{{Text: g.text(), Quoted: true}}}
	}
	return g.about([]string{"user", "attr." + g.text(), "resource.x", "error.message", "my.own"}[g.IntN(5)])
}

func (g *generator) about(field string) *Node {
	n := &Node{Field: field, Negated: g.IntN(2) == 0}
	switch g.IntN(4) {
	case 0:
		n.Kind = KindExists
	case 1:
		n.Kind, n.Values = KindIn, []Literal{g.literal(), g.literal()}
	case 2:
		n.Kind, n.Op, n.Values = KindCompare, []Op{Contains, StartsWith, Like}[g.IntN(3)], []Literal{g.literal()}
	default:
		n.Kind, n.Op, n.Negated, n.Values = KindCompare, []Op{Eq, Ne}[g.IntN(2)], false, []Literal{g.literal()}
	}
	return n
}

func (g *generator) literal() Literal {
	if g.IntN(2) == 0 {
		return Literal{Text: []string{"a", "500", "GET*", "/a/{id}", "x=1#y", "-5", "true", "AND"}[g.IntN(8)]}
	}
	return Literal{Text: g.text(), Quoted: true}
}

func (g *generator) text() string {
	letters := []rune("aB1 .\"'\\n\n\t|(),=#-*?é😀&")
	out := make([]rune, 1+g.IntN(6))
	for i := range out {
		out[i] = letters[g.IntN(len(letters))]
	}
	return string(out)
}

func corpus(f *testing.F) {
	for _, dir := range []string{"accept", "reject"} {
		files, err := filepath.Glob(filepath.Join("testdata", dir, "*.txt"))
		require.NoError(f, err)
		for _, file := range files {
			content, err := os.ReadFile(file)
			require.NoError(f, err)
			text, _, _ := strings.Cut(string(content), ruler)
			f.Add(text)
		}
	}
}

// No text breaks the parser; the normal form of a query is one, means the same and is its own normal form; the
// places of errors lie within the text.
func FuzzParse(f *testing.F) {
	corpus(f)
	f.Fuzz(func(t *testing.T, text string) {
		if q := fuzzParse(t, text, Parse); q != nil {
			Matches(q.Filter, checkout, checkoutSpans...)
		}
		if q := fuzzParse(t, text, ParseSpans); q != nil {
			MatchesSpan(q.Filter, checkoutSpans[0])
		}
	})
}

func checkProblems(t *testing.T, text string, err error) {
	var wrong *Error
	require.ErrorAs(t, err, &wrong)
	require.NotEmpty(t, wrong.Caret())
	length := len(utf16.Encode([]rune(text)))
	for _, p := range wrong.Problems {
		require.NotEmpty(t, p.Code)
		require.NotEmpty(t, p.Message)
		require.True(t, 0 <= p.Start && p.Start <= p.End && p.End <= length, "%+v in %d units", p, length)
		require.True(t, p.ByteStart <= len(text) && p.Line >= 1 && p.Column >= 1, "%+v", p)
		if p.Fix != nil {
			require.True(t, p.Fix.Replace[0] <= p.Fix.Replace[1] && p.Fix.Replace[1] <= length, "%+v", p.Fix)
		}
	}
}

// Completion never breaks, and its range ends at the place asked about.
// fuzzParse answers nil for what is no query.
func fuzzParse(t *testing.T, text string, parse parsing) *Query {
	q, err := parse(text, now)
	if err != nil {
		checkProblems(t, text, err)
		return nil
	}
	again, err := parse(q.String(), now)
	require.NoError(t, err, "normal form %q", q.String())
	require.Equal(t, q.String(), again.String())
	require.Equal(t, q.Filter, again.Filter)
	require.Equal(t, toJSON(t, q.Stages), toJSON(t, again.Stages))
	return q
}

func FuzzComplete(f *testing.F) {
	f.Add("status = err", 12)
	f.Add("any(db.sys", 10)
	f.Add("| p95(dur", 9)
	f.Fuzz(func(t *testing.T, text string, pos int) {
		c := Complete(text, pos)
		require.True(t, 0 <= c.From && c.From <= c.To, "%+v", c)
		if utf8.ValidString(text) {
			require.LessOrEqual(t, c.To, len(utf16.Encode([]rune(text))))
		}
	})
}

// The fix that an error offers does away with it.
func TestFixesMend(t *testing.T) {
	for text, want := range map[string]string{
		"statsu = error":                   "status = error",
		"user = \"😀\" AND statsu = error":  "user = \"😀\" AND status = error",
		"a.b = 1 || b.c = 2":               "a.b = 1 OR b.c = 2",
		"a.b = 1&&b.c = 2":                 "a.b = 1 AND b.c = 2",
		"!(status = ok)":                   "NOT (status = ok)",
		"status = eror":                    "status = error",
		"status error":                     "status = error",
		"any(duration > 1s)":               "any(span.duration > 1s)",
		"| p59(duration)":                  "| p50(duration)",
		"| p95 by service":                 "| p95(duration) by service",
		"Query: statsu = error\nResult: 5": "Query: status = error\nResult: 5",
	} {
		_, err := Parse(text, now)
		var wrong *Error
		require.ErrorAs(t, err, &wrong, text)
		fix := wrong.Problems[0].Fix
		require.NotNil(t, fix, text)
		all := utf16.Encode([]rune(text))
		mended := string(utf16.Decode(all[:fix.Replace[0]])) + fix.With + string(utf16.Decode(all[fix.Replace[1]:]))
		require.Equal(t, want, mended)
		_, err = Parse(mended, now)
		require.NoError(t, err, mended)
	}
}

func TestLimits(t *testing.T) {
	_, err := Parse(strings.Repeat("x", MaxLength+1), now)
	require.ErrorContains(t, err, "at most 16384")
	_, err = Parse("status = \xff", now)
	require.ErrorContains(t, err, "not valid UTF-8")
	_, err = Parse(strings.Repeat("(", MaxLength), now)
	require.ErrorContains(t, err, "deeper than 64")
	_, err = Parse(strings.Repeat("(", MaxDepth)+"a"+strings.Repeat(")", MaxDepth), now)
	require.NoError(t, err)
	_, err = Parse(strings.TrimSpace(strings.Repeat("a.b = 1 ", MaxLength/8)), now)
	require.NoError(t, err)
}

// Every name that is offered means something, and every field of the record has a name.
func TestCatalogue(t *testing.T) {
	for _, name := range suggestions {
		m, f := lookup(name, "")
		require.Nil(t, f, name)
		require.True(t, m.found(), name)
	}
	for _, field := range operation.Fields() {
		m, f := lookup(field.Name, "")
		require.Nil(t, f)
		require.Equal(t, field.Name, m.alts[0].field.Name)
	}
	for over, fields := range elements {
		for name := range fields {
			require.NotNil(t, reference(over, name), "%s.%s", over, name)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	for name, text := range map[string]string{
		"short":     "status = error AND service = aios-api",
		"aggregate": "endpoint = /api/users AND method = POST | avg(duration), p95(duration), p99(duration) by time",
		"spans":     "any(db.system = postgresql AND span.duration > 200ms) AND span.count > 50",
		"block":     "Query: duration > 1s\nSort by: duration desc\nResult: Top 10 slowest traces",
		"long":      strings.TrimSpace(strings.Repeat("a.b = 1 ", 2000)),
		"error":     "statsu = error",
		"errors":    strings.TrimSpace(strings.Repeat("x = 1 ", 2700)),
		"warnings":  strings.TrimSpace(strings.Repeat("error.typ = 1 ", 1100)),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				_, _ = Parse(text, now)
			}
		})
	}
}

func BenchmarkMatch(b *testing.B) {
	q, err := Parse(`status = error AND service = aios-api AND duration > 1s AND attr.number = 500 AND name = POST*`, now)
	require.NoError(b, err)
	m := Compile(q.Filter)
	b.ReportAllocs()
	for b.Loop() {
		m(checkout, nil)
	}
}
