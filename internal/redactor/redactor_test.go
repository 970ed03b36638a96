package redactor

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/envprovider"
	"go.opentelemetry.io/collector/confmap/provider/fileprovider"
	"go.opentelemetry.io/collector/confmap/provider/yamlprovider"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var providers = []confmap.ProviderFactory{envprovider.NewFactory(), fileprovider.NewFactory(), yamlprovider.NewFactory()}

func open(t *testing.T, o Options) *Redactor {
	t.Helper()
	r, err := Open(context.Background(), providers, o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, r.Close(context.Background())) })
	return r
}

func texts(t *testing.T, r *Redactor, in ...string) []string {
	t.Helper()
	out, err := r.Texts(context.Background(), in)
	require.NoError(t, err)
	return out
}

func config(t *testing.T, content string) Options {
	path := filepath.Join(t.TempDir(), "config.yaml")
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return Options{URIs: []string{"file:" + path}}
}

func TestTextsAndFindings(t *testing.T) {
	r := open(t, Options{})
	assert.Equal(t, []string{"to [EMAIL] and [EMAIL]", "clean"}, texts(t, r, "to a@example.org and b@example.org", "clean"))
	found, err := r.Findings(context.Background())
	require.NoError(t, err)
	assert.Equal(t, []Finding{{Rule: "email", Action: "replace", Signal: "logs", Location: "body", Count: 2}}, found)
}

func TestOTLPOfEverySignal(t *testing.T) {
	r := open(t, Options{})
	for name, document := range map[string]string{
		"traces":  `{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"to a@example.org"}]}]}]}`,
		"logs":    `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"to a@example.org"}}]}]}]}`,
		"metrics": `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m","description":"to a@example.org"}]}]}]}`,
	} {
		before, after, err := r.OTLP(context.Background(), []byte(document))
		require.NoError(t, err, name)
		assert.Contains(t, string(before), "to a@example.org", name)
		assert.Contains(t, string(after), "to [EMAIL]", name)
	}
	_, _, err := r.OTLP(context.Background(), []byte(`{"other":1}`))
	assert.ErrorIs(t, err, ErrNotOTLP)
}

func TestConfiguration(t *testing.T) {
	section := config(t, "processors:\n  pii_redaction:\n    keys:\n      sensitive: [badge]\n")
	assert.Equal(t, []string{"badge=[REDACTED]"}, texts(t, open(t, section), "badge=A-4711"))

	section.Mode = "report"
	assert.Equal(t, []string{"badge=A-4711"}, texts(t, open(t, section), "badge=A-4711"), "another mode")

	empty := config(t, "processors:\n  pii_redaction:\n")
	assert.Equal(t, []string{"[EMAIL]"}, texts(t, open(t, empty), "a@example.org"))

	named := config(t, "processors:\n  pii_redaction/a:\n    mode: report\n  pii_redaction/b:\n")
	named.Component = "pii_redaction/a"
	assert.Equal(t, []string{"a@example.org"}, texts(t, open(t, named), "a@example.org"))
}

func TestConfigurationMistakes(t *testing.T) {
	named := config(t, "processors:\n  pii_redaction/a:\n")
	named.Component = "pii_redaction/b"
	for want, o := range map[string]Options{
		"the configuration has no pii_redaction processor":                      config(t, "processors:\n  batch:\n"),
		`the configuration has no processor "pii_redaction/b"`:                  named,
		"the configuration has pii_redaction/a, pii_redaction/b; say which one": config(t, "processors:\n  pii_redaction/a:\n  pii_redaction/b:\n"),
		"`mode` is \"loud\"":                config(t, "processors:\n  pii_redaction:\n    mode: loud\n"),
		"read the section of the processor": config(t, "processors:\n  pii_redaction:\n    modus: report\n"),
		"read the configuration":            {URIs: []string{"file:/no/such/file.yaml"}},
	} {
		_, err := Open(context.Background(), providers, o)
		assert.ErrorContains(t, err, want)
	}
}
