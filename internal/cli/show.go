package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
)

// slack is added around an operation when its trace's parts are looked for: clocks differ, callers start earlier.
const slack = operation.Time(10 * time.Minute)

type show struct {
	connection
	display
	output output
	selection
	attributes, logs, payload bool
	onPath                    bool
	width                     int
}

func newShow() *cobra.Command {
	s := &show{}
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show one operation as a tree of its spans",
		Long:  "Show one operation. ID is an operation id, or a trace id, which shows the first operation of the trace.",
		Args:  cobra.ExactArgs(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return s.run(cmd, args[0]) },
	}
	s.connection.addFlags(cmd)
	s.display.addFlags(cmd)
	s.output.addFlag(cmd, outputTree, outputTable, outputJSON, outputNDJSON, outputID)
	flags := cmd.Flags()
	flags.BoolVar(&s.errors, "errors", false, "only spans that failed, and those above them")
	flags.DurationVar(&s.least, "min", 0, "only spans of at least this time or that failed, and those above them")
	flags.IntVar(&s.depth, "depth", 0, "at most so many levels; 0 is all")
	flags.BoolVar(&s.onPath, "critical", false, "only spans of the critical path or that failed, and those above them; how much of it each is")
	flags.IntVar(&s.width, "width", 0, "draw when each span ran, on lines so wide; 0 is the terminal's width")
	flags.BoolVar(&s.attributes, "attrs", false, "the operation's attributes, too")
	flags.BoolVar(&s.payload, "payload", false, "the request and the answer, too")
	flags.BoolVar(&s.logs, "logs", false, "the trace's log records, too")
	return cmd
}

func (s *show) run(cmd *cobra.Command, text string) error {
	in, err := s.location()
	if err != nil {
		return err
	}
	id, err := operation.ParseID(text)
	if err != nil {
		return usageError{fmt.Errorf("ID: %w", err)}
	}
	client, ctx, cancel, err := s.client(cmd.Context())
	if err != nil {
		return err
	}
	defer cancel()
	op, err := find(ctx, client, id)
	if err != nil {
		return err
	}
	w := cmd.OutOrStdout()
	switch s.output {
	case outputJSON:
		return writeJSON(w, op)
	case outputNDJSON:
		return writeNDJSON(w, []*operation.Operation{op})
	case outputID:
		_, err := fmt.Fprintln(w, op.ID)
		return err
	}
	around := api.Around{From: op.StartTime - slack, To: op.StartTime + operation.Time(op.Duration) + slack}
	kept, err := client.Spans(ctx, op.TraceID, around)
	if err != nil {
		return err
	}
	if s.onPath {
		if s.critical, err = readCritical(ctx, client, op.TraceID, around); err != nil {
			return err
		}
	}
	kept.Items = s.prune(kept.Items, op.SpanID)
	printOperation(w, op, kept, in, drawing{critical: s.critical, room: s.room(w)})
	if s.attributes {
		printAttributes(w, "attributes", op.Attributes)
	}
	if s.payload {
		printPayload(w, op)
	}
	if s.logs {
		logs, err := client.Logs(ctx, op.TraceID, around)
		if err != nil {
			return err
		}
		printLogs(w, logs.Items, in)
	}
	_, _ = fmt.Fprintf(w, "\n%s/operations/%s\n", client.Server(), op.ID)
	return nil
}

// drawing is what a tree has beside names and times.
type drawing struct {
	critical *critical
	room     int // for bars; 0 is none
}

// room is how wide bars are: a third of the line, and no bars where nothing says how wide that is.
func (s *show) room(w io.Writer) int {
	const most, of = 48, 3
	width := s.width
	if width == 0 {
		width = terminalWidth(w)
	}
	return min(most, width/of)
}

// find reads the operation with the id, or the first one of the trace with the id.
func find(ctx context.Context, client *api.Client, id operation.ID) (*operation.Operation, error) {
	op, err := client.Operation(ctx, id)
	var problem *api.Problem
	if err == nil || !errors.As(err, &problem) || problem.Status != http.StatusNotFound {
		return op, err
	}
	list, traceErr := client.TraceOperations(ctx, operation.TraceID(id), api.Around{})
	if traceErr != nil {
		return nil, traceErr
	}
	if len(list.Items) == 0 {
		return nil, err
	}
	return client.Operation(ctx, list.Items[0].ID)
}

// kindOf is what kind of operation it is, and of a command how far it came.
func kindOf(op *operation.Operation) string {
	if op.Kind != operation.KindCommand {
		return op.Kind
	}
	return op.Kind + " " + strings.ReplaceAll(op.CommandState(), "_", " ")
}

func printOperation(w io.Writer, op *operation.Operation, kept *api.SpanList, in *time.Location, d drawing) {
	_, _ = fmt.Fprintf(w, "%s %s   %s   %s   %s\n", status(op), printable(op.Name, 100),
		strings.TrimSpace(printable(op.ServiceName, 60)+" "+printable(op.ServiceVersion, 30)), duration(op.Duration),
		op.StartTime.Std().In(in).Format("2006-01-02 15:04:05.000"))
	_, _ = fmt.Fprintf(w, "operation %s   trace %s   %d spans, %d errors   %s\n", op.ID, op.TraceID, op.SpanCount, op.ErrorSpanCount, kindOf(op))
	if op.ErrorType != "" || op.ErrorMessage != "" {
		_, _ = fmt.Fprintf(w, "error: %s\n", printable(what(op), 300))
	}
	_, _ = fmt.Fprintln(w)
	lines := tree(kept.Items, op.SpanID)
	if len(lines) == 0 {
		printSteps(w, op)
	} else {
		printTree(w, op, lines, d)
	}
	if kept.Truncated {
		_, _ = fmt.Fprintf(w, "only the first %d spans of the trace are shown\n", len(kept.Items))
	}
	for _, f := range op.Findings {
		_, _ = fmt.Fprintf(w, "finding: %s: %s\n", f.Kind, printable(f.Evidence, 200))
	}
}

func printTree(w io.Writer, op *operation.Operation, lines []line, d drawing) {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, l := range lines {
		name := l.prefix + printable(l.span.Name, 80)
		took := duration(l.total)
		if l.count > 1 {
			name = fmt.Sprintf("%s ×%d", name, l.count)
			took += " total"
		}
		took += "\t"
		if d.room > 0 {
			took += bar(op, l.span, d.room) + "\t"
		}
		said := strings.Join(append(marks(op, l), d.critical.marks(l.span.SpanID)...), "  ")
		_, _ = fmt.Fprintf(tw, "%s\t%s\t%s%s\n", name, printable(l.span.ServiceName, 30), took, said)
	}
	_ = tw.Flush()
}

func marks(op *operation.Operation, l line) []string {
	var out []string
	if l.span.Status == operation.StatusError {
		out = append(out, strings.TrimSpace("✕ "+printable(l.span.StatusMessage, 80)))
	}
	if l.span.SpanID == op.SlowestStepSpanID {
		out = append(out, "← Slowest!")
	}
	return out
}

// printSteps stands in for the tree when the spans were sampled out: the record keeps what they added up to.
func printSteps(w io.Writer, op *operation.Operation) {
	_, _ = fmt.Fprintln(w, "no spans of this operation are stored: sampled out, or still to come")
	if len(op.External) == 0 && op.SlowestStepName == "" {
		return
	}
	_, _ = fmt.Fprintln(w, "what the record says of them:")
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, s := range op.External {
		_, _ = fmt.Fprintf(tw, "  %s\t%s\t×%d\t%s total\t%d errors\n", s.Category, printable(s.Template, 80), s.Count, duration(s.Total), s.Errors)
	}
	_ = tw.Flush()
	if op.SlowestStepName != "" {
		_, _ = fmt.Fprintf(w, "  slowest step: %s (%s of its own)\n", printable(op.SlowestStepName, 80), duration(op.SlowestStepSelfTime))
	}
}
