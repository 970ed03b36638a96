// Package sampling decides which traces' spans are kept: those with an error, those that took long, and a share of the
// others. A trace waits for its decision encoded, as bytes of the requests that brought it, so what waits costs memory
// but no work of the garbage collector; it stops to wait as soon as it is clear that it is kept.
package sampling

import (
	"hash/fnv"
	"math"
	"math/big"
	"sync"
	"time"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/oplog"
)

// Config of a Sampler.
type Config struct {
	Wait          time.Duration // from the first span of a trace to its decision
	WaitAfterRoot time.Duration // from its root span, when that is sooner
	Errors        bool          // keep traces in which a span failed
	SlowerThan    time.Duration // keep traces that took longer; 0 is none
	Percentage    float64       // of the other traces, 0 to 100
	MaxBytes      int64         // what may wait; beyond it the oldest are decided early
	Remember      int           // decisions, for late spans
}

// Decision tells why spans are kept, or that they are not.
type Decision uint8

// The decisions.
const (
	Dropped Decision = iota
	Share            // in the share of those that are kept anyway
	Failed
	Slow
	Decisions // how many there are
)

// Stats count since the start. What came is in Spans by decision, or waits.
type Stats struct {
	Spans   [Decisions]int64
	Traces  [Decisions]int64 // decided by their first span in the share, by what happened in them otherwise
	Early   int64            // traces that were decided before their time, for want of memory
	Late    int64            // spans that came behind the decision to drop; they are in Spans, too
	Bytes   int64            // waiting, as encoded
	Waiting int64            // spans
}

// Sampler is safe for concurrent use.
type Sampler struct {
	cfg       Config
	threshold uint64

	mu     sync.Mutex
	traces map[operation.TraceID]*trace
	due    map[int64][]*trace // by tick
	first  int64              // the least tick that may have traces
	known  decisions
	kept   oplog.Joiner
	stats  Stats
}

// tick is the grid of decisions.
const tick = 250 * time.Millisecond

// trace waits.
type trace struct {
	id         operation.TraceID
	at         int64 // tick of the decision
	spans      int64
	start, end operation.Time
	pieces     []piece
}

// piece are neighbouring spans of a request.
type piece struct {
	place      *oplog.Place
	from       *request
	begin, end int32 // in the request
	spans      int32
}

// request is what came, for as long as a span of it waits.
type request struct {
	data []byte
	left int // spans that wait
}

// New makes a sampler.
func New(cfg Config) *Sampler {
	return &Sampler{cfg: cfg, threshold: thresholdOf(cfg.Percentage), traces: map[operation.TraceID]*trace{}, due: map[int64][]*trace{},
		known: newDecisions(cfg.Remember)}
}

// thresholdOf and share are those of contrib's tail_sampling, so that both keep the same traces.
func thresholdOf(percentage float64) uint64 {
	whole := new(big.Float).SetUint64(math.MaxUint64)
	threshold, _ := whole.Mul(whole, big.NewFloat(percentage/100)).Uint64()
	return threshold
}

func (s *Sampler) share(id operation.TraceID) bool {
	h := fnv.New64a()
	h.Write([]byte("default-hash-seed"))
	h.Write(id[:])
	return h.Sum64() <= s.threshold
}

var rooms = sync.Pool{New: func() any { return new([]oplog.Piece) }}

// Add takes an encoded OTLP request, which must not be changed afterwards. It answers how many bytes wait to be taken.
func (s *Sampler) Add(now time.Time, data []byte) (ready int, err error) {
	room := rooms.Get().(*[]oplog.Piece)
	defer rooms.Put(room)
	pieces, err := oplog.Pieces(data, (*room)[:0])
	if err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	from := &request{data: data}
	for rest := pieces; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].TraceID == rest[0].TraceID && rest[n].Place == rest[0].Place {
			n++
		}
		s.take(now, from, rest[:n])
		rest = rest[n:]
	}
	for s.stats.Bytes > s.cfg.MaxBytes && len(s.traces) > 0 {
		s.oldest()
	}
	clear(pieces)
	*room = pieces
	return s.kept.Size(), nil
}

// take looks at neighbouring spans of one trace.
func (s *Sampler) take(now time.Time, from *request, spans []oplog.Piece) {
	id, n := spans[0].TraceID, len(spans)
	one := piece{place: spans[0].Place, from: from, begin: int32(spans[0].From), end: int32(spans[n-1].To), spans: int32(n)}
	if d, ok := s.known.get(id); ok {
		if d == Dropped {
			s.stats.Late += int64(n)
		}
		s.settle(d, &one)
		return
	}
	t := s.traces[id]
	if t == nil {
		if s.share(id) {
			s.known.put(id, Share)
			s.stats.Traces[Share]++
			s.settle(Share, &one)
			return
		}
		t = &trace{id: id, start: spans[0].Start, end: spans[0].End}
		s.traces[id] = t
		s.decideAt(t, now.Add(s.cfg.Wait))
	}
	s.hold(t, one)
	if d := s.judge(now, t, spans); d != Dropped {
		s.decide(t, d)
	}
}

func (s *Sampler) hold(t *trace, p piece) {
	t.pieces = append(t.pieces, p)
	t.spans += int64(p.spans)
	s.stats.Waiting += int64(p.spans)
	if p.from.left == 0 {
		s.stats.Bytes += int64(len(p.from.data))
	}
	p.from.left += int(p.spans)
}

// judge tells whether it is clear that t is kept.
func (s *Sampler) judge(now time.Time, t *trace, spans []oplog.Piece) Decision {
	for i := range spans {
		p := &spans[i]
		t.start, t.end = min(t.start, p.Start), max(t.end, p.End)
		switch {
		case p.Failed && s.cfg.Errors:
			return Failed
		case s.cfg.SlowerThan > 0 && time.Duration(t.end-t.start) > s.cfg.SlowerThan:
			return Slow
		}
		if p.Root {
			s.decideAt(t, now.Add(s.cfg.WaitAfterRoot))
		}
	}
	return Dropped
}

// decideAt sets when t is decided; only sooner than before.
func (s *Sampler) decideAt(t *trace, at time.Time) {
	n := at.UnixNano()/int64(tick) + 1
	if t.at != 0 && t.at <= n {
		return
	}
	t.at = n
	s.due[n] = append(s.due[n], t)
	if s.first == 0 || n < s.first {
		s.first = n
	}
}

// decide ends the waiting of t.
func (s *Sampler) decide(t *trace, d Decision) {
	delete(s.traces, t.id)
	s.known.put(t.id, d)
	s.stats.Traces[d]++
	s.stats.Waiting -= t.spans
	for i := range t.pieces {
		p := &t.pieces[i]
		s.settle(d, p)
		if p.from.left -= int(p.spans); p.from.left == 0 {
			s.stats.Bytes -= int64(len(p.from.data))
		}
	}
	t.pieces = nil
}

// settle counts spans and keeps them.
func (s *Sampler) settle(d Decision, p *piece) {
	s.stats.Spans[d] += int64(p.spans)
	if d != Dropped {
		s.kept.Add(p.place, int(p.spans), p.from.data[p.begin:p.end])
	}
}

// Tick decides the traces whose time has come. It answers how many bytes wait to be taken.
func (s *Sampler) Tick(now time.Time) (ready int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.until(now.UnixNano() / int64(tick))
	return s.kept.Size()
}

func (s *Sampler) until(n int64) {
	for ; s.first <= n && len(s.due) > 0; s.first++ {
		for _, t := range s.due[s.first] {
			if t.at == s.first && s.traces[t.id] == t {
				s.decide(t, Dropped)
			}
		}
		delete(s.due, s.first)
	}
}

// oldest decides the trace whose time comes first.
func (s *Sampler) oldest() {
	for ; ; s.first++ {
		for list := s.due[s.first]; len(list) > 0; {
			t := list[0]
			list = list[1:]
			s.due[s.first] = list
			if t.at == s.first && s.traces[t.id] == t {
				s.stats.Early++
				s.decide(t, Dropped)
				return
			}
		}
		delete(s.due, s.first)
	}
}

// Flush decides all that waits: nothing more comes.
func (s *Sampler) Flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.traces {
		s.decide(t, Dropped)
	}
	clear(s.due)
}

// Take answers the spans that are kept as an encoded request, and how many there are.
func (s *Sampler) Take() (request []byte, spans int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept.Take()
}

// Stats so far.
func (s *Sampler) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stats
}
