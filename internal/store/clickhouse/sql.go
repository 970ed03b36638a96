package clickhouse

import (
	"embed"
	"fmt"
	"strings"
	"text/template"
)

//go:embed queries/*.sql
var queryFiles embed.FS

var queries = template.Must(template.ParseFS(queryFiles, "queries/*.sql"))

// fragments fill the template of a query. They are SQL made here: values are bound, see params.
type fragments struct {
	layout
	Columns string
	Where   string
	Limit   string

	Operations string // the condition on operations where there is another one on their spans

	Inner, Groups, Having string // of aggregates
	Order                 string // of aggregates and of lists with an order of their own
}

// render fills the named template.
func render(name string, f fragments) (string, error) {
	var sql strings.Builder
	if err := queries.ExecuteTemplate(&sql, name, f); err != nil {
		return "", fmt.Errorf("render %s: %w", name, err)
	}
	return strings.TrimSpace(sql.String()), nil
}

// all joins conditions that must all hold.
func all(conditions []string) string {
	if len(conditions) == 0 {
		return "true"
	}
	return strings.Join(conditions, "\n    AND ")
}
