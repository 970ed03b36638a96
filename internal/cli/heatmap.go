package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
)

// shades are how many operations there are, few to many; a space is none.
var shades = []rune("░▒▓█")

// grid is a heatmap as it fits a terminal.
type grid struct {
	low, high operation.Duration // of the whole
	first     operation.Time
	width     operation.Duration // of a column of time
	counts    [][]int64          // by row, the slowest first, and column
	bounds    []operation.Duration
}

// drawHeatmap draws duration upwards and time to the right. Each row is a band twice as long as the one under it.
func drawHeatmap(w io.Writer, h *api.Heatmap, width int, zone *time.Location) {
	const margin, widest, fallback = 12, 120, 100
	if h == nil || len(h.Cells) == 0 {
		return
	}
	if width == 0 {
		width = fallback
	}
	g := newGrid(h, min(widest, max(10, width-margin)))
	var most int64
	for _, row := range g.counts {
		for _, n := range row {
			most = max(most, n)
		}
	}
	for i, row := range g.counts {
		var b strings.Builder
		for _, n := range row {
			b.WriteRune(shade(n, most))
		}
		_, _ = fmt.Fprintf(w, "%8s ┤%s\n", duration(g.bounds[i]), strings.TrimRight(b.String(), " "))
	}
	columns := len(g.counts[0])
	last := g.first + operation.Time(g.width)*operation.Time(columns)
	const layout = "15:04:05"
	from, to := g.first.Std().In(zone).Format(layout), last.Std().In(zone).Format(layout)
	_, _ = fmt.Fprintf(w, "%8s └%s\n%10s%s%s%s\n", "", strings.Repeat("─", columns), "", from,
		strings.Repeat(" ", max(1, columns-len(from)-len(to))), to)
	_, _ = fmt.Fprintf(w, "%10sa column is %s, █ up to %d operations\n", "", duration(g.width), most)
}

// newGrid puts the cells into at most so many columns.
func newGrid(h *api.Heatmap, columns int) grid {
	g := grid{first: h.Cells[0].Time, low: h.Cells[0].To}
	last := g.first
	for _, c := range h.Cells {
		g.first, last = min(g.first, c.Time), max(last, c.Time)
		g.low, g.high = min(g.low, c.To), max(g.high, c.To)
	}
	slots := int64(last-g.first)/max(1, int64(h.Width)) + 1
	merge := (slots + int64(columns) - 1) / int64(columns)
	g.width = h.Width * operation.Duration(merge)
	n := (slots + merge - 1) / merge
	for bound := g.low; ; bound *= 2 {
		g.bounds = append([]operation.Duration{bound}, g.bounds...)
		g.counts = append(g.counts, make([]int64, n))
		if bound >= g.high {
			break
		}
	}
	for _, c := range h.Cells {
		row := len(g.bounds) - 1
		for row > 0 && c.To > g.bounds[row] {
			row--
		}
		g.counts[row][int64(c.Time-g.first)/max(1, int64(g.width))] += c.Count
	}
	return g
}

// shade is dark for many.
func shade(n, most int64) rune {
	if n == 0 {
		return ' '
	}
	return shades[min(int64(len(shades))-1, n*int64(len(shades))/(most+1))]
}
