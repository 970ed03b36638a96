package derive

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/semconv"
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

// Findings are the limits by transport: what is wasteful in a request may be fine in a job.
type Findings struct {
	HTTP     Limits `mapstructure:"http"`
	RPC      Limits `mapstructure:"rpc"`
	Message  Limits `mapstructure:"message"`
	Job      Limits `mapstructure:"job"`
	Internal Limits `mapstructure:"internal"`
}

// Limits say from which on something is worth a finding. Shares are of the operation's duration.
type Limits struct {
	RepeatCount      int           `mapstructure:"repeat_count"` // equal calls
	RepeatTime       time.Duration `mapstructure:"repeat_time"`  // that they take together
	RepeatShare      float64       `mapstructure:"repeat_share"`
	SequentialCall   time.Duration `mapstructure:"sequential_call"` // shorter calls are left out
	SequentialSaving time.Duration `mapstructure:"sequential_saving"`
	SequentialShare  float64       `mapstructure:"sequential_share"`
	SlowStatement    time.Duration `mapstructure:"slow_statement"`
	GapTime          time.Duration `mapstructure:"gap_time"`
	GapShare         float64       `mapstructure:"gap_share"`
	ChattySpans      int           `mapstructure:"chatty_spans"`
	ChattyTime       time.Duration `mapstructure:"chatty_time"`   // a span shorter than this is noise if there are many
	LargePayload     int64         `mapstructure:"large_payload"` // bytes
	RetryCount       int           `mapstructure:"retry_count"`
	ClockSkew        time.Duration `mapstructure:"clock_skew"` // smaller ones are usual
}

// of picks the limits of a transport.
func (f *Findings) of(transport string) *Limits {
	switch transport {
	case operation.TransportHTTP:
		return &f.HTTP
	case operation.TransportRPC:
		return &f.RPC
	case operation.TransportMessage:
		return &f.Message
	case operation.TransportJob:
		return &f.Job
	default:
		return &f.Internal
	}
}

// requestLimits are for work that somebody waits for.
func requestLimits() Limits {
	return Limits{
		RepeatCount: 5, RepeatTime: 50 * time.Millisecond, RepeatShare: 0.05, // Sentry's N+1 detector; the share is ours
		SequentialCall: 20 * time.Millisecond, SequentialSaving: 50 * time.Millisecond, SequentialShare: 0.2,
		SlowStatement: 500 * time.Millisecond,                // Sentry's slow DB query
		GapTime:       100 * time.Millisecond, GapShare: 0.3, // Sentry's missing instrumentation
		ChattySpans: 20, ChattyTime: 5 * time.Millisecond, // Instrumentation Score SPA-005
		LargePayload: 1 << 20,
		RetryCount:   3,
		ClockSkew:    10 * time.Millisecond,
	}
}

// workLimits are for messages and jobs, which nobody waits for.
func workLimits() Limits {
	l := requestLimits()
	l.RepeatTime = 500 * time.Millisecond
	l.SequentialSaving = time.Second
	l.SlowStatement = 5 * time.Second
	l.GapTime = time.Second
	l.ChattySpans = 100
	l.LargePayload = 16 << 20
	return l
}

// DefaultConfig works for OpenTelemetry's conventions of both generations and the usual names in the wild.
func DefaultConfig() Config {
	return Config{
		Keys: Keys{
			RequestBody:    slices.Clone(semconv.RequestBody.Names),
			ResponseBody:   slices.Clone(semconv.ResponseBody.Names),
			RequestHeader:  []string{"http.request.header.", "rpc.request.metadata.", "messaging.header."},
			ResponseHeader: []string{"http.response.header.", "rpc.response.metadata."},
			UserID:         slices.Clone(semconv.UserID.Names),
			UserType:       slices.Clone(semconv.UserType.Names),
			TenantID:       slices.Clone(semconv.TenantID.Names),
			SessionID:      slices.Clone(semconv.SessionID.Names),
			RequestID:      slices.Clone(semconv.RequestID.Names),
			IdempotencyKey: slices.Clone(semconv.IdempotencyKey.Names),
			CacheHit:       slices.Clone(semconv.CacheHit.Names),
		},
		PayloadMaxBytes: 16 << 10,
		StackMaxBytes:   16 << 10,
		AllowedStores: []string{"*audit*", "*session*", "*analytics*", "*access_log*", "*activity_log*", "*telemetry*", "*metrics*",
			"*page_view*", "*idempotency*", "*outbox_cursor*"},
		Findings: Findings{HTTP: requestLimits(), RPC: requestLimits(), Message: workLimits(), Job: workLimits(), Internal: workLimits()},
	}
}

// Validate finds every mistake and names the key, the value and what is accepted.
func (c *Config) Validate() error {
	var errs []error
	bad := func(key string, value any, want string) {
		errs = append(errs, fmt.Errorf("%s is %v, want %s", key, value, want))
	}
	if c.PayloadMaxBytes < 0 {
		bad("payload_max_bytes", c.PayloadMaxBytes, "0 or more")
	}
	if c.StackMaxBytes < 0 {
		bad("stack_max_bytes", c.StackMaxBytes, "0 or more")
	}
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
	for i := range c.Rules {
		c.Rules[i].validate(fmt.Sprintf("rules[%d]::", i), bad)
	}
	for _, transport := range []string{operation.TransportHTTP, operation.TransportRPC, operation.TransportMessage, operation.TransportJob, operation.TransportInternal} {
		c.Findings.of(transport).validate("findings::"+transport+"::", bad)
	}
	return errors.Join(errs...)
}

func (r *Rule) validate(key string, bad func(key string, value any, want string)) {
	if !slices.Contains([]string{operation.KindQuery, operation.KindCommand, operation.KindUnknown}, r.Kind) {
		bad(key+"kind", fmt.Sprintf("%q", r.Kind), "query, command or unknown")
	}
	for name, pattern := range map[string]string{"service": r.Service, "operation": r.Operation} {
		if pattern != "" && !validPattern(pattern) {
			bad(key+name, fmt.Sprintf("%q", pattern), "a name, with * only at its start or end")
		}
	}
}

func (l *Limits) validate(key string, bad func(key string, value any, want string)) {
	for name, at := range map[string]struct{ value, least int64 }{
		"repeat_count": {int64(l.RepeatCount), 2}, "retry_count": {int64(l.RetryCount), 2}, "chatty_spans": {int64(l.ChattySpans), 1},
		"large_payload": {l.LargePayload, 1},
	} {
		if at.value < at.least {
			bad(key+name, at.value, fmt.Sprintf("at least %d", at.least))
		}
	}
	for name, d := range map[string]time.Duration{"repeat_time": l.RepeatTime, "sequential_call": l.SequentialCall, "sequential_saving": l.SequentialSaving,
		"slow_statement": l.SlowStatement, "gap_time": l.GapTime, "chatty_time": l.ChattyTime, "clock_skew": l.ClockSkew} {
		if d < 0 {
			bad(key+name, d, "a duration of 0s or more")
		}
	}
	for name, share := range map[string]float64{"repeat_share": l.RepeatShare, "sequential_share": l.SequentialShare, "gap_share": l.GapShare} {
		if !(share >= 0 && share <= 1) {
			bad(key+name, share, "a share from 0 to 1")
		}
	}
}

func (k *Keys) byName() map[string][]string {
	return map[string][]string{
		"request_body": k.RequestBody, "response_body": k.ResponseBody, "request_header": k.RequestHeader,
		"response_header": k.ResponseHeader, "user_id": k.UserID, "user_type": k.UserType, "tenant_id": k.TenantID,
		"session_id": k.SessionID, "request_id": k.RequestID, "idempotency_key": k.IdempotencyKey, "cache_hit": k.CacheHit,
	}
}
