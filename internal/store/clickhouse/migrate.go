package clickhouse

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"github.com/ClickHouse/ch-go"

	"github.com/opslog/opslog/internal/store"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migration is one numbered step of the schema. Its statements can be run again: IF NOT EXISTS everywhere.
type migration struct {
	version  int64
	name     string
	checksum string // of the file, so that settings do not change it
	text     *template.Template
}

var migrations = loadMigrations()

func loadMigrations() []migration {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		panic(err)
	}
	out := make([]migration, len(names))
	for i, name := range names {
		content, err := fs.ReadFile(migrationFiles, name)
		if err != nil {
			panic(err)
		}
		base := path.Base(name)
		digits, _, _ := strings.Cut(base, "_")
		version, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || version != int64(i+1) {
			panic(fmt.Sprintf("clickhouse: migration %s is not number %d", base, i+1))
		}
		sum := sha256.Sum256(content)
		out[i] = migration{version, base, hex.EncodeToString(sum[:]), template.Must(template.New(base).Parse(string(content)))}
	}
	return out
}

// earlier are forms of a migration that differ in what makes a table fast, not in what it holds. A database that was
// made with one of them is as good; what cannot be changed in it, as the size of granules, stays as it was.
var earlier = map[string][]string{
	"0001_operations.sql": {
		"f45487d58c0887a1fa20f607613e59830bb8c209cdb1ac2534279118ea2a4a99", // granules of 8192 operations
		"a347f5011917bf9053b8a6ef520654b2853a872dba5b45122b61c5a240d83391", // of 2048
	},
}

// statements renders the migration. A semicolon at the end of a line ends a statement.
func (m migration) statements(l layout) ([]string, error) {
	var sql strings.Builder
	if err := m.text.Execute(&sql, l); err != nil {
		return nil, fmt.Errorf("render migration %s: %w", m.name, err)
	}
	var out []string
	for _, statement := range strings.Split(sql.String(), ";\n") {
		if statement = strings.TrimSpace(statement); statement != "" {
			out = append(out, statement)
		}
	}
	return out, nil
}

// applied is a row of schema_migrations.
type applied struct {
	version        int64
	name, checksum string
}

var appliedFields = []field[applied]{
	{"version", func(a *applied) any { return &a.version }},
	{"migration", func(a *applied) any { return &a.name }},
	{"checksum", func(a *applied) any { return &a.checksum }},
}

// migrate applies the migrations that the database does not have yet, unless another process is about it.
func (b *Backend) migrate(ctx context.Context) error {
	if err := b.adopt(ctx); err != nil {
		return err
	}
	pending, err := b.pending(ctx)
	if err != nil || len(pending) == 0 {
		return err
	}
	return b.claimed(ctx, func() error {
		pending, err := b.pending(ctx) // again: another process may have been quicker
		if err != nil {
			return err
		}
		for _, m := range pending {
			if err := b.apply(ctx, m); err != nil {
				return fmt.Errorf("apply migration %s: %w", m.name, err)
			}
		}
		return nil
	})
}

// ours are the tables that a foreign database may have too.
var ours = []string{"operations", "spans", "logs", "edges", "quality", "rollups", "error_days"}

// adopt makes the table of migrations, the first of all tables. A database that has others of our names without
// it is not ours.
func (b *Backend) adopt(ctx context.Context) error {
	var p params
	tables, err := b.texts(ctx, "SELECT name FROM system.tables WHERE database = "+p.text(b.cfg.Database), p)
	if err != nil || slices.Contains(tables, "schema_migrations") {
		return err
	}
	for _, name := range ours {
		if slices.Contains(tables, name) {
			return fmt.Errorf("%w: it has a table %s but no schema_migrations", store.ErrForeign, name)
		}
	}
	return b.exec(ctx, "CREATE TABLE IF NOT EXISTS "+b.layout.Table("schema_migrations")+b.layout.OnCluster()+
		" (version Int64, migration String, checksum String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))"+
		" ENGINE = "+b.layout.SharedEngine()+" ORDER BY version")
}

// pending are the migrations that are not applied. It refuses a schema that this opslog does not know.
func (b *Backend) pending(ctx context.Context) ([]migration, error) {
	sql := "SELECT version, migration, checksum FROM " + b.layout.Table("schema_migrations") + " FINAL ORDER BY version"
	rows, err := selectRows(ctx, b.pool, statement{sql: sql}, appliedFields)
	if err != nil {
		return nil, err
	}
	for i, row := range rows {
		switch {
		case row.version > int64(len(migrations)):
			return nil, fmt.Errorf("%w: it has version %d (%s), this opslog knows versions up to %d",
				store.ErrSchemaNewer, rows[len(rows)-1].version, rows[len(rows)-1].name, len(migrations))
		case row.version != int64(i+1):
			return nil, fmt.Errorf("%w: schema_migrations lacks version %d", store.ErrForeign, i+1)
		case row.checksum != migrations[i].checksum && !slices.Contains(earlier[row.name], row.checksum):
			return nil, fmt.Errorf("%w: migration %s was applied with other content than this opslog has", store.ErrForeign, row.name)
		}
	}
	return migrations[len(rows):], nil
}

func (b *Backend) apply(ctx context.Context, m migration) error {
	statements, err := m.statements(b.layout)
	if err != nil {
		return err
	}
	for _, statement := range statements {
		if err := b.exec(ctx, statement); err != nil {
			return err
		}
	}
	return b.record(ctx, m)
}

func (b *Backend) record(ctx context.Context, m migration) error {
	columns := newSet(appliedFields)
	return b.pool.do(ctx, func() (ch.Query, error) {
		columns.reset()
		err := columns.put(&applied{m.version, m.name, m.checksum})
		return columns.into(b.layout.Table("schema_migrations"), writeSettings(m.checksum)), err
	})
}
