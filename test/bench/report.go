package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
)

// report prints what the chains did; of two, the second is compared with the first.
func report(out io.Writer, c comparison, done ...measurement) {
	fmt.Fprintf(out, "%s\n", c.title)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "chain\tspans accepted\tspans/s\tCPU s\tspans per CPU s\tpeak RSS MiB\trefusals\tstored\t")
	for _, m := range done {
		fmt.Fprintf(table, "%s\t%s\t%s\t%.1f\t%s\t%d\t%d\t%s\t\n", m.chain.name, thousands(m.sent.Accepted),
			thousands(int64(float64(m.sent.Accepted)/m.sent.Elapsed.Seconds())), m.cpu.Seconds(),
			thousands(int64(m.spansPerCPUSecond())), m.peakRSS>>20, m.sent.Retries, m.storedText())
	}
	_ = table.Flush()
	if len(done) == 2 {
		fmt.Fprintf(out, "ratio %.1f, goal %.0f\n", done[1].spansPerCPUSecond()/done[0].spansPerCPUSecond(), c.goal)
	}
	fmt.Fprintln(out)
}

func (m measurement) storedText() string {
	parts := make([]string, len(m.stored))
	for i, answer := range m.stored {
		parts[i] = answer + " " + m.chain.stored[i].what
	}
	return strings.Join(parts, ", ")
}

// thousands writes a number with its digits in groups of three.
func thousands(n int64) string {
	digits := strconv.FormatInt(n, 10)
	var out strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 && digits[i-1] != '-' {
			out.WriteByte(',')
		}
		out.WriteRune(d)
	}
	return out.String()
}
