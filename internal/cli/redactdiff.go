package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// printDiff prints what changes in a record that begins at a line. Of what was there before only the shape is
// shown: x for letters, 0 for digits.
func printDiff(w io.Writer, name string, line int, before, after string) error {
	if before == after {
		return nil
	}
	old, now := lines(before), lines(after)
	if len(old) != len(now) {
		// Lines went away: show the whole region between the equal ones.
		for len(old) > 0 && len(now) > 0 && old[0] == now[0] {
			old, now, line = old[1:], now[1:], line+1
		}
		for len(old) > 0 && len(now) > 0 && old[len(old)-1] == now[len(now)-1] {
			old, now = old[:len(old)-1], now[:len(now)-1]
		}
		_, err := fmt.Fprintf(w, "%s:%d\n- %s\n+ %s\n", name, line, strings.Join(shapes(old, now), "\n- "), strings.Join(now, "\n+ "))
		return err
	}
	for i := range old {
		if old[i] == now[i] {
			continue
		}
		if _, err := fmt.Fprintf(w, "%s:%d\n- %s\n+ %s\n", name, line+i, shown(old[i], now[i]), now[i]); err != nil {
			return err
		}
	}
	return nil
}

// lines cuts a record into lines; an OTLP document is written with one value a line first.
func lines(record string) []string {
	var pretty bytes.Buffer
	if strings.HasPrefix(record, `{"resource`) && json.Indent(&pretty, []byte(record), "", "  ") == nil {
		record = pretty.String()
	}
	return strings.Split(record, "\n")
}

func shapes(old, now []string) []string {
	kept := map[string]bool{}
	for _, line := range now {
		kept[line] = true
	}
	out := make([]string, len(old))
	for i, line := range old {
		if out[i] = line; !kept[line] {
			out[i] = shape(line)
		}
	}
	return out
}

// maxCells bounds the comparison of two lines, which costs the product of their words.
const maxCells = 1 << 20

// shown is the old line with those words as shapes that the new line does not have: what the new line still has
// is printed anyway.
func shown(old, now string) string {
	a, b := words(old), words(now)
	if len(a)*len(b) > maxCells {
		return shape(old)
	}
	// common[i][j] is how many words a[i:] and b[j:] share in order.
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var out strings.Builder
	for i, j := 0, 0; i < len(a); {
		switch {
		case j < len(b) && a[i] == b[j]:
			out.WriteString(a[i])
			i, j = i+1, j+1
		case j < len(b) && common[i][j+1] >= common[i+1][j]:
			j++
		default:
			out.WriteString(shape(a[i]))
			i++
		}
	}
	return out.String()
}

// words cuts a line into runs of letters and digits, and single other characters.
func words(s string) []string {
	var out []string
	from := 0
	inWord := false
	for i, c := range s {
		is := unicode.IsLetter(c) || unicode.IsDigit(c)
		if i > from && (!is || !inWord) {
			out, from = append(out, s[from:i]), i
		}
		inWord = is
	}
	if from < len(s) {
		out = append(out, s[from:])
	}
	return out
}

func shape(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case unicode.IsDigit(c):
			return '0'
		case unicode.IsLetter(c), unicode.IsMark(c):
			return 'x'
		}
		return c
	}, s)
}
