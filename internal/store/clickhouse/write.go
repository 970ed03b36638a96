package clickhouse

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/ClickHouse/ch-go"

	"github.com/opslog/opslog/internal/operation"
)

// table says how records of a type are written.
type table[T any] struct {
	name     string
	fields   []field[T]
	day      func(record *T) int64              // the partition
	identity func(record *T, buf []byte) []byte // appended to buf: what makes the record this one and no other
	order    func(a, b *T) int                  // puts those of equal identity side by side, the one to keep first
	same     func(a, b *T) bool                 // equal identity
	sets     chan set[T]                        // in room of former inserts
}

// keptSets is how many inserts' columns are kept to be used again: growing them costs as much as filling them. They have
// the size of a piece.
const keptSets = 4

// take answers empty columns.
func (t *table[T]) take() set[T] {
	select {
	case s := <-t.sets:
		return s
	default:
		return newSet(t.fields)
	}
}

func (t *table[T]) put(s set[T]) {
	s.reset()
	select {
	case t.sets <- s:
	default:
	}
}

var operationTable = &table[operation.Operation]{
	name:   "operations",
	sets:   make(chan set[operation.Operation], keptSets),
	fields: operationFields(true),
	day:    func(op *operation.Operation) int64 { return dayOf(op.ID.Start()) },
	identity: func(op *operation.Operation, buf []byte) []byte {
		return binary.BigEndian.AppendUint64(append(buf, op.ID[:]...), uint64(op.Revision))
	},
	order: func(a, b *operation.Operation) int {
		return cmp.Or(bytes.Compare(a.ID[:], b.ID[:]), cmp.Compare(b.Revision, a.Revision))
	},
	same: func(a, b *operation.Operation) bool { return a.ID == b.ID },
}

var spanTable = &table[operation.Span]{
	name:   "spans",
	sets:   make(chan set[operation.Span], keptSets),
	fields: spanFields,
	day:    func(s *operation.Span) int64 { return dayOf(s.StartTime) },
	identity: func(s *operation.Span, buf []byte) []byte {
		return append(append(buf, s.TraceID[:]...), s.SpanID[:]...)
	},
	order: func(a, b *operation.Span) int {
		return cmp.Or(bytes.Compare(a.TraceID[:], b.TraceID[:]), bytes.Compare(a.SpanID[:], b.SpanID[:]))
	},
	same: func(a, b *operation.Span) bool { return a.TraceID == b.TraceID && a.SpanID == b.SpanID },
}

var logTable = &table[operation.LogRecord]{
	name:     "logs",
	sets:     make(chan set[operation.LogRecord], keptSets),
	fields:   logFields,
	day:      func(l *operation.LogRecord) int64 { return dayOf(l.Time) },
	identity: func(l *operation.LogRecord, buf []byte) []byte { return append(buf, l.ID[:]...) },
	order: func(a, b *operation.LogRecord) int {
		return cmp.Or(bytes.Compare(a.TraceID[:], b.TraceID[:]), bytes.Compare(a.ID[:], b.ID[:]))
	},
	same: func(a, b *operation.LogRecord) bool { return a.ID == b.ID },
}

// dayOf counts days since the epoch. What lies before it is on day -1.
func dayOf(t operation.Time) int64 {
	if t < 0 {
		return -1
	}
	return int64(t) / int64(24*time.Hour)
}

// WriteOperations stores operations.
func (b *Backend) WriteOperations(ctx context.Context, ops []*operation.Operation) error {
	return write(ctx, b, operationTable, ops)
}

// WriteSpans stores spans.
func (b *Backend) WriteSpans(ctx context.Context, spans []*operation.Span) error {
	return write(ctx, b, spanTable, spans)
}

// WriteLogs stores log records.
func (b *Backend) WriteLogs(ctx context.Context, logs []*operation.LogRecord) error {
	return write(ctx, b, logTable, logs)
}

// write sends one block for each day, because a block makes a part in every partition that it touches.
func write[T any](ctx context.Context, b *Backend, t *table[T], records []*T) error {
	doing := "write " + t.name
	end, err := b.begin(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	defer end()
	for _, block := range t.blocks(accepted(b.guard, t, records, time.Now())) {
		if err := t.insert(ctx, b, block); err != nil {
			return b.failed(ctx, doing, err)
		}
	}
	return nil
}

// blocks sorts the records, drops those that a batch has twice, and splits them by day. The same records in any
// order give the same blocks. It works in the slice that it gets.
func (t *table[T]) blocks(records []*T) [][]*T {
	slices.SortStableFunc(records, func(a, b *T) int { return cmp.Or(cmp.Compare(t.day(a), t.day(b)), t.order(a, b)) })
	sorted := slices.CompactFunc(records, t.same)
	var out [][]*T
	for len(sorted) > 0 {
		day, n := t.day(sorted[0]), 1
		for n < len(sorted) && t.day(sorted[n]) == day {
			n++
		}
		out = append(out, sorted[:n])
		sorted = sorted[n:]
	}
	return out
}

// insert sends a block in pieces. The server puts them together and stores them at the end, as one part in each shard: what
// breaks off leaves nothing behind, and what comes twice has the same token.
func (t *table[T]) insert(ctx context.Context, b *Backend, block []*T) error {
	columns := t.take()
	defer t.put(columns)
	settings := append(writeSettings(t.token(block)), wholeSettings...)
	return b.pool.do(ctx, func() (ch.Query, error) {
		return columns.stream(b.layout.Table(t.name), settings, block), nil
	})
}

// token names the block by its content. The server drops a block whose token it has seen: a repeated delivery
// costs nothing.
func (t *table[T]) token(block []*T) string {
	hash := sha256.New()
	buf := []byte(t.name)
	for _, record := range block {
		buf = t.identity(record, buf)
		hash.Write(buf)
		buf = buf[:0]
	}
	return hex.EncodeToString(hash.Sum(nil))
}

func writeSettings(token string) []ch.Setting {
	return []ch.Setting{
		{Key: "async_insert", Value: "0"}, // the server's default acknowledges small batches late; ours are large
		{Key: "insert_deduplicate", Value: "1"},
		{Key: "insert_deduplication_token", Value: token},
		{Key: "distributed_foreground_insert", Value: "1"}, // acknowledge when the shards have it
	}
}

// wholeSettings let the server gather the pieces of a block, which is much smaller, before it stores them. They are its defaults;
// a user may have others.
var wholeSettings = []ch.Setting{
	{Key: "min_insert_block_size_rows", Value: "1048449"},
	{Key: "min_insert_block_size_bytes", Value: "268402944"},
}
