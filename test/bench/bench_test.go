package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/test/bench/replay"
)

func TestParseStat(t *testing.T) {
	got, err := parseStat("42 (odd) name (x) S 1 42 42 0 -1 4194560 2501 0 0 0 150 25 0 0 20 0 9 0 100 1 1")
	require.NoError(t, err)
	require.Equal(t, 1750*time.Millisecond, got)
	_, err = parseStat("42 (name) S 1")
	require.ErrorContains(t, err, "too short")
	_, err = parseStat("42 (name) S 1 42 42 0 -1 4194560 2501 0 0 0 x 25 0")
	require.ErrorContains(t, err, "invalid syntax")
}

func TestCPUTimeOfThisProcess(t *testing.T) {
	for start := time.Now(); time.Since(start) < 100*time.Millisecond; {
		_ = strings.Repeat("x", 1000)
	}
	got, err := cpuTime(os.Getpid())
	require.NoError(t, err)
	require.Positive(t, got)
}

func TestReport(t *testing.T) {
	c := comparison{title: "Full", goal: 3}
	stock := measurement{
		chain: chain{name: "stock", stored: []count{{what: "spans"}}}, stored: []string{"1,000,000"},
		sent: replay.Result{Accepted: 1_000_000, Elapsed: 20 * time.Second}, cpu: 50 * time.Second, peakRSS: 300 << 20,
	}
	ours := measurement{chain: chain{name: "opslog"}, sent: replay.Result{Accepted: 2_000_000, Elapsed: 20 * time.Second, Retries: 3}, cpu: 25 * time.Second}
	var out strings.Builder
	report(&out, c, stock, ours)
	want, err := os.ReadFile("testdata/report.txt")
	require.NoError(t, err)
	require.Equal(t, string(want), out.String())
}

func TestThousands(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", -123456: "-123,456", 1234567: "1,234,567"} {
		require.Equal(t, want, thousands(n))
	}
}

func TestChosen(t *testing.T) {
	all, err := chosen("", "bin/opslog")
	require.NoError(t, err)
	require.Len(t, all, 4)
	one, err := chosen("redaction", "other/opslog")
	require.NoError(t, err)
	require.Equal(t, "other/opslog", one[0].opslog.command[0])
	_, err = chosen("speed", "")
	require.EqualError(t, err, `-only is "speed", want one of full, ordinary, rich, redaction`)
}
