package piiredactionprocessor

import (
	"os"
	"regexp"
	"testing"
	"time"

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
		RulesConfig: RulesConfig{
			Mode:         "report",
			Profile:      "secrets_only",
			Keys:         KeysConfig{Sensitive: []string{"badge number", "user.*.email"}, Safe: []string{"order.number"}},
			KeyRules:     []KeyRuleConfig{{Name: "customer", Keys: []string{"request.body.items[*].customer"}, Action: "hash"}},
			Patterns:     []PatternConfig{{Name: "employee_id", Regex: `EMP-\d{6}`, Action: "hash", Validator: "luhn", Near: []string{"employee"}}},
			Dictionaries: []DictionaryConfig{{Name: "projects", Words: []string{"Blue Heron"}, Action: "mask", CaseSensitive: true}},
			Rules:        map[string]RuleConfig{"email": {Enabled: &on, Action: "hash"}, "phone": {Enabled: &off}, "card": {Replacement: "[HIDDEN]"}},
			SQL:          SQLConfig{Literals: "all"},
		},
		Services: []ServiceConfig{{
			Match:       []string{"payments", "shop-*"},
			RulesConfig: RulesConfig{Mode: "allowlist", Profile: "strict", Keys: KeysConfig{Allowed: []string{"service.name", "http.**"}}},
		}},
		KeepType: true,
		Hash: HashConfig{
			Key: "0123456789abcdef0123456789abcdef", KeyVersion: 2,
			PreviousKey: "fedcba9876543210fedcba9876543210", PreviousKeyVersion: 1, Domain: "acme",
		},
		Limits: LimitsConfig{MaxValueBytes: 32768, MaxRecordBytes: 65536, MaxDepth: 2},
		Audit:  AuditConfig{Attribute: "redaction.rules", SampleInterval: time.Minute, UnmatchedAfter: 2 * time.Hour},
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
