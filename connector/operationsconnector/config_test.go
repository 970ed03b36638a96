package operationsconnector

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"

	"github.com/opslog/opslog/connector/operationsconnector/internal/metadata"
	"github.com/opslog/opslog/internal/derive"
)

func TestConfig(t *testing.T) {
	conf, err := confmaptest.LoadConf(filepath.Join("testdata", "config.yaml"))
	require.NoError(t, err)
	full := defaultConfig()
	full.Linger, full.IdleWait, full.MaxWait, full.LateWindow = time.Second, 500*time.Millisecond, 10*time.Second, time.Minute
	full.MaxAge, full.ProvisionalAfter, full.MaxMemoryMiB, full.NumShards, full.BlockOnOverflow = 2*time.Minute, 0, 64, 4, true
	full.RetryWindow = 0
	full.Entries = []string{`name == "tick" and kind == SPAN_KIND_INTERNAL`, `resource.attributes["service.name"] == "cron" and attributes["job.id"] != nil`}
	full.Derive.Keys = derive.Keys{
		RequestBody: []string{"shop.in"}, ResponseBody: []string{"shop.out"}, RequestHeader: []string{"shop.in.header."},
		ResponseHeader: []string{"shop.out.header."}, UserID: []string{"shop.user"}, UserType: []string{"shop.plan"}, TenantID: []string{"shop.tenant"},
		SessionID: []string{"shop.session"}, RequestID: []string{"shop.request"}, IdempotencyKey: []string{"shop.once"}, CacheHit: []string{"shop.cached"},
	}
	full.Derive.PayloadMaxBytes, full.Derive.StackMaxBytes, full.Derive.RootClients = 1024, 2048, true
	full.Derive.AllowedStores = []string{"visits", "*_log"}
	full.Derive.Rules = []derive.Rule{{Service: "billing", Operation: "POST /estimate*", Kind: "query"}, {Operation: "job purge*", Kind: "command", Destructive: true}}
	full.Derive.Findings.HTTP.SlowStatement, full.Derive.Findings.HTTP.RepeatCount, full.Derive.Findings.HTTP.ClockSkew = 200*time.Millisecond, 3, time.Second
	full.Derive.Findings.Job.ChattySpans = 1000
	full.Metrics = MetricsConfig{MaxSeries: 100, Expiry: time.Hour, FlushInterval: time.Minute}
	for name, want := range map[string]struct {
		cfg  *Config
		errs []string
	}{
		"":     {cfg: defaultConfig()},
		"full": {cfg: full},
		"bad": {errs: []string{
			"linger is 1ms, want at least 100ms",
			"idle_wait is -1s, want at least 0s",
			"max_wait is 0s, want at least 1ms, the value of linger",
			"late_window is 0s, want at least 1ms, the value of linger",
			"provisional_after is 1h0m0s, want less than max_age, which is 10m0s",
			"max_memory_mib is 0, want at least 1",
			"num_shards is 257, want 0 (one per processor) to 256",
			"retry_window is -1m0s, want at least 0s",
			`entries[1] is "nme == 1", want a condition on a span in OTTL: `,
			"metrics::max_series is 0, want at least 1",
			"metrics::expiry is 0s, want at least 10ms, the value of metrics::flush_interval",
			"metrics::flush_interval is 10ms, want at least 1s",
			`allowed_stores[0] is "*", want`,
			"payload_max_bytes is -1, want 0 or more",
			"stack_max_bytes is -1, want 0 or more",
			`keys::user_id is [""], want attribute keys that are not empty`,
			`rules[0]::kind is "read", want query, command or unknown`,
			`rules[0]::operation is "a*b", want a name, with * only at its start or end`,
			"findings::rpc::repeat_count is 1, want",
			"findings::rpc::repeat_share is 1.5, want a share from 0 to 1",
			"findings::rpc::clock_skew is -1s, want a duration of 0s or more",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			sub, err := conf.Sub(component.NewIDWithName(metadata.Type, name).String())
			require.NoError(t, err)
			cfg := defaultConfig()
			require.NoError(t, sub.Unmarshal(cfg))
			err = confmap.Validate(cfg)
			if want.errs == nil {
				require.NoError(t, err)
				require.Equal(t, want.cfg, cfg)
			}
			for _, text := range want.errs {
				require.ErrorContains(t, err, text)
			}
		})
	}
}

func TestUnknownKeysAreRefused(t *testing.T) {
	err := confmap.NewFromStringMap(map[string]any{"lingger": "1s"}).Unmarshal(defaultConfig())
	require.ErrorContains(t, err, "lingger")
}
