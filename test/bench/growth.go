package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/test/bench/corpus"
)

// shapes differ from the first one in one thing each.
var shapes = []corpus.Shape{
	{Spans: 10, Attributes: 8, Services: 10},
	{Spans: 1, Attributes: 8, Services: 10},
	{Spans: 3, Attributes: 8, Services: 10},
	{Spans: 50, Attributes: 8, Services: 10},
	{Spans: 10, Attributes: 1, Services: 10},
	{Spans: 10, Attributes: 32, Services: 10},
	{Spans: 10, Attributes: 8, Services: 1},
	{Spans: 10, Attributes: 8, Services: 100},
}

// growth measures opslog alone with traces of several shapes.
func (b *bench) growth(ctx context.Context, out io.Writer, c chain) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "spans an operation\tattributes a span\tservices\tspans accepted\tCPU s per million spans\tpeak RSS MiB\t")
	for _, shape := range shapes {
		m, err := b.measure(ctx, c, generated(func(seed uint64, n int) ptrace.Traces { return corpus.Shaped(seed, n, shape) }))
		if err != nil {
			return err
		}
		fmt.Fprintf(table, "%d\t%d\t%d\t%s\t%.0f\t%d\t\n", shape.Spans, shape.Attributes, shape.Services, thousands(m.sent.Accepted),
			m.cpu.Seconds()/float64(m.sent.Accepted)*1e6, m.peakRSS>>20)
	}
	return table.Flush()
}
