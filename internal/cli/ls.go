package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
)

// pageSize is how many operations one request asks for.
const pageSize = 1000

type list struct {
	connection
	display
	window
	output  output
	columns columnFlag
	options api.ListOptions
	all     bool
	scope   string
}

func newList() *cobra.Command {
	l := &list{}
	cmd := &cobra.Command{
		Use:     "ls [QUERY]",
		Aliases: []string{"search"},
		Short:   "List operations, newest first",
		Example: `  opslog ls --status error --since 1h
  opslog ls 'status = error AND service = checkout'
  opslog ls 'duration > 1s' --sort duration:desc --limit 10
  opslog ls 'duration > 1s' -o ndjson | jq .name`,
		ValidArgsFunction: completeQuery,
		RunE: func(cmd *cobra.Command, args []string) error {
			l.options.Query = strings.Join(args, " ")
			return l.run(cmd)
		},
	}
	l.connection.addFlags(cmd)
	l.display.addFlags(cmd)
	l.window.addFlags(cmd, "1h")
	l.output.addFlag(cmd, outputTable, outputWide, outputJSON, outputNDJSON, outputCSV, outputID)
	flags := cmd.Flags()
	flags.StringSliceVar((*[]string)(&l.columns), "columns", nil, "columns of the table, in this order")
	flags.StringVar(&l.options.Service, "service", "", "only this service")
	flags.StringVar(&l.options.Status, "status", "", "only ok or error")
	flags.StringVar(&l.options.Kind, "kind", "", "only query, command or unknown")
	flags.StringVar(&l.options.Sort, "sort", "", "fields to sort by, such as duration:desc,start_time:asc; newest first by default")
	flags.IntVarP(&l.options.Limit, "limit", "n", 50, "at most this many")
	flags.BoolVar(&l.all, "all", false, "all of them, instead of --limit")
	flags.StringVar(&l.scope, "scope", scopeEntries, "entries: what each service was asked for; roots: what nothing else of opslog asked for")
	_ = cmd.RegisterFlagCompletionFunc("scope", cobra.FixedCompletions([]string{scopeEntries, scopeRoots}, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("service", completeService)
	_ = cmd.RegisterFlagCompletionFunc("status", cobra.FixedCompletions([]string{"ok", "error"}, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("kind", cobra.FixedCompletions([]string{"query", "command", "unknown"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (l *list) run(cmd *cobra.Command) error {
	if l.options.Limit < 1 {
		return usageError{fmt.Errorf("--limit is %d, want at least 1", l.options.Limit)}
	}
	if err := l.narrow(); err != nil {
		return err
	}
	columns, err := l.layout()
	if err != nil {
		return err
	}
	if l.all {
		l.options.Limit = 1 << 30
	}
	l.options.From, l.options.To = l.start(), l.to
	client, ctx, cancel, err := l.client(cmd.Context())
	if err != nil {
		return err
	}
	defer cancel()
	ops, more, err := fetch(ctx, client, l.options)
	if err != nil {
		return inQuery(err, l.options.Query)
	}
	if err := l.print(cmd.OutOrStdout(), columns, ops); err != nil {
		return err
	}
	switch {
	case len(ops) == 0:
		l.say(cmd, "no operation fits; look further back with --since, which is %s", l.since)
	case more && (l.output == outputTable || l.output == outputWide):
		l.say(cmd, "there are more; raise --limit (%d) to see them", l.options.Limit)
	}
	return nil
}

// Values of --scope.
const (
	scopeEntries = "entries"
	scopeRoots   = "roots"
)

// narrow puts the scope into the query, before its stages.
func (l *list) narrow() error {
	switch l.scope {
	case scopeEntries:
		return nil
	case scopeRoots:
		const roots = "NOT parent EXISTS"
		condition, stages := cutStages(l.options.Query)
		if condition == "" {
			condition = roots
		} else {
			condition = "(" + condition + ") AND " + roots
		}
		l.options.Query = strings.TrimSpace(condition + " " + stages)
		return nil
	default:
		return usageError{fmt.Errorf("--scope is %q, want entries or roots", printable(l.scope, 40))}
	}
}

// cutStages parts a query before its first | that is not within quotes.
func cutStages(text string) (condition, stages string) {
	quote := byte(0)
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case c == quote:
			quote = 0
		case quote == 0 && c == '|':
			return strings.TrimSpace(text[:i]), text[i:]
		}
	}
	return strings.TrimSpace(text), ""
}

// fetch reads pages until the limit is reached or nothing is left.
func fetch(ctx context.Context, client *api.Client, o api.ListOptions) (ops []*operation.Operation, more bool, err error) {
	limit := o.Limit
	for len(ops) < limit {
		o.Limit = min(limit-len(ops), pageSize)
		page, err := client.Operations(ctx, o)
		if err != nil {
			return nil, false, err
		}
		ops = append(ops, page.Items...)
		if page.NextCursor == nil {
			return ops, false, nil
		}
		o.Cursor = *page.NextCursor
	}
	return ops, true, nil
}

// layout is the chosen columns.
func (l *list) layout() ([]column[*operation.Operation], error) {
	zone, err := l.location()
	if err != nil {
		return nil, err
	}
	return pick(operationColumns(zone), l.columns, l.output == outputWide)
}

func (l *list) print(w io.Writer, columns []column[*operation.Operation], ops []*operation.Operation) error {
	switch l.output {
	case outputJSON:
		if ops == nil {
			ops = []*operation.Operation{}
		}
		return writeJSON(w, ops)
	case outputNDJSON:
		return writeNDJSON(w, ops)
	case outputCSV:
		return printCSV(w, columns, ops)
	case outputID:
		for _, op := range ops {
			_, _ = fmt.Fprintln(w, op.ID)
		}
		return nil
	default:
		return printColumns(w, columns, ops, terminalWidth(w), l.paint(w))
	}
}
