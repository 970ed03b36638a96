package oplog

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
)

// What is handed over is what the records say.
func TestHandOver(t *testing.T) {
	handed := 0
	for i, op := range packedCases(t) {
		ctx, logs, h := HandOver(t.Context(), []*operation.Operation{op})
		if h == nil {
			assert.Nil(t, HandedOperations(ctx, logs))
			continue
		}
		read := readEncoded(t, h.Request())
		if len(read) == 0 {
			continue // without an id it is no operation
		}
		handed++
		require.NotNil(t, HandedOperations(ctx, logs))
		require.Len(t, read, 1)
		assert.Equal(t, textOf(t, read[0]), textOf(t, op), "case %d", i)
		assert.False(t, h.Kept())
		assert.Same(t, op, h.Keep()[0])
		assert.True(t, h.Kept())
	}
	assert.Greater(t, handed, 100)
}

// What is handed over encoded reads as the records do.
func TestHandOverRequest(t *testing.T) {
	var ops []*operation.Operation
	resources := []operation.Attributes{{"service.name": "a", "n": int64(1)}, {"service.name": "b"}, nil}
	for i, op := range packedCases(t) {
		if _, _, h := HandOver(t.Context(), []*operation.Operation{op}); h != nil && !op.ID.IsZero() {
			op.Resource = resources[i%3]
			ops = append(ops, op)
		}
	}
	_, logs, h := HandOver(t.Context(), ops)
	require.NotNil(t, h)
	want := Read(EncodePacked(ops)).Operations
	assert.Len(t, want, len(ops))
	assert.Equal(t, want, readEncoded(t, h.Request()))
	_, err := Marshal(logs)
	assert.ErrorIs(t, err, errStandIn, "without its context it is nothing, and must not pass for something")
}

func readEncoded(t *testing.T, request []byte) []*operation.Operation {
	t.Helper()
	var b Batch
	require.NoError(t, b.AddEncoded(request))
	return b.Operations
}

func TestHandOverInexact(t *testing.T) {
	for name, op := range map[string]*operation.Operation{
		"not a number":  {ID: operation.ID{1}, Attributes: operation.Attributes{"a": []any{math.NaN()}}},
		"infinite":      {ID: operation.ID{1}, RequestHeaders: operation.Attributes{"a": math.Inf(-1)}},
		"other type":    {ID: operation.ID{1}, Attributes: operation.Attributes{"a": uint8(1)}},
		"in a resource": {ID: operation.ID{1}, Resource: operation.Attributes{"a": math.NaN()}},
	} {
		t.Run(name, func(t *testing.T) {
			_, logs, h := HandOver(t.Context(), []*operation.Operation{{ID: operation.ID{2}}, op})
			assert.Nil(t, h)
			assert.False(t, h.Kept())
			assert.Equal(t, 2, logs.LogRecordCount())
		})
	}
}

// Records that somebody added or left out on the way are not what was handed over.
func TestHandedOperationsOfChangedRecords(t *testing.T) {
	ctx, logs, _ := HandOver(t.Context(), []*operation.Operation{{ID: operation.ID{1}}, {ID: operation.ID{2}}})
	require.NotNil(t, HandedOperations(ctx, logs))
	records := logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
	records.AppendEmpty()
	assert.Nil(t, HandedOperations(ctx, logs))
	records.At(0).SetEventName("other")
	assert.Nil(t, HandedOperations(ctx, logs))
}

func TestOutlinesHandedOver(t *testing.T) {
	var cases []*operation.Operation
	for _, op := range packedCases(t) {
		if _, _, h := HandOver(t.Context(), []*operation.Operation{op}); h != nil && !op.ID.IsZero() {
			cases = append(cases, op)
		}
	}
	for _, whole := range []bool{false, true} {
		ctx, logs, h := HandOver(t.Context(), cases)
		require.NotNil(t, h)
		want, got := outlines(t.Context(), EncodePacked(cases), whole), outlines(ctx, logs, whole)
		require.Len(t, got, len(want))
		byID := map[operation.ID]string{} // records are in the order of their resources
		for i := range want {
			byID[want[i].ID] += textOf(t, &want[i])
		}
		for i := range got {
			assert.Contains(t, byID[got[i].ID], textOf(t, &got[i]))
		}
	}
}

func textOf(t *testing.T, op *operation.Operation) string {
	t.Helper()
	text, err := json.Marshal(op)
	require.NoError(t, err)
	return string(text)
}

// A request gets about the room that it needs; an unusual one is neither cut nor does it keep room for more.
func TestHandOverRoom(t *testing.T) {
	small, large := filled(t), filled(t)
	large.RequestBody = strings.Repeat("x", 1<<20)
	for _, ops := range [][]*operation.Operation{repeated(small, 500), {large}, repeated(small, 500), {small}, repeated(small, 40), repeated(large, 10)} {
		_, _, h := HandOver(t.Context(), ops)
		require.NotNil(t, h)
		assert.LessOrEqual(t, cap(h.Request()), len(h.Request())*4/3+1)
		assert.Len(t, readEncoded(t, h.Request()), len(ops))
	}
}

func repeated(op *operation.Operation, n int) []*operation.Operation {
	return slices.Repeat([]*operation.Operation{op}, n)
}

func TestUsualLengths(t *testing.T) {
	var l lengths
	assert.Equal(t, 1<<10, l.room(100), "nothing is known")
	l.took(100, 100*4096)
	assert.InDelta(t, 10*4096*9/8, l.room(10), 1<<10)
	l.took(1, 64<<20)
	assert.LessOrEqual(t, l.room(1000), 8<<20, "one giant makes no room for a thousand")
}
