package cli

import (
	"strings"
	"testing"
)

// FuzzImportFiles reads any bytes as a file: there are requests in it, or an error tells why not.
func FuzzImportFiles(f *testing.F) {
	for _, seed := range []string{otlpLine, "[" + otlpLine + "]", `{"data":[]}`, "[[]]", "[null]", "null", "\x1f\x8b", "\x0a\x00", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		requests, err := readRequests(strings.NewReader(text), "-")
		if err == nil && len(requests) == 0 {
			t.Fatal("neither requests nor an error")
		}
	})
}

// FuzzExpectations reads any text as an expectation; what is accepted can be asked for.
func FuzzExpectations(f *testing.F) {
	for _, seed := range []string{"p95 < 100ms and errors = 0", "avg(db.calls)<=1", "error_rate < 5%", "slower = 0 AND new_errors = 0", "p95 <", " and ", "x = 1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p := promise{Service: "shop", Version: "1", That: text}
		if p.parse() != nil {
			return
		}
		for _, c := range p.clauses {
			if name := aggregate(c.column); strings.ContainsAny(name, "|'\"; ") {
				t.Fatalf("%q asks for %q", text, name)
			}
		}
	})
}

// FuzzStages parts any query in two that hold all of it.
func FuzzStages(f *testing.F) {
	for _, seed := range []string{`a = "x|y" | limit 3`, `\|`, `'`, `| count`, ``} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		condition, stages := cutStages(text)
		if !strings.HasPrefix(strings.TrimSpace(text), condition) || !strings.HasSuffix(text, stages) {
			t.Fatalf("%q became %q and %q", text, condition, stages)
		}
	})
}
