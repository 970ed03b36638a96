package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
)

// pageSize is how many operations one request asks for.
const pageSize = 1000

type list struct {
	connection
	output  output
	options api.ListOptions
	since   string
	utc     bool
}

func newList() *cobra.Command {
	l := &list{}
	cmd := &cobra.Command{
		Use:     "ls [QUERY]",
		Aliases: []string{"search"},
		Short:   "List operations, newest first",
		Example: `  opslog ls --status error --since 1h
  opslog ls 'status = error AND service = checkout'
  opslog ls 'duration > 1s' -o ndjson | jq .name`,
		RunE: func(cmd *cobra.Command, args []string) error {
			l.options.Query = strings.Join(args, " ")
			return l.run(cmd)
		},
	}
	l.connection.addFlags(cmd)
	l.output.addFlag(cmd)
	flags := cmd.Flags()
	flags.StringVar(&l.since, "since", "1h", "how far back to look: 30s, 15m, 1h, 7d")
	flags.StringVar(&l.options.From, "from", "", "start of the range: RFC 3339, now-1h or nanoseconds; instead of --since")
	flags.StringVar(&l.options.To, "to", "", "end of the range")
	flags.StringVar(&l.options.Service, "service", "", "only this service")
	flags.StringVar(&l.options.Status, "status", "", "only ok or error")
	flags.StringVar(&l.options.Kind, "kind", "", "only query, command or unknown")
	flags.IntVarP(&l.options.Limit, "limit", "n", 50, "at most this many")
	flags.BoolVar(&l.utc, "utc", false, "print times in UTC instead of local time")
	return cmd
}

func (l *list) run(cmd *cobra.Command) error {
	if l.options.Limit < 1 {
		return usageError{fmt.Errorf("--limit is %d, want at least 1", l.options.Limit)}
	}
	if l.options.From == "" {
		l.options.From = "now-" + strings.TrimPrefix(l.since, "now-")
	}
	client, ctx, cancel, err := l.client(cmd.Context())
	if err != nil {
		return err
	}
	defer cancel()
	ops, more, err := fetch(ctx, client, l.options)
	if err != nil {
		return inQuery(err, l.options.Query)
	}
	if err := l.print(cmd.OutOrStdout(), ops); err != nil {
		return err
	}
	if more && l.output == outputTable {
		_, _ = fmt.Fprintf(cmd.ErrOrStderr(), "there are more; raise --limit (%d) to see them\n", l.options.Limit)
	}
	return nil
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

func (l *list) print(w io.Writer, ops []*operation.Operation) error {
	switch l.output {
	case outputJSON:
		if ops == nil {
			ops = []*operation.Operation{}
		}
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(ops)
	case outputNDJSON:
		enc := json.NewEncoder(w)
		for _, op := range ops {
			if err := enc.Encode(op); err != nil {
				return err
			}
		}
		return nil
	default:
		return printTable(w, ops, l.location())
	}
}

func (l *list) location() *time.Location {
	if l.utc {
		return time.UTC
	}
	return time.Local
}

func printTable(w io.Writer, ops []*operation.Operation, in *time.Location) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(tw, "TIME\tSTATUS\tKIND\tOPERATION\tSERVICE\tDURATION\tSPANS\tWHAT\tID")
	for _, op := range ops {
		_, _ = fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n",
			op.StartTime.Std().In(in).Format("2006-01-02 15:04:05.000"), status(op), op.Kind, printable(op.Name, 60),
			printable(op.ServiceName, 30), duration(op.Duration), spans(op), printable(what(op), 60), op.ID)
	}
	return tw.Flush()
}
