package clickhouse

import (
	"context"
	"fmt"
	"slices"

	"github.com/ClickHouse/ch-go"
)

// capabilities are what the server can do; older ones work without, slower.
type capabilities struct {
	version    string
	textIndex  bool // indexes over words
	exactFinal bool // skip indexes that are exact while rows wait for their replacement
}

// prepare reaches the server and makes the database what the configuration asks for.
func (b *Backend) prepare(ctx context.Context) (capabilities, error) {
	able, err := b.probe(ctx)
	if err != nil {
		return able, err
	}
	if err := b.createDatabase(ctx); err != nil {
		return able, fmt.Errorf("create database %s: %w", b.cfg.Database, err)
	}
	if err := b.migrate(ctx); err != nil {
		return able, fmt.Errorf("prepare schema of database %s: %w", b.cfg.Database, err)
	}
	if err := b.adjust(ctx, able); err != nil {
		return able, fmt.Errorf("adjust tables of database %s: %w", b.cfg.Database, err)
	}
	return able, nil
}

const (
	settingTextIndex  = "enable_full_text_index" // since text indexes are no experiment (26.2)
	settingExactFinal = "use_skip_indexes_if_final_exact_mode"
)

func (b *Backend) probe(ctx context.Context) (capabilities, error) {
	version, err := b.texts(ctx, "SELECT version()", params{})
	if err != nil {
		return capabilities{}, err
	}
	var p params
	known, err := b.texts(ctx, "SELECT name FROM system.settings WHERE name IN ("+p.text(settingTextIndex)+", "+p.text(settingExactFinal)+")", p)
	if err != nil {
		return capabilities{}, err
	}
	return capabilities{
		version:    version[0],
		textIndex:  slices.Contains(known, settingTextIndex),
		exactFinal: slices.Contains(known, settingExactFinal),
	}, nil
}

func (b *Backend) createDatabase(ctx context.Context) error {
	var p params
	found, err := b.texts(ctx, "SELECT name FROM system.databases WHERE name = "+p.text(b.cfg.Database), p)
	if err != nil || len(found) > 0 {
		return err
	}
	return b.exec(ctx, "CREATE DATABASE IF NOT EXISTS "+b.layout.Database()+b.layout.OnCluster())
}

// exec runs a statement without an answer.
func (b *Backend) exec(ctx context.Context, sql string) error {
	return b.pool.do(ctx, func() (ch.Query, error) { return ch.Query{Body: sql}, nil })
}

// texts runs a query with one column of text.
func (b *Backend) texts(ctx context.Context, sql string, p params) ([]string, error) {
	type row struct{ text string }
	rows, err := selectRows(ctx, b.pool, statement{sql: sql, params: p}, []field[row]{{"", func(r *row) any { return &r.text }}})
	if err != nil {
		return nil, err
	}
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = r.text
	}
	return out, nil
}
