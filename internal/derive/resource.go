package derive

import (
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/opslog/opslog/internal/operation"
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

// Resource reads a resource; equal resources share one answer as long as a bounded table remembers them.
func (d *Deriver) Resource(r pcommon.Resource) *Resource {
	return nil
}
