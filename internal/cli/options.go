package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// output is the value of -o.
type output string

const (
	outputTable  output = "table"
	outputWide   output = "wide"
	outputText   output = "text"
	outputTree   output = "tree"
	outputJSON   output = "json"
	outputNDJSON output = "ndjson"
	outputCSV    output = "csv"
	outputID     output = "id"
)

// outputFlag is -o of a command that has some of the formats.
type outputFlag struct {
	value    *output
	accepted []string
}

// addFlag adds -o with the accepted formats, by themselves table, json and ndjson; the first is the default.
func (o *output) addFlag(cmd *cobra.Command, accepted ...output) {
	if len(accepted) == 0 {
		accepted = []output{outputTable, outputJSON, outputNDJSON}
	}
	*o = accepted[0]
	f := &outputFlag{value: o}
	for _, a := range accepted {
		f.accepted = append(f.accepted, string(a))
	}
	cmd.Flags().VarP(f, "output", "o", "how to print: "+f.choice())
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(f.accepted, cobra.ShellCompDirectiveNoFileComp))
}

func (f *outputFlag) choice() string {
	n := len(f.accepted)
	if n == 1 {
		return f.accepted[0]
	}
	return strings.Join(f.accepted[:n-1], ", ") + " or " + f.accepted[n-1]
}

func (f *outputFlag) String() string { return string(*f.value) }
func (f *outputFlag) Type() string   { return "format" }
func (f *outputFlag) Set(s string) error {
	if !slices.Contains(f.accepted, s) {
		return fmt.Errorf("want %s", f.choice())
	}
	*f.value = output(s)
	return nil
}

// display holds the flags that say how things look.
type display struct {
	tz      string
	utc     bool
	noColor bool
	quiet   bool
}

func (d *display) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&d.tz, "tz", "", "time zone to print times in, such as Europe/Berlin; this machine's by default")
	flags.BoolVar(&d.utc, "utc", false, "print times in UTC")
	flags.BoolVar(&d.noColor, "no-color", false, "no colours (also NO_COLOR; never when the output is no terminal)")
	flags.BoolVarP(&d.quiet, "quiet", "q", false, "say nothing beside the data")
}

// location is the zone in which times are printed.
func (d *display) location() (*time.Location, error) {
	switch {
	case d.utc:
		return time.UTC, nil
	case d.tz == "":
		return time.Local, nil
	}
	zone, err := time.LoadLocation(d.tz)
	if err != nil {
		return nil, usageError{fmt.Errorf("--tz is %q, want a name like Europe/Berlin or UTC", d.tz)}
	}
	return zone, nil
}

// say tells the person something about the data.
func (d *display) say(cmd *cobra.Command, format string, args ...any) {
	if !d.quiet {
		_, _ = fmt.Fprintf(cmd.ErrOrStderr(), format+"\n", args...)
	}
}

// paint is how to colour what goes to w.
func (d *display) paint(w io.Writer) painter {
	return painter(!d.noColor && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isTerminal(w))
}

// painter colours text when it is true.
type painter bool

func (p painter) red(s string) string { return p.with("31", s) }
func (p painter) dim(s string) string { return p.with("2", s) }

func (p painter) with(code, s string) string {
	if !p || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// terminalWidth is that of the terminal behind w, 0 when there is none.
func terminalWidth(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// span of time that a command looks at.
type window struct{ since, from, to string }

func (r *window) addFlags(cmd *cobra.Command, since string) {
	flags := cmd.Flags()
	flags.StringVar(&r.since, "since", since, "how far back to look: 30s, 15m, 1h, 7d")
	flags.StringVar(&r.from, "from", "", "start of the range: RFC 3339, now-1h or nanoseconds; instead of --since")
	flags.StringVar(&r.to, "to", "", "end of the range")
	cmd.MarkFlagsMutuallyExclusive("since", "from")
}

// start is the range's beginning as the API takes it.
func (r *window) start() string {
	if r.from != "" {
		return r.from
	}
	return "now-" + strings.TrimPrefix(r.since, "now-")
}

// writeJSON prints one value for people and programs.
func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// writeNDJSON prints a value a line.
func writeNDJSON[T any](w io.Writer, items []T) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, item := range items {
		if err := enc.Encode(item); err != nil {
			return err
		}
	}
	return nil
}
