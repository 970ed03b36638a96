package clickhouse

import (
	"context"
	"slices"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// erasedOperations are the ids of the operations of traces, 16 bytes each.
func (b *Backend) erasedOperations(ctx context.Context, traces []operation.TraceID) (out []string, err error) {
	for _, where := range traceConditions(traces) {
		some, err := b.texts(ctx, "SELECT DISTINCT toString(operation_id) FROM "+b.layout.Table("operations")+" WHERE "+where, params{})
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}

// eraseErrorTexts takes out of the sums of errors what operations that go said, and what names the subject.
func (b *Backend) eraseErrorTexts(ctx context.Context, e store.Erasure, operations []string) (n int64, err error) {
	found := map[string]bool{}
	find := func(condition string, p params) error {
		sql := "SELECT DISTINCT toString(error_day_id) FROM " + b.layout.Table("error_days") + " WHERE error_message NOT IN ('', '" + store.ErasedText + "') AND " + condition
		days, err := b.textsUnlogged(ctx, sql, p)
		for _, id := range days {
			found[id] = true
		}
		return err
	}
	for some := range slices.Chunk(operations, erasedAtOnce) {
		if err := find("last_example IN ("+hexList(some)+")", params{}); err != nil {
			return 0, err
		}
	}
	if pattern := e.InMessages(); pattern != "" {
		var p params
		if err := find("match(error_message, "+p.text(pattern)+")", p); err != nil {
			return 0, err
		}
	}
	ids := make([]string, 0, len(found))
	for id := range found {
		ids = append(ids, id)
	}
	if n = int64(len(ids)); e.DryRun {
		return n, nil
	}
	for some := range slices.Chunk(ids, erasedAtOnce) {
		update := "ALTER TABLE " + b.layout.Local("error_days") + b.layout.OnCluster() + " UPDATE error_message = '" + store.ErasedText +
			"' WHERE error_day_id IN (" + hexList(some) + ") SETTINGS mutations_sync = 2"
		if err := b.exec(ctx, update); err != nil {
			return n, err
		}
	}
	return n, nil
}
