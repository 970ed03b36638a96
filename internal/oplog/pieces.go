package oplog

import (
	"context"
	"errors"

	"go.opentelemetry.io/collector/pdata/ptrace"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/opslog/opslog/internal/operation"
)

// Place is where spans of an encoded request stand: its resource and its scope, encoded, without the spans.
type Place struct{ resource, scope []byte }

// Piece is one span in an encoded request.
type Piece struct {
	Place    *Place
	TraceID  operation.TraceID
	Root     bool // has no parent
	Failed   bool
	From, To int // the request's bytes that are the span, to give to a Joiner; neighbours of a place touch each other
	Start    operation.Time
	End      operation.Time
}

// Pieces appends the spans of an encoded OTLP request to room. They share its memory.
func Pieces(request []byte, room []Piece) ([]Piece, error) {
	p := pieces{whole: request, out: room}
	err := each(request, 1, p.resource)
	return p.out, err
}

type pieces struct {
	whole []byte
	out   []Piece
}

func (p *pieces) resource(data []byte) error {
	scopes, others := fieldsOf(data, 2)
	for _, scope := range scopes {
		if err := p.scope(others, scope); err != nil {
			return err
		}
	}
	return nil
}

func (p *pieces) scope(resource, data []byte) error {
	place := &Place{resource: resource}
	m := message{data: data}
	for m.next() {
		if m.number != 2 || m.kind != protowire.BytesType {
			place.scope = append(place.scope, m.field()...)
			continue
		}
		from := p.offset(m.field())
		one := Piece{Place: place, Root: true, From: from, To: from + len(m.field())}
		if err := one.read(m.bytes()); err != nil {
			return err
		}
		p.out = append(p.out, one)
	}
	return m.err()
}

// offset is where a part of the request begins: what is behind a part of a slice is its capacity.
func (p *pieces) offset(part []byte) int { return cap(p.whole) - cap(part) }

func (s *Piece) read(span []byte) error {
	m := message{data: span}
	for m.next() {
		switch {
		case m.number == 1 && m.kind == protowire.BytesType:
			if err := readID(s.TraceID[:], m.bytes()); err != nil {
				return err
			}
		case m.number == 4 && m.kind == protowire.BytesType:
			s.Root = len(m.bytes()) == 0
		case m.number == 7 && m.kind == protowire.Fixed64Type:
			s.Start = operation.Time(m.value)
		case m.number == 8 && m.kind == protowire.Fixed64Type:
			s.End = operation.Time(m.value)
		case m.number == 15 && m.kind == protowire.BytesType:
			s.Failed = failed(m.bytes())
		}
	}
	return m.err()
}

func failed(status []byte) (is bool) {
	m := message{data: status}
	for m.next() {
		if m.number == 3 && m.kind == protowire.VarintType {
			is = ptrace.StatusCode(m.value) == ptrace.StatusCodeError
		}
	}
	return is
}

// Joiner makes a request of pieces of others. The zero value is ready.
type Joiner struct {
	places map[*Place]int // index into parts
	parts  []part
	spans  int
	size   int
}

type part struct {
	place *Place
	spans [][]byte
	size  int
}

// Add takes the bytes of n spans of a place.
func (j *Joiner) Add(place *Place, n int, data []byte) {
	at, ok := j.places[place]
	if !ok {
		if j.places == nil {
			j.places = map[*Place]int{}
		}
		at = len(j.parts)
		j.places[place] = at
		j.parts = append(j.parts, part{place: place})
		j.size += len(place.resource) + len(place.scope) + 4*mostOverhead
	}
	p := &j.parts[at]
	p.spans = append(p.spans, data)
	p.size += len(data)
	j.size += len(data)
	j.spans += n
}

// Size is about that of the request, in bytes.
func (j *Joiner) Size() int { return j.size }

// Take answers the request and how many spans are in it, and begins anew.
func (j *Joiner) Take() (request []byte, spans int) {
	out := make([]byte, 0, j.size)
	for _, p := range j.parts {
		scope := len(p.place.scope) + p.size
		out = appendHead(out, 1, len(p.place.resource)+protowire.SizeTag(2)+protowire.SizeBytes(scope))
		out = append(out, p.place.resource...)
		out = appendHead(out, 2, scope)
		out = append(out, p.place.scope...)
		for _, data := range p.spans {
			out = append(out, data...)
		}
	}
	spans = j.spans
	*j = Joiner{}
	return out, spans
}

func appendHead(out []byte, number protowire.Number, size int) []byte {
	return protowire.AppendVarint(protowire.AppendTag(out, number, protowire.BytesType), uint64(size))
}

// packedSpans is the resource attribute that says that traces only stand for a request.
const packedSpans = "opslog.spans.packed"

type packedKey struct{}

// PackTraces puts an encoded request into the context, and makes as many spans without content as are in it, so that it
// is counted right. Only this package reads it, so nothing else may be on its way. It spares building pdata and encoding
// it. Nobody changes the request any more.
func PackTraces(ctx context.Context, request []byte, spans int) (context.Context, ptrace.Traces) {
	traces := ptrace.NewTraces()
	rs := traces.ResourceSpans().AppendEmpty()
	rs.Resource().Attributes().PutBool(packedSpans, true)
	list := rs.ScopeSpans().AppendEmpty().Spans()
	list.EnsureCapacity(spans)
	for range spans {
		list.AppendEmpty()
	}
	return context.WithValue(ctx, packedKey{}, request), traces
}

var errPackedSpans = errors.New("spans came without the request that they stand for")

// MarshalTraces encodes spans as OTLP, with what is packed in its place.
func MarshalTraces(ctx context.Context, traces ptrace.Traces) ([]byte, error) {
	if traces.ResourceSpans().Len() == 1 {
		if _, packed := traces.ResourceSpans().At(0).Resource().Attributes().Get(packedSpans); packed {
			request, ok := ctx.Value(packedKey{}).([]byte)
			if !ok {
				return nil, errPackedSpans
			}
			return request, nil
		}
	}
	return (&ptrace.ProtoMarshaler{}).MarshalTraces(traces)
}

type encodedKey struct{}

// WithEncoded hands over, with traces, what they are encoded as. Nobody changes it any more.
func WithEncoded(ctx context.Context, request []byte) context.Context {
	return context.WithValue(ctx, encodedKey{}, request)
}

// Encoded is what traces that nobody changed since are encoded as, or nil.
func Encoded(ctx context.Context) []byte {
	request, _ := ctx.Value(encodedKey{}).([]byte)
	return request
}
