package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// expressions are those of the shipped Prometheus rules and of the Grafana dashboard.
func expressions(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	text, err := os.ReadFile("../../config/monitoring/prometheus-rules.yaml")
	require.NoError(t, err)
	var rules struct {
		Groups []struct {
			Name  string
			Rules []struct {
				Record, Alert, Expr, For string
				Labels, Annotations      map[string]string
			}
		}
	}
	require.NoError(t, yaml.Unmarshal(text, &rules))
	for _, g := range rules.Groups {
		for _, r := range g.Rules {
			if r.Record != "" {
				out[r.Record] = r.Expr
				continue
			}
			require.NotEmpty(t, r.Alert)
			require.NotContains(t, out, r.Alert, "each name once")
			assert.Contains(t, []string{"critical", "warning"}, r.Labels["severity"], r.Alert)
			assert.NotEmpty(t, r.Annotations["summary"], r.Alert)
			assert.NotEmpty(t, r.Annotations["description"], r.Alert)
			out[r.Alert] = r.Expr
		}
	}
	text, err = os.ReadFile("../../config/monitoring/grafana-dashboard.json")
	require.NoError(t, err)
	var board struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	require.NoError(t, json.Unmarshal(text, &board))
	interval := strings.NewReplacer("$__rate_interval", "5m", "$__range", "1h")
	for _, p := range board.Panels {
		for i, target := range p.Targets {
			out[fmt.Sprintf("panel %s %d", p.Title, i)] = interval.Replace(target.Expr)
		}
	}
	return out
}

// TestMonitoring parses each expression, and wants every metric in it to exist: in the documentation of a component, or
// in what the binary serves.
func TestMonitoring(t *testing.T) {
	t.Parallel()
	known := documentedMetrics(t)
	p := start(t, t.TempDir())
	p.fails(1, 1)
	eventually(t, "metrics of operations are served", func() error {
		for _, address := range []string{p.prometheus, p.self} {
			if err := scrape(address, known); err != nil {
				return err
			}
		}
		if !known["opslog_operations_total"] {
			return fmt.Errorf("no operation is counted yet")
		}
		return nil
	})
	p.stop()
	promql := parser.NewParser(parser.Options{})
	asked := expressions(t)
	for name := range asked {
		known[name] = true // what a rule records
	}
	for where, text := range asked {
		expr, err := promql.ParseExpr(text)
		if !assert.NoError(t, err, "%s: %s", where, text) {
			continue
		}
		parser.Inspect(expr, func(n parser.Node, _ []parser.Node) error {
			if v, ok := n.(*parser.VectorSelector); ok {
				assert.True(t, known[v.Name] || known[withoutPart(v.Name)], "%s: there is no metric %s", where, v.Name)
			}
			return nil
		})
	}
}

// withoutPart is the name of the histogram that a series belongs to.
func withoutPart(name string) string {
	for _, part := range []string{"_bucket", "_sum", "_count"} {
		name = strings.TrimSuffix(name, part)
	}
	return name
}

var documented = regexp.MustCompile(`(?m)^### (otelcol_\w+)`)

// documentedMetrics are those of our components and of the collector's helpers.
func documentedMetrics(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("../../*/*/documentation.md")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, module := range []string{"receiver/receiverhelper", "exporter/exporterhelper"} {
		cmd := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "go.opentelemetry.io/collector/"+module)
		dir, err := cmd.Output()
		require.NoError(t, err)
		files = append(files, filepath.Join(strings.TrimSpace(string(dir)), "documentation.md"))
	}
	out := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range documented.FindAllSubmatch(text, -1) {
			out[string(m[1])] = true
		}
	}
	return out
}

var typed = regexp.MustCompile(`(?m)^# TYPE (\w+)`)

// scrape adds the metrics that an address serves.
func scrape(address string, known map[string]bool) error {
	resp, err := http.Get("http://" + address + "/metrics")
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	for _, m := range typed.FindAllSubmatch(text, -1) {
		known[string(m[1])] = true
	}
	return err
}
