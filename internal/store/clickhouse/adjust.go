package clickhouse

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// adjust makes the tables follow the configuration: how long they keep rows, and what is indexed.
func (b *Backend) adjust(ctx context.Context, able capabilities) error {
	statements, err := b.adjustments(ctx, able)
	if err != nil || len(statements) == 0 {
		return err
	}
	return b.claimed(ctx, func() error {
		for _, statement := range statements {
			if err := b.exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
}

// adjustments are the statements that are needed.
func (b *Backend) adjustments(ctx context.Context, able capabilities) ([]string, error) {
	var out []string
	for _, t := range []struct {
		name, time string
		keep       time.Duration
	}{
		{"operations", "id_time", b.cfg.Retention.Operations},
		{"spans", "toDateTime(start_time)", b.cfg.Retention.Spans},
		{"logs", "toDateTime(time)", b.cfg.Retention.Logs},
		{"edges", "toDateTime(minute)", b.cfg.Retention.Graph},
		{"quality", "toDateTime(minute)", b.cfg.Retention.Graph},
		{"rollups", "toDateTime(minute)", b.cfg.Retention.Rollups},
		{"error_days", "toDateTime(day)", b.cfg.Retention.Errors},
	} {
		definition, err := b.definition(ctx, t.name)
		if err != nil {
			return nil, err
		}
		out = append(out, retention(b.layout, t.name, t.time, t.keep, definition)...)
	}
	indexed, err := b.indexed(ctx)
	if err != nil {
		return nil, err
	}
	wanted := search{words: able.textIndex && b.cfg.PayloadSearch == SearchIndex, attributes: able.textIndex}
	return append(out, textIndexes(b.layout, wanted, indexed)...), nil
}

func (b *Backend) definition(ctx context.Context, table string) (string, error) {
	var p params
	found, err := b.texts(ctx, "SELECT create_table_query FROM system.tables WHERE database = "+p.text(b.cfg.Database)+
		" AND name = "+p.text(b.layout.localName(table)), p)
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", fmt.Errorf("table %s is missing, though its migration is recorded", table)
	}
	return found[0], nil
}

// retention makes the table's TTL what it should be, if it is not.
func retention(l layout, table, column string, keep time.Duration, definition string) []string {
	alter := "ALTER TABLE " + l.Local(table) + l.OnCluster()
	ttl := fmt.Sprintf("TTL %s + toIntervalSecond(%d)", column, int64(keep/time.Second))
	switch {
	case keep == 0 && strings.Contains(definition, " TTL "):
		return []string{alter + " REMOVE TTL"}
	case keep == 0 || strings.Contains(definition, ttl+" "):
		return nil
	default:
		return []string{alter + " MODIFY " + ttl}
	}
}

func (b *Backend) indexed(ctx context.Context) ([]string, error) {
	var p params
	return b.texts(ctx, "SELECT name FROM system.data_skipping_indices WHERE database = "+p.text(b.cfg.Database)+
		" AND table = "+p.text(b.layout.localName("operations")), p)
}

// textIndexes are made beside the migrations, because not every server has them and not everybody wants them.
func textIndexes(l layout, wanted search, have []string) []string {
	alter := "ALTER TABLE " + l.Local("operations") + l.OnCluster()
	var out []string
	for _, index := range []struct {
		name, kind string
		wanted     bool
	}{
		{"by_attribute", "attribute_items TYPE text(tokenizer = array)", wanted.attributes},
		{"by_word", "search_text TYPE text(tokenizer = splitByNonAlpha)", wanted.words},
	} {
		switch has := slices.Contains(have, index.name); {
		case index.wanted && !has:
			out = append(out, alter+" ADD INDEX IF NOT EXISTS "+index.name+" "+index.kind, alter+" MATERIALIZE INDEX "+index.name)
		case has && !index.wanted:
			out = append(out, alter+" DROP INDEX IF EXISTS "+index.name)
		}
	}
	return out
}
