package clickhouse

import (
	"context"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/opslog/opslog/internal/store"
)

// statement is a query with what belongs to it.
type statement struct {
	sql      string
	params   params
	settings []ch.Setting
	found    attached // sent along as a table of this name; nil is none
	scan     *store.Scan
}

// progress counts the rows that the server has read.
func (s statement) progress(_ context.Context, p proto.Progress) error {
	s.scan.Add(int64(p.Rows))
	return nil
}

// selectRows runs a query whose columns are those of the fields.
func selectRows[T any](ctx context.Context, p *pool, s statement, fields []field[T]) ([]*T, error) {
	var out []*T
	err := p.do(ctx, func() (ch.Query, error) {
		columns := newSet(fields)
		out = []*T{}
		q := ch.Query{Body: s.sql, Parameters: s.params.list, Settings: s.settings, Result: columns.results(), OnProgress: s.progress}
		q.OnResult = func(_ context.Context, block proto.Block) error {
			for row := range block.Rows {
				record, err := columns.get(row)
				if err != nil {
					return err
				}
				out = append(out, record)
			}
			return nil
		}
		return q, s.attach(&q)
	})
	return out, err
}

// attach sends the ids that a query looks for in binary form: they may be many.
func (s statement) attach(q *ch.Query) error {
	if s.found == nil {
		return nil
	}
	rows, err := s.found()
	q.ExternalTable, q.ExternalData = "found", rows
	return err
}

// attached makes the rows of a table that is sent along.
type attached func() (proto.Input, error)

func attach[T any](fields []field[T], records []*T) attached {
	return func() (proto.Input, error) {
		rows := newSet(fields)
		for _, r := range records {
			if err := rows.put(r); err != nil {
				return nil, err
			}
		}
		return rows.input(), nil
	}
}

// readSettings make reading exact and quick over rows that wait for their replacement.
func readSettings(c capabilities) []ch.Setting {
	settings := []ch.Setting{
		{Key: "do_not_merge_across_partitions_select_final", Value: "1"}, // an id belongs to one partition
		{Key: "use_skip_indexes_if_final", Value: "0"},
		{Key: "precise_float_parsing", Value: "1"},
	}
	if c.exactFinal {
		settings[1].Value = "1"
		settings = append(settings, ch.Setting{Key: "use_skip_indexes_if_final_exact_mode", Value: "1"})
	}
	return settings
}
