package strictconverter

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

func memoryLimiterFirst(c *configuration) (out []string) {
	for name, p := range c.pipelines {
		if c.fromOutside(p) && c.leavesTo(name) && (len(p.processors) == 0 || typeOf(p.processors[0]) != "memory_limiter") {
			out = append(out, fmt.Sprintf("service::pipelines::%s::processors: begins with %s, want memory_limiter first; behind others it refuses data too late, and without it the process is killed when memory is used up",
				name, first(p.processors)))
		}
	}
	return out
}

// leavesTo tells whether data of a pipeline gets anywhere: measuring and looking need no protection.
func (c *configuration) leavesTo(name string) bool {
	return slices.ContainsFunc(c.reaches(name), func(id string) bool {
		_, exporter := mapOf(c.raw["exporters"])[id]
		return exporter && typeOf(id) != "nop" && typeOf(id) != "debug"
	})
}

func first(list []string) string {
	if len(list) == 0 {
		return "nothing"
	}
	return list[0]
}

// maxInterval is how long memory may grow unseen.
const maxInterval = 500 * time.Millisecond

func memoryLimiterInterval(c *configuration) (out []string) {
	for _, id := range c.of("processors", "memory_limiter") {
		d := duration(lookup(c.raw, "processors", id, "check_interval"), 0)
		if d == 0 || d > maxInterval {
			out = append(out, fmt.Sprintf("processors::%s::check_interval: is %v, want more than 0 and at most %v; memory is used up faster than that", id, d, maxInterval))
		}
	}
	return out
}

func noBatchProcessor(c *configuration) (out []string) {
	for name, p := range c.pipelines {
		if hasType(p.processors, "batch") {
			out = append(out, fmt.Sprintf("service::pipelines::%s::processors: has batch, want none; it tells senders that data is safe while it is in memory only, and exporters make batches themselves (sending_queue::batch)", name))
		}
	}
	return out
}

func samplingBehindOperations(c *configuration) (out []string) {
	for name, p := range c.pipelines {
		if hasType(p.processors, "opslog_sampling", "tail_sampling", "probabilistic_sampler") && hasType(c.reaches(name), "operations") {
			out = append(out, fmt.Sprintf("service::pipelines::%s: samples before the operations connector, want sampling behind it; operations, alerts and counts would be made of what is left (hand the spans to a pipeline for sampling with the forward connector)", name))
		}
	}
	return out
}

func journalBehindRedaction(c *configuration) (out []string) {
	for name, p := range c.pipelines {
		redaction := slices.IndexFunc(p.processors, func(id string) bool { return typeOf(id) == "pii_redaction" })
		journal := slices.IndexFunc(p.processors, func(id string) bool { return typeOf(id) == "opslog_journal" })
		if journal >= 0 && journal < redaction {
			out = append(out, fmt.Sprintf("service::pipelines::%s::processors: has opslog_journal before pii_redaction, want it behind; personal data would be written to disk", name))
		}
	}
	return out
}

// journalKeepsHeldData wants a journal before what holds data in memory, when the exporter promises to lose none.
func journalKeepsHeldData(c *configuration) (out []string) {
	durable := slices.ContainsFunc(c.of("exporters", "opslog"), func(id string) bool {
		return !falsy(lookup(c.raw, "exporters", id, "durable"))
	})
	for name, p := range c.pipelines {
		reached := c.reaches(name)
		if !durable || !c.fromOutside(p) || hasType(p.processors, "opslog_journal") || !hasType(reached, "opslog") || !hasType(reached, "operations", "opslog_sampling", "tail_sampling") {
			continue
		}
		out = append(out, fmt.Sprintf("service::pipelines::%s::processors: is [%s], want opslog_journal behind the redaction; operations and opslog_sampling hold spans in memory, which a kill would lose (exporters::opslog::durable: false accepts that)",
			name, strings.Join(p.processors, ", ")))
	}
	return out
}

func journalKeepsLongEnough(c *configuration) (out []string) {
	longest, who := c.longestHold()
	for _, id := range c.of("processors", "opslog_journal") {
		if keep := duration(lookup(c.raw, "processors", id, "keep"), 75*time.Second); keep <= longest {
			out = append(out, fmt.Sprintf("processors::%s::keep: is %v, want more than the %v of %s; a kill would lose what is held for longer than it is kept", id, keep, longest, who))
		}
	}
	return out
}

// longestHold is for how long data may be in memory behind a journal, and because of which setting.
func (c *configuration) longestHold() (longest time.Duration, who string) {
	note := func(d time.Duration, name string) {
		if d > longest {
			longest, who = d, name
		}
	}
	for _, id := range c.of("connectors", "operations") {
		key := "connectors::" + id
		note(duration(lookup(c.raw, "connectors", id, "max_wait"), 30*time.Second), key+"::max_wait")
		note(duration(lookup(c.raw, "connectors", id, "linger"), 5*time.Second), key+"::linger")
		if provisional := duration(lookup(c.raw, "connectors", id, "provisional_after"), time.Minute); provisional > 0 {
			note(provisional, key+"::provisional_after")
		} else {
			note(duration(lookup(c.raw, "connectors", id, "max_age"), 10*time.Minute), key+"::max_age")
		}
	}
	for _, id := range c.of("processors", "opslog_sampling") {
		note(duration(lookup(c.raw, "processors", id, "decision_wait"), 10*time.Second), "processors::"+id+"::decision_wait")
	}
	for _, id := range c.of("processors", "tail_sampling") {
		note(duration(lookup(c.raw, "processors", id, "decision_wait"), 30*time.Second), "processors::"+id+"::decision_wait")
	}
	return longest, who
}
