package cli

import (
	"context"
	"errors"
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
  opslog ls 'duration > 1s' -o ndjson | jq .name
  opslog ls --scope spans 'db.system = postgresql AND duration > 200ms'`,
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
	flags.StringVar(&l.scope, "scope", scopeEntries, "entries: what each service was asked for; roots: what nothing else of opslog asked for; spans: kept spans, by conditions on spans")
	_ = cmd.RegisterFlagCompletionFunc("scope", cobra.FixedCompletions([]string{scopeEntries, scopeRoots, scopeSpans}, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("service", completeService)
	_ = cmd.RegisterFlagCompletionFunc("status", cobra.FixedCompletions([]string{"ok", "error"}, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("kind", cobra.FixedCompletions([]string{"query", "command", "unknown"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (l *list) run(cmd *cobra.Command) error {
	if l.options.Limit < 1 {
		return usageError{fmt.Errorf("--limit is %d, want at least 1", l.options.Limit)}
	}
	zone, err := l.location()
	if err != nil {
		return err
	}
	if l.scope != scopeEntries { // what servers answer by themselves
		l.options.Scope = l.scope
	}
	switch l.scope {
	case scopeEntries, scopeRoots:
		return printed[*operation.Operation]{l, "operation", operationColumns(zone), operationPage, idOfOperation}.run(cmd)
	case scopeSpans:
		if l.options.Kind != "" {
			return usageError{errors.New("--kind is a kind of operations; for spans write it into the query: kind = client")}
		}
		return printed[*operation.Span]{l, "span", spanColumns(zone), spanPage, traceOfSpan}.run(cmd)
	default:
		return usageError{fmt.Errorf("--scope is %q, want entries, roots or spans", printable(l.scope, 40))}
	}
}

// Values of --scope.
const (
	scopeEntries = "entries"
	scopeRoots   = "roots"
	scopeSpans   = "spans"
)

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

// printed is a list of T as it is read and printed.
type printed[T any] struct {
	*list
	one     string // what a row is called
	columns []column[T]
	page    func(ctx context.Context, client *api.Client, o api.ListOptions) (items []T, next *string, err error)
	id      func(T) string // for -o id
}

func (p printed[T]) run(cmd *cobra.Command) error {
	columns, err := pick(p.columns, p.list.columns, p.output == outputWide)
	if err != nil {
		return err
	}
	if p.all {
		p.options.Limit = 1 << 30
	}
	p.options.From, p.options.To = p.start(), p.to
	client, ctx, cancel, err := p.client(cmd.Context())
	if err != nil {
		return err
	}
	defer cancel()
	rows, more, err := p.fetch(ctx, client)
	if err != nil {
		return inQuery(err, p.options.Query)
	}
	if err := p.print(cmd.OutOrStdout(), columns, rows); err != nil {
		return err
	}
	switch {
	case len(rows) == 0:
		p.say(cmd, "no %s fits; look further back with --since, which is %s", p.one, p.since)
	case more && (p.output == outputTable || p.output == outputWide):
		p.say(cmd, "there are more; raise --limit (%d) to see them", p.options.Limit)
	}
	return nil
}

// fetch reads pages until the limit is reached or nothing is left.
func (p printed[T]) fetch(ctx context.Context, client *api.Client) (rows []T, more bool, err error) {
	o := p.options
	for rows = []T{}; len(rows) < p.options.Limit; {
		o.Limit = min(p.options.Limit-len(rows), pageSize)
		items, next, err := p.page(ctx, client, o)
		if err != nil {
			return nil, false, err
		}
		rows = append(rows, items...)
		if next == nil {
			return rows, false, nil
		}
		o.Cursor = *next
	}
	return rows, true, nil
}

func (p printed[T]) print(w io.Writer, columns []column[T], rows []T) error {
	switch p.output {
	case outputJSON:
		return writeJSON(w, rows)
	case outputNDJSON:
		return writeNDJSON(w, rows)
	case outputCSV:
		return printCSV(w, columns, rows)
	case outputID:
		for _, row := range rows {
			_, _ = fmt.Fprintln(w, p.id(row))
		}
		return nil
	default:
		return printColumns(w, columns, rows, terminalWidth(w), p.paint(w))
	}
}

func operationPage(ctx context.Context, client *api.Client, o api.ListOptions) ([]*operation.Operation, *string, error) {
	page, err := client.Operations(ctx, o)
	if err != nil {
		return nil, nil, err
	}
	return page.Items, page.NextCursor, nil
}

func idOfOperation(op *operation.Operation) string { return op.ID.String() }

func spanPage(ctx context.Context, client *api.Client, o api.ListOptions) ([]*operation.Span, *string, error) {
	page, err := client.ListSpans(ctx, o)
	if err != nil {
		return nil, nil, err
	}
	return page.Items, page.NextCursor, nil
}

// traceOfSpan is what opslog show finds a span by.
func traceOfSpan(s *operation.Span) string { return s.TraceID.String() }
