package supervise

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/opslog/opslog/examples/shop/internal/child"
	"github.com/opslog/opslog/examples/shop/internal/planted"
)

// environment is that of every service: ours, and what the OpenTelemetry SDKs read.
func (s *shop) environment() []string {
	return append(os.Environ(),
		child.Supervised+"=1",
		"OTEL_EXPORTER_OTLP_ENDPOINT="+s.cfg.Endpoint,
		"OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
		"OTEL_TRACES_EXPORTER=otlp", "OTEL_LOGS_EXPORTER=otlp", "OTEL_METRICS_EXPORTER=none",
		"OTEL_BSP_SCHEDULE_DELAY=1000", "OTEL_BLRP_SCHEDULE_DELAY=1000",
		"OTEL_PROPAGATORS=tracecontext,baggage",
		"OTEL_NODE_RESOURCE_DETECTORS=env",
		"OTEL_RESOURCE_ATTRIBUTES="+resourceAttributes,
	)
}

const (
	resourceAttributes  = "deployment.environment.name=demo,host.name=shop-host-1,service.owner.email=" + planted.OnCall
	storefrontResources = ",service.namespace=shop,service.version=3.4.1,service.instance.id=storefront-1"
)

// installNode runs npm ci when the installed packages are older than the lock file, and says nothing when it works.
func installNode(ctx context.Context, folder string, out io.Writer) error {
	lock, err := os.Stat(filepath.Join(folder, "package-lock.json"))
	if err != nil {
		return fmt.Errorf("find the storefront (-storefront names its folder): %w", err)
	}
	installed, err := os.Stat(filepath.Join(folder, "node_modules", ".package-lock.json"))
	if err == nil && !installed.ModTime().Before(lock.ModTime()) {
		return nil
	}
	fmt.Fprintf(out, "%-10s | installing packages\n", "storefront")
	cmd := exec.CommandContext(ctx, "npm", "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
	cmd.Dir = folder
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("npm ci in the storefront: %w\n%s", err, text)
	}
	return nil
}
