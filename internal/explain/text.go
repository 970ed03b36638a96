package explain

import (
	"strings"
	"unicode/utf8"

	"github.com/opslog/opslog/internal/operation"
)

// Widths between which lines are broken. Longer lines than the widest are hard to read.
const (
	minWidth = 40
	maxWidth = 110
)

var marks = map[string]string{
	operation.EffectDone: "✓", operation.EffectFailed: "✕", operation.EffectRolledBack: "↩", operation.EffectNotReached: "○",
}

// Text is the story for a terminal or a chat of the given width in characters; 0 is wide.
func (s *Story) Text(width int) string {
	if width <= 0 {
		width = maxWidth
	}
	width = min(max(width, minWidth), maxWidth)
	var b strings.Builder
	wrap(&b, s.Headline, "", "  ", width)
	for _, fact := range s.Facts {
		wrap(&b, fact, "  ", "    ", width)
	}
	for i := range s.Sections {
		b.WriteString("\n" + s.Sections[i].Title + "\n")
		s.Sections[i].write(&b, width)
	}
	return b.String()
}

// TextOf is lines alone, as a section has them.
func TextOf(lines []Line, width int) string {
	if width <= 0 {
		width = maxWidth
	}
	var b strings.Builder
	s := Section{Lines: lines}
	s.write(&b, max(width, minWidth))
	return b.String()
}

func (s *Section) write(b *strings.Builder, width int) {
	column := 0 // the widest offset
	for i := range s.Lines {
		if at := s.Lines[i].Offset; at != nil {
			column = max(column, utf8.RuneCountInString(offsetText(*at)))
		}
	}
	for i := range s.Lines {
		l := &s.Lines[i]
		first := "  "
		if l.Item {
			first = l.lead(column)
		}
		wrap(b, l.Text, first, strings.Repeat(" ", utf8.RuneCountInString(first)), width)
	}
}

// lead is what stands before the text of an item: its time and its mark, or a dash.
func (l *Line) lead(column int) string {
	mark := marks[l.Outcome]
	if column == 0 {
		if mark == "" {
			mark = "-"
		}
		return "  " + mark + " "
	}
	at := ""
	if l.Offset != nil {
		at = offsetText(*l.Offset)
	}
	if mark == "" {
		mark = " "
	}
	return "  " + at + strings.Repeat(" ", column-utf8.RuneCountInString(at)) + " " + mark + " "
}

func offsetText(at operation.Duration) string {
	if at < 0 {
		return took(at)
	}
	if at == 0 {
		return "+0ms"
	}
	return "+" + took(at)
}

// wrap breaks text at spaces; documents and words that would fill a line break wherever the line ends.
func wrap(b *strings.Builder, text, first, next string, width int) {
	line, used := first, utf8.RuneCountInString(first)
	start := true
	words := strings.Fields(text)
	for len(words) > 0 {
		word := words[0]
		n := utf8.RuneCountInString(word)
		if room := width - used - 1; n > room && room > 0 && (n > width/2 && isDocument(word) || n > width-minWidth/2) {
			head, tail := cutRunes(word, room)
			words = append([]string{head, tail}, words[1:]...)
			continue
		}
		words = words[1:]
		if !start && used+1+n > width {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line, used, start = next, utf8.RuneCountInString(next), true
		}
		if !start {
			line += " "
			used++
		}
		line += word
		used += n
		start = false
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
}

// isDocument tells JSON from what somebody may want to copy.
func isDocument(word string) bool { return word[0] == '{' || word[0] == '[' }

func cutRunes(s string, n int) (head, tail string) {
	for i := range s {
		if n == 0 {
			return s[:i], s[i:]
		}
		n--
	}
	return s, ""
}
