package opslogexporter

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exporterhelper/xexporterhelper"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/xpdata/request"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/oplog"
)

func spansOf(t *testing.T, r xexporterhelper.Request) int {
	t.Helper()
	read, err := r.(*parcel).readSpans()
	require.NoError(t, err)
	return len(read)
}

func someSpans(n int) ptrace.Traces {
	at := operation.TimeOf(time.Unix(1_700_000_000, 0))
	traces := oneSpan(at, operation.TraceID{1}, operation.SpanID{1})
	for range n - 1 {
		oneSpan(at, operation.TraceID{1}, operation.SpanID{2}).ResourceSpans().MoveAndAppendTo(traces.ResourceSpans())
	}
	return traces
}

func TestParcelThroughAQueue(t *testing.T) {
	ctx := context.Background()
	in, err := tracesParcel(ctx, someSpans(3))
	require.NoError(t, err)
	data, err := encoding{upgrade: upgradeTraces}.Marshal(ctx, in)
	require.NoError(t, err)
	_, out, err := encoding{upgrade: upgradeTraces}.Unmarshal(data)
	require.NoError(t, err)
	assert.Equal(t, 3, out.ItemsCount())
	assert.Equal(t, in.BytesSize(), out.BytesSize())
	assert.Equal(t, 3, spansOf(t, out))
}

func TestParcelsOfEarlierVersions(t *testing.T) {
	withContext, err := request.MarshalTraces(context.Background(), someSpans(4))
	require.NoError(t, err)
	plain, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(someSpans(4))
	require.NoError(t, err)
	for name, data := range map[string][]byte{"with a context": withContext, "plain": plain} {
		t.Run(name, func(t *testing.T) {
			_, out, err := encoding{upgrade: upgradeTraces}.Unmarshal(data)
			require.NoError(t, err)
			assert.Equal(t, 4, out.ItemsCount())
			assert.Equal(t, 4, spansOf(t, out))
		})
	}
}

func TestParcelJoins(t *testing.T) {
	ctx := context.Background()
	of := func(n int) xexporterhelper.Request {
		p, err := tracesParcel(ctx, someSpans(n))
		require.NoError(t, err)
		return p
	}
	size := of(2).BytesSize()
	tests := map[string]struct {
		most int
		by   exporterhelper.RequestSizerType
		want []int
	}{
		"no bound":           {0, exporterhelper.RequestSizerTypeBytes, []int{4}},
		"fits in bytes":      {2 * size, exporterhelper.RequestSizerTypeBytes, []int{4}},
		"too many bytes":     {2*size - 1, exporterhelper.RequestSizerTypeBytes, []int{2, 2}},
		"too many items":     {3, exporterhelper.RequestSizerTypeItems, []int{2, 2}},
		"too many requests":  {1, exporterhelper.RequestSizerTypeRequests, []int{2, 2}},
		"one beyond the cap": {1, exporterhelper.RequestSizerTypeItems, []int{2, 2}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			joined, err := of(2).MergeSplit(ctx, tt.most, tt.by, of(2))
			require.NoError(t, err)
			var got []int
			for _, r := range joined {
				got = append(got, r.ItemsCount())
				assert.Equal(t, r.ItemsCount(), spansOf(t, r))
			}
			assert.Equal(t, tt.want, got)
		})
	}
	alone, err := of(2).MergeSplit(ctx, 1, exporterhelper.RequestSizerTypeItems, nil)
	require.NoError(t, err)
	assert.Len(t, alone, 1)
}

func TestJoinedParcelIsNotQueued(t *testing.T) {
	ctx := context.Background()
	a, _ := tracesParcel(ctx, someSpans(1))
	b, _ := tracesParcel(ctx, someSpans(1))
	joined, err := a.MergeSplit(ctx, 0, exporterhelper.RequestSizerTypeBytes, b)
	require.NoError(t, err)
	_, err = encoding{upgrade: upgradeTraces}.Marshal(ctx, joined[0])
	assert.ErrorIs(t, err, errJoined)
}

func FuzzParcel(f *testing.F) {
	sealed, _ := tracesParcel(context.Background(), someSpans(2))
	f.Add(sealed.(*parcel).chunks[0].data)
	f.Add([]byte{withContext, 1, 0, 0, 0})
	f.Add([]byte{})
	f.Fuzz(func(_ *testing.T, data []byte) {
		if _, r, err := (encoding{upgrade: upgradeTraces}).Unmarshal(data); err == nil {
			_, _ = oplog.ReadSpans(r.(*parcel).chunks[0].data)
		}
		if _, r, err := (encoding{upgrade: upgradeLogs}).Unmarshal(data); err == nil {
			_ = new(oplog.Batch).AddEncoded(r.(*parcel).chunks[0].data)
		}
	})
}
