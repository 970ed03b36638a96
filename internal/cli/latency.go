package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/api"
)

type latency struct {
	connection
	display
	window
	output                   output
	service, status, kind    string
	by, step, compare, field string
	limit                    int
	heatmap, failOnSlow      bool
	query                    string
}

func newLatency() *cobra.Command {
	l := &latency{}
	cmd := &cobra.Command{
		Use:   "latency [CONDITION]",
		Short: "See how long operations take: percentiles, a heatmap, versions or ranges against each other",
		Long: `Show percentiles of durations by name, the slowest first, with the course of p95 over the range.

--compare sets two values of --field (the version by default) or two ranges of time against each other:
  --compare 2.4.0..2.4.1   these two
  --compare latest         the two that were first seen latest
  --compare 24h            this range with the same one 24 hours earlier
A row is slower or faster when both sides have 30 operations, p95 moved by more than a tenth and the 95 % confidence
intervals of p95 do not meet.`,
		Example: `  opslog latency --since 6h
  opslog latency 'service = checkout' --heatmap
  opslog latency --by service --compare 24h
  opslog latency 'service = checkout' --compare 2.4.0..2.4.1 --fail-on-slower`,
		ValidArgsFunction: completeQuery,
		RunE: func(cmd *cobra.Command, args []string) error {
			l.query = strings.Join(args, " ")
			return l.run(cmd)
		},
	}
	l.connection.addFlags(cmd)
	l.display.addFlags(cmd)
	l.window.addFlags(cmd, "1h")
	l.output.addFlag(cmd, outputTable, outputJSON, outputNDJSON, outputCSV)
	flags := cmd.Flags()
	flags.StringVar(&l.service, "service", "", "only this service")
	flags.StringVar(&l.status, "status", "", "only ok or error")
	flags.StringVar(&l.kind, "kind", "", "only query, command or unknown")
	flags.StringVar(&l.by, "by", "name", "a row for each value of this field")
	flags.StringVar(&l.step, "step", "", "width of buckets of time of the course, like 5m")
	flags.StringVar(&l.compare, "compare", "", "A..B, latest, or how much earlier: 24h")
	flags.StringVar(&l.field, "field", "version", "with --compare A..B or latest: the field")
	flags.IntVarP(&l.limit, "limit", "n", 20, "at most so many rows")
	flags.BoolVar(&l.heatmap, "heatmap", false, "draw how many operations took how long, over time")
	flags.BoolVar(&l.failOnSlow, "fail-on-slower", false, "with --compare: end with exit code 5 when a row is slower")
	cmd.MarkFlagsMutuallyExclusive("compare", "heatmap")
	_ = cmd.RegisterFlagCompletionFunc("service", completeService)
	_ = cmd.RegisterFlagCompletionFunc("by", completeField)
	_ = cmd.RegisterFlagCompletionFunc("field", completeField)
	return cmd
}

func (l *latency) run(cmd *cobra.Command) error {
	switch {
	case l.limit < 1:
		return usageError{fmt.Errorf("--limit is %d, want at least 1", l.limit)}
	case piped(l.query):
		return usageError{errors.New("CONDITION takes no stages after |; opslog query does")}
	case l.failOnSlow && l.compare == "":
		return usageError{errors.New("--fail-on-slower goes with --compare")}
	}
	client, ctx, cancel, err := l.client(cmd.Context())
	if err != nil {
		return err
	}
	defer cancel()
	if l.compare != "" {
		return inQuery(l.runCompare(ctx, cmd, client), l.query)
	}
	return inQuery(l.runTable(ctx, cmd, client), l.query)
}

// filter are the parameters that every question of this command has.
func (l *latency) filter() url.Values {
	return values("q", l.query, "service", l.service, "status", l.status, "kind", l.kind, "from", l.start(), "to", l.to)
}

// values are parameters by name and value; what is empty is left out.
func values(pairs ...string) url.Values {
	out := url.Values{}
	for pair := range slices.Chunk(pairs, 2) {
		if pair[1] != "" {
			out.Set(pair[0], pair[1])
		}
	}
	return out
}

func (l *latency) runTable(ctx context.Context, cmd *cobra.Command, client *api.Client) error {
	zone, err := l.location()
	if err != nil {
		return err
	}
	v := l.filter()
	v.Set("by", l.by)
	if l.step != "" {
		v.Set("step", l.step)
	}
	if l.heatmap {
		v.Set("heatmap", "true")
	}
	var raw json.RawMessage
	if err := client.Get(ctx, "/latency", v, &raw); err != nil {
		return err
	}
	var course api.Latency
	if err := json.Unmarshal(raw, &course); err != nil {
		return fmt.Errorf("answer of /latency is not what this client understands: %w", err)
	}
	w := cmd.OutOrStdout()
	switch l.output {
	case outputJSON:
		return writeRaw(w, raw)
	case outputNDJSON:
		return writeNDJSON(w, course.Series)
	}
	rows, err := l.totals(ctx, client)
	if err != nil {
		return err
	}
	if len(rows.Rows) == 0 {
		l.say(cmd, "no operation fits; look further back with --since, which is %s", l.since)
		return nil
	}
	if l.output == outputCSV {
		return printCSV(w, rows.tableColumns(zone), rows.Rows)
	}
	if l.heatmap {
		drawHeatmap(w, course.Heatmap, terminalWidth(w), zone)
		_, _ = fmt.Fprintln(w)
	}
	columns := append(rows.tableColumns(zone), courseColumn(l.by, course.Series))
	if err := printColumns(w, columns, rows.Rows, terminalWidth(w), l.paint(w)); err != nil {
		return err
	}
	if rows.More {
		l.say(cmd, "there are more rows; raise --limit (%d) to see them", l.limit)
	}
	for _, d := range course.Deploys {
		l.say(cmd, "deploy: %s %s first seen %s", printable(d.Service, 40), printable(d.Version, 30), d.FirstSeen.Std().In(zone).Format("2006-01-02 15:04:05"))
	}
	return nil
}

// measures are the aggregates of a row.
const measures = "count, error_rate, p50(duration) as p50, p90(duration) as p90, p95(duration) as p95, p99(duration) as p99, max(duration) as max"

// totals are the percentiles of the whole range, which cannot be made of those of its parts.
func (l *latency) totals(ctx context.Context, client *api.Client) (*answer, error) {
	text := l.query + " | " + measures + " by " + l.by + " | sort p95 desc | limit " + strconv.Itoa(l.limit)
	return ask(ctx, client, l.conditions(text), l.start(), l.to)
}

// conditions puts what flags say before the query: /query knows no such parameters.
func (l *latency) conditions(text string) string {
	condition, stages := cutStages(text)
	parts := []string{}
	if condition != "" {
		parts = append(parts, "("+condition+")")
	}
	for _, one := range [][2]string{{"service", l.service}, {"status", l.status}, {"kind", l.kind}} {
		if one[1] != "" {
			parts = append(parts, one[0]+" = "+strconv.Quote(one[1]))
		}
	}
	return strings.TrimSpace(strings.Join(parts, " AND ") + " " + stages)
}

func piped(text string) bool {
	_, stages := cutStages(text)
	return stages != ""
}

// ask puts a query with aggregates.
func ask(ctx context.Context, client *api.Client, text, from, to string) (*answer, error) {
	out := &answer{}
	return out, inQuery(client.Get(ctx, "/query", values("q", text, "from", from, "to", to), out), text)
}

// courseColumn draws p95 over time for the rows' first column.
func courseColumn(by string, all []api.Series) column[[]any] {
	const room = 24
	lines := map[string]string{}
	for _, s := range all {
		if s.Name != "p95" {
			continue
		}
		points := make([]any, len(s.Points))
		for i, p := range s.Points {
			points[i] = p[1]
		}
		lines[labelOf(by, s.Labels)] = spark(points, room)
	}
	return column[[]any]{name: "P95 OVER TIME", text: func(row []any) string { return lines[cell(row[0])] }}
}

// labelOf is the value of the only label, whose name is the field's own or the short one that was asked for.
func labelOf(by string, labels map[string]any) string {
	if v, ok := labels[by]; ok {
		return cell(v)
	}
	for _, v := range labels {
		return cell(v)
	}
	return ""
}

// writeRaw prints an answer of the API unchanged, indented.
func writeRaw(w io.Writer, raw json.RawMessage) error {
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, raw, "", "  "); err != nil {
		return err
	}
	pretty.WriteByte('\n')
	_, err := w.Write(pretty.Bytes())
	return err
}
