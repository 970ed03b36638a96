//go:build cgo && !noduckdb

package embedded

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"github.com/opslog/opslog/internal/store"
)

// migration is one numbered step of a file's schema.
type migration struct {
	version int64
	name    string
	sql     *template.Template
}

// migrationsOf reads migrations/KIND/NNNN_name.sql; their numbers run from 1 without gaps.
func migrationsOf(kind string) []migration {
	parsed := parse("migrations/" + kind)
	var out []migration
	for i, name := range slices.Sorted(maps.Keys(parsed)) {
		number, _, _ := strings.Cut(name, "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil || version != int64(i+1) {
			panic(fmt.Sprintf("embedded: migration %s/%s.sql has no number or breaks the row", kind, name))
		}
		out = append(out, migration{version: version, name: name, sql: parsed[name]})
	}
	return out
}

// migrate brings an attached file to the newest schema. A file without tables gets all steps.
func migrate(ctx context.Context, db *sql.DB, segment, kind string) error {
	steps := migrations[kind]
	version, err := schemaVersion(ctx, db, segment)
	if err != nil {
		return err
	}
	if newest := steps[len(steps)-1].version; version > newest {
		return fmt.Errorf("%w: schema %d of %s, this opslog knows up to %d; use the newer opslog", store.ErrSchemaNewer, version, segment, newest)
	}
	for _, step := range steps[version:] {
		if err := apply(ctx, db, segment, step); err != nil {
			return fmt.Errorf("apply migration %s to %s: %w", step.name, segment, err)
		}
	}
	return nil
}

// schemaVersion is 0 for a file without tables.
func schemaVersion(ctx context.Context, db *sql.DB, segment string) (int64, error) {
	names, err := tableNames(ctx, db, segment)
	switch {
	case err != nil:
		return 0, err
	case len(names) == 0:
		return 0, nil
	case !slices.Contains(names, "schema_migrations"):
		return 0, fmt.Errorf("%w: %s has tables (%s) but no schema_migrations", store.ErrForeign, segment, strings.Join(names, ", "))
	}
	var version int64
	if err := db.QueryRowContext(ctx, render("schema_version", fields{"Segment": segment})).Scan(&version); err != nil {
		return 0, fmt.Errorf("read the schema version of %s: %w", segment, err)
	}
	return version, nil
}

func tableNames(ctx context.Context, db *sql.DB, segment string) ([]string, error) {
	rows, err := db.QueryContext(ctx, render("tables", nil), segment)
	if err != nil {
		return nil, fmt.Errorf("list the tables of %s: %w", segment, err)
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, fmt.Errorf("list the tables of %s: %w", segment, err)
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

// apply makes one step and its record in one transaction.
func apply(ctx context.Context, db *sql.DB, segment string, step migration) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	values := fields{"Segment": segment}
	if step.version == 1 {
		if _, err := tx.ExecContext(ctx, render("create_migrations", values)); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, execute(step.sql, values)); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, render("record_migration", values), step.version, step.name); err != nil {
		return err
	}
	return tx.Commit()
}
