package quality

import (
	"slices"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// Impacts of rules, and what they weigh in the score.
const (
	critical  = "critical"
	important = "important"
	normal    = "normal"
)

var weights = map[string]int{critical: 40, important: 30, normal: 20, "low": 10}

// missingRules are rules of the Instrumentation Score that opslog does not judge, because it does not look at metrics
// or cannot know: SPA-003 leaves "bounded" open, SPA-006 is what redaction prevents before anything is counted.
var missingRules = []string{"LOG-003", "MET-001", "MET-002", "MET-003", "MET-004", "MET-005", "MET-006", "MET-007", "MET-008",
	"RES-006", "RES-007", "RES-010", "SDK-001", "SPA-003", "SPA-006"}

// MissingRules are the rules that are not judged.
func MissingRules() []string { return slices.Clone(missingRules) }

// kind is a check with how it is judged.
type kind struct {
	id, title, impact, unit, why, fix string
	counter                           string // whose counters it reads; "" is those of id
	judge                             func(c Check, value int64, sums []*store.QualitySum) string
	value                             func(c Check, value int64) float64
}

// ratio judges by the share of failures, once there are enough looks.
func ratio(least int64, warn, fail float64) func(Check, int64, []*store.QualitySum) string {
	return func(c Check, _ int64, _ []*store.QualitySum) string {
		switch {
		case c.Total < least:
			return StatusUnknown
		case c.Ratio >= fail:
			return StatusFail
		case c.Ratio >= warn:
			return StatusWarn
		default:
			return StatusPass
		}
	}
}

// never is how a rule is judged: one failure is one too many.
func never(c Check, _ int64, _ []*store.QualitySum) string {
	switch {
	case c.Total == 0 && c.Failed == 0:
		return StatusUnknown
	case c.Failed > 0:
		return StatusFail
	default:
		return StatusPass
	}
}

// worst judges each subject by its share of failures and answers the worst.
func worst(least int64, warn, fail float64) func(Check, int64, []*store.QualitySum) string {
	one := ratio(least, warn, fail)
	return func(_ Check, _ int64, sums []*store.QualitySum) string {
		status, order := StatusUnknown, []string{StatusUnknown, StatusPass, StatusWarn, StatusFail}
		for _, s := range sums {
			subject := Check{Total: s.Total}
			if s.Total > 0 {
				subject.Ratio = float64(s.Failed) / float64(s.Total)
			}
			if got := one(subject, 0, nil); slices.Index(order, got) > slices.Index(order, status) {
				status = got
			}
		}
		return status
	}
}

// singleSpan is bad when 30 % of the traces have one span, although the service calls others in some.
func singleSpan(c Check, value int64, _ []*store.QualitySum) string {
	const fewTraces = 20
	switch {
	case c.Total < fewTraces:
		return StatusUnknown
	case c.Ratio >= 0.3 && value > 0:
		return StatusFail
	default:
		return StatusPass
	}
}

// longDebug fails when there were DEBUG records over more than 14 days.
func longDebug(c Check, _ int64, sums []*store.QualitySum) string {
	const days = 24 * 60 * operation.Minute
	for _, s := range sums {
		if s.LastFailed-s.FirstFailed > 14*days {
			return StatusFail
		}
	}
	if c.Total == 0 {
		return StatusUnknown
	}
	return StatusPass
}

// missingStep and brokenEdge are told of a finding at once: the counters hold proven cases only.
func found(c Check, _ int64, _ []*store.QualitySum) string {
	switch {
	case c.Total == 0:
		return StatusUnknown
	case c.Failed > 0:
		return StatusFail
	default:
		return StatusPass
	}
}

func always(Check, int64, []*store.QualitySum) string { return StatusPass }

func perLook(c Check, value int64) float64 {
	if c.Total == 0 {
		return 0
	}
	return float64(value) / float64(c.Total)
}

// perFailure is the mean of a value that failures alone have.
func perFailure(c Check, value int64) float64 {
	if c.Failed == 0 {
		return 0
	}
	return float64(value) / float64(c.Failed)
}

// catalogue are all checks, in the order in which they are shown.
var catalogue = []kind{
	{id: operation.CheckOrphan, title: "Spans whose parent never came", judge: ratio(1, 0.01, 0.05),
		why: "A trace with a missing link shows parts of a request as if they had nothing to do with each other.",
		fix: "Look at the sampling: every service must decide as its caller did (parentbased). Check that the SDK exports on shutdown and that no queue of an exporter overflows."},
	{id: operation.CheckRootless, title: "Traces without a root span", judge: ratio(20, 0.01, 0.05),
		why: "Without its first span a trace has no name, no duration and no outcome.",
		fix: "Find who makes the first span: a proxy, a browser or a gateway that passes traceparent on but exports nothing. Let it export, or let it not start traces."},
	{id: operation.CheckSingleSpan, title: "Traces of one span", judge: singleSpan,
		why: "The service calls others, but many of its traces hold one span only: the context is lost on the way.",
		fix: "Instrument the clients (HTTP, RPC, queue) that the service uses, and pass the context into threads, callbacks and goroutines."},
	{id: operation.CheckBrokenEdge, title: "Context lost between two services", judge: worst(20, 0.8, 0.8),
		why: "The first service's calls arrive at the second one, which begins a new trace each time: the traceparent header is lost.",
		fix: "Turn on propagation (tracecontext) in the client of the first service and the server of the second, and let proxies between them pass the headers traceparent and tracestate."},
	{id: operation.CheckMissingStep, title: "Expected steps are missing", judge: found,
		why: "A call that nearly every successful run made is not in most of the last runs.",
		fix: "Check whether the step is not done any more, or is done by a library that is not instrumented any more; compare with the last deployment."},
	{id: operation.CheckGap, title: "Time that no span explains", judge: ratio(20, 0.1, 0.3), value: perLook, unit: "ns",
		why: "For 100 ms or more, and 30 % of the operation, nothing says what the service did.",
		fix: "Add a span around the work between the calls, or instrument the library that does it."},
	{id: operation.CheckGenericName, title: "Names that say nothing", judge: ratio(1, 0.01, 0.1),
		why: "Names such as handler, database or GET cannot be told apart.",
		fix: "Name a span by what it does: \"SELECT orders\", \"GET /users/{id}\", \"process payment\"."},
	{id: operation.CheckHighCardinality, title: "Names that hold ids", judge: worst(40, 0.5, 0.5),
		why: "More than half of the spans have a name that was never seen before: nothing can be grouped by it.",
		fix: "Take ids, paths and queries out of span names; put them into attributes. Set http.route."},
	{id: operation.CheckNoise, title: "Spans that are noise", judge: ratio(20, 0.1, 0.5), value: perLook, unit: "short spans per operation",
		why: "More than 20 spans shorter than 5 ms, or more than 100 that ask for the same, cost more than they tell.",
		fix: "Drop the spans of getters, serialisers and loops; keep those that cross a border or take time."},
	{id: operation.CheckMissingAttribute, title: "Attributes are missing", judge: worst(20, 0.1, 0.5),
		why: "Without route, destination, address or statement nobody knows what was called.",
		fix: "Use the current instrumentation library of the framework; it sets them. Where spans are made by hand, set the attributes of the semantic conventions."},
	{id: operation.CheckLate, title: "Spans that come late", judge: ratio(100, 0.01, 0.1),
		why: "They came after the record of their operation was made, which had to be made again: what was shown and alerted on before was not all of it.",
		fix: "Shorten the delay of the SDK's batches (OTEL_BSP_SCHEDULE_DELAY) and of the collectors in between, or raise the connector's linger."},
	{id: operation.CheckClockSkew, title: "Clocks that differ", judge: worst(1, 0.01, 0.5), value: perFailure, unit: "ns",
		why: "The service's clock is 10 ms or more away from that of its caller: times in one trace cannot be compared.",
		fix: "Let all hosts keep their time by NTP or chrony, and look at the virtual machines that were paused or moved."},
	{id: operation.CheckVolume, title: "Spans per operation", judge: always, value: perLook, unit: "spans per operation",
		why: "Each span costs about 1 KiB, and the application 1 to 5 % of the CPU time of what it instruments.",
		fix: "Sample behind opslog, not before it; drop noise at its source."},
	{id: operation.CheckOverhead, title: "Slower since there are more spans", judge: found, value: perLook, unit: "ns",
		why: "After the number of spans of the operation rose, its median duration rose by more than 5 %.",
		fix: "Take back the instrumentation that was added last, or make it coarser. Export in batches, never in line."},

	{id: operation.RuleInstanceID, title: "service.instance.id is present", impact: normal, judge: never,
		why: "It tells the processes of a service apart.", fix: "Set service.instance.id in OTEL_RESOURCE_ATTRIBUTES, or turn on the SDK's detector."},
	{id: operation.RuleInstanceUnique, title: "service.instance.id is unique", impact: important, judge: never,
		why: "Two workloads use one id, so that their data is mixed.", fix: "Let each process make its own id, such as the pod's UID or a random one."},
	{id: operation.RulePodUID, title: "k8s.pod.uid is present on Kubernetes", impact: important, judge: never,
		why: "It joins telemetry with what the cluster knows of the pod.", fix: "Use the k8sattributes processor, or pass metadata.uid by the downward API."},
	{id: operation.RuleAttributeLevel, title: "Attributes are at the right level", impact: important, judge: never,
		why: "service.name on a span, or http.request.method on a resource, is not found where people look.", fix: "Move the attribute to the resource or to the span, as the semantic conventions say."},
	{id: operation.RuleServiceName, title: "service.name is present", impact: critical, judge: never,
		why: "Without it nobody knows whose telemetry it is.", fix: "Set OTEL_SERVICE_NAME."},
	{id: operation.RuleInternalSpans, title: "At most 10 INTERNAL spans of a service in a trace", impact: normal, judge: never,
		why: "More are noise, or show work that should be one step.", fix: "Drop spans inside loops; use events for points in time."},
	{id: operation.RuleNoOrphans, counter: operation.CheckOrphan, title: "No orphan spans", impact: normal, judge: never,
		why: "Each span with a parent needs that parent in the trace.", fix: "See the check of orphans."},
	{id: operation.RuleRootClient, title: "No root span is of kind CLIENT", impact: important, judge: never,
		why: "A call without an operation around it shows that the context was lost or that the entry is not instrumented.", fix: "Instrument the server, the job or the consumer that makes the call, and pass its context to the client."},
	{id: operation.RuleShortSpans, title: "At most 20 spans shorter than 5 ms in a trace", impact: important, judge: never,
		why: "Many very short spans cost more than they tell.", fix: "Drop them at their source, or sum them up in an attribute."},
	{id: operation.RuleDebugLogs, title: "No DEBUG logs in production for more than 14 days", impact: important, judge: longDebug,
		why: "They cost storage and hide what matters.", fix: "Set the log level to INFO."},
	{id: operation.RuleSeverityIsNotSet, title: "Log records have a severity", impact: important, judge: never,
		why: "Without it errors cannot be told from noise.", fix: "Parse the severity where logs are read from files (severity_parser), or use the logging bridge of the SDK."},
}
