package clickhouse

import (
	"context"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"
)

// selectRows runs a query whose columns are those of the fields.
func selectRows[T any](ctx context.Context, p *pool, settings []ch.Setting, sql string, bound *params, fields []field[T]) ([]*T, error) {
	var out []*T
	err := p.do(ctx, func() (ch.Query, error) {
		columns := newSet(fields)
		out = []*T{}
		return ch.Query{
			Body: sql, Parameters: bound.list, Settings: settings, Result: columns.results(),
			OnResult: func(_ context.Context, block proto.Block) error {
				for row := range block.Rows {
					record, err := columns.get(row)
					if err != nil {
						return err
					}
					out = append(out, record)
				}
				return nil
			},
		}, nil
	})
	return out, err
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
