package opslogexporter

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exporterhelper/xexporterhelper"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/xpdata/request"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/oplog"
)

// parcel is what the queue holds: data as it is on disk, encoded once, and not decoded before it is written to the
// store. So its size is known, joining two costs nothing, and what waits takes the memory of its bytes only.
//
// The queue of exporterhelper with pdata measures everything that a batch holds again for each request that joins it.
type parcel struct {
	chunks []chunk // each was one request
	items  int
	bytes  int
}

// chunk is one request. ops are the operations in it, where reading them can be spared.
type chunk struct {
	data []byte
	ops  []*operation.Operation
}

var (
	_ xexporterhelper.Request = (*parcel)(nil)

	errJoined = errors.New("a batch that was joined is not put into a queue")
)

func newParcel(items int, data []byte) *parcel {
	return &parcel{chunks: []chunk{{data: data}}, items: items, bytes: len(data)}
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

// encoding is the form on disk, which is OTLP.
type encoding struct {
	// upgrade reads what an earlier version put into the queue, which had a context around it.
	upgrade func(data []byte) (otlp []byte, err error)
	// recent has the operations of what was put into the queue a moment ago; nil for none.
	recent *recent
}

// withContext is how the form of an earlier version begins; OTLP does not.
const withContext = 0x0d

// Marshal gives the bytes, which are there already.
func (e encoding) Marshal(_ context.Context, r xexporterhelper.Request) ([]byte, error) {
	p, ok := r.(*parcel)
	if !ok || len(p.chunks) != 1 {
		return nil, errJoined
	}
	e.recent.put(p.chunks[0], time.Now())
	return p.chunks[0].data, nil
}

// Unmarshal counts the items and leaves the rest for when it is written.
func (e encoding) Unmarshal(data []byte) (context.Context, xexporterhelper.Request, error) {
	ctx := context.Background()
	if len(data) > 0 && data[0] == withContext {
		var err error
		if data, err = e.upgrade(data); err != nil {
			return ctx, nil, fmt.Errorf("read a queue of an earlier version: %w", err)
		}
	}
	if ops := e.recent.take(data); ops != nil {
		return ctx, &parcel{chunks: []chunk{{data, ops}}, items: len(ops), bytes: len(data)}, nil
	}
	items, err := oplog.CountItems(data)
	if err != nil {
		return ctx, nil, fmt.Errorf("read a queue: %w", err)
	}
	return ctx, newParcel(items, data), nil
}

func tracesParcel(ctx context.Context, traces ptrace.Traces) (xexporterhelper.Request, error) {
	data, err := oplog.MarshalTraces(ctx, traces)
	if err != nil {
		return nil, fmt.Errorf("encode spans: %w", err)
	}
	return newParcel(traces.SpanCount(), data), nil
}

func logsParcel(ctx context.Context, logs plog.Logs) (xexporterhelper.Request, error) {
	n := logs.LogRecordCount()
	if h := oplog.HandedOperations(ctx, logs); h != nil {
		data := h.Request()
		return &parcel{chunks: []chunk{{data, h.Keep()}}, items: n, bytes: len(data)}, nil
	}
	data, err := oplog.Marshal(logs)
	if err != nil {
		return nil, fmt.Errorf("encode log records: %w", err)
	}
	return newParcel(n, data), nil
}

// read are the records of a parcel that came as logs.
func (p *parcel) read() (oplog.Batch, error) {
	var b oplog.Batch
	var encoded [][]byte
	for _, c := range p.chunks {
		if c.ops != nil {
			b.Operations = append(b.Operations, c.ops...)
		} else {
			encoded = append(encoded, c.data)
		}
	}
	return b, b.AddEncoded(encoded...)
}

// readSpans are those of a parcel that came as traces.
func (p *parcel) readSpans() ([]*operation.Span, error) {
	encoded := make([][]byte, len(p.chunks))
	for i, c := range p.chunks {
		encoded[i] = c.data
	}
	return oplog.ReadSpans(encoded...)
}

func upgradeTraces(data []byte) ([]byte, error) {
	_, traces, err := request.UnmarshalTraces(data)
	if err != nil {
		return nil, err
	}
	return (&ptrace.ProtoMarshaler{}).MarshalTraces(traces)
}

func upgradeLogs(data []byte) ([]byte, error) {
	_, logs, err := request.UnmarshalLogs(data)
	if err != nil {
		return nil, err
	}
	return (&plog.ProtoMarshaler{}).MarshalLogs(logs)
}
