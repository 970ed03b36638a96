package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/graph"
	"github.com/opslog/opslog/internal/operation"
)

type serviceMap struct {
	connection
	output  output
	options api.MapOptions
	since   string
	byOp    bool
	compare string
}

func newMap() *cobra.Command {
	m := &serviceMap{}
	cmd := &cobra.Command{
		Use:   "map [SERVICE]",
		Short: "Show who calls whom, how often, and how well it goes",
		Long:  "Show the service map: the calls between services, databases, queues and hosts. SERVICE leaves only what is around it.",
		Example: `  opslog map --since 1h
  opslog map checkout --depth 2
  opslog map --compare 24h
  opslog map checkout --operations -o ndjson | jq .target`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			m.options.Focus = strings.Join(args, "")
			return m.run(cmd)
		},
	}
	m.connection.addFlags(cmd)
	m.output.addFlag(cmd)
	flags := cmd.Flags()
	flags.StringVar(&m.since, "since", "1h", "how far back to look: 30s, 15m, 1h, 7d")
	flags.StringVar(&m.options.From, "from", "", "start of the range: RFC 3339, now-1h or nanoseconds; instead of --since")
	flags.StringVar(&m.options.To, "to", "", "end of the range")
	flags.StringVar(&m.options.Environment, "environment", "", "only this environment")
	flags.IntVar(&m.options.Depth, "depth", 1, "how many calls away from SERVICE")
	flags.StringVar(&m.compare, "compare", "", "set the range against the same one so much earlier, such as 24h")
	flags.BoolVar(&m.byOp, "operations", false, "tell calls apart by operation")
	return cmd
}

func (m *serviceMap) run(cmd *cobra.Command) error {
	if m.options.From == "" {
		m.options.From = "now-" + strings.TrimPrefix(m.since, "now-")
	}
	if m.byOp {
		m.options.By = "operation"
	}
	client, ctx, cancel, err := m.client(cmd.Context())
	if err != nil {
		return err
	}
	defer cancel()
	if m.compare != "" {
		return m.runCompare(ctx, cmd, client)
	}
	answer, err := client.Map(ctx, m.options)
	if err != nil {
		return err
	}
	return printMap(cmd.OutOrStdout(), answer, m.output)
}

// runCompare sets the range against the same one earlier.
func (m *serviceMap) runCompare(ctx context.Context, cmd *cobra.Command, client *api.Client) error {
	r, err := rangesOf(m.compare, m.options.From, m.options.To, operation.TimeOf(time.Now()))
	if err != nil {
		return err
	}
	at := m.options
	at.From, at.To = r.from, r.to
	now, err := client.Map(ctx, at)
	if err != nil {
		return err
	}
	at.From, at.To = r.fromBefore, r.toBefore
	before, err := client.Map(ctx, at)
	if err != nil {
		return err
	}
	return printChanges(cmd.OutOrStdout(), m.output, edgeChanges(before, now), printEdgeChanges)
}

func printMap(w io.Writer, m *api.ServiceMap, o output) error {
	enc := json.NewEncoder(w)
	switch o {
	case outputJSON:
		enc.SetIndent("", "  ")
		return enc.Encode(m)
	case outputNDJSON:
		for _, e := range m.Edges {
			if err := enc.Encode(e); err != nil {
				return err
			}
		}
		return nil
	default:
		return printEdges(w, m)
	}
}

func printEdges(w io.Writer, m *api.ServiceMap) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(tw, "FROM\t\tTO\tSYSTEM\tCALLS\tERRORS\tUSUAL\tP50\tP95\tNETWORK\tWHAT")
	for _, e := range m.Edges {
		arrow := "→"
		if e.Async {
			arrow = "⇢"
		}
		p50, p95, network := e.ClientP50, e.ClientP95, "-"
		if p95 == 0 {
			p50, p95 = e.ServerP50, e.ServerP95
		}
		if !e.Inferred {
			network = duration(e.NetworkMean)
		}
		_, _ = fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\n", end(e.Source, e.SourceOperation), arrow, end(e.Target, e.TargetOperation),
			printable(e.System, 20), e.Calls, percent(e.ErrorRate), usual(e), duration(p50), duration(p95), network, remark(e))
	}
	return tw.Flush()
}

// end is one end of an edge: a service by its name, everything else with its kind.
func end(id, operation string) string {
	name := strings.TrimPrefix(id, "service:")
	if operation != "" {
		name += " " + operation
	}
	return printable(name, 60)
}

func percent(share float64) string {
	switch {
	case share == 0:
		return "0"
	case share < 0.001:
		return "<0.1%"
	default:
		return fmt.Sprintf("%.1f%%", 100*share)
	}
}

func usual(e *graph.Edge) string {
	if e.BaselineErrorRate == nil {
		return "-"
	}
	return percent(*e.BaselineErrorRate)
}

// remark says what is odd about an edge.
func remark(e *graph.Edge) string {
	var out []string
	if e.Unpaired > 0 {
		out = append(out, fmt.Sprintf("%d without the other side's span", e.Unpaired))
	}
	if e.Retries > 0 {
		out = append(out, fmt.Sprintf("%d sent again", e.Retries))
	}
	if e.CircuitOpen > 0 {
		out = append(out, fmt.Sprintf("%d stopped by a circuit breaker", e.CircuitOpen))
	}
	return strings.Join(out, ", ")
}
