package observe

import (
	"strings"

	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/operation"
)

const knownInstances = 10_000

// resourceBook counts the resources that operations come from.
type resourceBook struct {
	counts    map[*derive.Resource]*resourceCount // of this flush
	names     map[nameOf]struct{}                 // whose attributes were looked at in this flush
	instances map[string]string                   // what a service.instance.id belongs to
}

type resourceCount struct {
	n      int64
	minute operation.Time
	trace  operation.TraceID
}

type nameOf struct {
	resource *derive.Resource
	name     string
}

func (b *resourceBook) init() {
	b.counts, b.names = make(map[*derive.Resource]*resourceCount), make(map[nameOf]struct{})
	b.instances = make(map[string]string)
}

func (b *resourceBook) add(r *derive.Resource, op *operation.Operation) {
	n := b.counts[r]
	if n == nil {
		n = &resourceCount{minute: minuteOf(op.StartTime), trace: op.TraceID}
		b.counts[r] = n
	}
	n.n++
}

// flush judges each resource once, for all its operations.
func (b *resourceBook) flush(c *Checks) {
	for r, n := range b.counts {
		tenant := c.cfg.tenantAt(r)
		add := func(rule, subject string, failed bool) {
			c.counters.add(counterKey{n.minute, r.ServiceName, r.Environment, rule, subject, tenant}, n.n, n.n*one(failed), 0, n.trace)
		}
		instance := text(r.Attributes, "service.instance.id")
		add(operation.RuleInstanceID, "", instance == "")
		add(operation.RuleServiceName, "", text(r.Attributes, "service.name") == "")
		if instance != "" {
			add(operation.RuleInstanceUnique, "", b.taken(r, tenant, instance))
		}
		if onKubernetes(r.Attributes) {
			add(operation.RulePodUID, "", text(r.Attributes, "k8s.pod.uid") == "")
		}
		misplaced := misplacedAtResource(r.Attributes)
		add(operation.RuleAttributeLevel, misplaced, misplaced != "")
	}
	clear(b.counts)
	clear(b.names)
}

// taken tells whether another workload uses the same id.
func (b *resourceBook) taken(r *derive.Resource, tenant, instance string) bool {
	workload := ""
	for _, key := range []string{"k8s.pod.uid", "k8s.pod.name", "container.id", "host.id", "host.name"} {
		if workload = text(r.Attributes, key); workload != "" {
			workload = key + "=" + workload
			break
		}
	}
	if workload == "" {
		return false
	}
	id := tenant + "\x00" + r.Namespace + "\x00" + r.ServiceName + "\x00" + instance
	known, ok := b.instances[id]
	if !ok {
		if len(b.instances) >= knownInstances {
			clear(b.instances)
		}
		b.instances[id] = workload
		return false
	}
	return known != workload
}

func onKubernetes(attrs operation.Attributes) bool {
	for key := range attrs {
		if strings.HasPrefix(key, "k8s.") {
			return true
		}
	}
	return false
}

func text(attrs operation.Attributes, key string) string {
	s, _ := attrs[key].(string)
	return s
}

// spanNamespaces are beginnings of attributes that describe one span, and never a resource.
var spanNamespaces = []string{"http.", "url.", "db.", "rpc.", "messaging.", "exception.", "enduser.", "graphql.", "net.peer."}

func misplacedAtResource(attrs operation.Attributes) string {
	found := ""
	for key := range attrs {
		for _, prefix := range spanNamespaces {
			if strings.HasPrefix(key, prefix) && (found == "" || key < found) {
				found = key
			}
		}
	}
	return found
}

// resourceKeys are attributes that describe a resource, and never one span.
var resourceKeys = []string{"service.name", "service.version", "service.namespace", "service.instance.id", "deployment.environment.name",
	"telemetry.sdk.name", "telemetry.sdk.language", "telemetry.sdk.version", "host.name", "host.id", "os.type", "process.pid", "k8s.pod.name",
	"k8s.pod.uid", "k8s.namespace.name", "container.id", "cloud.provider"}

// misplaced looks at the attributes of entry spans, once for each name and flush.
func (b *resourceBook) misplaced(c *Checks, r *derive.Resource, op *operation.Operation) {
	k := nameOf{r, op.Name}
	if _, ok := b.names[k]; ok || len(b.names) >= knownInstances {
		return
	}
	b.names[k] = struct{}{}
	for _, key := range resourceKeys {
		if _, ok := op.Attributes[key]; ok {
			c.count(op, operation.RuleAttributeLevel, key, true, 0)
			return
		}
	}
	c.count(op, operation.RuleAttributeLevel, "", false, 0)
}
