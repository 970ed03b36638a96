package query

import (
	"slices"
	"strings"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/semconv"
)

// shortNames are the names people type for fields of the record. In suggestions, earlier ones win.
var shortNames = []struct{ short, field string }{
	{"status", "status"},
	{"service", "service_name"},
	{"endpoint", "route"},
	{"method", "method"},
	{"duration", "duration"},
	{"name", "name"},
	{"kind", "kind"},
	{"transport", "transport"},
	{"user", "user_id"},
	{"version", "service_version"},
	{"env", "environment"},
	{"host", "host_name"},
	{"namespace", "service_namespace"},
	{"instance", "service_instance_id"},
	{"http.status", "status_code"},
	{"trace.duration", "trace_duration"},
	{"request.id", "request_id"},
	{"session", "session_id"},
	{"tenant", "tenant_id"},
	{"actor", "user_id"},
	{"target", "target"},
	{"error.type", "error_type"},
	{"error.message", "error_message"},
	{"error.group", "error_fingerprint"},
	{"error.count", "error_span_count"},
	{"span.count", "span_count"},
	{"db.calls", "db_calls"},
	{"db.time", "db_time"},
	{"trace", "trace_id"},
	{"span", "span_id"},
	{"id", "operation_id"},
	{"parent", "parent_operation_id"},
	{"time", "start_time"},
}

// synonyms are attributes by all their names. The record keeps the value in the field, or else as semconv says; spans
// keep it under the name that it came with. With a list, elements of that list of the record say it as well, about the
// operation's calls.
var synonyms = []synonym{
	{keys: semconv.ServiceName.Names[:1], field: "service_name"},
	{keys: semconv.ServiceVersion.Names[:1], field: "service_version"},
	{keys: semconv.ServiceNamespace.Names[:1], field: "service_namespace"},
	{keys: semconv.ServiceInstanceID.Names[:1], field: "service_instance_id"},
	{keys: semconv.DeploymentEnvironment.Names[:2], field: "environment"},
	{keys: semconv.HostName.Names[:1], field: "host_name"},
	{keys: semconv.HTTPMethod.Names, field: "method"},
	{keys: semconv.HTTPRoute.Names, field: "route"},
	{keys: semconv.HTTPStatus.Names, field: "status_code"},
	{keys: semconv.GRPCStatus.Names, field: "status_code"},
	{keys: semconv.RPCStatus.Names, field: "status_code"},
	{keys: semconv.RPCMethod.Names, field: "method"},
	{keys: semconv.RequestSize.Names, field: "request_size"},
	{keys: semconv.ResponseSize.Names, field: "response_size"},
	{keys: slices.Concat(semconv.URLPath.Names, semconv.HTTPTarget.Names), field: "target"},
	{keys: semconv.UserID.Names, field: "user_id"},
	{keys: semconv.UserType.Names, field: "user_type"},
	{keys: semconv.TenantID.Names, field: "tenant_id"},
	{keys: semconv.SessionID.Names, field: "session_id"},
	{keys: semconv.RequestID.Names, field: "request_id"},
	{keys: semconv.IdempotencyKey.Names, field: "idempotency_key"},
	{keys: semconv.ClientAddress.Names, field: "client_address"},
	{keys: semconv.UserAgent.Names, field: "user_agent"},
	{keys: slices.Concat(semconv.ErrorType.Names, semconv.ExceptionType.Names), field: "error_type"},
	{keys: slices.Concat(semconv.ErrorMessage.Names, semconv.ExceptionMessage.Names), field: "error_message"},
	{keys: semconv.ExceptionStack.Names, field: "error_stack"},
	{keys: semconv.MessagingID.Names, field: "message_id"},
	{keys: semconv.MessagingDestination.Names, field: "target", list: OverExternal, element: "target", only: operation.CategoryMessaging},

	{keys: slices.Concat(semconv.ServerAddress.Names, semconv.NetHostName.Names, semconv.NetPeerName.Names, semconv.HTTPHost.Names)},
	{keys: slices.Concat(semconv.ServerPort.Names, semconv.NetHostPort.Names, semconv.NetPeerPort.Names)},
	kept(semconv.DBSystem).calls("system", ""),
	kept(semconv.DBQuery).calls("template", operation.CategoryDB),
	kept(semconv.DBCollection).calls("target", operation.CategoryDB),
	kept(semconv.RPCSystem).calls("system", ""),
	kept(semconv.MessagingSystem).calls("system", ""),
	kept(semconv.PeerService).calls("target", "").named("peer"),
	kept(semconv.URLFull), kept(semconv.URLScheme), kept(semconv.PeerAddress), kept(semconv.PeerPort), kept(semconv.ProtocolName),
	kept(semconv.ProtocolVersion), kept(semconv.Transport), kept(semconv.ResendCount),
	kept(semconv.DBOperation), kept(semconv.DBNamespace), kept(semconv.DBStatus), kept(semconv.DBReturnedRows), kept(semconv.DBAffectedRows),
	kept(semconv.DBPlan), kept(semconv.DBNoIndex), kept(semconv.DBFullScan), kept(semconv.DBIndexUsed),
	kept(semconv.MessagingTemporary), kept(semconv.MessagingOperation), kept(semconv.MessagingGroup), kept(semconv.MessagingPartition),
	kept(semconv.MessagingOffset), kept(semconv.MessagingClient), kept(semconv.MessagingSubscription),
	kept(semconv.CodeFunction), kept(semconv.CodeFile), kept(semconv.CodeLine), kept(semconv.CodeColumn),
	kept(semconv.JobName), kept(semconv.CacheHit), kept(semconv.CacheKey), kept(semconv.CacheSystem), kept(semconv.CacheOperation),
	kept(semconv.FilePath), kept(semconv.FaaSName),
}

// synonym is one attribute.
type synonym struct {
	name    string // a short name beside the keys, or empty
	keys    []string
	field   string
	asSent  bool   // without a field: the record keeps it under any of the keys, not under the first
	list    string // of the record: "external"
	element string // name within an element
	only    string // category that the element must have, or empty
}

// kept is an attribute that has no field.
func kept(a semconv.Attribute) synonym {
	return synonym{keys: a.Names, asSent: a.Kept == semconv.AsSent}
}

// calls adds that elements of external say it.
func (s synonym) calls(element, only string) synonym {
	s.list, s.element, s.only = OverExternal, element, only
	return s
}

func (s synonym) named(name string) synonym {
	s.name = name
	return s
}

// attributes are the keys under which the record keeps what has no field.
func (s *synonym) attributes() []string {
	if s.asSent {
		return s.keys
	}
	return s.keys[:1]
}

// closed are the fields with a closed list of values.
var closed = map[string][]string{
	"status":            {operation.StatusOK, operation.StatusError},
	"kind":              {operation.KindQuery, operation.KindCommand, operation.KindUnknown},
	"transport":         {operation.TransportHTTP, operation.TransportRPC, operation.TransportMessage, operation.TransportJob, operation.TransportInternal},
	stateField:          {operation.CommandSucceeded, operation.CommandRetried, operation.CommandFailed, operation.CommandDeadLettered, operation.CommandUnknown},
	"failure_class":     {operation.FailureDependency, operation.FailureInput, operation.FailureTimeout, operation.FailureCancelled, operation.FailureCode, operation.FailureUnknown},
	"incomplete_reason": {operation.IncompleteNoEntry, operation.IncompleteOverflow, operation.IncompleteShutdown, operation.IncompleteRunning},

	OverSpans + ".status":      {operation.StatusOK, operation.StatusError},
	OverSpans + ".kind":        {operation.SpanUnspecified, operation.SpanInternal, operation.SpanServer, operation.SpanClient, operation.SpanProducer, operation.SpanConsumer},
	OverFindings + ".severity": {"info", "warning", "high"},
	OverEffects + ".outcome":   {operation.EffectDone, operation.EffectFailed, operation.EffectRolledBack, operation.EffectNotReached},
	OverExternal + ".category": {operation.CategoryDB, operation.CategoryHTTP, operation.CategoryRPC, operation.CategoryMessaging, operation.CategoryCache, operation.CategoryFile},
}

// spanSuggestions are offered within any() and its kin before all other names.
var spanSuggestions = []string{"span.name", "span.duration", "span.status", "span.kind", "event.name"}

// findingKinds are the kinds of findings that are offered; there may be others.
var findingKinds = []string{
	"n_plus_one", "redundant_calls", "parallel_fan_out", "sequential_calls", "cache_miss", "slow_statement",
	"uninstrumented_gap", operation.FindingQueryThatWrites, "retry_storm", "chatty_spans", "large_payload",
	"missing_index", "clock_skew",
}

// elements are the fields of what a Quant ranges over: the JSON names of operation.Span, Step, Effect, Finding and Link.
var elements = map[string]map[string]operation.Type{
	OverSpans: {
		"name": operation.TypeString, "kind": operation.TypeString, "status": operation.TypeString, "status_message": operation.TypeString,
		"service_name": operation.TypeString, "scope": operation.TypeString, "trace_state": operation.TypeString,
		"duration": operation.TypeDuration, "start_time": operation.TypeTime,
		"trace_id": operation.TypeID, "span_id": operation.TypeID, "parent_span_id": operation.TypeID,
		"attributes": operation.TypeMap, "resource": operation.TypeMap,
	},
	OverExternal: {
		"category": operation.TypeString, "system": operation.TypeString, "target": operation.TypeString, "template": operation.TypeString,
		"count": operation.TypeInt, "errors": operation.TypeInt, "total": operation.TypeDuration, "max": operation.TypeDuration, "first_offset": operation.TypeDuration,
	},
	OverEffects: {
		"kind": operation.TypeString, "target": operation.TypeString, "action": operation.TypeString, "outcome": operation.TypeString,
		"rows": operation.TypeInt, "offset": operation.TypeDuration, "span_id": operation.TypeID,
	},
	OverFindings: {
		"kind": operation.TypeString, "severity": operation.TypeString, "confidence": operation.TypeString, "evidence": operation.TypeString,
		"count": operation.TypeInt, "saving": operation.TypeDuration,
	},
	OverLinks: {"trace_id": operation.TypeID, "span_id": operation.TypeID},
}

// listScopes are the names before the dot that lead into a list of the record, and what the bare name means.
var listScopes = map[string]struct{ list, bare string }{
	"external": {OverExternal, "template"},
	"effect":   {OverEffects, "target"},
	"effects":  {OverEffects, "target"},
	"finding":  {OverFindings, "kind"},
	"findings": {OverFindings, "kind"},
	"link":     {OverLinks, "trace_id"},
	"links":    {OverLinks, "trace_id"},
}

// elsewhere are names that people may expect but that no single operation can answer.
var elsewhere = map[string]string{
	"services.count": "an operation is the work of one service; its trace knows how many took part",
	"review":         "reviews are kept beside the operations, see the list of commands",
}

// headerScopes lead to the request's and the response's headers.
var headerScopes = []struct{ prefix, field string }{
	{"request_headers.", "request_headers"},
	{"response_headers.", "response_headers"},
	{"http.request.header.", "request_headers"},
	{"http.response.header.", "response_headers"},
}

var (
	fieldOfShort = map[string]string{}
	synonymOf    = map[string]int{} // key of an attribute to its place in synonyms
	fieldOfKey   = map[string]int{} // field of the record to its first place in synonyms
	// suggestions are all names that can be meant by a misspelt one.
	suggestions []string
)

// suggestedKeys is how many names of an attribute are suggested: the current and the one before. The others are
// understood, but they would only stand in the way of what was meant.
const suggestedKeys = 2

func isHeader(key string) bool {
	return slices.ContainsFunc(headerScopes, func(h struct{ prefix, field string }) bool { return strings.HasPrefix(key, h.prefix) })
}

func init() {
	for _, n := range shortNames {
		fieldOfShort[n.short] = n.field
		suggestions = append(suggestions, n.short)
	}
	for i, s := range synonyms {
		for n, key := range s.keys {
			if isHeader(key) {
				continue
			}
			synonymOf[key] = i
			if n < suggestedKeys {
				suggestions = append(suggestions, key)
			}
		}
		if s.name != "" {
			synonymOf[s.name] = i
			suggestions = append(suggestions, s.name)
		}
		if _, known := fieldOfKey[s.field]; !known && s.field != "" {
			fieldOfKey[s.field] = i
		}
	}
	suggestions = append(suggestions, "command", "command.state", "error.new", "finding", "effect", "external")
	for _, f := range operation.Fields() {
		suggestions = append(suggestions, f.Name)
	}
}

// isField tells whether a name without a dot, or a well-known one with dots, is a field of an operation, or of a span
// where each row is one.
func isField(name, over string) bool {
	if over == OverSpans {
		over = ""
	}
	m, f := lookup(name, over)
	return f == nil && (!strings.Contains(name, ".") || !m.guessed)
}
