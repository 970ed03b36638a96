package query

import (
	"strings"

	"github.com/opslog/opslog/internal/operation"
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

// synonyms are attribute names that say the same: the current name of the OpenTelemetry conventions first, then
// those of earlier ones and of instrumentations in the wild. The record keeps the value in the field, or else under
// the first name in the attributes; spans keep it under the name that it came with. With a list, elements of that
// list of the record say it as well, about the operation's calls.
var synonyms = []struct {
	name    string // a short name beside the keys, or empty
	keys    []string
	field   string
	list    string // of the record: "external"
	element string // name within an element
	only    string // category that the element must have, or empty
}{
	{keys: []string{"service.name"}, field: "service_name"},
	{keys: []string{"service.version"}, field: "service_version"},
	{keys: []string{"service.namespace"}, field: "service_namespace"},
	{keys: []string{"service.instance.id"}, field: "service_instance_id"},
	{keys: []string{"deployment.environment.name", "deployment.environment"}, field: "environment"},
	{keys: []string{"host.name"}, field: "host_name"},
	{keys: []string{"http.request.method", "http.method"}, field: "method"},
	{keys: []string{"http.route"}, field: "route"},
	{keys: []string{"http.response.status_code", "http.status_code"}, field: "status_code"},
	{keys: []string{"rpc.grpc.status_code"}, field: "status_code"},
	{keys: []string{"rpc.method"}, field: "method"},
	{keys: []string{"http.request.body.size", "http.request_content_length"}, field: "request_size"},
	{keys: []string{"http.response.body.size", "http.response_content_length"}, field: "response_size"},
	{keys: []string{"url.path", "http.target"}, field: "target"},
	{keys: []string{"user.id", "enduser.id"}, field: "user_id"},
	{keys: []string{"session.id"}, field: "session_id"},
	{keys: []string{"client.address", "http.client_ip"}, field: "client_address"},
	{keys: []string{"user_agent.original", "http.user_agent"}, field: "user_agent"},
	{keys: []string{"error.type", "error.kind", "exception.type"}, field: "error_type"},
	{keys: []string{"error.message", "exception.message"}, field: "error_message"},
	{keys: []string{"exception.stacktrace"}, field: "error_stack"},
	{keys: []string{"messaging.message.id", "messaging.message_id"}, field: "message_id"},
	{
		keys:  []string{"messaging.destination.name", "messaging.destination", "messaging.source.name"},
		field: "target", list: OverExternal, element: "target", only: operation.CategoryMessaging,
	},

	{keys: []string{"url.full", "http.url"}},
	{keys: []string{"url.scheme", "http.scheme"}},
	{keys: []string{"server.address", "net.host.name", "net.peer.name", "http.host"}},
	{keys: []string{"server.port", "net.host.port", "net.peer.port"}},
	{keys: []string{"network.peer.address", "net.sock.peer.addr", "net.peer.ip"}},
	{keys: []string{"network.protocol.name", "net.protocol.name"}},
	{keys: []string{"network.protocol.version", "net.protocol.version", "http.flavor"}},
	{keys: []string{"network.transport", "net.transport"}},
	{keys: []string{"http.request.resend_count", "http.resend_count", "http.retry_count"}},
	{keys: []string{"db.system.name", "db.system"}, list: OverExternal, element: "system"},
	{keys: []string{"db.query.text", "db.statement", "sql.query"}, list: OverExternal, element: "template", only: operation.CategoryDB},
	{keys: []string{"db.operation.name", "db.operation"}},
	{keys: []string{"db.collection.name", "db.sql.table", "db.mongodb.collection"}, list: OverExternal, element: "target", only: operation.CategoryDB},
	{keys: []string{"db.namespace", "db.name"}},
	{keys: []string{"db.response.returned_rows", "db.rows_returned", "db.row_count"}},
	{keys: []string{"db.response.affected_rows", "db.rows_affected"}},
	{keys: []string{"rpc.system.name", "rpc.system"}, list: OverExternal, element: "system"},
	{keys: []string{"messaging.system"}, list: OverExternal, element: "system"},
	{keys: []string{"messaging.operation.type", "messaging.operation"}},
	{keys: []string{"messaging.consumer.group.name", "messaging.kafka.consumer.group", "messaging.kafka.consumer_group"}},
	{keys: []string{"messaging.destination.partition.id", "messaging.kafka.destination.partition", "messaging.kafka.partition"}},
	{keys: []string{"messaging.kafka.offset", "messaging.kafka.message.offset"}},
	{name: "peer", keys: []string{"service.peer.name", "peer.service"}, list: OverExternal, element: "target"},
	{keys: []string{"code.function.name", "code.function"}},
	{keys: []string{"code.file.path", "code.filepath"}},
	{keys: []string{"code.line.number", "code.lineno"}},
	{keys: []string{"job.name", "celery.task_name", "cron.name"}},
	{keys: []string{"cache.hit", "result.cache_hit"}},
	{keys: []string{"cache.key", "cache.item.key"}},
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
	"error.new":      "whether an error is new is known to the list of errors, not to an operation",
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

func init() {
	for _, n := range shortNames {
		fieldOfShort[n.short] = n.field
		suggestions = append(suggestions, n.short)
	}
	for i, s := range synonyms {
		for _, key := range s.keys {
			synonymOf[key] = i
			suggestions = append(suggestions, key)
		}
		if s.name != "" {
			synonymOf[s.name] = i
			suggestions = append(suggestions, s.name)
		}
		if _, known := fieldOfKey[s.field]; !known && s.field != "" {
			fieldOfKey[s.field] = i
		}
	}
	suggestions = append(suggestions, "command", "command.state", "finding", "effect", "external")
	for _, f := range operation.Fields() {
		suggestions = append(suggestions, f.Name)
	}
}

// isField tells whether a name without a dot, or a well-known one with dots, is a field of an operation.
func isField(name string) bool {
	m, f := lookup(name, "")
	return f == nil && (!strings.Contains(name, ".") || !m.guessed)
}
