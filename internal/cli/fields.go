package cli

import (
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/api"
)

type fieldLister struct {
	connection
	display
	window
	output output
	query  string
	prefix string
	limit  int
}

func newFields() *cobra.Command {
	f := &fieldLister{}
	cmd := &cobra.Command{
		Use:   "fields [NAME]",
		Short: "List the fields that queries know, or the values of one field",
		Example: `  opslog fields
  opslog fields service
  opslog fields error.type --query 'status = error' --since 1d`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeField,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				return f.values(cmd, args[0])
			}
			return f.catalogue(cmd)
		},
	}
	f.connection.addFlags(cmd)
	f.display.addFlags(cmd)
	f.window.addFlags(cmd, "1h")
	f.output.addFlag(cmd, outputTable, outputJSON, outputNDJSON, outputCSV, outputID)
	flags := cmd.Flags()
	flags.StringVar(&f.query, "query", "", "only of operations that fit this condition")
	flags.StringVar(&f.prefix, "prefix", "", "only what begins with this")
	flags.IntVarP(&f.limit, "limit", "n", 20, "of values: at most this many")
	return cmd
}

func (f *fieldLister) options() api.ListOptions {
	return api.ListOptions{Query: f.query, From: f.start(), To: f.to}
}

func (f *fieldLister) catalogue(cmd *cobra.Command) error {
	client, ctx, cancel, err := f.client(cmd.Context())
	if err != nil {
		return err
	}
	defer cancel()
	answer, err := client.Fields(ctx, f.prefix, f.options())
	if err != nil {
		return inQuery(err, f.query)
	}
	return printList(cmd.OutOrStdout(), f.output, &f.display, answer.Items, []column[api.FieldInfo]{
		{name: "FIELD", text: func(i api.FieldInfo) string { return i.Name }},
		{name: "TYPE", left: true, text: func(i api.FieldInfo) string { return i.Type }},
		{name: "SOURCE", text: func(i api.FieldInfo) string { return i.Source }},
	}, func(i api.FieldInfo) string { return i.Name })
}

func (f *fieldLister) values(cmd *cobra.Command, name string) error {
	if f.limit < 1 {
		return usageError{fmt.Errorf("--limit is %d, want at least 1", f.limit)}
	}
	client, ctx, cancel, err := f.client(cmd.Context())
	if err != nil {
		return err
	}
	defer cancel()
	o := f.options()
	o.Limit = f.limit
	answer, err := client.FieldValues(ctx, name, f.prefix, o)
	if err != nil {
		return inQuery(err, f.query)
	}
	return printList(cmd.OutOrStdout(), f.output, &f.display, answer.Items, []column[api.FieldValue]{
		{name: "VALUE", left: true, text: func(v api.FieldValue) string { return cell(v.Value) }},
		{name: "COUNT", text: func(v api.FieldValue) string { return strconv.FormatInt(v.Count, 10) }},
	}, func(v api.FieldValue) string { return cell(v.Value) })
}

// printList prints rows in any of the formats; id is what -o id prints of a row.
func printList[T any](w io.Writer, format output, d *display, rows []T, columns []column[T], id func(T) string) error {
	switch format {
	case outputJSON:
		if rows == nil {
			rows = []T{}
		}
		return writeJSON(w, rows)
	case outputNDJSON:
		return writeNDJSON(w, rows)
	case outputCSV:
		return printCSV(w, columns, rows)
	case outputID:
		for _, row := range rows {
			if _, err := fmt.Fprintln(w, printable(id(row), 1<<20)); err != nil {
				return err
			}
		}
		return nil
	default:
		return printColumns(w, columns, rows, terminalWidth(w), d.paint(w))
	}
}

// cell is a value of JSON as text.
func cell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}
