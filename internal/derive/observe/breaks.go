package observe

import (
	"strconv"
	"strings"
	"sync"

	"github.com/opslog/opslog/internal/operation"
)

const (
	knownHosts = 2_000 // addresses at which root operations are remembered
	rootsEach  = 2_000 // for each address
	// slack is how far clocks may differ for a root to lie within the call that it may have been.
	slack = operation.Time(10_000_000)
)

// Breaks find out where the context of traces is lost: calls of A to a host whose service B begins a trace of its own
// each time. It is shared, because the two sides are in different traces, and safe for concurrent use.
type Breaks struct {
	mu    sync.Mutex
	roots map[string]*roots // by tenant, environment and address, or name, of the service
	kept  operation.Time
}

// roots are root operations at one address, in the order of their coming. Where there are too many, the oldest go.
type roots struct {
	service string
	spans   []rootSpan
	next    int
}

type rootSpan struct {
	start, end, seen operation.Time
	used             bool
}

// NewBreaks makes breaks.
func NewBreaks(cfg Config) *Breaks {
	return &Breaks{roots: make(map[string]*roots), kept: 3 * operation.Time(cfg.Wait)}
}

// root takes a root operation that came in over the network.
func (b *Breaks) root(now operation.Time, op *operation.Operation, tenant string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	span := rootSpan{start: op.StartTime, end: op.StartTime + operation.Time(op.Duration), seen: now}
	b.remember(now, tenant+"\x00"+op.Environment+"\x00"+op.ServiceName, op.ServiceName, span)
	address, _ := op.Attributes["server.address"].(string)
	if address == "" || address == op.ServiceName {
		return
	}
	if port, ok := op.Attributes["server.port"].(int64); ok && port != 80 && port != 443 {
		address += ":" + strconv.FormatInt(port, 10)
	}
	b.remember(now, tenant+"\x00"+op.Environment+"\x00"+address, op.ServiceName, span)
}

func (b *Breaks) remember(now operation.Time, key, service string, span rootSpan) {
	r := b.roots[key]
	if r == nil {
		if len(b.roots) >= knownHosts {
			b.forget(now)
		}
		if len(b.roots) >= knownHosts {
			return
		}
		r = &roots{}
		b.roots[key] = r
	}
	r.service = service
	if len(r.spans) < rootsEach {
		r.spans = append(r.spans, span)
		return
	}
	r.spans[r.next] = span
	r.next = (r.next + 1) % rootsEach
}

// forget drops the addresses at which nothing came for long.
func (b *Breaks) forget(now operation.Time) {
	for key, r := range b.roots {
		last := r.spans[(r.next+len(r.spans)-1)%len(r.spans)]
		if now-last.seen > b.kept {
			delete(b.roots, key)
		}
	}
}

// client takes a call that nobody answered under its own trace. It answers the service that is behind the host, if one
// is known, and whether that began a trace of its own during the call.
func (b *Breaks) client(u *Unpaired) (to string, broken bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, name := range hostNames(u.Node) {
		r := b.roots[u.Tenant+"\x00"+u.Environment+"\x00"+name]
		if r == nil || r.service == u.Service {
			continue
		}
		for i := range r.spans {
			s := &r.spans[i]
			if !s.used && s.start >= u.Start-slack && s.end <= u.End+slack {
				s.used = true
				return r.service, true
			}
		}
		return r.service, false
	}
	return "", false
}

// hostNames are the names under which the service of a host may be known: with and without port, and its first label.
func hostNames(node string) []string {
	names := []string{node}
	host, _, found := strings.Cut(node, ":")
	if found && host != "localhost" && host != "127.0.0.1" {
		names = append(names, host)
	}
	if label, _, found := strings.Cut(host, "."); found && label != "" && (label[0] < '0' || label[0] > '9') {
		names = append(names, label)
	}
	return names
}
