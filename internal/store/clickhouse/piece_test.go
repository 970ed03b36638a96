package clickhouse

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store/storetest"
	chtest "github.com/opslog/opslog/test/clickhouse"
)

// oneDay are operations that an insert sends in many pieces.
func oneDay(n int) []*operation.Operation {
	midnight := operation.TimeOf(time.Now().UTC().Truncate(24 * time.Hour))
	return storetest.NewGenerator(9, midnight-day, day).Operations(n)
}

func TestPiecesAreBounded(t *testing.T) {
	columns, rest := newSet(operationTable.fields), oneDay(4000)
	var pieces, rows int
	for len(rest) > 0 {
		var err error
		rest, err = columns.fill(rest)
		require.NoError(t, err)
		pieces, rows = pieces+1, rows+columns[0].data.Rows()
		assert.Less(t, columns.text(), pieceBytes+64<<10)
	}
	assert.Equal(t, 4000, rows)
	assert.Greater(t, pieces, 4)
	large := &operation.Operation{RequestBody: string(make([]byte, 2*pieceBytes))}
	rest, err := columns.fill([]*operation.Operation{large, large})
	require.NoError(t, err)
	assert.Len(t, rest, 1, "each is a piece of its own")
}

// The pieces of an insert are one part under one name, in whatever order the records come again.
func TestPiecesAreOnePart(t *testing.T) {
	b := open(t, configFor(chtest.Start(t)))
	ops := oneDay(4000)
	for range 3 {
		require.NoError(t, b.WriteOperations(t.Context(), slices.Clone(ops)))
		assert.Equal(t, []string{"1 parts, 4000 rows"}, stored(t, b, "operations"))
		rand.Shuffle(len(ops), func(i, j int) { ops[i], ops[j] = ops[j], ops[i] })
	}
}

// stored tells what a table has, with rows that wait for their replacement.
func stored(t *testing.T, b *Backend, table string) []string {
	t.Helper()
	out, err := b.texts(t.Context(), "SELECT concat(toString(uniqExact(_part)), ' parts, ', toString(count()), ' rows') FROM "+b.layout.Table(table), params{})
	require.NoError(t, err)
	return out
}

// An insert that breaks off after some pieces leaves nothing behind, and does not keep its name from the next.
func TestBrokenInsertsLeaveNothing(t *testing.T) {
	for name, end := range map[string]func(b *Backend, cancel func()) error{
		"the caller gives up":         func(_ *Backend, cancel func()) error { cancel(); return nil },
		"the store is closed":         func(b *Backend, _ func()) error { b.pool.close(); return nil },
		"a record cannot be encoded":  func(*Backend, func()) error { return errors.New("no form") },
		"it cannot, and all is ended": func(b *Backend, cancel func()) error { cancel(); b.pool.close(); return errors.New("no form") },
	} {
		t.Run(name, func(t *testing.T) {
			db := chtest.Start(t)
			b, records := open(t, configFor(db)), oneDay(4000)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			require.Error(t, breaking(func() error { return end(b, cancel) }).insert(ctx, b, records))
			again := open(t, configFor(db))
			assert.Equal(t, []string{"0 parts, 0 rows"}, stored(t, again, "operations"))
			require.NoError(t, operationTable.insert(t.Context(), again, records))
			assert.Equal(t, []string{"1 parts, 4000 rows"}, stored(t, again, "operations"))
		})
	}
}

// A connection from an earlier query that breaks in the middle is replaced, and the insert begins again.
func TestInsertsBeginAgain(t *testing.T) {
	b := open(t, configFor(chtest.Start(t)))
	require.NoError(t, breaking(func() error { closeUsed(b.pool); return nil }).insert(t.Context(), b, oneDay(4000)))
	assert.Equal(t, []string{"1 parts, 4000 rows"}, stored(t, b, "operations"))
}

// The record is refused, not the database away.
func TestRecordWithoutForm(t *testing.T) {
	b := open(t, configFor(chtest.Start(t)))
	err := breaking(func() error { return errors.New("no form") }).insert(t.Context(), b, oneDay(4000))
	require.ErrorContains(t, err, "no form")
	assert.Equal(t, refused, judge(t.Context(), err))
}

// breaking is the table of operations, on whose way something happens to the 3000th record.
func breaking(end func() error) *table[operation.Operation] {
	own := *operationTable
	own.sets = make(chan set[operation.Operation], 1)
	columns := newSet(own.fields)
	put, n := columns[0].put, 0
	columns[0].put = func(op *operation.Operation) error {
		if n++; n == 3000 {
			if err := end(); err != nil {
				return err
			}
		}
		return put(op)
	}
	own.sets <- columns
	return &own
}

// closeUsed breaks the connections of queries that run.
func closeUsed(p *pool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.used {
		_ = c.net.Close()
	}
}
