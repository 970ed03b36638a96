package strictconverter

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/featuregate"
	"go.yaml.in/yaml/v3"
)

// load lays configurations over each other, as --config does.
func load(t *testing.T, layers ...string) *confmap.Conf {
	t.Helper()
	conf := confmap.New()
	for _, layer := range layers {
		var raw map[string]any
		require.NoError(t, yaml.Unmarshal([]byte(layer), &raw))
		require.NoError(t, conf.Merge(confmap.NewFromStringMap(raw)))
	}
	return conf
}

func shipped(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../config", name+".yaml"))
	require.NoError(t, err)
	return string(text)
}

func TestShippedConfigurationsPass(t *testing.T) {
	files, err := filepath.Glob("../../config/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.NoError(t, converter{}.Convert(t.Context(), load(t, string(text))), file)
	}
}

func TestRefusals(t *testing.T) {
	tests := map[string]struct {
		base, layer, want string
	}{
		"no memory limiter": {"default", `service: {pipelines: {traces: {processors: [pii_redaction, opslog_journal]}}}`,
			"service::pipelines::traces::processors: begins with pii_redaction, want memory_limiter first"},
		"no processors": {"redaction", `service: {pipelines: {logs: {processors: []}}}`,
			"service::pipelines::logs::processors: begins with nothing, want memory_limiter first"},
		"slow memory limiter": {"default", `processors: {memory_limiter: {check_interval: 5s}}`,
			"processors::memory_limiter::check_interval: is 5s, want more than 0 and at most 500ms"},
		"batch processor": {"default", `service: {pipelines: {traces: {processors: [memory_limiter, pii_redaction, opslog_journal, batch]}}}`,
			"service::pipelines::traces::processors: has batch, want none"},
		"sampling before operations": {"default", `service: {pipelines: {traces: {processors: [memory_limiter, pii_redaction, opslog_journal, opslog_sampling]}}}`,
			"service::pipelines::traces: samples before the operations connector"},
		"sampling before a forward to operations": {"default", `{connectors: {forward/first: {}}, service: {pipelines: {
			traces/first: {receivers: [otlp], processors: [memory_limiter, probabilistic_sampler, opslog_journal/2], exporters: [forward/first]},
			traces: {receivers: [forward/first]}}}}`,
			"service::pipelines::traces/first: samples before the operations connector"},
		"journal before redaction": {"default", `service: {pipelines: {traces: {processors: [memory_limiter, opslog_journal, pii_redaction]}}}`,
			"service::pipelines::traces::processors: has opslog_journal before pii_redaction"},
		"no journal": {"clickhouse", `service: {pipelines: {traces: {processors: [memory_limiter, pii_redaction]}}}`,
			"service::pipelines::traces::processors: is [memory_limiter, pii_redaction], want opslog_journal"},
		"journal shorter than the connector": {"default", `connectors: {operations: {provisional_after: 2m}}`,
			"processors::opslog_journal::keep: is 1m15s, want more than the 2m0s of connectors::operations::provisional_after"},
		"journal shorter than an orphan waits": {"default", `connectors: {operations: {provisional_after: 0}}`,
			"want more than the 10m0s of connectors::operations::max_age"},
		"journal shorter than the sampling": {"default", `{processors: {opslog_journal: {keep: 80s}, opslog_sampling: {decision_wait: 90s}}}`,
			"processors::opslog_journal::keep: is 1m20s, want more than the 1m30s of processors::opslog_sampling::decision_wait"},
		"no retry": {"redaction", `exporters: {otlp: {retry_on_failure: {enabled: false}}}`,
			"exporters::otlp::retry_on_failure::enabled: is false, want true"},
		"retry that gives up": {"redaction", `exporters: {otlp: {retry_on_failure: {max_elapsed_time: 300s}}}`,
			"exporters::otlp::retry_on_failure::max_elapsed_time: is 5m0s, want 0"},
		"defaults of an exporter": {"redaction", `{exporters: {otlp/two: {endpoint: "localhost:1"}}, service: {pipelines: {logs: {exporters: [otlp/two]}}}}`,
			"exporters::otlp/two::retry_on_failure::max_elapsed_time: is 5m0s, want 0"},
		"queue that overflows": {"redaction", `{exporters: {otlp/two: {endpoint: "localhost:1"}}, service: {pipelines: {logs: {exporters: [otlp/two]}}}}`,
			"exporters::otlp/two::sending_queue::block_on_overflow: is false, want true"},
		"queue in another storage": {"default", `exporters: {opslog: {sending_queue: {storage: file_storage}}}`,
			"exporters::opslog::sending_queue::storage: is file_storage, want an opslog_storage"},
		"kafka that marks before": {"default", `{receivers: {kafka: {}}, service: {pipelines: {traces: {receivers: [kafka]}}}}`,
			"receivers::kafka::message_marking::after: is false, want true"},
		"kafka that marks failures": {"default", `{receivers: {kafka: {message_marking: {after: true, on_error: true}}}, service: {pipelines: {traces: {receivers: [kafka]}}}}`,
			"receivers::kafka::message_marking::on_error: is true, want false"},
		"kafka that skips": {"default", `{receivers: {kafka: {message_marking: {after: true}}}, service: {pipelines: {traces: {receivers: [kafka]}}}}`,
			"receivers::kafka::initial_offset: is latest, want earliest"},
		"tenants at the platform's door": {"multi-tenant", `extensions: {opslog_query: {auth: {authenticator: basicauth/tenants}}}`,
			"extensions::opslog_query::tenants::from: is not set, want what basicauth/tenants knows of a tenant"},
		"tenants at a door without tenants": {"multi-tenant", `extensions: {opslog_query/tenants: {tenants: null}}`,
			"extensions::opslog_query/tenants::tenants::from: is not set"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			err := converter{}.Convert(t.Context(), load(t, shipped(t, tt.base), tt.layer))
			require.ErrorContains(t, err, tt.want)
			assert.ErrorContains(t, err, "opslog.strictConfig")
		})
	}
}

func TestAccepted(t *testing.T) {
	for name, layers := range map[string][]string{
		"empty":          {""},
		"for measuring":  {`{receivers: {otlp: {}}, exporters: {nop: {}}, service: {pipelines: {traces: {receivers: [otlp], exporters: [nop]}}}}`},
		"not durable":    {shipped(t, "default"), `{exporters: {opslog: {durable: false}}, service: {pipelines: {traces: {processors: [memory_limiter, pii_redaction]}, logs/app: {processors: [memory_limiter, pii_redaction]}}}}`},
		"strange shapes": {`{receivers: 7, exporters: [a], processors: {memory_limiter: x}, service: {pipelines: {traces: no, logs: {receivers: 3}}}}`},
		"careful kafka":  {shipped(t, "default"), `{receivers: {kafka: {initial_offset: earliest, message_marking: {after: true}}}, service: {pipelines: {traces: {receivers: [kafka]}}}}`},
		"unused parts":   {shipped(t, "default"), `{exporters: {otlp: {}}, processors: {batch: {}}}`},
	} {
		t.Run(name, func(t *testing.T) {
			assert.NoError(t, converter{}.Convert(t.Context(), load(t, layers...)))
		})
	}
}

func TestTheGateAcceptsAll(t *testing.T) {
	require.NoError(t, featuregate.GlobalRegistry().Set("opslog.strictConfig", false))
	defer func() { require.NoError(t, featuregate.GlobalRegistry().Set("opslog.strictConfig", true)) }()
	assert.NoError(t, NewFactory().Create(confmap.ConverterSettings{}).Convert(t.Context(), load(t, shipped(t, "default"), `service: {pipelines: {traces: {processors: []}}}`)))
}
