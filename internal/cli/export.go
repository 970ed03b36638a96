package cli

import (
	"fmt"
	"io"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

type exporter struct {
	connection
	display
	window
	format string
	file   string
	sort   string
	fields string
	limit  int
}

func newExport() *cobra.Command {
	e := &exporter{}
	cmd := &cobra.Command{
		Use:   "export [QUERY]",
		Short: "Write all operations of a query to a file",
		Example: `  opslog export 'kind = command' --since 7d --file commands.ndjson
  opslog export --format csv --fields time,service,name,duration > operations.csv`,
		ValidArgsFunction: completeQuery,
		RunE:              func(cmd *cobra.Command, args []string) error { return e.run(cmd, strings.Join(args, " ")) },
	}
	e.connection.addFlags(cmd)
	e.display.addFlags(cmd)
	e.window.addFlags(cmd, "1h")
	flags := cmd.Flags()
	const patience = 10 * time.Minute
	e.timeout, flags.Lookup("timeout").DefValue = patience, patience.String()
	flags.StringVar(&e.format, "format", "ndjson", "ndjson or csv")
	flags.StringVar(&e.file, "file", "", "write to this file; standard output by default")
	flags.StringVar(&e.sort, "sort", "", "fields to sort by, such as duration:desc; newest first by default")
	flags.StringVar(&e.fields, "fields", "", "only these fields, separated by commas")
	flags.IntVarP(&e.limit, "limit", "n", 100_000, "at most this many")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"ndjson", "csv"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (e *exporter) run(cmd *cobra.Command, text string) (err error) {
	if e.format != "ndjson" && e.format != "csv" {
		return usageError{fmt.Errorf("--format is %q, want ndjson or csv", printable(e.format, 40))}
	}
	client, ctx, cancel, err := e.client(cmd.Context())
	if err != nil {
		return err
	}
	defer cancel()
	v := url.Values{"from": {e.start()}, "format": {e.format}, "limit": {strconv.Itoa(e.limit)}}
	for name, value := range map[string]string{"q": text, "to": e.to, "sort": e.sort, "fields": e.fields} {
		if value != "" {
			v.Set(name, value)
		}
	}
	stream, err := client.Stream(ctx, "/export", v, nil)
	if err != nil {
		return inQuery(err, text)
	}
	defer func() { _ = stream.Close() }()
	w := cmd.OutOrStdout()
	if e.file != "" {
		f, err := os.Create(e.file)
		if err != nil {
			return usageError{fmt.Errorf("--file: %w", err)}
		}
		defer func() {
			if closed := f.Close(); err == nil && closed != nil {
				err = fmt.Errorf("write %s: %w", e.file, closed)
			}
		}()
		w = f
	}
	progress := &counter{w: w, tell: func(lines int64) { _, _ = fmt.Fprintf(cmd.ErrOrStderr(), "\r%d lines", lines) }, now: time.Now}
	progress.silent = e.quiet || !isTerminal(cmd.ErrOrStderr()) || isTerminal(w)
	if _, err := io.Copy(progress, stream); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	if !progress.silent {
		progress.tell(progress.lines)
		_, _ = fmt.Fprintln(cmd.ErrOrStderr())
	}
	return nil
}

// counter passes on what is written, and tells now and then how many lines it was.
type counter struct {
	w      io.Writer
	tell   func(lines int64)
	now    func() time.Time
	silent bool
	lines  int64
	told   time.Time
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.lines += int64(strings.Count(string(p[:n]), "\n"))
	const pause = 200 * time.Millisecond
	if at := c.now(); !c.silent && at.Sub(c.told) >= pause {
		c.told = at
		c.tell(c.lines)
	}
	return n, err
}
