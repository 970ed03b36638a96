package derive

import (
	"strconv"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/semconv"
)

// Resource is where spans come from. It is immutable and shared by all spans of the resource.
type Resource struct {
	Attributes  operation.Attributes
	ServiceName string
	Namespace   string
	Version     string
	InstanceID  string
	Environment string
	HostName    string
	// Identity is service.name and service.instance.id: spans of one identity come from one process.
	Identity string
}

// unknownService is what SDKs call a service that nobody named, and what we call one that says nothing.
const unknownService = "unknown_service"

// Resource reads a resource; equal resources share one answer as long as a bounded table remembers them.
func (d *Deriver) Resource(r pcommon.Resource) *Resource {
	var scratch [40]byte
	key := d.appendResourceKey(scratch[:0], r.Attributes())
	if known, ok := d.resources.getBytes(key); ok {
		return known
	}
	return d.resources.add(string(key), readResource(r.Attributes()))
}

// appendResourceKey writes a key that is the same for any order of the attributes. Two sums of 64-bit hashes make a collision unthinkable.
func (d *Deriver) appendResourceKey(b []byte, attributes pcommon.Map) []byte {
	var sum, twist uint64
	for key, v := range attributes.All() {
		h := d.hash(key)*0x9e3779b97f4a7c15 + d.hash(v.AsString()) + uint64(v.Type())
		sum += h
		twist += h * (h>>7 | 1)
	}
	return strconv.AppendUint(append(strconv.AppendUint(b, sum, 36), '.'), twist, 36)
}

func readResource(attributes pcommon.Map) *Resource {
	first := func(a semconv.Attribute) string {
		for _, name := range a.Names {
			if v, ok := attributes.Get(name); ok && !isEmpty(v) {
				return v.AsString()
			}
		}
		return ""
	}
	r := &Resource{
		Attributes:  attributesOf(attributes),
		ServiceName: first(semconv.ServiceName),
		Namespace:   first(semconv.ServiceNamespace),
		Version:     first(semconv.ServiceVersion),
		InstanceID:  first(semconv.ServiceInstanceID),
		Environment: first(semconv.DeploymentEnvironment),
		HostName:    first(semconv.HostName),
	}
	if r.ServiceName == "" {
		r.ServiceName = unknownService
	}
	r.Identity = r.ServiceName + "\x00" + r.InstanceID
	return r
}
