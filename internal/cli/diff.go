package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
)

type differ struct {
	connection
	display
	output output
	all    bool
}

func newDiff() *cobra.Command {
	d := &differ{}
	cmd := &cobra.Command{
		Use:   "diff ID ID",
		Short: "Compare two operations: outcome, times, calls, changes and findings",
		Example: `  opslog diff 019aa4b6450037eb54d676065c356c67 019aa4b6450047eb54d676065c356c68
  opslog diff SLOW FAST -o csv`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error { return d.run(cmd, args) },
	}
	d.connection.addFlags(cmd)
	d.display.addFlags(cmd)
	d.output.addFlag(cmd, outputTable, outputJSON, outputNDJSON, outputCSV)
	cmd.Flags().BoolVar(&d.all, "all", false, "what is equal, too")
	return cmd
}

// difference is one thing in which two operations differ, or do not.
type difference struct {
	What   string `json:"what"`
	A      string `json:"a"`
	B      string `json:"b"`
	Change string `json:"change,omitempty"`
}

func (d *differ) run(cmd *cobra.Command, args []string) error {
	client, ctx, cancel, err := d.client(cmd.Context())
	if err != nil {
		return err
	}
	defer cancel()
	a, err := operationOf(ctx, client, args[0])
	if err != nil {
		return err
	}
	b, err := operationOf(ctx, client, args[1])
	if err != nil {
		return err
	}
	rows := compare(a, b)
	if !d.all {
		rows = slices.DeleteFunc(rows, func(r difference) bool { return r.A == r.B })
	}
	return d.print(cmd.OutOrStdout(), rows)
}

func operationOf(ctx context.Context, client *api.Client, text string) (*operation.Operation, error) {
	id, err := operation.ParseID(text)
	if err != nil {
		return nil, usageError{fmt.Errorf("ID %q: %w", printable(text, 40), err)}
	}
	return find(ctx, client, id)
}

func (d *differ) print(w io.Writer, rows []difference) error {
	switch d.output {
	case outputJSON:
		if rows == nil {
			rows = []difference{}
		}
		return writeJSON(w, rows)
	case outputNDJSON:
		return writeNDJSON(w, rows)
	}
	columns := []column[difference]{
		{name: "WHAT", left: true, text: func(r difference) string { return r.What }},
		{name: "A", left: true, text: func(r difference) string { return r.A }},
		{name: "B", left: true, text: func(r difference) string { return r.B }},
		{name: "CHANGE", text: func(r difference) string { return r.Change }},
	}
	if d.output == outputCSV {
		return printCSV(w, columns, rows)
	}
	return printColumns(w, columns, rows, terminalWidth(w), d.paint(w))
}

// compare lists what is worth comparing, the most important first.
func compare(a, b *operation.Operation) []difference {
	var out []difference
	text := func(what, x, y string) {
		out = append(out, difference{What: what, A: printable(x, 80), B: printable(y, 80)})
	}
	took := func(what string, x, y operation.Duration) {
		out = append(out, difference{What: what, A: duration(x), B: duration(y), Change: change(float64(x), float64(y))})
	}
	count := func(what string, x, y int64) {
		out = append(out, difference{What: what, A: strconv.FormatInt(x, 10), B: strconv.FormatInt(y, 10), Change: change(float64(x), float64(y))})
	}
	text("operation", a.Name, b.Name)
	text("service", a.ServiceName, b.ServiceName)
	text("version", a.ServiceVersion, b.ServiceVersion)
	text("environment", a.Environment, b.Environment)
	text("host", a.HostName, b.HostName)
	text("status", status(a), status(b))
	text("error", errorOf(a), errorOf(b))
	took("duration", a.Duration, b.Duration)
	took("own work", a.SelfTime, b.SelfTime)
	for _, c := range []struct {
		name string
		x, y *operation.Calls
	}{{"database", &a.DB, &b.DB}, {"http", &a.HTTP, &b.HTTP}, {"rpc", &a.RPC, &b.RPC}, {"messaging", &a.Messaging, &b.Messaging},
		{"cache", &a.Cache, &b.Cache}, {"files", &a.File, &b.File}} {
		if c.x.Calls+c.y.Calls > 0 {
			count(c.name+" calls", c.x.Calls, c.y.Calls)
			took(c.name+" time", c.x.Time, c.y.Time)
		}
	}
	count("spans", a.SpanCount, b.SpanCount)
	count("cache misses", a.CacheMisses, b.CacheMisses)
	out = append(out, compareSteps(a, b)...)
	out = append(out, compareEffects(a, b)...)
	text("findings", findingKinds(a), findingKinds(b))
	return out
}

func errorOf(op *operation.Operation) string {
	if op.ErrorType == "" && op.ErrorMessage == "" {
		return ""
	}
	return what(op)
}

// change is how much more or less b is.
func change(a, b float64) string {
	switch {
	case a == b:
		return ""
	case a == 0:
		return "new"
	case b == 0:
		return "gone"
	case b > 2*a:
		return fmt.Sprintf("×%.3g", b/a)
	default:
		return fmt.Sprintf("%+.0f%%", (b-a)/a*100)
	}
}

// compareSteps pairs the calls of both by what they ask.
func compareSteps(a, b *operation.Operation) []difference {
	type key struct{ category, target, template string }
	var order []key
	first, second := map[key]*operation.Step{}, map[key]*operation.Step{}
	for side, steps := range [][]operation.Step{a.External, b.External} {
		for i := range steps {
			s := &steps[i]
			k := key{s.Category, s.Target, s.Template}
			if first[k] == nil && second[k] == nil {
				order = append(order, k)
			}
			if side == 0 {
				first[k] = s
			} else {
				second[k] = s
			}
		}
	}
	var out []difference
	for _, k := range order {
		x, y := first[k], second[k]
		row := difference{What: printable("call: "+k.template, 80), A: stepCell(x), B: stepCell(y)}
		switch {
		case x == nil:
			row.Change = "new"
		case y == nil:
			row.Change = "gone"
		default:
			row.Change = change(float64(x.Total), float64(y.Total))
		}
		out = append(out, row)
	}
	return out
}

func stepCell(s *operation.Step) string {
	if s == nil {
		return ""
	}
	text := fmt.Sprintf("×%d %s", s.Count, duration(s.Total))
	if s.Errors > 0 {
		text += fmt.Sprintf(" ✕%d", s.Errors)
	}
	return text
}

func compareEffects(a, b *operation.Operation) []difference {
	var order []string
	cells := [2]map[string][]string{{}, {}}
	for side, op := range []*operation.Operation{a, b} {
		for i := range op.Effects {
			e := &op.Effects[i]
			name := printable(strings.TrimSpace("change: "+e.Action+" "+e.Target), 80)
			if cells[0][name] == nil && cells[1][name] == nil {
				order = append(order, name)
			}
			if cell := strings.ReplaceAll(e.Outcome, "_", " "); !slices.Contains(cells[side][name], cell) {
				cells[side][name] = append(cells[side][name], cell)
			}
		}
	}
	var out []difference
	for _, name := range order {
		out = append(out, difference{What: name, A: strings.Join(cells[0][name], ", "), B: strings.Join(cells[1][name], ", ")})
	}
	return out
}
