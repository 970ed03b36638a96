package opslogexporter

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exporterhelper/xexporterhelper"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/xpdata/request"
)

// parcel is what the queue holds: data as it is on disk, encoded once, and not decoded before it is written to the
// store. So its size is known, joining two costs nothing, and what waits takes the memory of its bytes only.
//
// The queue of exporterhelper with pdata measures everything that a batch holds again for each request that joins it.
type parcel struct {
	chunks [][]byte // each was one request, encoded by otlp
	items  int
	bytes  int
}

var (
	_ xexporterhelper.Request = (*parcel)(nil)

	errJoined = errors.New("a batch that was joined is not put into a queue")
)

func newParcel(items int, data []byte) *parcel {
	return &parcel{chunks: [][]byte{data}, items: items, bytes: len(data)}
}

// ItemsCount is the number of spans or log records.
func (p *parcel) ItemsCount() int { return p.items }

// BytesSize is the size of what is encoded.
func (p *parcel) BytesSize() int { return p.bytes }

// MergeSplit joins what fits. It splits nothing: what came as one request is written as one.
func (p *parcel) MergeSplit(_ context.Context, most int, by exporterhelper.RequestSizerType, other xexporterhelper.Request) ([]xexporterhelper.Request, error) {
	if other == nil {
		return []xexporterhelper.Request{p}, nil
	}
	o, ok := other.(*parcel)
	if !ok {
		return nil, fmt.Errorf("join batches: is a %T, want a parcel", other)
	}
	if most > 0 && p.size(by)+o.size(by) > most {
		return []xexporterhelper.Request{p, o}, nil
	}
	p.chunks = append(p.chunks, o.chunks...)
	p.items += o.items
	p.bytes += o.bytes
	return []xexporterhelper.Request{p}, nil
}

func (p *parcel) size(by exporterhelper.RequestSizerType) int {
	switch by {
	case exporterhelper.RequestSizerTypeBytes:
		return p.bytes
	case exporterhelper.RequestSizerTypeItems:
		return p.items
	default:
		return len(p.chunks)
	}
}

// encoding is the form on disk: a zero byte, the number of items, and OTLP. No OTLP message begins with a zero byte.
type encoding struct {
	// count counts the items of what an earlier version put into the queue.
	count func(data []byte) (items int, err error)
}

// Marshal gives the bytes, which are there already.
func (encoding) Marshal(_ context.Context, r xexporterhelper.Request) ([]byte, error) {
	p, ok := r.(*parcel)
	if !ok || len(p.chunks) != 1 {
		return nil, errJoined
	}
	return p.chunks[0], nil
}

// Unmarshal reads the number of items and leaves the rest.
func (e encoding) Unmarshal(data []byte) (context.Context, xexporterhelper.Request, error) {
	items, _, ours := open(data)
	if !ours {
		var err error
		if items, err = e.count(data); err != nil {
			return context.Background(), nil, fmt.Errorf("read a queue: %w", err)
		}
	}
	return context.Background(), newParcel(items, data), nil
}

// seal puts the number of items before the data.
func seal(items int, data []byte) []byte {
	out := make([]byte, 1, 1+binary.MaxVarintLen64+len(data))
	return append(binary.AppendUvarint(out, uint64(items)), data...)
}

// open is the opposite of seal; ours is false for what an earlier version wrote.
func open(data []byte) (items int, otlp []byte, ours bool) {
	if len(data) == 0 || data[0] != 0 {
		return 0, nil, false
	}
	n, width := binary.Uvarint(data[1:])
	if width <= 0 {
		return 0, nil, false
	}
	return int(n), data[1+width:], true
}

func tracesParcel(_ context.Context, traces ptrace.Traces) (xexporterhelper.Request, error) {
	data, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(traces)
	if err != nil {
		return nil, fmt.Errorf("encode spans: %w", err)
	}
	items := traces.SpanCount()
	return newParcel(items, seal(items, data)), nil
}

func logsParcel(_ context.Context, logs plog.Logs) (xexporterhelper.Request, error) {
	data, err := (&plog.ProtoMarshaler{}).MarshalLogs(logs)
	if err != nil {
		return nil, fmt.Errorf("encode log records: %w", err)
	}
	items := logs.LogRecordCount()
	return newParcel(items, seal(items, data)), nil
}

func readTraces(data []byte) (ptrace.Traces, error) {
	if _, otlp, ours := open(data); ours {
		return (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(otlp)
	}
	_, traces, err := request.UnmarshalTraces(data)
	if errors.Is(err, request.ErrInvalidFormat) {
		return (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(data)
	}
	return traces, err
}

func readLogs(data []byte) (plog.Logs, error) {
	if _, otlp, ours := open(data); ours {
		return (&plog.ProtoUnmarshaler{}).UnmarshalLogs(otlp)
	}
	_, logs, err := request.UnmarshalLogs(data)
	if errors.Is(err, request.ErrInvalidFormat) {
		return (&plog.ProtoUnmarshaler{}).UnmarshalLogs(data)
	}
	return logs, err
}

func countTraces(data []byte) (int, error) {
	traces, err := readTraces(data)
	if err != nil {
		return 0, err
	}
	return traces.SpanCount(), nil
}

func countLogs(data []byte) (int, error) {
	logs, err := readLogs(data)
	if err != nil {
		return 0, err
	}
	return logs.LogRecordCount(), nil
}
