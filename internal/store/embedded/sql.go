//go:build cgo && !noduckdb

package embedded

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"text/template"
)

//go:embed queries/*.sql migrations/*/*.sql
var sqlFiles embed.FS

var (
	queries    = parse("queries")
	migrations = map[string][]migration{
		"meta": migrationsOf("meta"), operations.name: migrationsOf(operations.name),
		spans.name: migrationsOf(spans.name), logs.name: migrationsOf(logs.name),
		edges.name: migrationsOf(edges.name), quality.name: migrationsOf(quality.name),
		rollups.name: migrationsOf(rollups.name), errorDays.name: migrationsOf(errorDays.name),
	}
)

// parse reads all .sql files of a folder as templates with named fields.
func parse(folder string) map[string]*template.Template {
	files, err := fs.Glob(sqlFiles, folder+"/*.sql")
	if err != nil {
		panic(err)
	}
	out := map[string]*template.Template{}
	for _, file := range files {
		text, err := sqlFiles.ReadFile(file)
		if err != nil {
			panic(err)
		}
		name := strings.TrimSuffix(strings.TrimPrefix(file, folder+"/"), ".sql")
		out[name] = template.Must(template.New(name).Option("missingkey=error").Parse(string(text)))
	}
	return out
}

// fields fill a template. Only names, numbers and SQL made here go in; what users say is always a parameter.
type fields map[string]any

func render(name string, values fields) string { return execute(queries[name], values) }

func execute(t *template.Template, values fields) string {
	var b strings.Builder
	if err := t.Execute(&b, values); err != nil {
		panic(fmt.Sprintf("embedded: render %s.sql: %v", t.Name(), err))
	}
	return b.String()
}

// literal is text as SQL writes it, for the few statements that take no parameters.
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// quoted is a name as SQL writes it.
func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
