package query

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Each line of the file is a query with the place of the cursor marked by ‸.
func TestComplete(t *testing.T) { completes(t, "complete", Complete) }

func TestCompleteSpans(t *testing.T) { completes(t, "complete_spans", CompleteSpans) }

func completes(t *testing.T, dir string, complete func(text string, pos int) Completion) {
	golden(t, dir, func(_ *testing.T, text string) string {
		var out strings.Builder
		for line := range strings.Lines(text) {
			line = strings.TrimSpace(line)
			before, after, _ := strings.Cut(line, "‸")
			c := complete(before+after, units(before))
			out.WriteString(line + "\n  replaces " + string([]rune(before + after)[c.From:c.To]) + "\n  offers")
			for i, item := range c.Items {
				if i == 12 {
					out.WriteString(" ...")
					break
				}
				out.WriteString(" [" + item.Insert + "]")
			}
			if c.Values != nil {
				out.WriteString("\n  wants values of " + dumpField(c.Values.Field) + " like " + c.Values.Prefix)
			}
			out.WriteByte('\n')
		}
		return out.String()
	})
}

func TestCompleteDetails(t *testing.T) {
	c := Complete("stat", 4)
	require.Equal(t, Item{Label: "status", Kind: "field", Detail: "ok, error", Insert: "status"}, c.Items[0])
	require.Equal(t, 0, c.From)
	require.Equal(t, 4, c.To)
	// Positions count UTF-16 code units.
	c = Complete(`user = "😀" AND serv`, 20)
	require.Equal(t, 16, c.From)
	require.Equal(t, "service", c.Items[0].Label)
	require.Empty(t, Complete("status = \xff", 3).Items)
}

func TestValuesWantedItem(t *testing.T) {
	for value, insert := range map[string]string{
		"aios-api": "aios-api", "/a/{id}": "/a/{id}", "two words": `"two words"`, "500": `"500"`, "a*": `"a*"`, "null": `"null"`,
		"": `""`, `a"b`: `"a\"b"`, "=x": `"=x"`, "#x": `"#x"`,
	} {
		require.Equal(t, Item{Label: value, Kind: "value", Insert: insert, Count: 3}, ValuesWanted{}.Item(value, 3))
	}
}

func TestCheck(t *testing.T) {
	d := Check("Query: status=error\nFilter: last 1 hour\nSort by: duration desc", now)
	require.Equal(t, "status = error | sort duration desc", d.Normalised)
	require.Equal(t, "now-1h", d.From)
	require.Empty(t, d.Errors)
	require.Equal(t, "sort", d.Stages[0].Name)
	require.Contains(t, toJSON(t, d), `"errors":[],"warnings":[]`)

	d = Check("statsu = error", now)
	require.Nil(t, d.Query)
	require.Equal(t, CodeUnknownField, d.Errors[0].Code)
	require.Equal(t, &Fix{[2]int{0, 6}, "status"}, d.Errors[0].Fix)
}
