package clickhouse

import (
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/store/storetest"
	chtest "github.com/opslog/opslog/test/clickhouse"
)

const day = operation.Time(24 * time.Hour)

// The same records, in any order and any number of times, are the same blocks with the same names.
func TestBlocksAreNamedByContent(t *testing.T) {
	records := storetest.NewGenerator(3, 10*day, 3*day).Operations(200)
	later := *records[7]
	later.Revision = 2
	records = append(records, &later)
	tokens := func(records []*operation.Operation) (out []string) {
		for _, block := range operationTable.blocks(records) {
			assert.True(t, slices.IsSortedFunc(block, operationTable.order))
			out = append(out, operationTable.token(block))
		}
		return out
	}
	want := tokens(slices.Clone(records))
	assert.Len(t, want, 3)
	for range 20 {
		shuffled := slices.Concat(records, records[:20])
		rand.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		assert.Equal(t, want, tokens(shuffled))
	}
	assert.NotEqual(t, want, tokens(slices.Clone(records[:199])))
}

func TestBlocksKeepTheHighestRevisionFirst(t *testing.T) {
	base := storetest.NewGenerator(3, 0, day).Operation(5)
	revise := func(revision int64, name string) *operation.Operation {
		op := *base
		op.Revision, op.Name = revision, name
		return &op
	}
	blocks := operationTable.blocks([]*operation.Operation{revise(2, "a"), revise(3, "b"), revise(3, "c"), revise(1, "d")})
	require.Len(t, blocks, 1)
	require.Len(t, blocks[0], 1)
	assert.Equal(t, "b", blocks[0][0].Name)
}

func TestGuard(t *testing.T) {
	var log lines
	now := (100*day + 5).Std()
	g := &guard{keep: Retention{Spans: 48 * time.Hour}, log: slog.New(slog.NewTextHandler(&log, nil))}
	at := func(times ...operation.Time) (out []*operation.Span) {
		for _, t := range times {
			out = append(out, &operation.Span{StartTime: t})
		}
		return out
	}
	assert.Equal(t, at(98*day, 100*day, 103*day-1), accepted(g, spanTable, at(98*day-1, 98*day, 100*day, 103*day-1, 103*day, -1), now))
	assert.EqualValues(t, 3, g.refused.Load())
	accepted(g, spanTable, at(-1), now)
	assert.EqualValues(t, 4, g.refused.Load())
	assert.Equal(t, 1, strings.Count(log.String(), "were not stored"), "once a minute")
	logs := []*operation.LogRecord{{Time: 0}, {Time: 98 * day}}
	assert.Equal(t, logs, accepted(g, logTable, logs, now), "logs are kept forever here")
}

func TestJudge(t *testing.T) {
	exception := func(code proto.Error) error {
		return &ch.Exception{Code: code, Name: "DB::Exception", Message: "DB::Exception: text\nstack"}
	}
	for _, c := range []struct {
		err         error
		want        verdict
		unavailable bool
		text        string
	}{
		{exception(proto.ErrCannotCompileRegexp), refused, false, "clickhouse answers CANNOT_COMPILE_REGEXP (427): text"},
		{exception(proto.ErrUnknownTable), gone, true, "UNKNOWN_TABLE"},
		{exception(proto.ErrMemoryLimitExceeded), busy, true, "MEMORY_LIMIT_EXCEEDED"},
		{exception(proto.ErrTooManyParts), busy, true, "TOO_MANY_PARTS"},
		{&net.OpError{Op: "dial", Err: errors.New("connection refused")}, gone, true, "connection refused"},
		{io.EOF, gone, true, "EOF"},
	} {
		assert.Equal(t, c.want, judge(t.Context(), c.err))
		err := explain(t.Context(), "write operations", c.err)
		assert.Equal(t, c.unavailable, errors.Is(err, store.ErrUnavailable), err)
		assert.ErrorContains(t, err, "write operations: ")
		assert.ErrorContains(t, err, c.text)
		assert.NotContains(t, err.Error(), "stack")
	}
}

// Whatever text is bound, the server gets exactly that.
func TestParametersArriveAsTheyAre(t *testing.T) {
	b := open(t, configFor(chtest.Start(t)))
	texts := []string{"", `\`, `\\`, `'`, `\'`, "''", "\t\n\r\x00\b\f\x1a", `\N`, `\t`, "NULL", "{p0:String}", "ü日🚀", "\xff\xfe", strings.Repeat(`'\`, 1000)}
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		text := make([]byte, rnd.IntN(40))
		for i := range text {
			text[i] = byte(rnd.UintN(256))
		}
		texts = append(texts, string(text))
	}
	var p params
	var bound []string
	for _, text := range texts {
		bound = append(bound, p.text(text))
	}
	got, err := b.texts(t.Context(), "SELECT arrayJoin(["+strings.Join(bound, ", ")+"])", p)
	require.NoError(t, err)
	assert.Equal(t, texts, got)
}
