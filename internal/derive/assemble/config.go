package assemble

import "time"

// Config says how long spans wait for each other and how much memory they may hold meanwhile.
type Config struct {
	// Linger is how long an operation waits for more spans after its entry span came, and how long spans that
	// come later are collected before the operation is published again.
	Linger time.Duration
	// IdleWait prolongs the wait after each further span, up to MaxWait after the entry span.
	IdleWait time.Duration
	MaxWait  time.Duration
	// LateWindow is how long a published operation takes more spans.
	LateWindow time.Duration
	// MaxAge is how long spans wait for an entry span that was not seen.
	MaxAge time.Duration
	// ProvisionalAfter is when spans without an entry span are published as an operation that is still running;
	// 0 turns that off.
	ProvisionalAfter time.Duration
	// MaxBytes bounds what a shard holds. When it is reached, published operations are forgotten first; then the
	// oldest open ones are published as they are, or, with BlockOnOverflow, Full says so and nothing is cut short.
	MaxBytes        int64
	BlockOnOverflow bool
}

// DefaultConfig waits as the batching of OpenTelemetry's SDKs suggests: they send every 5 s.
func DefaultConfig() Config {
	return Config{
		Linger: 5 * time.Second, IdleWait: 2 * time.Second, MaxWait: 30 * time.Second, LateWindow: 5 * time.Minute,
		MaxAge: 10 * time.Minute, ProvisionalAfter: time.Minute, MaxBytes: 256 << 20,
	}
}
