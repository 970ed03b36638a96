package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

// Redactor is the redaction of a collector configuration.
type Redactor interface {
	// Texts redacts texts and returns as many.
	Texts(ctx context.Context, texts []string) ([]string, error)
	// OTLP redacts an OTLP JSON document; before is the same document in the same notation.
	OTLP(ctx context.Context, document []byte) (before, after []byte, err error)
	// Report lists what was found so far.
	Report(ctx context.Context) ([]RedactionFinding, error)
	Close(ctx context.Context) error
}

// RedactionFinding is how often a rule found something in a kind of place. It holds no value.
type RedactionFinding struct {
	Rule, Action, Signal, Location string
	Count                          int64
}

// RedactorOptions say which redaction is meant.
type RedactorOptions struct {
	Config          []string
	Processor, Mode string
}

// OpenRedactor starts the redaction that the options name.
type OpenRedactor func(context.Context, RedactorOptions) (Redactor, error)

type redact struct {
	RedactorOptions
	open         OpenRedactor
	format       string
	report, diff bool
}

func newRedact(open OpenRedactor) *cobra.Command {
	r := &redact{open: open}
	cmd := &cobra.Command{
		Use:   "redact [FILE...]",
		Short: "Redact text, JSON lines or OTLP JSON as the collector would",
		Long: "Redact files, or standard input, by the pii_redaction section of a collector configuration, and print the " +
			"result; the name - is standard input. --report prints what was found instead, --diff what changes; neither prints a value that was found.",
		Example: "  kubectl logs shop | opslog redact\n  opslog redact --report --config config.yaml access.log\n  opslog redact --diff traces.json",
		Args:    cobra.ArbitraryArgs,
		RunE:    func(cmd *cobra.Command, args []string) error { return r.run(cmd, args) },
	}
	f := cmd.Flags()
	f.StringArrayVar(&r.Config, "config", nil, "collector configuration, as the collector takes it; without one the processor's defaults hold")
	f.StringVar(&r.Processor, "processor", "", "name of the processor in the configuration, when it has several: pii_redaction/strict")
	f.StringVar(&r.Mode, "mode", "", "run in this mode instead of the configured one: enforce, report or allowlist")
	f.StringVar(&r.format, "format", "auto", "what the input is: auto, text, jsonl or otlp")
	f.BoolVar(&r.report, "report", false, "print how often each rule found something, and where")
	f.BoolVar(&r.diff, "diff", false, "print the lines that change, what was found only as its shape")
	cmd.AddCommand(newRedactTest())
	return cmd
}

func (r *redact) run(cmd *cobra.Command, files []string) error {
	switch r.format {
	case "auto", "text", "jsonl", "otlp":
	default:
		return usageError{fmt.Errorf("--format is %q, want auto, text, jsonl or otlp", r.format)}
	}
	ctx := cmd.Context()
	redactor, err := r.open(ctx, r.RedactorOptions)
	if err != nil {
		return usageError{err}
	}
	err = r.all(ctx, cmd, redactor, files)
	return errors.Join(err, redactor.Close(ctx))
}

func (r *redact) all(ctx context.Context, cmd *cobra.Command, redactor Redactor, files []string) error {
	out := cmd.OutOrStdout()
	sink := r.sink(out)
	if len(files) == 0 {
		if err := r.one(ctx, redactor, "-", cmd.InOrStdin(), sink); err != nil {
			return err
		}
	}
	for _, name := range files {
		if name == "-" {
			if err := r.one(ctx, redactor, name, cmd.InOrStdin(), sink); err != nil {
				return err
			}
			continue
		}
		f, err := os.Open(name)
		if err != nil {
			return usageError{err}
		}
		err = r.one(ctx, redactor, name, f, sink)
		_ = f.Close()
		if err != nil {
			return err
		}
	}
	if !r.report {
		return nil
	}
	found, err := redactor.Report(ctx)
	if err != nil {
		return err
	}
	return printFindings(out, found)
}

// one redacts one input.
func (r *redact) one(ctx context.Context, redactor Redactor, name string, in io.Reader, sink sink) error {
	input := newRedactInput(in)
	format := r.format
	if format == "auto" {
		format = input.guess()
	}
	var err error
	if format == "otlp" {
		err = redactOTLP(ctx, redactor, name, input, sink)
	} else {
		err = redactLines(ctx, redactor, name, input, format == "text", sink)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// sink takes what stands at a line of an input, before and after.
type sink func(name string, line int, before, after string) error

// sink prints the data, or the difference, or nothing where only the report is wanted.
func (r *redact) sink(w io.Writer) sink {
	switch {
	case r.diff:
		return func(name string, line int, before, after string) error {
			return printDiff(w, name, line, before, after)
		}
	case r.report:
		return func(string, int, string, string) error { return nil }
	}
	return func(_ string, _ int, _, after string) error {
		_, err := io.WriteString(w, after+"\n")
		return err
	}
}

func printFindings(w io.Writer, found []RedactionFinding) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(t, "COUNT\tRULE\tACTION\tSIGNAL\tLOCATION")
	for _, f := range found {
		_, _ = fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%s\n", f.Count, f.Rule, f.Action, f.Signal, f.Location)
	}
	return t.Flush()
}
