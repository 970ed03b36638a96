package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/opslog/opslog/internal/operation"
)

// duration prints three or four digits with the unit that fits: 12µs, 340ms, 1.204s, 4m2s.
func duration(d time.Duration) string {
	switch {
	case d < 0:
		return "-" + duration(-d)
	case d < time.Microsecond:
		return fmt.Sprintf("%dns", d.Nanoseconds())
	case d < time.Millisecond:
		return fmt.Sprintf("%dµs", d.Microseconds())
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.1fms", float64(d)/float64(time.Millisecond))
	case d < time.Second:
		return fmt.Sprintf("%dms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.3gs", d.Round(time.Millisecond).Seconds())
	default:
		return d.Round(time.Second).String()
	}
}

// status is a mark, and the code where there is one.
func status(op *operation.Operation) string {
	mark := "✓"
	if op.Status == operation.StatusError {
		mark = "✕"
	}
	if op.StatusCode != 0 {
		mark += strconv.FormatInt(op.StatusCode, 10)
	}
	if !op.Complete {
		mark += "…"
	}
	return mark
}

func spans(op *operation.Operation) string {
	if op.ErrorSpanCount == 0 {
		return strconv.FormatInt(op.SpanCount, 10)
	}
	return fmt.Sprintf("%d✕%d", op.SpanCount, op.ErrorSpanCount)
}

// what says the one thing most worth knowing: the error, else the strongest finding.
func what(op *operation.Operation) string {
	if op.ErrorType != "" || op.ErrorMessage != "" {
		return strings.Trim(op.ErrorType+": "+op.ErrorMessage, ": ")
	}
	if len(op.Findings) > 0 {
		return op.Findings[0].Kind
	}
	return ""
}

// nanoseconds is a time as the API takes it.
func nanoseconds(t operation.Time) string { return strconv.FormatInt(int64(t), 10) }

// printable is text from strangers on one line of a terminal: no control characters, at most width runes.
func printable(s string, width int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return '·'
		default:
			return r
		}
	}, s)
	if runes := []rune(s); len(runes) > width {
		return string(runes[:width-1]) + "…"
	}
	return s
}

// counted is a number with what was counted: 1 error, 2 errors.
func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}
