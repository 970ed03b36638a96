// Package replay sends recorded OTLP traces again and again, each time as new traces that happen now.
package replay

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// Recording is a list of requests as applications sent them.
type Recording struct {
	requests []ptrace.Traces
	spans    int
	last     pcommon.Timestamp // the end of the last span
}

// maxLine bounds a line, which is one request: OTLP receivers take 4 MiB by default, and JSON is larger.
const maxLine = 64 << 20

// Load reads a file with one OTLP JSON request a line, as the file exporter writes it.
func Load(path string) (*Recording, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("load recording: %w", err)
	}
	defer func() { _ = f.Close() }()
	r := &Recording{}
	scanner := bufio.NewScanner(f)
	scanner.Buffer(nil, maxLine)
	for line := 1; scanner.Scan(); line++ {
		traces, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(scanner.Bytes())
		if err != nil {
			return nil, fmt.Errorf("load recording: %s line %d: %w", path, line, err)
		}
		r.add(traces)
	}
	if err := scanner.Err(); err != nil {
		return nil, fmt.Errorf("load recording: %w", err)
	}
	if r.spans == 0 {
		return nil, fmt.Errorf("load recording: %s has no spans", path)
	}
	return r, nil
}

// Of makes a recording of requests.
func Of(requests ...ptrace.Traces) *Recording {
	r := &Recording{}
	for _, traces := range requests {
		r.add(traces)
	}
	return r
}

func (r *Recording) add(traces ptrace.Traces) {
	r.requests = append(r.requests, traces)
	r.spans += traces.SpanCount()
	eachSpan(traces, func(s ptrace.Span) { r.last = max(r.last, s.EndTimestamp()) })
}

// Spans is the number of spans in the recording.
func (r *Recording) Spans() int { return r.spans }

// Requests is the number of requests in the recording.
func (r *Recording) Requests() int { return len(r.requests) }

// Request is the n-th request of an endless repetition of the recording. Each repetition has ids of its own, which
// seed decides: parents, links and traces over several requests stay what they were. Its last span ends at end.
func (r *Recording) Request(n int, seed uint64, end time.Time) ptrace.Traces {
	out := ptrace.NewTraces()
	r.requests[n%len(r.requests)].CopyTo(out)
	m := newMask(seed, uint64(n/len(r.requests)))
	shift := pcommon.NewTimestampFromTime(end) - r.last // wraps around when it is negative, and back below
	eachSpan(out, func(s ptrace.Span) {
		s.SetTraceID(m.trace(s.TraceID()))
		s.SetSpanID(m.span(s.SpanID()))
		s.SetParentSpanID(m.span(s.ParentSpanID()))
		s.SetStartTimestamp(s.StartTimestamp() + shift)
		s.SetEndTimestamp(s.EndTimestamp() + shift)
		for _, event := range s.Events().All() {
			event.SetTimestamp(event.Timestamp() + shift)
		}
		for _, link := range s.Links().All() {
			link.SetTraceID(m.trace(link.TraceID()))
			link.SetSpanID(m.span(link.SpanID()))
		}
	})
	return out
}

func eachSpan(traces ptrace.Traces, do func(ptrace.Span)) {
	for _, rs := range traces.ResourceSpans().All() {
		for _, ss := range rs.ScopeSpans().All() {
			for _, s := range ss.Spans().All() {
				do(s)
			}
		}
	}
}

// mask makes new ids of old ones by exclusive or, so that different ids stay different and equal ones equal.
type mask struct{ high, low, id uint64 }

func newMask(seed, repetition uint64) mask {
	g := rand.NewPCG(seed, repetition)
	return mask{g.Uint64(), g.Uint64(), g.Uint64()}
}

// trace leaves the empty id, which means none, as it is.
func (m mask) trace(id pcommon.TraceID) pcommon.TraceID {
	if !id.IsEmpty() {
		xor(id[:8], m.high)
		xor(id[8:], m.low)
	}
	return id
}

func (m mask) span(id pcommon.SpanID) pcommon.SpanID {
	if !id.IsEmpty() {
		xor(id[:], m.id)
	}
	return id
}

func xor(b []byte, with uint64) {
	binary.BigEndian.PutUint64(b, binary.BigEndian.Uint64(b)^with)
}
