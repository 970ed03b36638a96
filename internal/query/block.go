package query

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// source is a text and the query read out of it: the text itself, or what a pasted block of labelled lines says.
type source struct {
	text, query string
	pieces      []piece // of the query that come from the text, in order; none when they are the same
	from        string
}

// piece is a range of the query and where the same bytes begin in the text.
type piece struct {
	span
	text int
}

// origin is the place in the text of a place in the query.
func (s source) origin(at int) int {
	if s.pieces == nil {
		return min(at, len(s.text))
	}
	origin := s.pieces[0].text
	for _, p := range s.pieces {
		if at < p.start {
			break
		}
		origin = p.text + min(at, p.end) - p.start
	}
	return origin
}

// verbatim tells whether the range of the query stands in the text as it is.
func (s source) verbatim(at span) bool {
	return s.pieces == nil || slices.ContainsFunc(s.pieces, func(p piece) bool { return p.start <= at.start && at.end <= p.end })
}

func (s source) problems(faults []*fault) []Problem {
	if len(faults) == 0 {
		return nil
	}
	out := make([]Problem, len(faults))
	for i, f := range faults {
		out[i] = f.problem(s)
	}
	slices.SortStableFunc(out, func(a, b Problem) int { return a.Start - b.Start })
	return out
}

// label matches a line of a block: an optional list mark, a label, and what it says.
var label = regexp.MustCompile(`(?i)^\s*(?:[-*]\s+)?(query|filter|aggregate|group by|sort by|result|limit)\s*:\s*(.*?)\s*$`)

// readBlock recognises a block of lines that begins with "Query:", as documents and chats hold them, and rewrites
// it as a query; any other text is the query itself. A line without a label goes on with the one above. Fences, and
// what follows the second, are no part of the block.
func readBlock(text string) source {
	b := block{source: source{text: text}}
	off := 0
	for line := range strings.Lines(text) {
		if !b.line(line, off) {
			break
		}
		off += len(line)
	}
	if b.lines == nil {
		return source{text: text, query: text}
	}
	b.write()
	return b.source
}

// line reads one line of the text, which begins at off, and tells whether the next may belong to the block.
func (b *block) line(line string, off int) bool {
	m := label.FindStringSubmatchIndex(line)
	trimmed := strings.TrimSpace(line)
	switch {
	case strings.HasPrefix(trimmed, "```"):
		return b.lines == nil
	case m != nil:
		name := strings.ToLower(line[m[2]:m[3]])
		if b.lines == nil && name != "query" {
			return false
		}
		b.lines = append(b.lines, labelled{name, span{off + m[4], off + m[5]}})
	case trimmed == "":
	case b.lines == nil:
		return false
	default:
		b.lines[len(b.lines)-1].at.end = off + strings.Index(line, trimmed) + len(trimmed)
	}
	return true
}

type labelled struct {
	name string
	at   span // of what stands behind the label
}

type block struct {
	source
	lines []labelled
}

// write puts the lines into the order of a query: conditions, aggregates, groups, order, limit.
func (b *block) write() {
	b.conditions()
	b.each("aggregate", " | ", ", ")
	if b.has("group by") && !b.has("aggregate") {
		b.query += " | count()"
	}
	b.each("group by", " by ", ", ")
	b.each("sort by", " | sort ", ", ")
	b.results()
}

// copy appends the range of the text, with glue before it and an end of line behind it, where a comment ends.
func (b *block) copy(glue string, at span) {
	b.query += glue
	b.pieces = append(b.pieces, piece{span{len(b.query), len(b.query) + at.end - at.start}, at.start})
	b.query += b.text[at.start:at.end] + "\n"
}

func (b *block) each(name, first, more string) {
	glue := first
	for _, l := range b.lines {
		if l.name == name && l.at.start < l.at.end {
			b.copy(glue, l.at)
			glue = more
		}
	}
}

func (b *block) has(name string) bool {
	return slices.ContainsFunc(b.lines, func(l labelled) bool { return l.name == name && l.at.start < l.at.end })
}

// lastTime matches "last 1 hour", "past 30 minutes" and "last day".
var lastTime = regexp.MustCompile(`(?i)^(?:last|past)\s+(?:(\d{1,6})\s*)?(seconds?|secs?|s|minutes?|mins?|m|hours?|h|days?|d|weeks?|w)$`)

// conditions joins the query with the filters, and takes a range of time out of them.
func (b *block) conditions() {
	var found []span
	for _, l := range b.lines {
		if l.name != "query" && l.name != "filter" || l.at.start == l.at.end {
			continue
		}
		if m := lastTime.FindStringSubmatch(b.text[l.at.start:l.at.end]); m != nil && l.name == "filter" {
			b.from = fmt.Sprintf("now-%s%c", cmp.Or(m[1], "1"), strings.ToLower(m[2])[0])
		} else {
			found = append(found, l.at)
		}
	}
	if len(found) == 1 {
		b.copy("", found[0])
		return
	}
	for i, at := range found {
		b.query += []string{"(", " AND ("}[min(i, 1)]
		b.copy("", at)
		b.query += ")"
	}
}

var (
	number  = regexp.MustCompile(`\d+`)
	slowest = regexp.MustCompile(`(?i)\bslow`)
)

// results reads how many rows are asked for out of words like "Top 10 slowest traces".
func (b *block) results() {
	for _, l := range b.lines {
		if l.name != "result" && l.name != "limit" {
			continue
		}
		words := b.text[l.at.start:l.at.end]
		if slowest.MatchString(words) && !b.has("sort by") && !b.has("aggregate") {
			b.query += " | sort duration desc"
		}
		if n := number.FindStringIndex(words); n != nil {
			if _, err := strconv.Atoi(words[n[0]:n[1]]); err == nil {
				b.copy(" | limit ", span{l.at.start + n[0], l.at.start + n[1]})
			}
		}
	}
}
