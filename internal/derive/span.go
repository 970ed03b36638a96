package derive

import (
	"math"
	"strings"
	"unsafe"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/operation"
)

// Span is a compact copy of one span. It keeps no pdata. Text that repeats is shared between spans; the
// attributes are kept of spans that may be an entry only: of those that EntryByItself takes for one.
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

	call   *call  // what it reaches out to; nil when it works inside the process
	more   *more  // what few spans have
	values uint64 // hash of what the call was given, 0 when not recorded
	rows   int64  // returned or affected, -1 when not recorded
	code   int16  // HTTP status or gRPC code, -1 when there is none
	cache  cacheResult
	graph  access // what a GraphQL operation says it does
	status ptrace.StatusCode
	failed bool
	empty  bool // a receive that got nothing
	named  bool // somebody said that it is an entry
}

const (
	kindProducer = ptrace.SpanKindProducer
	kindConsumer = ptrace.SpanKindConsumer
)

// more is what an entry and a failed span keep beside.
type more struct {
	heading *heading // of an entry span: what its attributes say, together with packed
	packed  string
	failure *failure
	plan    string // what is wrong with the database's plan
	resends int64  // requests that were sent again
	bytes   int32  // that all of it takes
	stopped bool   // a circuit breaker did not let the call through
}

type cacheResult uint8

const (
	cacheNone cacheResult = iota
	cacheMissed
	cacheWasHit
)

// Size is the number of bytes that holding the span costs, the shared parts left out.
func (s *Span) Size() int {
	size := int(unsafe.Sizeof(*s))
	if s.more != nil {
		size += int(s.more.bytes)
	}
	return size
}

// Failed tells whether the span ended in an error, by its status or by its protocol's.
func (s *Span) Failed() bool { return s.failed }

// Duration is never negative.
func (s *Span) Duration() operation.Duration { return operation.Duration(s.End - s.Start) }

// Span copies what the record needs. The span may be reused or changed afterwards.
func (d *Deriver) Span(r *Resource, scope pcommon.InstrumentationScope, span ptrace.Span) Span {
	return d.span(r, scope, span, false)
}

// EntrySpan is Span for one that begins an operation because somebody said so.
func (d *Deriver) EntrySpan(r *Resource, scope pcommon.InstrumentationScope, span ptrace.Span) Span {
	return d.span(r, scope, span, true)
}

func (d *Deriver) span(r *Resource, scope pcommon.InstrumentationScope, span ptrace.Span, named bool) Span {
	var f fields
	d.collect(&f, span.Attributes())
	s := Span{
		TraceID: operation.TraceID(span.TraceID()), ID: operation.SpanID(span.SpanID()), Parent: operation.SpanID(span.ParentSpanID()),
		Start: timeOf(span.StartTimestamp()), End: timeOf(span.EndTimestamp()),
		Resource: r, Name: d.text(span.Name()), Flags: span.Flags(), Kind: span.Kind(),
		rows: rowsOf(&f), code: codeOf(&f), status: span.Status().Code(), named: named,
	}
	s.End = max(s.End, s.Start)
	if s.Parent == s.ID {
		s.Parent = operation.SpanID{}
	}
	s.call, s.values = d.callOf(&f, &s, scope.Name())
	s.cache = cacheOf(&f, &s)
	s.graph = graphOf(&f)
	s.empty = s.emptyBatch(&f)
	exception := lastException(span.Events())
	s.failed = s.judge(&f, exception != nil)
	s.keepMore(d, &f, span, scope, exception)
	return s
}

func (s *Span) keepMore(d *Deriver, f *fields, span ptrace.Span, scope pcommon.InstrumentationScope, exception *pcommon.Map) {
	entry, _ := d.EntryByItself(s)
	resends, _ := f.num(resendCount)
	plan := planOf(f)
	if !entry && !s.failed && resends == 0 && plan == "" && !f.hasAny(circuitBreaker, responseFlags) {
		return
	}
	s.more = &more{resends: resends, plan: plan}
	if s.failed || exception != nil && entry {
		s.more.failure = d.readFailure(f, span, s, exception)
	}
	s.more.stopped = s.call != nil && circuitOpened(f, s.more.failure)
	if entry {
		s.more.heading, s.more.packed = d.draft(f, span, scope, s)
	}
	s.more.bytes = int32(min(int(unsafe.Sizeof(*s.more))+s.more.failure.size()+len(s.more.packed), math.MaxInt32))
}

// planOf is what the instrumentation says of a bad plan: "" when it is good or not known.
func planOf(f *fields) string {
	text := strings.ToLower(f.str(dbPlan))
	noIndex, _ := f.truth(dbNoIndex)
	fullScan, _ := f.truth(dbFullScan)
	used, known := f.truth(dbIndexUsed)
	noIndex = noIndex || known && !used || strings.Contains(text, "no index")
	fullScan = fullScan || strings.Contains(text, "full table scan") || strings.Contains(text, "collscan") || strings.Contains(text, "seq scan")
	switch {
	case noIndex && fullScan:
		return "no index used, full table scan"
	case noIndex:
		return "no index used"
	case fullScan:
		return "full table scan"
	default:
		return ""
	}
}

func timeOf(t pcommon.Timestamp) operation.Time {
	return operation.Time(min(uint64(t), math.MaxInt64))
}

func rowsOf(f *fields) int64 {
	if n, ok := f.num(dbAffectedRows); ok && n >= 0 {
		return n
	}
	if n, ok := f.num(dbReturnedRows); ok && n >= 0 {
		return n
	}
	return -1
}

func codeOf(f *fields) int16 {
	if f.hasAny(rpcStatus, grpcStatus) {
		if code, ok := rpcCode(f); ok && code >= 0 && code < 1000 {
			return int16(code)
		}
	}
	if code, ok := f.num(httpStatus); ok && code > 0 && code < 1000 {
		return int16(code)
	}
	return -1
}

// httpCode tells whether code is a status of HTTP: those of gRPC are below 17.
func (s *Span) httpCode() bool { return s.code >= 100 }

// judge decides between success and failure. An explicit status wins; without one the protocol's does: a server
// answers for its own faults, a client counts every refusal.
func (s *Span) judge(f *fields, exception bool) bool {
	switch s.status {
	case ptrace.StatusCodeError:
		return true
	case ptrace.StatusCodeOk:
		return false
	}
	if flag, known := f.truth(errorFlag); known {
		return flag
	}
	switch {
	case s.httpCode() && s.Kind == ptrace.SpanKindServer:
		return s.code >= 500
	case s.httpCode() && s.Kind == ptrace.SpanKindClient:
		return s.code >= 400
	case s.code >= 0 && !s.httpCode():
		return s.code != 0 && (s.Kind != ptrace.SpanKindServer || isServerFault(int64(s.code)))
	default:
		return exception || f.has(errorType)
	}
}

func cacheOf(f *fields, s *Span) cacheResult {
	hit, known := f.truth(cacheHit)
	if !known && s.call != nil && s.call.category == operation.CategoryCache && s.call.access == accessRead && f.has(dbReturnedRows) {
		hit, known = s.rows > 0, true
	}
	switch {
	case !known:
		return cacheNone
	case hit:
		return cacheWasHit
	default:
		return cacheMissed
	}
}

func graphOf(f *fields) access {
	switch f.str(graphqlType) {
	case "query", "subscription":
		return accessRead
	case "mutation":
		return accessWrite
	default:
		return accessUnknown
	}
}

func (s *Span) emptyBatch(f *fields) bool {
	if s.Kind != ptrace.SpanKindConsumer && s.Kind != ptrace.SpanKindClient || !f.has(messagingBatch) {
		return false
	}
	n, ok := f.num(messagingBatch)
	return ok && n == 0 && messageAction(f, s.Name, false) == messageReceive
}

// callOf finds out what the span reaches out to, nil if it is work inside the process or work that came in.
func (d *Deriver) callOf(f *fields, s *Span, scope string) (*call, uint64) {
	if s.Kind == ptrace.SpanKindServer {
		return nil, 0
	}
	b := callBuilders.Get().(*callBuilder)
	defer callBuilders.Put(b)
	*b = callBuilder{buf: b.buf[:0]}
	values, ok := d.build(b, f, s, scope)
	if !ok {
		return nil, 0
	}
	if f.hasAny(dbSystem, dbQuery) {
		b.appendNode(f)
	}
	b.end()
	return d.intern(b), values
}

// build picks the protocol by the attributes, the most specific first: an AWS call to DynamoDB is a database call
// with RPC attributes, one of Elasticsearch a database call with HTTP's.
func (d *Deriver) build(b *callBuilder, f *fields, s *Span, scope string) (values uint64, ok bool) {
	client := s.Kind == ptrace.SpanKindClient || s.Kind == ptrace.SpanKindUnspecified
	switch {
	case f.hasAny(messagingSystem, messagingDestination) || s.Kind == ptrace.SpanKindProducer || s.Kind == ptrace.SpanKindConsumer:
		action := messageAction(f, s.Name, s.Kind == ptrace.SpanKindProducer)
		if action == "" || s.Kind == ptrace.SpanKindConsumer && action == messageProcess {
			return 0, false
		}
		return d.buildMessaging(b, f, s.Name, action), true
	case f.hasAny(dbSystem, dbQuery):
		system := systemName(f.str(dbSystem))
		if cacheSystems[system] {
			return d.buildCache(b, f, s.Name, system), true
		}
		return d.buildDB(b, f, s.Name, system), true
	case client && f.hasAny(rpcSystem, rpcMethod, rpcService):
		d.buildRPC(b, f, s.Name)
		return 0, true
	case client && f.hasAny(urlFull, httpMethod) || s.Kind == ptrace.SpanKindClient && isHTTPName(s.Name):
		return d.buildHTTP(b, f, s.Name), true
	case f.hasAny(cacheHit, cacheKey, cacheSystem, cacheOperation) && !s.mayBeRoot():
		return d.buildCache(b, f, s.Name, f.str(cacheSystem)), true
	case f.hasAny(filePath, fileOperation) || scope == fileScope:
		return d.buildFile(b, f, s.Name), true
	case s.Kind == ptrace.SpanKindClient:
		d.buildRPC(b, f, s.Name)
		return 0, true
	default:
		return 0, false
	}
}

func isHTTPName(name string) bool {
	method, _ := methodAndPath(name)
	return method != ""
}

func (s *Span) mayBeRoot() bool { return s.Parent.IsZero() }
