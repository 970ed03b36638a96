package cli

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// column is one column of a table of T.
type column[T any] struct {
	name string // in capitals as the table's head; --columns takes it in any case
	text func(T) string
	raw  func(T) string // for CSV; text where nil
	wide bool           // only with -o wide, or by name
	left bool           // may be cut to make the table fit
	bad  func(T) bool   // printed in red
}

// columnFlag picks columns by name.
type columnFlag []string

func pick[T any](all []column[T], names columnFlag, wide bool) ([]column[T], error) {
	var out []column[T]
	if len(names) == 0 {
		for _, c := range all {
			if wide || !c.wide {
				out = append(out, c)
			}
		}
		return out, nil
	}
	for _, name := range names {
		i := slices.IndexFunc(all, func(c column[T]) bool { return strings.EqualFold(c.name, name) })
		if i < 0 {
			known := make([]string, len(all))
			for k := range all {
				known[k] = strings.ToLower(all[k].name)
			}
			return nil, usageError{fmt.Errorf("--columns has %q, want of %s", printable(name, 40), strings.Join(known, ", "))}
		}
		out = append(out, all[i])
	}
	return out, nil
}

// printColumns writes aligned columns. Where a terminal is narrower, the columns that may be cut give way, the
// widest first; 0 is any width.
func printColumns[T any](w io.Writer, columns []column[T], rows []T, width int, p painter) error {
	const gap, least = 2, 12
	cells := make([][]string, len(rows))
	size := make([]int, len(columns))
	for k, c := range columns {
		size[k] = utf8.RuneCountInString(c.name)
	}
	for i, row := range rows {
		cells[i] = make([]string, len(columns))
		for k, c := range columns {
			cells[i][k] = c.text(row)
			size[k] = max(size[k], utf8.RuneCountInString(cells[i][k]))
		}
	}
	for width > 0 && total(size, gap) > width {
		widest := -1
		for k, c := range columns {
			if c.left && size[k] > least && (widest < 0 || size[k] > size[widest]) {
				widest = k
			}
		}
		if widest < 0 {
			break
		}
		size[widest]--
	}
	var b, out strings.Builder
	write := func(get func(k int) string, paint func(k int, s string) string) {
		for k := range columns {
			text := printable(get(k), max(size[k], 1))
			pad := ""
			if k < len(columns)-1 {
				pad = strings.Repeat(" ", size[k]-utf8.RuneCountInString(text)+gap)
			}
			b.WriteString(paint(k, text) + pad)
		}
		line := strings.TrimRight(b.String(), " ")
		out.WriteString(line + "\n")
		b.Reset()
	}
	write(func(k int) string { return columns[k].name }, func(_ int, s string) string { return p.dim(s) })
	for i := range rows {
		write(func(k int) string { return cells[i][k] }, func(k int, s string) string {
			if bad := columns[k].bad; bad != nil && bad(rows[i]) {
				return p.red(s)
			}
			return s
		})
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func total(size []int, gap int) int {
	sum := gap * (len(size) - 1)
	for _, n := range size {
		sum += n
	}
	return sum
}

// printCSV writes values as they are, but for what a spreadsheet would take for a formula.
func printCSV[T any](w io.Writer, columns []column[T], rows []T) error {
	out := csv.NewWriter(w)
	record := make([]string, len(columns))
	for k, c := range columns {
		record[k] = strings.ToLower(c.name)
	}
	if err := out.Write(record); err != nil {
		return err
	}
	for _, row := range rows {
		for k, c := range columns {
			value := c.text
			if c.raw != nil {
				value = c.raw
			}
			record[k] = neutral(value(row))
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// neutral puts an apostrophe before text that a spreadsheet would compute (OWASP's CSV injection), and takes control
// characters out. Plain numbers stay numbers.
func neutral(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		if r < ' ' || r == 0x7f {
			return '·'
		}
		return r
	}, s)
	if s == "" || !strings.ContainsRune("=+-@\t\r|%", rune(s[0])) && !strings.HasPrefix(s, "＝") {
		return s
	}
	if isNumber(strings.TrimSuffix(strings.TrimPrefix(s, "+"), "%")) {
		return s
	}
	return "'" + s
}

func isNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	return s != "" && strings.Trim(s, "0123456789.") == "" && strings.Count(s, ".") <= 1
}
