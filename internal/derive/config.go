package derive

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// Config says which attributes mean what and where the limits of the findings lie. The zero value of a list
// means "none"; DefaultConfig gives what most applications need.
type Config struct {
	Keys Keys `mapstructure:"keys"`
	// PayloadMaxBytes cuts each body; StackMaxBytes each stack trace.
	PayloadMaxBytes int `mapstructure:"payload_max_bytes"`
	StackMaxBytes   int `mapstructure:"stack_max_bytes"`
	// RootClients makes an operation of every CLIENT span without a parent. Without it only the failed ones are.
	RootClients bool `mapstructure:"root_clients"`
	// AllowedStores are tables, key prefixes, topics and hosts whose writes leave a query a query: a name, or a name
	// with one * at its start, its end or both.
	AllowedStores []string `mapstructure:"allowed_stores"`
	// Rules name the kind of an operation before anything else is looked at; the first that matches wins.
	Rules    []Rule   `mapstructure:"rules"`
	Findings Findings `mapstructure:"findings"`
}

// Keys are lists of attribute keys, the preferred one first.
type Keys struct {
	RequestBody    []string `mapstructure:"request_body"`
	ResponseBody   []string `mapstructure:"response_body"`
	RequestHeader  []string `mapstructure:"request_header"` // prefixes: what follows is the header's name
	ResponseHeader []string `mapstructure:"response_header"`
	UserID         []string `mapstructure:"user_id"`
	UserType       []string `mapstructure:"user_type"`
	TenantID       []string `mapstructure:"tenant_id"`
	SessionID      []string `mapstructure:"session_id"`
	RequestID      []string `mapstructure:"request_id"`
	IdempotencyKey []string `mapstructure:"idempotency_key"`
	CacheHit       []string `mapstructure:"cache_hit"`
}

// Rule names the kind of the operations that it matches. Empty conditions match all.
type Rule struct {
	Service     string `mapstructure:"service"`
	Operation   string `mapstructure:"operation"` // the record's name, with * as in AllowedStores
	Kind        string `mapstructure:"kind"`
	Destructive bool   `mapstructure:"destructive"`
}

// Findings are the limits from which on something is worth saying, with the source of each number in
// DefaultConfig.
type Findings struct {
	RepeatCount      int           `mapstructure:"repeat_count"`
	RepeatTime       time.Duration `mapstructure:"repeat_time"`
	RepeatTimeJob    time.Duration `mapstructure:"repeat_time_job"`
	RepeatShare      float64       `mapstructure:"repeat_share"`
	SequentialCall   time.Duration `mapstructure:"sequential_call"`
	SequentialSaving time.Duration `mapstructure:"sequential_saving"`
	SequentialShare  float64       `mapstructure:"sequential_share"`
	SlowStatement    time.Duration `mapstructure:"slow_statement"`
	GapTime          time.Duration `mapstructure:"gap_time"`
	GapShare         float64       `mapstructure:"gap_share"`
	ChattySpans      int           `mapstructure:"chatty_spans"`
	ChattyTime       time.Duration `mapstructure:"chatty_time"`
	LargePayload     int64         `mapstructure:"large_payload"`
	RetryCount       int           `mapstructure:"retry_count"`
}

// DefaultConfig works for OpenTelemetry's conventions of both generations and the usual names in the wild.
func DefaultConfig() Config {
	return Config{
		Keys: Keys{
			RequestBody: []string{"http.request.body", "http.request.body.text", "http.request.body.content", "rpc.request.body",
				"messaging.message.body", "request.body", "graphql.document"},
			ResponseBody: []string{"http.response.body", "http.response.body.text", "http.response.body.content", "rpc.response.body",
				"response.body"},
			RequestHeader:  []string{"http.request.header.", "rpc.request.metadata.", "messaging.header."},
			ResponseHeader: []string{"http.response.header.", "rpc.response.metadata."},
			UserID:         []string{"user.id", "enduser.id", "usr.id", "user_id", "enduser.pseudo.id"},
			UserType:       []string{"user.type", "user.roles", "enduser.role"},
			TenantID:       []string{"tenant.id", "tenant_id", "tenant", "organization.id", "org.id", "customer.id"},
			SessionID:      []string{"session.id", "session_id", "rum.sessionId"},
			RequestID:      []string{"request.id", "request_id", "http.request_id", "http.request.header.x-request-id", "x-request-id"},
			IdempotencyKey: []string{"idempotency.key", "idempotency_key", "http.request.header.idempotency-key"},
			CacheHit:       []string{"cache.hit", "result.cache_hit", "http.cache.hit", "cache_hit"},
		},
		PayloadMaxBytes: 16 << 10,
		StackMaxBytes:   16 << 10,
		AllowedStores: []string{"*audit*", "*session*", "*analytics*", "*access_log*", "*activity_log*", "*telemetry*", "*metrics*",
			"*page_view*", "*idempotency*", "*outbox_cursor*"},
		Findings: Findings{
			RepeatCount: 5, RepeatTime: 50 * time.Millisecond, RepeatTimeJob: 500 * time.Millisecond, RepeatShare: 0.05,
			SequentialCall: 20 * time.Millisecond, SequentialSaving: 50 * time.Millisecond, SequentialShare: 0.2,
			SlowStatement: 500 * time.Millisecond, // Sentry's slow DB query
			GapTime:       100 * time.Millisecond, GapShare: 0.3,
			ChattySpans: 20, ChattyTime: 5 * time.Millisecond, // Instrumentation Score SPA-005
			LargePayload: 1 << 20,
			RetryCount:   3,
		},
	}
}

// Validate finds every mistake and names the key, the value and what is accepted.
func (c *Config) Validate() error {
	var errs []error
	bad := func(key string, value any, want string) {
		errs = append(errs, fmt.Errorf("%s is %v, want %s", key, value, want))
	}
	atLeast := func(key string, value, least int64) {
		if value < least {
			bad(key, value, fmt.Sprintf("at least %d", least))
		}
	}
	notNegative := func(key string, d time.Duration) {
		if d < 0 {
			bad(key, d, "a duration of 0s or more")
		}
	}
	share := func(key string, v float64) {
		if !(v >= 0 && v <= 1) {
			bad(key, v, "a share from 0 to 1")
		}
	}
	atLeast("payload_max_bytes", int64(c.PayloadMaxBytes), 0)
	atLeast("stack_max_bytes", int64(c.StackMaxBytes), 0)
	for name, keys := range c.Keys.byName() {
		if slices.Contains(keys, "") {
			bad("keys::"+name, fmt.Sprintf("%q", keys), "attribute keys that are not empty")
		}
	}
	for i, pattern := range c.AllowedStores {
		if !validPattern(pattern) {
			bad(fmt.Sprintf("allowed_stores[%d]", i), fmt.Sprintf("%q", pattern), "a name, with * only at its start or end")
		}
	}
	for i, r := range c.Rules {
		if !slices.Contains([]string{operation.KindQuery, operation.KindCommand, operation.KindUnknown}, r.Kind) {
			bad(fmt.Sprintf("rules[%d]::kind", i), fmt.Sprintf("%q", r.Kind), "query, command or unknown")
		}
		if r.Operation != "" && !validPattern(r.Operation) {
			bad(fmt.Sprintf("rules[%d]::operation", i), fmt.Sprintf("%q", r.Operation), "a name, with * only at its start or end")
		}
	}
	f := &c.Findings
	atLeast("findings::repeat_count", int64(f.RepeatCount), 2)
	atLeast("findings::retry_count", int64(f.RetryCount), 2)
	atLeast("findings::chatty_spans", int64(f.ChattySpans), 1)
	atLeast("findings::large_payload", f.LargePayload, 1)
	notNegative("findings::repeat_time", f.RepeatTime)
	notNegative("findings::repeat_time_job", f.RepeatTimeJob)
	notNegative("findings::sequential_call", f.SequentialCall)
	notNegative("findings::sequential_saving", f.SequentialSaving)
	notNegative("findings::slow_statement", f.SlowStatement)
	notNegative("findings::gap_time", f.GapTime)
	notNegative("findings::chatty_time", f.ChattyTime)
	share("findings::repeat_share", f.RepeatShare)
	share("findings::sequential_share", f.SequentialShare)
	share("findings::gap_share", f.GapShare)
	return errors.Join(errs...)
}

func (k *Keys) byName() map[string][]string {
	return map[string][]string{
		"request_body": k.RequestBody, "response_body": k.ResponseBody, "request_header": k.RequestHeader,
		"response_header": k.ResponseHeader, "user_id": k.UserID, "user_type": k.UserType, "tenant_id": k.TenantID,
		"session_id": k.SessionID, "request_id": k.RequestID, "idempotency_key": k.IdempotencyKey, "cache_hit": k.CacheHit,
	}
}
