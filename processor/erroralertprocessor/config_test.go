package erroralertprocessor

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"

	"github.com/opslog/opslog/internal/alert"
)

func load(t *testing.T, id string) *Config {
	t.Helper()
	conf, err := confmaptest.LoadConf("testdata/config.yaml")
	require.NoError(t, err)
	sub, err := conf.Sub(id)
	require.NoError(t, err)
	cfg := createDefaultConfig().(*Config)
	require.NoError(t, sub.Unmarshal(cfg))
	return cfg
}

func TestDefaultConfig(t *testing.T) {
	cfg := load(t, "error_alert")
	assert.NoError(t, componenttest.CheckConfigStruct(cfg))
	assert.NoError(t, confmap.Validate(cfg))
	assert.Equal(t, createDefaultConfig(), cfg)
}

func TestFullConfig(t *testing.T) {
	cfg := load(t, "error_alert/full")
	require.NoError(t, confmap.Validate(cfg))
	require.Len(t, cfg.Rules, 8)
	assert.Equal(t, alert.Override{Service: "legacy*", Threshold: 0.2}, cfg.Rules[2].Overrides[0])
	assert.Equal(t, 90*time.Second, cfg.Rules[2].For)
	require.Len(t, cfg.Notifiers, 3)
	assert.Equal(t, "[REDACTED]", cfg.Notifiers[1].Webhook.Secret.String())
	assert.Equal(t, "Europe/Berlin", cfg.Routes[1].Quiet.Timezone)
}

func TestMistakes(t *testing.T) {
	cases := map[string]string{
		"rule_type":      `rules[0] (A): type is "eror_rate": use new_error, regression, error_rate, burn_rate, latency, silence, destructive or query`,
		"rule_threshold": `rules[0] (A): threshold is 5: give a share between 0 and 1, such as 0.05 for 5 %`,
		"rule_match":     `rules[0] (A): match: `,
		"rule_spans":     `rules[0] (A): match: asks about spans; operations are watched before their spans are stored, so use external, effects or findings`,
		"rule_new":       `rules[0] (A): match: asks whether an error is new, which takes what is stored to know; a rule of type new_error tells of such errors, one of type query can count them`,
		"rule_name":      `rules[0] (two words): name is "two words": give letters, digits, - and _, beginning with a letter`,
		"rule_twice":     `rules[1] (A): name "A" is taken by an earlier rule`,
		"rule_query":     `rules[0] (A): query: has no aggregate; write one behind a |, such as "status = error | count() by service"`,
		"no_kind":        `notifiers[0]: has 0 of alertmanager, webhook and service: give exactly one`,
		"bad_service":    `notifiers[0]: service is not an address of the form service://...`,
		"bad_template":   `notifiers[0]: text: `,
		"bad_route":      `routes[0]: to has "pigeon", which is no notifier (there are: hook)`,
		"bad_external":   `external_url is not an address such as https://opslog.example.com`,
	}
	for name, want := range cases {
		t.Run(name, func(t *testing.T) {
			err := load(t, "error_alert/"+name).Validate()
			require.Error(t, err)
			assert.Contains(t, err.Error(), want)
			assert.NotContains(t, err.Error(), "t0psecret")
		})
	}
}
