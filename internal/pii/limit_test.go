package pii

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatLiesBeyondTheLimitIsReplaced(t *testing.T) {
	e := newTestEngine(t, func(c *Config) { c.Limits.MaxValueBytes = 1024 })
	long := strings.Repeat("word ", 200) + "bob@example.com " + strings.Repeat("tail ", 50)
	out, findings := e.Text(long)
	require.LessOrEqual(t, len(out), 1024)
	require.True(t, strings.HasSuffix(out, "[REDACTED:limit]"))
	require.NotContains(t, out, "tail")
	require.Equal(t, "limit", findings[0].Rule)
	again, _ := e.Text(out)
	require.Equal(t, out, again)
}

// TestNoHalfSecretAtTheLimit moves a secret over the limit byte by byte.
func TestNoHalfSecretAtTheLimit(t *testing.T) {
	e := newTestEngine(t, func(c *Config) { c.Limits.MaxValueBytes = 1024 })
	for at := 940; at < 1040; at++ {
		out, _ := e.Text(strings.Repeat("a", 10) + strings.Repeat(" b", at/2) + " 4111111111111111 and more text to fill " + strings.Repeat("z ", 60))
		require.NotContains(t, out, "41111111", "at %d", at)
	}
}

func TestTooDeepIsReplaced(t *testing.T) {
	e := newTestEngine(t, func(c *Config) { c.Limits.MaxDepth = 1 })
	text := `{"a":` + quoteJSON(`{"b":`+quoteJSON(`{"c":"x\ny"}`)+`}`) + `}`
	out, _ := e.Text(text)
	require.Contains(t, out, "[REDACTED:limit]")
}

func TestFailuresAreReplacedAndCounted(t *testing.T) {
	e := newTestEngine(t, nil)
	e.rules = e.rules[:1] // any finding now panics
	s := &Session{e: e, levels: []work{{e: e}}}
	s.levels[0].s = s
	out, o := s.apply("mail bob@example.com", Decision{})
	require.Equal(t, Changed, o)
	require.Equal(t, "[REDACTED:error]", out)
	require.Equal(t, uint32(1), s.counts[0][ruleError])
}
