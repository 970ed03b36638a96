package oplog

import (
	"fmt"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/opslog/opslog/internal/operation"
)

// Split reads the operations and the applications' log records of a batch; Read tells what else there is.
func Split(logs plog.Logs) (ops []*operation.Operation, records []*operation.LogRecord) {
	b := Read(logs)
	return b.Operations, b.Logs
}

// Count tells how many records of a batch are marked as operations.
func Count(logs plog.Logs) (ops int) {
	for _, rl := range logs.ResourceLogs().All() {
		for _, sl := range rl.ScopeLogs().All() {
			for _, record := range sl.LogRecords().All() {
				if Is(record) {
					ops++
				}
			}
		}
	}
	return ops
}

func decode(record plog.LogRecord, resource operation.Attributes) (*operation.Operation, error) {
	op := &operation.Operation{
		TraceID:   operation.TraceID(record.TraceID()),
		SpanID:    operation.SpanID(record.SpanID()),
		StartTime: operation.Time(record.Timestamp()),
		Resource:  resource,
	}
	for name, value := range record.Attributes().All() {
		f := operation.FieldByName(name)
		if f == nil {
			continue // of a newer opslog, or added by a processor between
		}
		if err := get(value, f.Ref(op)); err != nil {
			return nil, fmt.Errorf("read field %s: %w", name, err)
		}
	}
	if op.ID.IsZero() {
		return nil, fmt.Errorf("record has no operation_id")
	}
	return op, nil
}

// get reads a value into what ref points to.
func get(value pcommon.Value, ref any) error {
	switch p := ref.(type) {
	case *string:
		*p = value.AsString()
	case *int64:
		return integer(value, p)
	case *time.Duration:
		return integer(value, (*int64)(p))
	case *operation.Time:
		return integer(value, (*int64)(p))
	case *float64:
		if value.Type() == pcommon.ValueTypeInt {
			*p = float64(value.Int())
			return nil
		}
		return want(value, pcommon.ValueTypeDouble, func() error { *p = value.Double(); return nil })
	case *bool:
		return want(value, pcommon.ValueTypeBool, func() error { *p = value.Bool(); return nil })
	case *operation.ID:
		return p.UnmarshalText([]byte(value.AsString()))
	case *operation.TraceID:
		return p.UnmarshalText([]byte(value.AsString()))
	case *operation.SpanID:
		return p.UnmarshalText([]byte(value.AsString()))
	case *operation.Attributes:
		return want(value, pcommon.ValueTypeMap, func() error { *p = attributesOf(value.Map()); return nil })
	default:
		return getList(value, ref)
	}
	return nil
}

func integer(value pcommon.Value, p *int64) error {
	return want(value, pcommon.ValueTypeInt, func() error { *p = value.Int(); return nil })
}

func want(value pcommon.Value, t pcommon.ValueType, read func() error) error {
	if value.Type() != t {
		return fmt.Errorf("is %s, want %s", value.Type(), t)
	}
	return read()
}
