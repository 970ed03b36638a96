package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// bars are the heights of a sparkline; a space is no value.
var bars = []rune("▁▂▃▄▅▆▇█")

// series is one aggregate of one group over time.
type series struct {
	label  string
	column answerColumn
	values []any // by time; nil where there is none
}

// draw prints each series as a line of bars with its least, greatest and last value.
func (a *answer) draw(w io.Writer, width int, zone *time.Location) error {
	times, all := a.series(zone)
	const fallback, besides = 120, 60
	if width == 0 {
		width = fallback
	}
	room := max(10, width-besides)
	columns := []column[series]{
		{name: "SERIES", left: true, text: func(s series) string { return s.label }},
		{name: strings.ToUpper(times), text: func(s series) string { return spark(s.values, room) }},
		{name: "MIN", text: func(s series) string { return s.extreme(func(x, y float64) bool { return x < y }) }},
		{name: "MAX", text: func(s series) string { return s.extreme(func(x, y float64) bool { return x > y }) }},
		{name: "LAST", text: series.last},
	}
	return printColumns(w, columns, all, width, false)
}

// series splits the rows; times says from when to when.
func (a *answer) series(zone *time.Location) (times string, all []series) {
	at := a.timeColumn()
	var slots []string
	for _, row := range a.Rows {
		if slot := cell(row[at]); !slices.Contains(slots, slot) {
			slots = append(slots, slot)
		}
	}
	slices.SortFunc(slots, func(x, y string) int { // decimal nanoseconds
		if len(x) != len(y) {
			return len(x) - len(y)
		}
		return strings.Compare(x, y)
	})
	place := map[string]int{}
	for _, row := range a.Rows {
		var labels []string
		for k, c := range a.Columns {
			if c.Group && k != at {
				labels = append(labels, cell(row[k]))
			}
		}
		for k, c := range a.Columns {
			if c.Group {
				continue
			}
			label := printable(strings.Join(append(slices.Clone(labels), c.Name), " "), 60)
			i, known := place[label]
			if !known {
				i = len(all)
				place[label] = i
				all = append(all, series{label: label, column: c, values: make([]any, len(slots))})
			}
			all[i].values[slices.Index(slots, cell(row[at]))] = row[k]
		}
	}
	c := a.Columns[at]
	const layout = "15:04"
	return fmt.Sprintf("%s to %s", c.text(slots[0], zone, layout), c.text(slots[len(slots)-1], zone, layout)), all
}

func (s series) extreme(better func(x, y float64) bool) string {
	var best any
	for _, v := range s.values {
		if n, ok := v.(float64); ok {
			if old, ok := best.(float64); !ok || better(n, old) {
				best = n
			}
		}
	}
	return s.column.text(best, time.UTC, timeLayout)
}

func (s series) last() string { return s.column.text(s.values[len(s.values)-1], time.UTC, timeLayout) }

// spark draws values with bars from 0 to their greatest; when they are more than there is room for, each bar is the
// greatest of those it stands for.
func spark(values []any, room int) string {
	n := min(len(values), room)
	slots := make([]float64, n)
	for i := range slots {
		slots[i] = -1
	}
	greatest := 0.0
	for i, v := range values {
		if x, ok := v.(float64); ok {
			k := i * n / len(values)
			slots[k] = max(slots[k], x)
			greatest = max(greatest, x)
		}
	}
	var b strings.Builder
	for _, x := range slots {
		switch {
		case x < 0:
			b.WriteRune('·')
		case greatest == 0:
			b.WriteRune(bars[0])
		default:
			b.WriteRune(bars[min(int(x/greatest*float64(len(bars))), len(bars)-1)])
		}
	}
	return b.String()
}
