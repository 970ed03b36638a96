package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/operation"
)

type asker struct {
	connection
	display
	window
	output  output
	columns columnFlag
	step    string
	chart   bool
	failIf  []string
}

func newQuery() *cobra.Command {
	a := &asker{}
	cmd := &cobra.Command{
		Use:   "query 'CONDITION | AGGREGATES by FIELDS'",
		Short: "Count and measure operations; a condition alone lists them",
		Example: `  opslog query 'status = error | count by service'
  opslog query '| p95(duration), count by service, 5m' --since 6h
  opslog query 'service = checkout | p95(duration)' --fail-if 'p95(duration) > 1s'`,
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: completeQuery,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.run(cmd, strings.Join(args, " ")) },
	}
	a.connection.addFlags(cmd)
	a.display.addFlags(cmd)
	a.window.addFlags(cmd, "1h")
	a.output.addFlag(cmd, outputTable, outputJSON, outputNDJSON, outputCSV)
	flags := cmd.Flags()
	flags.StringSliceVar((*[]string)(&a.columns), "columns", nil, "columns of the table, in this order")
	flags.StringVar(&a.step, "step", "", "width of buckets of time, like 5m, where the query leaves it open")
	flags.BoolVar(&a.chart, "chart", false, "draw series over time also where the output is no terminal")
	flags.StringArrayVar(&a.failIf, "fail-if", nil, "exit code 5 if this holds for any row, such as 'p95(duration) > 1s'; may be repeated")
	return cmd
}

// answer is what GET /query says.
type answer struct {
	Columns []answerColumn `json:"columns"`
	Rows    [][]any        `json:"rows"`
	More    bool           `json:"more"`
	Partial *struct {
		Reason string `json:"reason"`
	} `json:"partial"`
}

type answerColumn struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	Unit  string `json:"unit"`
	Group bool   `json:"group"`
}

// list answers what opslog ls would: a condition alone asks for operations, not for numbers of them.
func (a *asker) list(cmd *cobra.Command, text string) error {
	l := &list{connection: a.connection, display: a.display, window: a.window, output: a.output, columns: a.columns, scope: scopeEntries}
	l.options.Query, l.options.Limit = text, 50
	return l.run(cmd)
}

func (a *asker) run(cmd *cobra.Command, text string) error {
	if !strings.ContainsAny(text, "|\n") && a.step == "" && len(a.failIf) == 0 {
		return a.list(cmd, text)
	}
	zone, err := a.location()
	if err != nil {
		return err
	}
	conditions, err := conditionsOf(a.failIf)
	if err != nil {
		return err
	}
	client, ctx, cancel, err := a.client(cmd.Context())
	if err != nil {
		return err
	}
	defer cancel()
	v := url.Values{"q": {text}, "from": {a.start()}}
	if a.to != "" {
		v.Set("to", a.to)
	}
	if a.step != "" {
		v.Set("step", a.step)
	}
	var raw json.RawMessage
	if err := client.Get(ctx, "/query", v, &raw); err != nil {
		return inQuery(err, text)
	}
	var got answer
	if err := json.Unmarshal(raw, &got); err != nil {
		return fmt.Errorf("answer of /query is not what this client understands: %w", err)
	}
	if err := a.print(cmd.OutOrStdout(), raw, &got, zone); err != nil {
		return err
	}
	if got.Partial != nil {
		a.say(cmd, "this is a part of the answer: %s", printable(got.Partial.Reason, 100))
	}
	if got.More {
		a.say(cmd, "there are more rows; put | limit N behind the query to see them")
	}
	return got.check(conditions)
}

func (a *asker) print(w io.Writer, raw json.RawMessage, got *answer, zone *time.Location) error {
	switch a.output {
	case outputJSON:
		return writeRaw(w, raw)
	case outputNDJSON:
		return got.ndjson(w)
	}
	if a.output == outputTable && len(a.columns) == 0 && (a.chart || isTerminal(w)) && got.timeColumn() >= 0 && len(got.Rows) > 0 {
		return got.draw(w, terminalWidth(w), zone)
	}
	columns, err := pick(got.tableColumns(zone), a.columns, false)
	if err != nil {
		return err
	}
	if a.output == outputCSV {
		return printCSV(w, columns, got.Rows)
	}
	return printColumns(w, columns, got.Rows, terminalWidth(w), a.paint(w))
}

// ndjson prints a row a line, with the columns' names.
func (a *answer) ndjson(w io.Writer) error {
	rows := make([]map[string]any, len(a.Rows))
	for i, row := range a.Rows {
		rows[i] = map[string]any{}
		for k, c := range a.Columns {
			if k < len(row) {
				rows[i][c.Name] = row[k]
			}
		}
	}
	return writeNDJSON(w, rows)
}

func (a *answer) tableColumns(zone *time.Location) []column[[]any] {
	out := make([]column[[]any], len(a.Columns))
	for k, c := range a.Columns {
		value := func(row []any) any {
			if k < len(row) {
				return row[k]
			}
			return nil
		}
		out[k] = column[[]any]{name: strings.ToUpper(c.Name), left: c.Type == "string",
			text: func(row []any) string { return c.text(value(row), zone, timeLayout) },
			raw:  func(row []any) string { return c.raw(value(row), zone) }}
	}
	return out
}

// text is a value for people.
func (c *answerColumn) text(v any, zone *time.Location, layout string) string {
	n, isNumber := v.(float64)
	switch {
	case v == nil:
		return "-"
	case c.Type == "time":
		if at, ok := timeOf(v); ok {
			return at.Std().In(zone).Format(layout)
		}
	case c.Type == "duration" && isNumber:
		return duration(operation.Duration(n))
	case c.Unit == "ratio" && isNumber:
		return strconv.FormatFloat(n*100, 'f', 2, 64) + "%"
	case c.Unit == "1/s" && isNumber:
		return strconv.FormatFloat(n, 'g', 4, 64) + "/s"
	case isNumber && n == math.Trunc(n):
		return strconv.FormatFloat(n, 'f', -1, 64)
	case isNumber:
		return strconv.FormatFloat(n, 'g', 6, 64)
	}
	return cell(v)
}

// raw is a value for programs: times as RFC 3339, durations in milliseconds.
func (c *answerColumn) raw(v any, zone *time.Location) string {
	if v == nil {
		return ""
	}
	if at, ok := timeOf(v); ok && c.Type == "time" {
		return at.Std().In(zone).Format(time.RFC3339Nano)
	}
	if n, ok := v.(float64); ok && c.Type == "duration" {
		return strconv.FormatFloat(n/1e6, 'f', -1, 64)
	}
	return cell(v)
}

func timeOf(v any) (operation.Time, bool) {
	text, ok := v.(string)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return operation.Time(n), err == nil
}

// timeColumn is the place of the buckets of time, -1 when there are none.
func (a *answer) timeColumn() int {
	return slices.IndexFunc(a.Columns, func(c answerColumn) bool { return c.Group && c.Type == "time" })
}
