package record

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/opslog/opslog/examples/shop/internal/planted"
)

const (
	perScenario = 2
	looseLogs   = 5 // log records outside of traces that are kept
)

// golden are the scenarios that get a file of their own.
var golden = []string{
	"checkout_ok", "checkout_payment_timeout", "checkout_declined", "checkout_crash", "n_plus_one", "dashboard_sequential", "dashboard_parallel",
	"cache_miss", "cache_hit", "delete_orders", "nightly_job", "nightly_job_failed", "order_created_ok", "order_created_retry", "dead_letter",
	"get_that_writes", "not_found", "bad_input",
}

// thin selects whole traces from the raw recording and writes the golden files.
func thin(tracesFile, logsFile, out string) error {
	lines, err := readLines[traceLine](tracesFile)
	if err != nil {
		return err
	}
	logs, err := readLines[logLine](logsFile)
	if err != nil {
		return err
	}
	traces := group(lines)
	picked := pick(traces, perScenario)
	if err := complete(picked); err != nil {
		return err
	}
	keep := map[string]bool{}
	for _, list := range picked {
		for _, t := range list {
			keep[t.id] = true
		}
	}
	keepStartUp(traces, keep)
	if err := keepPlanted(traces, logs, keep); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(out, "scenarios"), 0o755); err != nil {
		return fmt.Errorf("create the output folder: %w", err)
	}
	loose := 0
	return errors.Join(
		write(filepath.Join(out, "shop-traces.jsonl"), selectSpans(lines, keep)),
		write(filepath.Join(out, "shop-logs.jsonl"), selectLogs(logs, func(id string) bool {
			if id == "" {
				loose++
				return loose <= looseLogs
			}
			return keep[id]
		})),
		writeScenarios(filepath.Join(out, "scenarios"), lines, picked),
	)
}

// complete says which scenarios did not occur often enough.
func complete(picked map[string][]*trace) error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(scenarios)) {
		if n := len(picked[name]); n < perScenario {
			errs = append(errs, fmt.Errorf("scenario %s occurs in %d whole traces, want %d: record longer or faster", name, n, perScenario))
		}
	}
	return errors.Join(errs...)
}

// keepStartUp keeps traces that no request started, as real telemetry has them: pings and connections.
func keepStartUp(traces []*trace, keep map[string]bool) {
	kept := 0
	for _, t := range traces {
		if len(t.spans) == 1 && t.spans[0].ParentSpanID == "" && kept < perScenario {
			keep[t.id] = true
			kept++
		}
	}
}

// keepPlanted adds a trace for every planted value that the kept ones do not hold.
func keepPlanted(traces []*trace, logs []logLine, keep map[string]bool) error {
	texts := map[string]*strings.Builder{}
	for _, t := range traces {
		texts[t.id] = &strings.Builder{}
		for _, s := range t.spans {
			texts[t.id].Write(s.raw)
		}
	}
	for id, raw := range recordsByTrace(logs) {
		if texts[id] != nil {
			texts[id].WriteString(raw)
		}
	}
	var errs []error
	for _, value := range planted.Values() {
		holds := func(t *trace) bool { return strings.Contains(texts[t.id].String(), value) }
		kept := func(t *trace) bool { return keep[t.id] && holds(t) }
		if value == planted.OnCall || slices.ContainsFunc(traces, kept) {
			continue // the first is in every resource
		}
		at := slices.IndexFunc(traces, func(t *trace) bool { return t.whole() && holds(t) })
		if at < 0 {
			errs = append(errs, fmt.Errorf("planted value %q does not occur: record longer or faster", value))
			continue
		}
		keep[traces[at].id] = true
	}
	return errors.Join(errs...)
}

func recordsByTrace(logs []logLine) map[string]string {
	out := map[string]string{}
	for _, line := range logs {
		for _, rl := range line.ResourceLogs {
			for _, sl := range rl.ScopeLogs {
				for _, l := range sl.LogRecords {
					out[l.TraceID] += string(l.raw)
				}
			}
		}
	}
	return out
}

func writeScenarios(dir string, lines []traceLine, picked map[string][]*trace) error {
	for _, name := range golden {
		// The second trace, because the first one often opens connections; the first where one trace would serve twice.
		t := picked[name][1]
		if name == "order_created_ok" {
			t = picked[name][0]
		}
		one := merge(selectSpans(lines, map[string]bool{t.id: true}))
		if err := write(filepath.Join(dir, name+".json"), []traceLine{one}); err != nil {
			return err
		}
	}
	return nil
}

// merge makes one request of several.
func merge(lines []traceLine) traceLine {
	var out traceLine
	for _, line := range lines {
		out.ResourceSpans = append(out.ResourceSpans, line.ResourceSpans...)
	}
	return out
}

func selectSpans(lines []traceLine, keep map[string]bool) []traceLine {
	var out []traceLine
	for _, line := range lines {
		var kept traceLine
		for _, rs := range line.ResourceSpans {
			scopes := rs.ScopeSpans
			rs.ScopeSpans = nil
			for _, ss := range scopes {
				spans := ss.Spans
				ss.Spans = slices.DeleteFunc(slices.Clone(spans), func(s span) bool { return !keep[s.TraceID] })
				if len(ss.Spans) > 0 {
					rs.ScopeSpans = append(rs.ScopeSpans, ss)
				}
			}
			if len(rs.ScopeSpans) > 0 {
				kept.ResourceSpans = append(kept.ResourceSpans, rs)
			}
		}
		if len(kept.ResourceSpans) > 0 {
			out = append(out, kept)
		}
	}
	return out
}

func selectLogs(lines []logLine, keep func(traceID string) bool) []logLine {
	var out []logLine
	for _, line := range lines {
		var kept logLine
		for _, rl := range line.ResourceLogs {
			scopes := rl.ScopeLogs
			rl.ScopeLogs = nil
			for _, sl := range scopes {
				sl.LogRecords = slices.DeleteFunc(slices.Clone(sl.LogRecords), func(l logRecord) bool { return !keep(l.TraceID) })
				if len(sl.LogRecords) > 0 {
					rl.ScopeLogs = append(rl.ScopeLogs, sl)
				}
			}
			if len(rl.ScopeLogs) > 0 {
				kept.ResourceLogs = append(kept.ResourceLogs, rl)
			}
		}
		if len(kept.ResourceLogs) > 0 {
			out = append(out, kept)
		}
	}
	return out
}

// write writes one line for each request. The folder of this checkout, which stack traces name, becomes /app.
func write[T any](file string, lines []T) error {
	root, err := filepath.Abs(".")
	if err != nil {
		return fmt.Errorf("find the working folder: %w", err)
	}
	var b strings.Builder
	for _, line := range lines {
		text, err := encode(line)
		if err != nil {
			return fmt.Errorf("encode %s: %w", filepath.Base(file), err)
		}
		b.WriteString(strings.ReplaceAll(string(text), root, "/app"))
	}
	if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
		return fmt.Errorf("write the recording: %w", err)
	}
	return nil
}
