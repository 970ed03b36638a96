package derive

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestDefaultConfigIsValid(t *testing.T) {
	cfg := DefaultConfig()
	assert.NoError(t, cfg.Validate())
}

// TestValidateNamesTheKey holds that a mistake is told with its key, the value and what is accepted.
func TestValidateNamesTheKey(t *testing.T) {
	tests := map[string]func(*Config){
		"payload_max_bytes is -1, want 0 or more":                                          func(c *Config) { c.PayloadMaxBytes = -1 },
		"stack_max_bytes is -1, want 0 or more":                                            func(c *Config) { c.StackMaxBytes = -1 },
		`keys::user_id is ["a" ""], want attribute keys that are not empty`:                func(c *Config) { c.Keys.UserID = []string{"a", ""} },
		`allowed_stores[0] is "a*b", want a name, with * only at its start or end`:         func(c *Config) { c.AllowedStores = []string{"a*b"} },
		`allowed_stores[1] is "*", want a name, with * only at its start or end`:           func(c *Config) { c.AllowedStores = []string{"a", "*"} },
		`rules[0]::kind is "reader", want query, command or unknown`:                       func(c *Config) { c.Rules = []Rule{{Kind: "reader"}} },
		`rules[0]::operation is "a*b", want a name, with * only at its start or end`:       func(c *Config) { c.Rules = []Rule{{Kind: "query", Operation: "a*b"}} },
		"findings::http::repeat_count is 1, want at least 2":                               func(c *Config) { c.Findings.HTTP.RepeatCount = 1 },
		"findings::job::gap_time is -1s, want a duration of 0s or more":                    func(c *Config) { c.Findings.Job.GapTime = -time.Second },
		"findings::rpc::gap_share is NaN, want a share from 0 to 1":                        func(c *Config) { c.Findings.RPC.GapShare = math.NaN() },
		"findings::message::sequential_share is 1.5, want a share from 0 to 1":             func(c *Config) { c.Findings.Message.SequentialShare = 1.5 },
		"check the configuration of the derivation: findings::internal::chatty_spans is 0": func(c *Config) { c.Findings.Internal.ChattySpans = 0 },
	}
	for want, spoil := range tests {
		cfg := DefaultConfig()
		spoil(&cfg)
		_, err := New(cfg)
		assert.ErrorContains(t, err, want)
	}
}

func TestRulesComeFirst(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Rules = []Rule{{Operation: "GET /admin/*", Kind: "command", Destructive: true}, {Service: "reports", Kind: "query"}}
	d, err := New(cfg)
	assert.NoError(t, err)
	op := d.Operation(groupOfLine(t, d, "GET /admin/wipe", nil))
	assert.Equal(t, "command", op.Kind)
	assert.True(t, op.Destructive)
	assert.InDelta(t, 1, op.KindConfidence, 0)
	assert.Equal(t, "query", d.Operation(groupOfLine(t, d, "GET /other", nil)).Kind)
}

func TestPatterns(t *testing.T) {
	tests := []struct {
		pattern, name string
		want          bool
	}{
		{"users", "Users", true}, {"users", "users2", false}, {"audit*", "audit_log", true}, {"*log", "audit_log", true},
		{"*session*", "user_sessions", true}, {"*session*", "users", false}, {"GET /a*", "GET /b", false},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, matchPattern(tt.pattern, tt.name), tt)
	}
}
