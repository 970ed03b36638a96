package clickhouse

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/ch-go"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

var _ store.Eraser = (*Backend)(nil)

const (
	// erasedAtOnce bounds the ids in one statement: about 50 kB, a fifth of what a server parses by default.
	erasedAtOnce = 1000
	// partsPoll is how often it is looked whether the server has deleted the files of replaced parts.
	partsPoll = 500 * time.Millisecond
)

// erasedTables hold data about people. Operations last: when an erasure is interrupted, they are what the others are
// found by.
var erasedTables = []string{"spans", "logs", "operations"}

// SubjectTraces looks through all tables. The values are bound, and the server's log of queries leaves them out.
func (b *Backend) SubjectTraces(ctx context.Context, s store.Subject) ([]operation.TraceID, error) {
	const doing = "find what is to be erased"
	end, err := b.begin(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	defer end()
	seen := map[operation.TraceID]bool{}
	for _, table := range erasedTables {
		found, err := b.subjectIDs(ctx, table, "trace_id", "true", s)
		if err != nil {
			return nil, b.failed(ctx, doing, err)
		}
		for _, raw := range found {
			seen[operation.TraceID([]byte(raw))] = true
		}
	}
	delete(seen, operation.TraceID{})
	out := make([]operation.TraceID, 0, len(seen))
	for id := range seen {
		out = append(out, id)
	}
	return out, nil
}

// subjectIDs are the ids of 16 bytes in a column, of the rows that name the subject.
func (b *Backend) subjectIDs(ctx context.Context, table, column, also string, s store.Subject) ([]string, error) {
	var p params
	sql := "SELECT DISTINCT toString(" + column + ") FROM " + b.layout.Table(table) + " WHERE (" + subjectCondition(table, s, &p) + ") AND " + also
	return b.textsUnlogged(ctx, sql, p)
}

func (b *Backend) textsUnlogged(ctx context.Context, sql string, p params) ([]string, error) {
	type row struct{ text string }
	q := statement{sql: sql, params: p, settings: []ch.Setting{{Key: "log_queries", Value: "0"}}}
	rows, err := selectRows(ctx, b.pool, q, []field[row]{{"", func(r *row) any { return &r.text }}})
	if err != nil {
		return nil, err
	}
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = r.text
	}
	return out, nil
}

// subjectCondition holds for the rows that name the subject.
func subjectCondition(table string, s store.Subject, p *params) string {
	if s.Kind == store.SubjectAny {
		return "match(toString(tuple(*)), " + p.text(s.Pattern()) + ")"
	}
	values := make([]string, len(s.Values))
	for i, v := range s.Values {
		values[i] = p.text(v)
	}
	in := " IN (" + strings.Join(values, ", ") + ")"
	if table == "operations" {
		return map[string]string{store.SubjectUser: "user_id", store.SubjectTenant: "tenant_id"}[s.Kind] + in
	}
	var terms []string
	for _, key := range s.Keys() {
		terms = append(terms, "attributes["+p.text(key)+"]"+in)
	}
	return strings.Join(terms, " OR ")
}

// Erase deletes by ids only, so that no statement that the server keeps names anybody.
func (b *Backend) Erase(ctx context.Context, e store.Erasure) (store.Erased, error) {
	const doing = "erase"
	var sum store.Erased
	end, err := b.begin(ctx)
	if err != nil {
		return sum, fmt.Errorf("%s: %w", doing, err)
	}
	defer end()
	counts := map[string]*int64{"spans": &sum.Spans, "logs": &sum.Logs, "operations": &sum.Operations}
	changed := []string{"state"}
	ids, err := b.erasedOperations(ctx, e.Traces)
	if err == nil {
		sum.ErrorTexts, err = b.eraseErrorTexts(ctx, e, ids)
	}
	if err != nil {
		return sum, b.failed(ctx, doing, err)
	}
	if sum.ErrorTexts > 0 {
		changed = append(changed, "error_days")
	}
	for _, table := range erasedTables {
		conditions, err := b.erasedRows(ctx, table, e)
		if err != nil {
			return sum, b.failed(ctx, doing, err)
		}
		n, err := b.eraseRows(ctx, table, conditions, e.DryRun)
		if *counts[table] = n; err != nil {
			return sum, b.failed(ctx, doing, err)
		}
		if n > 0 {
			changed = append(changed, table)
		}
	}
	if e.DryRun {
		return sum, nil
	}
	if _, err := b.eraseErrorTexts(ctx, e, ids); err != nil { // they may have been summed up meanwhile
		return sum, b.failed(ctx, doing, err)
	}
	if err := b.purge(ctx, changed); err != nil {
		return sum, b.failed(ctx, doing, err)
	}
	return sum, nil
}

// erasedRows are conditions for the rows of a table: those of the traces, and log records without a trace that name
// the subject.
func (b *Backend) erasedRows(ctx context.Context, table string, e store.Erasure) ([]string, error) {
	out := traceConditions(e.Traces)
	if table != "logs" {
		return out, nil
	}
	loose, err := b.subjectIDs(ctx, table, "log_id", "trace_id = toFixedString('', 16)", e.Subject)
	if err != nil {
		return nil, err
	}
	for some := range slices.Chunk(loose, erasedAtOnce) {
		out = append(out, "log_id IN ("+hexList(some)+")")
	}
	return out, nil
}

func traceConditions(traces []operation.TraceID) (out []string) {
	for some := range slices.Chunk(traces, erasedAtOnce) {
		ids := make([]string, len(some))
		for i, id := range some {
			ids[i] = string(id[:])
		}
		out = append(out, "trace_id IN ("+hexList(ids)+")")
	}
	return out
}

func hexList(ids []string) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = "unhex('" + hex.EncodeToString([]byte(id)) + "')"
	}
	return strings.Join(out, ", ")
}

// eraseRows counts what is shown, and deletes that with its earlier versions.
func (b *Backend) eraseRows(ctx context.Context, table string, conditions []string, dry bool) (n int64, err error) {
	for _, where := range conditions {
		found, err := b.texts(ctx, "SELECT toString(count()) FROM "+b.layout.Table(table)+" FINAL WHERE "+where, params{})
		if err != nil {
			return n, err
		}
		var some int64
		if _, err := fmt.Sscan(found[0], &some); err != nil {
			return n, err
		}
		if n += some; dry || some == 0 {
			continue
		}
		if err := b.exec(ctx, "ALTER TABLE "+b.layout.Local(table)+b.layout.OnCluster()+" DELETE WHERE "+where+" SETTINGS mutations_sync = 2"); err != nil {
			return n, err
		}
	}
	return n, nil
}

// purge waits until the parts that the deletions replaced are gone from the disk. The server keeps such parts for
// eight minutes; for the tables at hand that is a second meanwhile, and then until its cleanup looks, every half minute
// to every five minutes.
func (b *Backend) purge(ctx context.Context, tables []string) (err error) {
	for _, table := range tables {
		name := b.layout.Local(table)
		if table == "state" {
			name = b.layout.Table(table)
		}
		alter := "ALTER TABLE " + name + b.layout.OnCluster()
		if err := b.exec(ctx, alter+" MODIFY SETTING old_parts_lifetime = 1"); err != nil {
			return err
		}
		defer func() {
			if reset := b.exec(context.WithoutCancel(ctx), alter+" RESET SETTING old_parts_lifetime"); err == nil {
				err = reset
			}
		}()
	}
	if err := b.exec(ctx, "OPTIMIZE TABLE "+b.layout.Table("state")+b.layout.OnCluster()+" FINAL"); err != nil {
		return err
	}
	return b.waitForParts(ctx, tables)
}

// waitForParts waits for the parts that are out of use now.
func (b *Backend) waitForParts(ctx context.Context, tables []string) error {
	old, err := b.inactiveParts(ctx, tables)
	if err != nil {
		return err
	}
	ticker := time.NewTicker(partsPoll)
	defer ticker.Stop()
	for len(old) > 0 {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return ctx.Err()
		}
		now, err := b.inactiveParts(ctx, tables)
		if err != nil {
			return err
		}
		old = slices.DeleteFunc(old, func(part string) bool { return !slices.Contains(now, part) })
	}
	return nil
}

func (b *Backend) inactiveParts(ctx context.Context, tables []string) ([]string, error) {
	var p params
	names := make([]string, len(tables))
	for i, table := range tables {
		if table != "state" {
			table = b.layout.localName(table)
		}
		names[i] = p.text(table)
	}
	return b.texts(ctx, "SELECT concat(hostName(), ' ', path) FROM "+b.layout.System("parts")+
		" WHERE NOT active AND database = "+p.text(b.cfg.Database)+" AND table IN ("+strings.Join(names, ", ")+")", p)
}
