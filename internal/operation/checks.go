package operation

// Values of Quality.Check that are opslog's own. Beside them stand the ids of rules of the Instrumentation Score, such
// as RES-001. What Total, Failed, Value and Subject mean, each says.
const (
	CheckOrphan           = "orphan"                // spans; their parent never came. Value: parents in other services
	CheckRootless         = "rootless"              // traces; none of their operations is a root
	CheckSingleSpan       = "single_span"           // traces, by first operation; just one span. Value: traces with calls that leave the service
	CheckBrokenEdge       = "broken_edge"           // calls without the other side, by "A -> B"; B began a trace of its own meanwhile
	CheckMissingStep      = "missing_step"          // runs, by "operation: step"; a step that nearly every run had is missing
	CheckGap              = "gap"                   // operations, by name; a long time that no child span explains. Value: that time in ns
	CheckGenericName      = "generic_name"          // operations, by the span name that says nothing
	CheckHighCardinality  = "high_cardinality_name" // operations, by name; its span name was never seen before
	CheckNoise            = "noise"                 // operations, by name; too many short or equal spans
	CheckMissingAttribute = "missing_attribute"     // operations and calls, by the attribute that they lack
	CheckVolume           = "volume"                // operations. Value: spans
	CheckLate             = "late"                  // spans, by operation; they came after its record was published
	CheckClockSkew        = "clock_skew"            // operations that were called, by "A -> B"; B's clock differs from A's. Value: by how many ns
	CheckOverhead         = "overhead"              // windows of runs, by operation; more spans than before and slower. Value: by how many ns
)

// Rules of the Instrumentation Score that traces and logs can answer and that are counted under their ids. SPA-002 is
// CheckOrphan.
const (
	RuleInstanceID       = "RES-001" // resources; without service.instance.id
	RuleInstanceUnique   = "RES-002" // resources; with the service.instance.id of another one
	RulePodUID           = "RES-003" // resources on Kubernetes; without k8s.pod.uid
	RuleAttributeLevel   = "RES-004" // resources and entry spans, by the attribute that is at the wrong level
	RuleServiceName      = "RES-005" // resources; without service.name
	RuleInternalSpans    = "SPA-001" // services in traces; more than 10 INTERNAL spans
	RuleNoOrphans        = "SPA-002"
	RuleRootClient       = "SPA-004" // root spans; of kind CLIENT
	RuleShortSpans       = "SPA-005" // traces; more than 20 spans shorter than 5 ms
	RuleDebugLogs        = "LOG-001" // log records in production; of severity DEBUG
	RuleSeverityIsNotSet = "LOG-002" // log records; without a severity
)
