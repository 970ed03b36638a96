package opslogexporter

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/exporter/exporterhelper"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/oplog"
)

// handedOver is a request whose operations came beside the records.
func handedOver(t *testing.T, ops ...*operation.Operation) *parcel {
	t.Helper()
	ctx, logs, h := oplog.HandOver(t.Context(), ops)
	p, err := logsParcel(ctx, logs)
	require.NoError(t, err)
	assert.True(t, h.Kept())
	return p.(*parcel)
}

func TestOperationsThroughAQueue(t *testing.T) {
	ctx := context.Background()
	form := encoding{upgradeLogs, newRecent()}
	first, second := &operation.Operation{ID: operation.ID{1}, Name: "a"}, &operation.Operation{ID: operation.ID{2}, Name: "b"}
	data, err := form.Marshal(ctx, handedOver(t, first, second))
	require.NoError(t, err)

	for round, wantSame := range []bool{true, false} { // once from memory; behind a restart they are read
		_, r, err := form.Unmarshal(data)
		require.NoError(t, err)
		assert.Equal(t, 2, r.ItemsCount())
		assert.Equal(t, len(data), r.BytesSize())
		b, err := r.(*parcel).read()
		require.NoError(t, err)
		require.Len(t, b.Operations, 2)
		assert.Equal(t, wantSame, b.Operations[0] == first, "round %d", round)
		assert.Equal(t, first, b.Operations[0])
		assert.Equal(t, second, b.Operations[1])
	}
}

func TestReadJoinsWhatIsKeptAndWhatIsEncoded(t *testing.T) {
	a, b := handedOver(t, &operation.Operation{ID: operation.ID{1}}), handedOver(t, &operation.Operation{ID: operation.ID{2}})
	b.chunks[0].ops = nil
	_, err := a.MergeSplit(t.Context(), 0, exporterhelper.RequestSizerTypeBytes, b)
	require.NoError(t, err)
	batch, err := a.read()
	require.NoError(t, err)
	assert.Len(t, batch.Operations, 2)
}

func TestRecentIsBounded(t *testing.T) {
	r := newRecent()
	ops := []*operation.Operation{{}}
	of := func(i, size int) chunk { return chunk{fmt.Appendf(make([]byte, size), "%d", i), ops} }
	now := time.Unix(1000, 0)
	for i := range 3 * recentRequests {
		r.put(of(i, 0), now)
		if i%2 == 1 {
			r.take(of(i, 0).data)
		}
	}
	assert.LessOrEqual(t, len(r.order), recentRequests)
	assert.NotNil(t, r.take(of(0, 0).data), "the queue asks for the oldest first")
	assert.Nil(t, r.take(of(3*recentRequests-2, 0).data), "there was no room")

	now = now.Add(recentTime + 1)
	for i := range 20 {
		r.put(of(i, recentBytes/10), now)
	}
	assert.LessOrEqual(t, r.bytes, recentBytes)
	assert.Len(t, r.known, 9, "what nobody took in time is gone")
	assert.NotNil(t, r.take(of(0, recentBytes/10).data))
	assert.Nil(t, r.take(of(0, recentBytes/10).data), "only once")
	assert.Nil(t, r.take(of(19, recentBytes/10).data))
	r.put(chunk{data: []byte("no operations")}, now)
	assert.Nil(t, r.take([]byte("no operations")))
	r.put(of(0, 1), now)
	r.put(of(0, 1), now)
	assert.Len(t, r.known, 9, "what comes twice is there once")
	for i := range 20 {
		r.take(of(i, recentBytes/10).data)
	}
	r.take(of(0, 1).data)
	r.tidy(now)
	assert.Empty(t, r.known)
	assert.Zero(t, r.bytes)
	assert.Empty(t, r.order)
}
