package query

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// units of durations, the longest first.
var durationUnits = []struct {
	name string
	unit time.Duration
}{
	{"w", 7 * 24 * time.Hour}, {"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second},
	{"ms", time.Millisecond}, {"us", time.Microsecond}, {"µs", time.Microsecond}, {"μs", time.Microsecond}, {"ns", time.Nanosecond},
}

var sizeUnits = map[string]float64{
	"b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12,
	"kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40,
}

// parseDuration reads "1s", "1.5h" or "1h30m". Zero needs no unit.
func parseDuration(s string) (operation.Duration, error) {
	rest, sign := s, 1.0
	if t, ok := strings.CutPrefix(rest, "-"); ok {
		rest, sign = t, -1
	}
	if rest == "0" {
		return 0, nil
	}
	total := 0.0
	for first := true; first || rest != ""; first = false {
		digits := strings.TrimLeft(rest, "0123456789.")
		n, err := strconv.ParseFloat(rest[:len(rest)-len(digits)], 64)
		if err != nil {
			return 0, fmt.Errorf("%q is no duration", s)
		}
		unit := strings.IndexAny(digits, "0123456789.")
		if unit < 0 {
			unit = len(digits)
		}
		scale, ok := durationUnit(digits[:unit])
		if !ok {
			return 0, fmt.Errorf("%q has no unit of time, the units are ns, us, ms, s, m, h, d and w", s)
		}
		total += n * float64(scale)
		rest = digits[unit:]
	}
	if total >= math.MaxInt64 {
		return 0, fmt.Errorf("%q is longer than 292 years", s)
	}
	return operation.Duration(math.Round(sign * total)), nil
}

func durationUnit(name string) (time.Duration, bool) {
	for _, u := range durationUnits {
		if u.name == name {
			return u.unit, true
		}
	}
	return 0, false
}

// parseSize reads "1MB" or "16KiB" as bytes.
func parseSize(s string) (float64, bool) {
	unit := strings.TrimLeft(s, "0123456789.")
	scale, ok := sizeUnits[strings.ToLower(unit)]
	n, err := strconv.ParseFloat(s[:len(s)-len(unit)], 64)
	return n * scale, ok && err == nil && !math.IsInf(n*scale, 0)
}

var timeLayouts = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04", "2006-01-02 15:04:05.999999999", "2006-01-02 15:04", time.DateOnly}

// ParseTime reads an RFC 3339 time (UTC when it names no zone; the time of day may be missing), nanoseconds since
// the epoch, "now", or "now-1h" and "now+1h".
func ParseTime(s string, now operation.Time) (operation.Time, error) {
	if rest, ok := strings.CutPrefix(strings.ToLower(s), "now"); ok {
		if rest == "" {
			return now, nil
		}
		d, err := parseDuration(strings.TrimPrefix(rest, "+"))
		if err != nil || rest[0] != '-' && rest[0] != '+' {
			return 0, fmt.Errorf("%q is no time, write for example now-1h", s)
		}
		then := now + operation.Time(d)
		if (then > now) != (d > 0) && d != 0 {
			return 0, fmt.Errorf("%q is outside the years 1678 to 2261", s)
		}
		return then, nil
	}
	if ns, err := strconv.ParseInt(s, 10, 64); err == nil {
		return operation.Time(ns), nil
	}
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return timeOf(t, s)
		}
	}
	return 0, fmt.Errorf("%q is no time, write 2024-01-15T10:00:00Z, now-1h or nanoseconds since 1970", s)
}

// timeOf refuses years that nanoseconds in an int64 cannot hold.
func timeOf(t time.Time, s string) (operation.Time, error) {
	if t.Year() < 1678 || t.Year() > 2261 {
		return 0, fmt.Errorf("%q is outside the years 1678 to 2261", s)
	}
	return operation.TimeOf(t), nil
}

// parseNumber reads a decimal number. A number with a leading zero or plus is text: such things are identifiers.
func parseNumber(s string) (float64, bool) {
	digits := strings.TrimPrefix(s, "-")
	if digits == "" || digits[0] < '0' || digits[0] > '9' || len(digits) > 1 && digits[0] == '0' && digits[1] != '.' {
		return 0, false
	}
	if strings.Trim(digits, "0123456789.eE+-") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil
}

// isGlob tells whether a bare value has wildcards. A ? that begins the parameters of a URL is none.
func isGlob(s string) bool {
	if strings.Contains(s, "*") {
		return true
	}
	at := strings.IndexByte(s, '?')
	return at >= 0 && !(strings.Contains(s[:at], "/") && strings.Contains(s[at:], "="))
}
