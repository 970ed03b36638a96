package derive

import (
	"fmt"
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

// verdict is a judgement on the kind of an operation.
type verdict struct {
	kind       string
	confidence float64 // 0 to 1
	evidence   string
}

// observed is what the spans show to have been done.
type observed struct {
	reads, writes, touches, locks, unclear int
	first                                  *call // of the writes, the most certain one
	destructive                            bool
	graph                                  access
}

// classify decides between query and command, and says how sure it is and why. What the operation did counts
// more than how it was called; see the order of the cases.
func (d *Deriver) classify(op *operation.Operation, t *tree) {
	seen := t.observe()
	op.Destructive = seen.destructive || op.Transport == operation.TransportHTTP && op.Method == "DELETE" || destroysByName(op)
	v := judge(op, seen)
	if rule := d.rule(op); rule != nil {
		v = verdict{rule.Kind, 1, "a rule of the configuration"}
		op.Destructive = op.Destructive || rule.Destructive
	} else if op.Kind != "" {
		return
	}
	op.Kind, op.KindConfidence, op.KindEvidence = v.kind, v.confidence, v.evidence
}

func (d *Deriver) rule(op *operation.Operation) *Rule {
	for i := range d.cfg.Rules {
		r := &d.cfg.Rules[i]
		if (r.Service == "" || matchPattern(r.Service, op.ServiceName)) && (r.Operation == "" || matchPattern(r.Operation, op.Name)) {
			return r
		}
	}
	return nil
}

// destroysByName tells whether an RPC is called DeleteUser or the like.
func destroysByName(op *operation.Operation) bool {
	if op.Transport != operation.TransportRPC {
		return false
	}
	verb, _ := verbOf(op.Name)
	return destructiveVerbs[verb]
}

func (t *tree) observe() observed {
	var o observed
	for i, s := range t.spans {
		if s.graph > o.graph {
			o.graph = s.graph
		}
		if !t.counted[i] {
			continue
		}
		switch c := s.call; {
		case c.changes():
			o.writes++
			o.destructive = o.destructive || c.destructive
			if o.first == nil || certainty(c) > certainty(o.first) {
				o.first = c
			}
		case c.access == accessWrite:
			o.touches++
		case c.access == accessLock:
			o.locks++
		case c.access == accessRead:
			o.reads++
		case c.access == accessUnknown:
			o.unclear++
		}
	}
	return o
}

// certainty is how far a call's protocol proves that it writes: a statement does, a method name suggests it.
func certainty(c *call) float64 {
	switch {
	case c.category == operation.CategoryDB || c.publishes:
		return 0.97
	case c.category == operation.CategoryHTTP:
		return 0.85
	default:
		return 0.8
	}
}

func judge(op *operation.Operation, o observed) verdict {
	switch {
	case o.writes > 0:
		text := strings.TrimSpace(o.first.action + " " + o.first.effectTarget())
		if o.writes > 1 {
			text = fmt.Sprintf("%s and %s", text, counted(o.writes-1, "more write"))
		}
		return verdict{operation.KindCommand, certainty(o.first), text}
	case o.graph == accessWrite:
		return verdict{operation.KindCommand, 0.9, "a GraphQL mutation"}
	case o.locks > 0 && !safe(op):
		return verdict{operation.KindCommand, 0.7, "rows locked or numbers drawn for a change"}
	case o.graph == accessRead:
		return verdict{operation.KindQuery, 0.9, "a GraphQL query"}
	}
	switch op.Transport {
	case operation.TransportHTTP:
		return judgeRequest(op, o)
	case operation.TransportMessage, operation.TransportJob:
		return judgeWork(op, o)
	default:
		return judgeName(op, o)
	}
}

// counted is "1 call", "2 calls".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// safe tells whether the protocol promises that nothing changes: a safe method, or the name of an RPC.
func safe(op *operation.Operation) bool {
	switch op.Transport {
	case operation.TransportHTTP:
		return isSafe(op.Method)
	case operation.TransportRPC:
		return accessByVerb(op.Name) == accessRead
	default:
		return false
	}
}

func (o observed) steps() int { return o.reads + o.touches + o.locks + o.unclear }

// onlyReads tells whether there are steps and all of them look without touching.
func (o observed) onlyReads() bool { return o.reads > 0 && o.reads == o.steps() }

func judgeRequest(op *operation.Operation, o observed) verdict {
	path := firstText(op.Route, op.Target)
	switch {
	case isSafe(op.Method) && o.steps() > 0:
		return verdict{operation.KindQuery, 0.95, op.Method + " is a safe method and no write was seen"}
	case isSafe(op.Method):
		return verdict{operation.KindQuery, 0.8, op.Method + " is a safe method"}
	case op.Method == "HTTP":
		return verdict{operation.KindUnknown, 0, "the method is not known"}
	case strings.HasSuffix(path, "graphql"):
		return graphqlUnknown(o)
	case op.Method == "POST" && accessByVerb(lastName(path)) == accessRead:
		return verdict{operation.KindQuery, 0.75, "POST to " + path + ", which asks by its name"}
	case o.onlyReads() && op.Status == operation.StatusOK && op.StatusCode < 400:
		return verdict{operation.KindCommand, 0.6, op.Method + " is not a safe method, though only reads were seen"}
	default:
		return verdict{operation.KindCommand, 0.8, op.Method + " is not a safe method"}
	}
}

func graphqlUnknown(o observed) verdict {
	if o.onlyReads() {
		return verdict{operation.KindQuery, 0.6, "GraphQL, and only reads were seen"}
	}
	return verdict{operation.KindUnknown, 0, "GraphQL, and the operation is not known"}
}

// lastName is the last segment of a route that is no parameter.
func lastName(path string) string {
	last := ""
	for segment := range strings.SplitSeq(path, "/") {
		if segment != "" && !isParameter(segment) {
			last = segment
		}
	}
	return last
}

// judgeWork is for messages and jobs: they exist to change something, unless their steps show that they did not.
func judgeWork(op *operation.Operation, o observed) verdict {
	switch {
	case op.Status == operation.StatusError:
		return verdict{operation.KindCommand, 0.6, "failed before a write was seen"}
	case o.steps() > 0:
		return verdict{operation.KindQuery, 0.75, "steps were recorded and none of them writes"}
	default:
		return verdict{operation.KindCommand, 0.6, "no steps were recorded"}
	}
}

// judgeName is for RPC and for work that began inside.
func judgeName(op *operation.Operation, o observed) verdict {
	switch verb, does := verbOf(op.Name); {
	case does == accessRead:
		return verdict{operation.KindQuery, 0.85, "named " + verb}
	case does == accessWrite && o.onlyReads() && op.Status == operation.StatusOK:
		return verdict{operation.KindQuery, 0.6, "named " + verb + ", but only reads were seen"}
	case does == accessWrite:
		return verdict{operation.KindCommand, 0.8, "named " + verb}
	case o.onlyReads() && op.Status == operation.StatusOK:
		return verdict{operation.KindQuery, 0.65, "steps were recorded and none of them writes"}
	default:
		return verdict{operation.KindUnknown, 0, "neither protocol, name nor steps tell"}
	}
}
