package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/explain"
	"github.com/opslog/opslog/internal/operation"
)

type before struct {
	connection
	display
	output output
	limit  int
	width  int
}

func newBefore() *cobra.Command {
	b := &before{}
	cmd := &cobra.Command{
		Use:   "before ID",
		Short: "Tell step by step what happened before the error of an operation",
		Long: `Print the steps, events and log records of an operation in order, up to its error and a little beyond, and what the same
user or session did in the minutes before. An operation that did not fail is told to its end. ID is an operation id, or a trace id, which stands for its first failed operation.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return b.run(cmd, args[0]) },
	}
	b.connection.addFlags(cmd)
	b.display.addFlags(cmd)
	b.output.addFlag(cmd, outputText, outputJSON, outputNDJSON)
	cmd.Flags().IntVarP(&b.limit, "limit", "n", 20, "at most this many")
	cmd.Flags().IntVar(&b.width, "width", 0, "break lines at this width; 0 is the terminal's")
	return cmd
}

func (b *before) run(cmd *cobra.Command, text string) error {
	if b.limit < 1 {
		return usageError{fmt.Errorf("--limit is %d, want at least 1", b.limit)}
	}
	id, err := operation.ParseID(text)
	if err != nil {
		return usageError{fmt.Errorf("ID: %w", err)}
	}
	client, ctx, cancel, err := b.client(cmd.Context())
	if err != nil {
		return err
	}
	defer cancel()
	in, err := gather(ctx, client, id)
	if err != nil {
		return err
	}
	lines := explain.Chronology(*in, b.limit)
	lines = append(lines, b.earlier(ctx, client, in.Operation)...)
	w := cmd.OutOrStdout()
	switch b.output {
	case outputJSON:
		return writeJSON(w, lines)
	case outputNDJSON:
		return writeNDJSON(w, lines)
	}
	if len(lines) == 0 {
		b.say(cmd, "no steps are recorded of this operation")
		return nil
	}
	width := b.width
	if width == 0 {
		width = terminalWidth(w)
	}
	_, err = io.WriteString(w, explain.TextOf(lines, width))
	return err
}

// earlier is what the same user or session did before, newest first. A server that does not tell is no failure.
func (b *before) earlier(ctx context.Context, client *api.Client, op *operation.Operation) []explain.Line {
	answer, err := client.Before(ctx, op.ID)
	if err != nil || len(answer.Earlier) == 0 {
		return nil
	}
	out := []explain.Line{{Text: "Before that, the same user or session:"}}
	for _, o := range answer.Earlier[:min(len(answer.Earlier), b.limit)] {
		out = append(out, explain.Line{Item: true, Text: fmt.Sprintf("%s before: %s on %s, %s, %s", duration(operation.Duration(op.StartTime-o.StartTime)),
			explain.Clean(o.Name, 80), explain.Clean(o.ServiceName, 40), duration(o.Duration), status(o))})
	}
	return out
}
