package observe

import (
	"sync/atomic"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/operation"
)

const (
	kindServer   = ptrace.SpanKindServer
	kindClient   = ptrace.SpanKindClient
	kindInternal = ptrace.SpanKindInternal
	kindConsumer = ptrace.SpanKindConsumer
)

// pairKey is the client's span.
type pairKey struct {
	trace operation.TraceID
	span  operation.SpanID
}

// side is what all calls of an operation have in common.
type side struct {
	environment, service, operation string
	tenant                          string
	source                          string // the queue that a consumer names
}

// half is one side of a call.
type half struct {
	side
	key                   pairKey
	parent                operation.SpanID
	id                    operation.ID
	called                *derive.Called // by a client; a server's is nil
	start                 operation.Time
	took                  operation.Duration
	retries               int64
	expires               operation.Time
	failed, queue, paired bool
	stopped               bool  // by a circuit breaker
	nest                  *nest // of a call that is a detail or has one
}

// nest says of a call and its details whether the other side of one of them came. Those of one operation may wait in
// different places.
type nest struct {
	met   atomic.Bool
	outer *nest // the call of which this one is a detail
}

func (h *half) client() bool { return h.called != nil }

func (h *half) end() operation.Time { return h.start + operation.Time(h.took) }

// tenantWith is the tenant of a call; of one between two tenants it is nobody: each would learn of the other.
func (h *half) tenantWith(other *half) string {
	if h.tenant != other.tenant {
		return ""
	}
	return h.tenant
}

// met tells that the other side came, of this call or of one of its details.
func (h *half) met() bool { return h.paired || h.nest != nil && h.nest.met.Load() }

// meet marks a call and those that it is a detail of.
func (h *half) meet() {
	if h.nest == nil {
		h.paired = true
	}
	for n := h.nest; n != nil && !n.met.Load(); n = n.outer {
		n.met.Store(true)
	}
}

// detailOf makes h a detail of another call of the same operation.
func (h *half) detailOf(o *half) {
	for _, call := range []*half{h, o} {
		if call.nest == nil {
			call.nest = &nest{}
		}
	}
	h.nest.outer = o.nest
}

func (h *half) detail() bool { return h.nest != nil && h.nest.outer != nil }
