package pii

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// testCase is one block of a file in testdata/cases:
//
//	key http.request.header.cookie   (optional)
//	in  the value                    (¦ is dropped, ⏎ is a line end)
//	out what it becomes
//	same a value that must not change
type testCase struct {
	where, key, in, want string
}

func loadCases(t testing.TB) []testCase {
	files, err := filepath.Glob("testdata/cases/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var cases []testCase
	for _, file := range files {
		cases = append(cases, readCases(t, file)...)
	}
	return cases
}

// plain puts a token together that is kept in parts, so that no scanner of
// repositories takes the test data for a leak.
func plain(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "¦", ""), "⏎", "\n")
}

func readCases(t testing.TB, file string) []testCase {
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	var cases []testCase
	var c testCase
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		word, rest, _ := strings.Cut(lines.Text(), " ")
		switch word {
		case "key":
			c.key = rest
		case "in":
			c.in = plain(rest)
		case "out":
			cases = append(cases, testCase{filepath.Base(file), c.key, c.in, plain(rest)})
			c = testCase{}
		case "same":
			cases = append(cases, testCase{filepath.Base(file), c.key, plain(rest), plain(rest)})
			c = testCase{}
		default:
			require.True(t, word == "" || word == "#", "unknown line in %s: %s", file, lines.Text())
		}
	}
	require.NoError(t, lines.Err())
	return cases
}

func newTestEngine(t testing.TB, change func(*Config)) *Engine {
	cfg := DefaultConfig()
	if change != nil {
		change(&cfg)
	}
	e, err := New(cfg)
	require.NoError(t, err)
	return e
}

// redactOnce redacts one value as the processor does.
func redactOnce(e *Engine, key, value string) string {
	s := e.Session()
	defer s.Release()
	var d Decision
	if key != "" {
		d = e.Key(key)
	}
	out, o := s.Value(d, value)
	if o == Removed {
		return ""
	}
	return out
}

func TestCases(t *testing.T) {
	e := newTestEngine(t, nil)
	for _, c := range loadCases(t) {
		t.Run(c.where, func(t *testing.T) {
			got := redactOnce(e, c.key, c.in)
			require.Equal(t, c.want, got, "key %q, input %q", c.key, c.in)
			require.Equal(t, got, redactOnce(e, c.key, got), "a second pass changed key %q, input %q", c.key, c.in)
		})
	}
}
