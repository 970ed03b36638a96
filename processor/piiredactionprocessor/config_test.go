package piiredactionprocessor

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"
)

func loadConfig(t *testing.T, file, id string) (*Config, error) {
	conf, err := confmaptest.LoadConf(file)
	require.NoError(t, err)
	sub, err := conf.Sub(id)
	require.NoError(t, err)
	cfg := createDefaultConfig().(*Config)
	return cfg, sub.Unmarshal(cfg)
}

func TestDefaultConfig(t *testing.T) {
	cfg, err := loadConfig(t, "testdata/config.yaml", "pii_redaction")
	require.NoError(t, err)
	require.NoError(t, confmap.Validate(cfg))
	require.Equal(t, createDefaultConfig(), cfg)
}

func TestFullConfig(t *testing.T) {
	cfg, err := loadConfig(t, "testdata/config.yaml", "pii_redaction/full")
	require.NoError(t, err)
	require.NoError(t, confmap.Validate(cfg))
	on, off := true, false
	require.Equal(t, component.Config(&Config{
		Mode:     "report",
		Profile:  "secrets_only",
		Keys:     KeysConfig{Sensitive: []string{"badge number"}, Safe: []string{"order.number"}},
		Patterns: []PatternConfig{{Name: "employee_id", Regex: `EMP-\d{6}`, Action: "hash"}},
		Rules:    map[string]RuleConfig{"email": {Enabled: &on, Action: "hash"}, "phone": {Enabled: &off}},
		Hash:     HashConfig{Key: "0123456789abcdef0123456789abcdef", KeyVersion: 2},
		SQL:      SQLConfig{Literals: "all"},
		Limits:   LimitsConfig{MaxValueBytes: 32768, MaxDepth: 2},
	}), cfg)
}

var mistake = regexp.MustCompile(`(?m)^# (.*)\n(pii_redaction/\w+):`)

func TestInvalidConfig(t *testing.T) {
	text, err := os.ReadFile("testdata/invalid.yaml")
	require.NoError(t, err)
	blocks := mistake.FindAllStringSubmatch(string(text), -1)
	require.NotEmpty(t, blocks)
	for _, block := range blocks {
		t.Run(block[2], func(t *testing.T) {
			cfg, err := loadConfig(t, "testdata/invalid.yaml", block[2])
			require.NoError(t, err)
			require.ErrorContains(t, confmap.Validate(cfg), block[1])
		})
	}
}

func TestUnknownKey(t *testing.T) {
	conf := confmap.NewFromStringMap(map[string]any{"regexes": []any{}})
	require.ErrorContains(t, conf.Unmarshal(createDefaultConfig()), "regexes")
}

func TestErrorsHoldNoKey(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	cfg.Hash.Key = "tooshort"
	require.NotContains(t, cfg.Validate().Error(), "tooshort")
}
