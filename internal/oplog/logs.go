package oplog

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"

	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/opslog/opslog/internal/operation"
)

// occurrences counts equal records of one resource in one delivery, so that a line logged twice in one instant stays two lines.
type occurrences map[operation.ID]uint32

func logRecord(record plog.LogRecord, resource operation.Attributes, scope string, seen occurrences) *operation.LogRecord {
	out := &operation.LogRecord{
		Time:           operation.Time(record.Timestamp()),
		TraceID:        operation.TraceID(record.TraceID()),
		SpanID:         operation.SpanID(record.SpanID()),
		SeverityNumber: int64(record.SeverityNumber()),
		SeverityText:   record.SeverityText(),
		EventName:      record.EventName(),
		Body:           record.Body().AsString(),
		ServiceName:    serviceOf(resource),
		Scope:          scope,
		Resource:       resource,
		Attributes:     attributesOf(record.Attributes()),
	}
	if out.Time == 0 {
		out.Time = operation.Time(record.ObservedTimestamp())
	}
	out.ID = logID(out, 0)
	seen[out.ID]++
	if n := seen[out.ID]; n > 1 {
		out.ID = logID(out, n-1)
	}
	return out
}

// logID is made like an operation's id: the time, then a hash of the content and of which of several equal
// records it is.
func logID(r *operation.LogRecord, occurrence uint32) operation.ID {
	h := sha256.New()
	_ = binary.Write(h, binary.BigEndian, int64(r.Time))
	_ = binary.Write(h, binary.BigEndian, occurrence)
	h.Write(r.TraceID[:])
	h.Write(r.SpanID[:])
	for _, s := range []string{r.Body, r.EventName, r.SeverityText, r.ServiceName, r.Scope} {
		_ = binary.Write(h, binary.BigEndian, uint32(len(s)))
		h.Write([]byte(s))
	}
	for _, attrs := range []operation.Attributes{r.Attributes, r.Resource} {
		if text, err := json.Marshal(attrs); err == nil { // map keys are sorted, so equal maps give equal text
			h.Write(text)
		}
	}
	id := operation.NewID(r.Time, operation.TraceID{}, operation.SpanID{})
	copy(id[6:], h.Sum(nil))
	return id
}
