package derive

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/operation"
)

// Span is a compact copy of one span. It keeps no pdata. Text that repeats is shared between spans; the
// attributes are kept of spans that may be an entry only.
type Span struct {
	TraceID  operation.TraceID
	ID       operation.SpanID
	Parent   operation.SpanID // zero for a root
	Start    operation.Time
	End      operation.Time // never before Start
	Resource *Resource
	Name     string
	Flags    uint32
	Kind     ptrace.SpanKind
}

// Size is the number of bytes that holding the span costs, the shared parts left out.
func (s *Span) Size() int { return 0 }

// Failed tells whether the span ended in an error, by its status or by its protocol's.
func (s *Span) Failed() bool { return false }

// Span copies what the record needs. The span may be reused or changed afterwards.
func (d *Deriver) Span(r *Resource, scope pcommon.InstrumentationScope, span ptrace.Span) Span {
	return Span{}
}
