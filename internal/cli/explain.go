package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/explain"
	"github.com/opslog/opslog/internal/operation"
)

// Recording is what OTLP files hold: redacted, and derived as the collector does it.
type Recording interface {
	// All are the operations, those with errors first.
	All() []*operation.Operation
	// Input is what the recording knows about one of them.
	Input(*operation.Operation) explain.Input
}

// ReadFiles reads OTLP files as one recording.
type ReadFiles func(ctx context.Context, files []io.Reader) (Recording, error)

type explainer struct {
	connection
	display
	read      ReadFiles
	output    output
	operation string
	trace     string
	limit     int
	width     int
	around    time.Duration
}

func newExplain(read ReadFiles) *cobra.Command {
	e := &explainer{read: read}
	cmd := &cobra.Command{
		Use:   "explain ID | FILE...",
		Short: "Tell the story of one operation in plain sentences",
		Long: `Tell how an operation ended, why it failed, what it did and changed, where its time went and what is worth fixing.

ID is an operation id, or a trace id, which stands for the trace's first operation, or the first that failed.
FILE is OTLP as the collector's file exporter or an SDK writes it (JSON, JSON lines, protobuf, also compressed), - is
standard input. Files are redacted before anything else; nothing of them is sent or stored. Several files, such as one
of spans and one of log records, are read as one.`,
		Example: `  opslog explain 019aa4b6450037eb54d676065c356c67
  opslog explain traces.jsonl logs.jsonl --operation 'POST /checkout'
  ssh gateway cat spans.json.zst | opslog explain - --trace 5b8aa5a2d2c872e8321cf37308d69df2`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return e.run(cmd, args) },
	}
	e.connection.addFlags(cmd)
	e.display.addFlags(cmd)
	e.output.addFlag(cmd, outputText, outputJSON, outputNDJSON)
	flags := cmd.Flags()
	flags.StringVar(&e.operation, "operation", "", "of a file: only operations with this id, name or part of a name")
	flags.StringVar(&e.trace, "trace", "", "of a file: only operations of this trace")
	flags.IntVarP(&e.limit, "limit", "n", 10, "of a file: at most this many stories")
	flags.IntVar(&e.width, "width", 0, "break lines at this width; 0 is the terminal's")
	flags.DurationVar(&e.around, "around", time.Hour, "how far around the operation to look for the same error")
	return cmd
}

func (e *explainer) run(cmd *cobra.Command, args []string) error {
	zone, err := e.location()
	if err != nil {
		return err
	}
	if e.limit < 1 {
		return usageError{fmt.Errorf("--limit is %d, want at least 1", e.limit)}
	}
	inputs, more, err := e.inputs(cmd, args)
	if err != nil {
		return err
	}
	stories := make([]*explain.Story, len(inputs))
	for i := range inputs {
		inputs[i].Zone = zone
		stories[i] = explain.Of(inputs[i])
	}
	if err := e.print(cmd.OutOrStdout(), stories); err != nil {
		return err
	}
	if more > 0 {
		e.say(cmd, "%d more operations are in there; raise --limit (%d) or choose with --operation or --trace", more, e.limit)
	}
	return nil
}

// inputs reads files when the first argument names one, else the server.
func (e *explainer) inputs(cmd *cobra.Command, args []string) (inputs []explain.Input, more int, err error) {
	if args[0] == "-" || isFile(args[0]) {
		return e.fromFiles(cmd, args)
	}
	id, err := operation.ParseID(args[0])
	if err != nil || len(args) > 1 {
		return nil, 0, usageError{fmt.Errorf("%q is neither a file nor an operation's or trace's id of 32 hex digits", args[0])}
	}
	client, ctx, cancel, err := e.client(cmd.Context())
	if err != nil {
		return nil, 0, err
	}
	defer cancel()
	in, err := gather(ctx, client, id)
	if err != nil {
		return nil, 0, err
	}
	op := in.Operation
	near := nearTo(op)
	if ops, err := client.TraceOperations(ctx, op.TraceID, near); err == nil {
		in.Others = ops.Items
	}
	in.Attempts = attempts(ctx, client, op)
	in.Same = same(ctx, client, op, e.around)
	return []explain.Input{*in}, 0, nil
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && !info.IsDir()
}

func (e *explainer) fromFiles(cmd *cobra.Command, names []string) (inputs []explain.Input, more int, err error) {
	var files []io.Reader
	for _, name := range names {
		if name == "-" {
			files = append(files, cmd.InOrStdin())
			continue
		}
		f, err := os.Open(name)
		if err != nil {
			return nil, 0, usageError{err}
		}
		defer func() { _ = f.Close() }()
		files = append(files, f)
	}
	recording, err := e.read(cmd.Context(), files)
	if err != nil {
		return nil, 0, fmt.Errorf("read %s: %w", strings.Join(names, ", "), err)
	}
	for _, op := range recording.All() {
		if !e.chosen(op) {
			continue
		}
		if len(inputs) == e.limit {
			more++
			continue
		}
		inputs = append(inputs, recording.Input(op))
	}
	if len(inputs) == 0 {
		return nil, 0, notFound{errors.New("no operation in there fits")}
	}
	return inputs, more, nil
}

// chosen tells whether an operation of a file is asked for.
func (e *explainer) chosen(op *operation.Operation) bool {
	if e.trace != "" && !strings.EqualFold(e.trace, op.TraceID.String()) {
		return false
	}
	return e.operation == "" || strings.EqualFold(e.operation, op.ID.String()) ||
		strings.Contains(strings.ToLower(op.Name), strings.ToLower(e.operation))
}

func (e *explainer) print(w io.Writer, stories []*explain.Story) error {
	switch e.output {
	case outputJSON:
		if len(stories) == 1 {
			return writeJSON(w, stories[0])
		}
		return writeJSON(w, stories)
	case outputNDJSON:
		enc := json.NewEncoder(w)
		for _, s := range stories {
			if err := enc.Encode(s); err != nil {
				return err
			}
		}
		return nil
	default:
		width := e.width
		if width == 0 {
			width = terminalWidth(w)
		}
		for i, s := range stories {
			if i > 0 {
				_, _ = fmt.Fprintln(w, "\n----")
			}
			if _, err := io.WriteString(w, s.Text(width)); err != nil {
				return err
			}
		}
		return nil
	}
}

// gather asks the server for an operation and what happened in it. What it does not answer beyond the operation is
// left out of the story.
func gather(ctx context.Context, client *api.Client, id operation.ID) (*explain.Input, error) {
	op, err := findFailed(ctx, client, id)
	if err != nil {
		return nil, err
	}
	in := &explain.Input{Operation: op}
	near := nearTo(op)
	if spans, err := client.Spans(ctx, op.TraceID, near); err == nil {
		in.Spans = spans.Items
	}
	if logs, err := client.Logs(ctx, op.TraceID, near); err == nil {
		in.Logs = logs.Items
	}
	return in, nil
}

func nearTo(op *operation.Operation) api.Around {
	return api.Around{From: op.StartTime - slack, To: op.StartTime + operation.Time(op.Duration) + slack}
}

// findFailed is find, with the first failed operation of a trace before the first one.
func findFailed(ctx context.Context, client *api.Client, id operation.ID) (*operation.Operation, error) {
	op, err := client.Operation(ctx, id)
	var problem *api.Problem
	if err == nil || !errors.As(err, &problem) || problem.Status != http.StatusNotFound {
		return op, err
	}
	list, traceErr := client.TraceOperations(ctx, operation.TraceID(id), api.Around{})
	if traceErr != nil || len(list.Items) == 0 {
		return nil, err
	}
	first := list.Items[0]
	for _, op := range list.Items {
		if op.Status == operation.StatusError {
			first = op
			break
		}
	}
	return client.Operation(ctx, first.ID)
}

// attempts are the operations that tried the same command, within a day.
func attempts(ctx context.Context, client *api.Client, op *operation.Operation) []*operation.Operation {
	first := op.RetryOf
	if first.IsZero() {
		if op.Attempt == 0 && op.Status != operation.StatusError {
			return nil
		}
		first = op.ID
	}
	const day = 24 * time.Hour
	page, err := client.Operations(ctx, api.ListOptions{
		Query: fmt.Sprintf("operation_id = %s OR retry_of = %s", first, first),
		From:  nanoseconds(op.StartTime - operation.Time(day)), To: nanoseconds(op.StartTime + operation.Time(day)), Limit: 64,
	})
	if err != nil || len(page.Items) < 2 {
		return nil
	}
	return page.Items
}

// same counts the other operations with the same error.
func same(ctx context.Context, client *api.Client, op *operation.Operation, around time.Duration) *explain.Same {
	if op.ErrorFingerprint == "" || around <= 0 {
		return nil
	}
	detail, err := client.Error(ctx, op.ErrorFingerprint, api.Around{From: op.StartTime - operation.Time(around), To: op.StartTime + operation.Time(around)})
	if err != nil {
		return nil
	}
	out := &explain.Same{Where: fmt.Sprintf("within %s of it", duration(around))}
	for _, g := range detail.Groups {
		if g.Service == op.ServiceName {
			g.Count-- // this one
		}
		if g.Count > 0 {
			out.Add(g.Service, g.Operations, g.Count, g.FirstSeen, g.LastSeen)
		}
	}
	return out
}
