package oplog

import (
	"fmt"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/opslog/opslog/internal/operation"
)

// Event names of the records beside operations: one for each edge of the service graph, and one for each counter of
// trace quality.
const (
	EdgeEventName    = "opslog.edge"
	QualityEventName = "opslog.quality"
)

var (
	edgeColumns    = operation.Columns[operation.Edge]()
	qualityColumns = operation.Columns[operation.Quality]()
)

// EncodeGraph makes one log record of each edge and counter. The attributes are the fields under their names, as far
// as they are not empty; the time is the minute.
func EncodeGraph(edges []*operation.Edge, counters []*operation.Quality) plog.Logs {
	logs := plog.NewLogs()
	if len(edges)+len(counters) == 0 {
		return logs
	}
	sl := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty()
	sl.Scope().SetName(scopeName)
	for _, e := range edges {
		body := fmt.Sprintf("%s %s -> %s %s: %d calls, %d errors", e.SourceKind, e.Source, e.TargetKind, e.Target, e.Calls, e.Errors)
		encodeFlat(sl.LogRecords().AppendEmpty(), EdgeEventName, e.Minute, body, edgeColumns, e)
	}
	for _, q := range counters {
		body := fmt.Sprintf("%s %s %s: %d of %d", q.ServiceName, q.Check, q.Subject, q.Failed, q.Total)
		encodeFlat(sl.LogRecords().AppendEmpty(), QualityEventName, q.Minute, body, qualityColumns, q)
	}
	return logs
}

func encodeFlat[T any](record plog.LogRecord, event string, minute operation.Time, body string, columns []operation.Column[T], from *T) {
	record.SetEventName(event)
	record.SetTimestamp(pcommon.Timestamp(minute))
	record.SetObservedTimestamp(pcommon.Timestamp(minute))
	record.SetSeverityNumber(plog.SeverityNumberInfo)
	record.SetSeverityText(plog.SeverityNumberInfo.String())
	record.Body().SetStr(body)
	attrs := record.Attributes()
	attrs.EnsureCapacity(len(columns))
	for _, c := range columns {
		ref := c.Ref(from)
		if h, ok := ref.(*operation.Histogram); ok {
			text, _ := h.MarshalText() // never fails
			if len(text) > 0 {
				attrs.PutStr(c.Name, string(text))
			}
			continue
		}
		if !blank(ref) {
			put(attrs.PutEmpty(c.Name), ref)
		}
	}
}

func decodeFlat[T any](record plog.LogRecord, columns []operation.Column[T]) (*T, error) {
	out := new(T)
	for _, c := range columns {
		value, ok := record.Attributes().Get(c.Name)
		if !ok {
			continue
		}
		var err error
		if h, isHistogram := c.Ref(out).(*operation.Histogram); isHistogram {
			err = h.UnmarshalText([]byte(value.AsString()))
		} else {
			err = get(value, c.Ref(out))
		}
		if err != nil {
			return nil, fmt.Errorf("read field %s: %w", c.Name, err)
		}
	}
	return out, nil
}

// Batch is what a batch of log records holds.
type Batch struct {
	Operations []*operation.Operation
	Edges      []*operation.Edge
	Quality    []*operation.Quality
	Logs       []*operation.LogRecord // of applications
}

// Read takes a batch apart. A record whose attributes do not fit its event name is not lost: it comes back as an
// application's log record.
func Read(logs plog.Logs) Batch {
	var b Batch
	b.Add(logs)
	return b
}

// Add reads a further batch.
func (b *Batch) Add(logs plog.Logs) {
	for _, rl := range logs.ResourceLogs().All() {
		// A queue puts deliveries together as it likes, and a delivery that comes again must get the same ids. What it
		// does not take apart is the records of one resource in one delivery.
		seen := occurrences{}
		resource := attributesOf(rl.Resource().Attributes())
		for _, sl := range rl.ScopeLogs().All() {
			for _, record := range sl.LogRecords().All() {
				if !b.read(record, resource) {
					b.Logs = append(b.Logs, logRecord(record, resource, sl.Scope().Name(), seen))
				}
			}
		}
	}
}

// read takes one of opslog's own records.
func (b *Batch) read(record plog.LogRecord, resource operation.Attributes) bool {
	switch record.EventName() {
	case EventName:
		op, err := decode(record, resource)
		if err == nil {
			b.Operations = append(b.Operations, op)
		}
		return err == nil
	case PackedEventName:
		data, _ := packed(record)
		op, err := newWireReader().unpack(data, resource)
		if err == nil {
			b.Operations = append(b.Operations, op)
		}
		return err == nil
	case EdgeEventName:
		e, err := decodeFlat(record, edgeColumns)
		fits := err == nil && !e.ID.IsZero()
		if fits {
			b.Edges = append(b.Edges, e)
		}
		return fits
	case QualityEventName:
		q, err := decodeFlat(record, qualityColumns)
		fits := err == nil && !q.ID.IsZero()
		if fits {
			b.Quality = append(b.Quality, q)
		}
		return fits
	default:
		return false
	}
}
