package cli

import (
	"fmt"
	"io"
	"net/url"
	"strconv"

	"github.com/spf13/cobra"
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

// fieldInfo is a field as GET /fields tells it.
type fieldInfo struct {
	Name   string  `json:"name"`
	Type   string  `json:"type"`
	Source string  `json:"source"`
	Share  float64 `json:"share,omitempty"`
}

// fieldValue is a value as GET /fields/{name}/values tells it.
type fieldValue struct {
	Value any   `json:"value"`
	Count int64 `json:"count"`
}

func (f *fieldLister) parameters() url.Values {
	v := url.Values{"from": {f.start()}}
	for name, value := range map[string]string{"to": f.to, "q": f.query, "prefix": f.prefix} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}

func (f *fieldLister) catalogue(cmd *cobra.Command) error {
	client, ctx, cancel, err := f.client(cmd.Context())
	if err != nil {
		return err
	}
	defer cancel()
	var answer struct {
		Items []fieldInfo `json:"items"`
	}
	if err := client.Get(ctx, "/fields", f.parameters(), &answer); err != nil {
		return inQuery(err, f.query)
	}
	return printList(cmd.OutOrStdout(), f.output, &f.display, answer.Items, []column[fieldInfo]{
		{name: "FIELD", text: func(i fieldInfo) string { return i.Name }},
		{name: "TYPE", left: true, text: func(i fieldInfo) string { return i.Type }},
		{name: "SOURCE", text: func(i fieldInfo) string { return i.Source }},
	}, func(i fieldInfo) string { return i.Name })
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
	v := f.parameters()
	v.Set("limit", strconv.Itoa(f.limit))
	var answer struct {
		Items []fieldValue `json:"items"`
	}
	if err := client.Get(ctx, "/fields/"+url.PathEscape(name)+"/values", v, &answer); err != nil {
		return inQuery(err, f.query)
	}
	return printList(cmd.OutOrStdout(), f.output, &f.display, answer.Items, []column[fieldValue]{
		{name: "VALUE", left: true, text: func(v fieldValue) string { return cell(v.Value) }},
		{name: "COUNT", text: func(v fieldValue) string { return strconv.FormatInt(v.Count, 10) }},
	}, func(v fieldValue) string { return cell(v.Value) })
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
