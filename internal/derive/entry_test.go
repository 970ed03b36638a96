package derive

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

func TestEntry(t *testing.T) {
	const server, client, producer, consumer, internal = ptrace.SpanKindServer, ptrace.SpanKindClient, ptrace.SpanKindProducer, ptrace.SpanKindConsumer, ptrace.SpanKindInternal
	tests := map[string]struct {
		kind           ptrace.SpanKind
		parent, failed bool
		flags          uint32
		attributes     map[string]any
		entry, certain bool
	}{
		"a server span with a remote parent":      {kind: server, parent: true, flags: 0x301, entry: true, certain: true},
		"a server span with a local parent":       {kind: server, parent: true, flags: 0x101, certain: true},
		"an internal span with a remote parent":   {kind: internal, parent: true, flags: 0x301, entry: true, certain: true},
		"an internal span with a local parent":    {kind: internal, parent: true, flags: 0x101, certain: true},
		"a consumer with a remote parent":         {kind: consumer, parent: true, flags: 0x301, entry: true, certain: true},
		"a server span of an old SDK":             {kind: server, parent: true, entry: true},
		"a consumer of an old SDK":                {kind: consumer, parent: true, entry: true},
		"an internal span of an old SDK":          {kind: internal, parent: true},
		"a client span of an old SDK":             {kind: client, parent: true},
		"a server span as root":                   {kind: server, flags: 0x101, entry: true, certain: true},
		"an internal span as root":                {kind: internal, entry: true, certain: true},
		"a producer as root":                      {kind: producer, entry: true, certain: true},
		"a client span as root":                   {kind: client, certain: true},
		"a failed client span as root":            {kind: client, failed: true, entry: true, certain: true},
		"a receive that got nothing":              {kind: consumer, attributes: map[string]any{"messaging.operation.type": "receive", "messaging.batch.message_count": 0}, certain: true},
		"a receive that got something":            {kind: consumer, attributes: map[string]any{"messaging.operation.type": "receive", "messaging.batch.message_count": 2}, entry: true, certain: true},
		"an empty receive of an older convention": {kind: consumer, attributes: map[string]any{"messaging.operation": "receive", "messaging.batch.message_count": "0"}, certain: true},
	}
	d := newDeriver(t)
	r := d.Resource(pcommon.NewResource())
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			span := ptrace.NewSpan()
			span.SetKind(tt.kind)
			span.SetSpanID(pcommon.SpanID{1})
			span.SetFlags(tt.flags)
			if tt.parent {
				span.SetParentSpanID(pcommon.SpanID{2})
			}
			if tt.failed {
				span.Status().SetCode(ptrace.StatusCodeError)
			}
			assert.NoError(t, span.Attributes().FromRaw(tt.attributes))
			s := d.Span(r, pcommon.NewInstrumentationScope(), span)
			entry, certain := d.EntryByItself(&s)
			assert.Equal(t, tt.entry, entry)
			assert.Equal(t, tt.certain, certain)
		})
	}
}

func TestEntryGivenParent(t *testing.T) {
	d := newDeriver(t)
	resource := func(instance string) *Resource {
		r := pcommon.NewResource()
		r.Attributes().PutStr("service.name", "shop")
		r.Attributes().PutStr("service.instance.id", instance)
		return d.Resource(r)
	}
	here, there := resource("a"), resource("b")
	span := func(r *Resource, kind ptrace.SpanKind) *Span { return &Span{Resource: r, Kind: kind} }
	tests := map[string]struct {
		s, parent *Span
		want      bool
	}{
		"under another process":                     {span(here, ptrace.SpanKindInternal), span(there, ptrace.SpanKindClient), true},
		"a layer of the same process":               {span(here, ptrace.SpanKindServer), span(here, ptrace.SpanKindServer), false},
		"a server under inner work":                 {span(here, ptrace.SpanKindServer), span(here, ptrace.SpanKindInternal), false},
		"a process that calls itself":               {span(here, ptrace.SpanKindServer), span(here, ptrace.SpanKindClient), true},
		"a process that consumes what it published": {span(here, ptrace.SpanKindConsumer), span(here, ptrace.SpanKindProducer), true},
		"processing under receiving":                {span(here, ptrace.SpanKindConsumer), span(here, ptrace.SpanKindConsumer), false},
		"inner work":                                {span(here, ptrace.SpanKindInternal), span(here, ptrace.SpanKindServer), false},
	}
	for name, tt := range tests {
		assert.Equal(t, tt.want, EntryGivenParent(tt.s, tt.parent), name)
	}
}

func TestResourcesAreShared(t *testing.T) {
	d := newDeriver(t)
	a, b, c := pcommon.NewResource(), pcommon.NewResource(), pcommon.NewResource()
	a.Attributes().PutStr("service.name", "shop")
	a.Attributes().PutInt("process.pid", 7)
	b.Attributes().PutInt("process.pid", 7)
	b.Attributes().PutStr("service.name", "shop")
	c.Attributes().PutStr("service.name", "shop")
	c.Attributes().PutStr("process.pid", "7")
	assert.Same(t, d.Resource(a), d.Resource(b), "the order of attributes does not matter")
	assert.NotSame(t, d.Resource(a), d.Resource(c), "types do")
	assert.Equal(t, "unknown_service", d.Resource(pcommon.NewResource()).ServiceName)
}
