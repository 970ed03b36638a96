package query

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata")

// now is what the tests take for the present.
var now = operation.TimeOf(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))

const ruler = "\n----\n"

// golden reads the query of each file and compares what is told of it with the rest of the file.
func golden(t *testing.T, dir string, tell func(t *testing.T, text string) string) {
	files, err := filepath.Glob(filepath.Join("testdata", dir, "*.txt"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			text, want, _ := strings.Cut(string(content), ruler)
			got := tell(t, strings.TrimSuffix(text, "\n"))
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(strings.TrimSuffix(text, "\n")+ruler+got), 0o644))
				return
			}
			require.Equal(t, want, got)
		})
	}
}

func TestAccept(t *testing.T) { accepts(t, "accept", Parse) }

// What a store must be asked for besides is not among the cases of stores.
func TestAcceptNew(t *testing.T) { accepts(t, "accept_new", Parse) }

func TestAcceptSpans(t *testing.T) { accepts(t, "accept_spans", ParseSpans) }

// parsing is Parse or ParseSpans.
type parsing func(text string, now operation.Time) (*Query, error)

func accepts(t *testing.T, dir string, parse parsing) {
	golden(t, dir, func(t *testing.T, text string) string {
		q, err := parse(text, now)
		require.NoError(t, err)
		again, err := parse(q.String(), now)
		require.NoError(t, err, q.String())
		require.Equal(t, q.String(), again.String())
		require.Equal(t, q.Filter, again.Filter)
		require.Equal(t, toJSON(t, q.Stages), toJSON(t, again.Stages))
		return describe(t, q)
	})
}

func describe(t *testing.T, q *Query) string {
	var out strings.Builder
	fmt.Fprintf(&out, "text: %s\n", q)
	if q.From != "" {
		fmt.Fprintf(&out, "from: %s\n", q.From)
	}
	if q.Filter != nil {
		fmt.Fprintf(&out, "means: %s\n", dump(q.Filter))
	}
	for _, w := range q.Warnings {
		fmt.Fprintf(&out, "warning: %s\n", w.sentence())
	}
	for _, s := range q.Stages {
		fmt.Fprintf(&out, "stage: %s %s\n", strings.TrimPrefix(fmt.Sprintf("%T", s), "*query."), toJSON(t, s))
		switch s := s.(type) {
		case *Where:
			fmt.Fprintf(&out, "means: %s\n", dump(s.Filter))
		case *Aggregate:
			for _, c := range s.Columns() {
				fmt.Fprintf(&out, "column: %s of type %d\n", c.Name, c.Type)
			}
		case *Sort:
			for _, k := range s.Keys {
				if k.Field != nil {
					fmt.Fprintf(&out, "means: %s\n", dumpField(*k.Field))
				}
			}
		case *Select:
			for _, f := range s.Fields {
				fmt.Fprintf(&out, "means: %s\n", dumpField(f.Field))
			}
		}
	}
	if q.Tree != nil {
		fmt.Fprintf(&out, "tree: %s\n", toJSON(t, q.Tree))
	}
	return out.String()
}

func toJSON(t *testing.T, v any) string {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	require.NoError(t, enc.Encode(v))
	return strings.TrimSpace(buf.String())
}

// dump writes an expression so that a reader of the test files understands it.
func dump(e Expr) string {
	switch e := e.(type) {
	case And:
		return "and(" + dumpAll(e.Terms) + ")"
	case Or:
		return "or(" + dumpAll(e.Terms) + ")"
	case Not:
		return "not(" + dump(e.Term) + ")"
	case Compare:
		return fmt.Sprintf("%s %s %s", dumpField(e.Field), e.Op, dumpValue(e.Value))
	case In:
		values := make([]string, len(e.Values))
		for i, v := range e.Values {
			values[i] = dumpValue(v)
		}
		return fmt.Sprintf("%s in (%s)", dumpField(e.Field), strings.Join(values, ", "))
	case Exists:
		return dumpField(e.Field) + " exists"
	case Text:
		return fmt.Sprintf("text %q", e.Words)
	case NewError:
		return "new error"
	case Quant:
		return fmt.Sprintf("%s %s(%s)", e.Kind, e.Over, dump(e.Term))
	default:
		return fmt.Sprintf("?%T", e)
	}
}

func dumpAll(terms []Expr) string {
	out := make([]string, len(terms))
	for i, e := range terms {
		out[i] = dump(e)
	}
	return strings.Join(out, ", ")
}

func dumpField(f Field) string {
	name := f.Name
	if f.Key != "" {
		name += fmt.Sprintf("[%q]", f.Key)
	}
	if f.Fold {
		name += "/fold"
	}
	return name
}

func dumpValue(v Value) string {
	switch v := v.(type) {
	case string:
		return fmt.Sprintf("%q", v)
	case operation.Time:
		return v.Std().Format(time.RFC3339Nano)
	case float64:
		return fmt.Sprintf("%v (float)", v)
	default:
		return fmt.Sprint(v)
	}
}

func TestReject(t *testing.T) { rejects(t, "reject", Parse) }

func TestRejectSpans(t *testing.T) { rejects(t, "reject_spans", ParseSpans) }

func rejects(t *testing.T, dir string, parse parsing) {
	golden(t, dir, func(t *testing.T, text string) string {
		_, err := parse(text, now)
		var wrong *Error
		require.ErrorAs(t, err, &wrong, "%q was accepted", text)
		return wrong.Caret() + "\n" + toJSON(t, wrong.Problems) + "\n"
	})
}
