package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/quality"
)

// Values of diagnosis.Group beside none.
const (
	groupAutomated = "automated checks"
	groupSuccess   = "success criteria"
	groupQuality   = "quality of traces"
)

// tracing looks whether the tracing of the last hour does what it is there for.
type tracing struct {
	ctx    context.Context
	client *api.Client
	judged []*quality.Service
}

// tracingChecks are the checks that tracing works at all, and the criteria that it is worth having.
func tracingChecks(ctx context.Context, client *api.Client, judged []*quality.Service) []diagnosis {
	t := tracing{ctx, client, slices.DeleteFunc(slices.Clone(judged), func(s *quality.Service) bool { return strings.HasPrefix(s.ServiceName, "opslog-") })}
	out := []diagnosis{
		t.initialized(),
		t.some("http", "transport = http", "HTTP requests create spans", "no HTTP request made an operation", "instrument the HTTP servers"),
		t.some("db", "db.calls > 0", "database queries create spans", "no operation called a database", "instrument the database client, unless there is no database"),
		t.passes("propagation", "the trace context propagates between services", operation.CheckBrokenEdge, operation.CheckSingleSpan),
		t.passes("attributes", "spans have the attributes they need", operation.CheckMissingAttribute, operation.RuleServiceName),
		t.versions(),
	}
	for i := range out {
		out[i].Group = groupAutomated
	}
	criteria := []diagnosis{
		t.allServices(),
		t.passes("expected_spans", "traces hold the spans that are expected", operation.CheckMissingStep, operation.CheckGap, operation.CheckRootless),
		t.passes("context", "no span lost the one that called it", operation.CheckOrphan, operation.CheckBrokenEdge),
		t.passes("overhead", "no operation got slower when it got more spans (the processor time of SDKs cannot be seen from here)", operation.CheckOverhead, operation.CheckNoise),
		t.debuggable(),
	}
	for i := range criteria {
		criteria[i].Group = groupSuccess
	}
	return append(out, criteria...)
}

func (t *tracing) initialized() diagnosis {
	names := []string{}
	for _, s := range t.judged {
		if !slices.Contains(names, s.ServiceName) {
			names = append(names, s.ServiceName)
		}
	}
	if len(names) == 0 {
		if n, err := t.count("service EXISTS"); err == nil && n > 0 {
			return diagnosis{Check: "sdk", State: stateNotKnown, Text: fmt.Sprintf("%.0f operations came; their traces are judged within a minute", n)}
		}
		return diagnosis{Check: "sdk", State: stateRemark, Text: "no service sent spans in the last hour", Hint: "start the SDK and point OTEL_EXPORTER_OTLP_ENDPOINT at opslog"}
	}
	slices.Sort(names)
	return diagnosis{Check: "sdk", State: stateGood, Text: fmt.Sprintf("the SDK is initialized in %d services: %s", len(names), printable(strings.Join(names, ", "), 200))}
}

// some wants at least one operation of the last hour that fits.
func (t *tracing) some(check, condition, good, none, hint string) diagnosis {
	n, err := t.count(condition)
	switch {
	case err != nil:
		return diagnosis{Check: check, State: stateBad, Text: "operations cannot be counted: " + err.Error()}
	case n == 0:
		return diagnosis{Check: check, State: stateRemark, Text: none, Hint: hint}
	default:
		return diagnosis{Check: check, State: stateGood, Text: fmt.Sprintf("%s: %.0f operations", good, n)}
	}
}

// count counts operations of the last hour, without those of opslog's own checks.
func (t *tracing) count(condition string) (float64, error) {
	got, err := ask(t.ctx, t.client, "service != opslog-* AND ("+condition+") | count", "now-1h", "")
	if err != nil || len(got.Rows) == 0 || len(got.Rows[0]) == 0 {
		return 0, err
	}
	return orZero(got.Rows[0][0]), nil
}

// passes wants that no service fails the checks of quality. What could not be judged anywhere is told so.
func (t *tracing) passes(check, good string, ids ...string) diagnosis {
	var wrong []string
	var hint string
	judged := false
	for _, s := range t.judged {
		for i := range s.Checks {
			c := &s.Checks[i]
			if !slices.Contains(ids, c.ID) {
				continue
			}
			judged = judged || c.Status != quality.StatusUnknown
			if c.Status == quality.StatusFail || c.Status == quality.StatusWarn {
				wrong = append(wrong, fmt.Sprintf("%s: %s, %d of %d", s.ServiceName, strings.ToLower(c.Title), c.Failed, c.Total))
				hint = orText(hint, "opslog quality "+s.ServiceName)
			}
		}
	}
	switch {
	case len(wrong) > 0:
		return diagnosis{Check: check, State: stateRemark, Text: printable("not always so: "+good+" ("+strings.Join(wrong[:min(3, len(wrong))], "; ")+")", 300), Hint: hint}
	case !judged:
		return diagnosis{Check: check, State: stateNotKnown, Text: good + ": too little was seen to tell"}
	default:
		return diagnosis{Check: check, State: stateGood, Text: good}
	}
}

// versions wants a version of every service: without it deploys cannot be compared.
func (t *tracing) versions() diagnosis {
	got, err := ask(t.ctx, t.client, "service != opslog-* AND NOT version EXISTS | count by service", "now-1h", "")
	if err != nil {
		return diagnosis{Check: "version", State: stateBad, Text: "operations cannot be counted: " + err.Error()}
	}
	var names []string
	for _, row := range got.Rows {
		names = append(names, printable(cell(row[0]), 60))
	}
	if len(names) > 0 {
		return diagnosis{Check: "version", State: stateRemark, Text: "without service.version: " + printable(strings.Join(names, ", "), 200), Hint: "set it; deploys cannot be compared without it"}
	}
	return diagnosis{Check: "version", State: stateGood, Text: "services tell their version"}
}

// allServices wants spans of every service that others call.
func (t *tracing) allServices() diagnosis {
	m, err := t.client.Map(t.ctx, api.MapOptions{From: "now-1h"})
	if err != nil {
		return diagnosis{Check: "all_services", State: stateBad, Text: "the service map cannot be read: " + err.Error()}
	}
	var silent []string
	services := 0
	for _, n := range m.Nodes {
		if n.Kind != "service" || strings.HasPrefix(n.Name, "opslog-") {
			continue
		}
		if services++; n.Inferred {
			silent = append(silent, printable(n.Name, 60))
		}
	}
	switch {
	case len(silent) > 0:
		return diagnosis{Check: "all_services", State: stateRemark, Text: "called, but send no spans: " + printable(strings.Join(silent, ", "), 200), Hint: "instrument them"}
	case services == 0:
		return diagnosis{Check: "all_services", State: stateNotKnown, Text: "all services create traces: no calls between services were seen"}
	default:
		return diagnosis{Check: "all_services", State: stateGood, Text: fmt.Sprintf("all %d services that were seen create traces", services)}
	}
}

// debuggable wants that most failed operations say why they failed.
func (t *tracing) debuggable() diagnosis {
	all, err := t.count("status = error")
	var told float64
	if err == nil {
		told, err = t.count("status = error AND (error.type EXISTS OR error.message EXISTS)")
	}
	const most = 0.9
	text := fmt.Sprintf("%.0f of %.0f failed operations say why they failed", told, all)
	switch {
	case err != nil:
		return diagnosis{Check: "debugging", State: stateBad, Text: "operations cannot be counted: " + err.Error()}
	case all == 0:
		return diagnosis{Check: "debugging", State: stateNotKnown, Text: "issues can be debugged: no operation failed in the last hour"}
	case told < most*all:
		return diagnosis{Check: "debugging", State: stateRemark, Text: text, Hint: "record exceptions (span.RecordException) or set the status message"}
	default:
		return diagnosis{Check: "debugging", State: stateGood, Text: text}
	}
}
