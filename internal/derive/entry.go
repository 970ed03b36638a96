package derive

import "go.opentelemetry.io/collector/pdata/ptrace"

// Bits of the OTLP span flags that speak of the parent.
const (
	flagHasIsRemote = 0x100
	flagIsRemote    = 0x200
)

// EntryByItself tells whether s is where work enters a service. certain says that nothing can change the
// answer; otherwise entry is what holds as long as the parent is not known, and EntryGivenParent decides when it is.
//
// Flags that speak are decisive: a local parent makes no entry, whatever the kind or the resource; a remote one
// does. Without them SERVER and CONSUMER spans and roots are entries; a root CLIENT span only when it failed or
// when the configuration wants it. An empty receive is never one. Before all that comes what EntrySpan was told.
func (d *Deriver) EntryByItself(s *Span) (entry, certain bool) {
	if s.named {
		return true, true
	}
	if s.emptyReceive() {
		return false, true
	}
	if s.Parent.IsZero() {
		return s.Kind != ptrace.SpanKindClient || s.Failed() || d.cfg.RootClients, true
	}
	if s.Flags&flagHasIsRemote != 0 {
		return s.Flags&flagIsRemote != 0, true
	}
	return s.incoming(), false
}

// EntryGivenParent decides for a span that EntryByItself was not certain of: it is an entry if its parent belongs
// to another process, or if work comes in under a parent that sends it out (an in-process client and server).
// A SERVER span under any other span of its own process is a layer, not an entry.
func EntryGivenParent(s, parent *Span) bool {
	if s.Resource != parent.Resource && s.Resource.Identity != parent.Resource.Identity {
		return true
	}
	return s.incoming() && (parent.Kind == ptrace.SpanKindClient || parent.Kind == ptrace.SpanKindProducer)
}

func (s *Span) incoming() bool {
	return s.Kind == ptrace.SpanKindServer || s.Kind == ptrace.SpanKindConsumer
}

func (s *Span) emptyReceive() bool { return s.empty }
