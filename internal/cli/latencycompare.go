package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// latencyChange is a row of a comparison.
type latencyChange struct {
	Group    string   `json:"group"`
	Verdict  string   `json:"verdict"`
	CountA   float64  `json:"count_a"`
	CountB   float64  `json:"count_b"`
	ErrorsA  *float64 `json:"error_rate_a"`
	ErrorsB  *float64 `json:"error_rate_b"`
	P50A     *float64 `json:"p50_a"` // nanoseconds, as the next ones
	P50B     *float64 `json:"p50_b"`
	P95A     *float64 `json:"p95_a"`
	P95B     *float64 `json:"p95_b"`
	P95Share *float64 `json:"p95_change"` // b / a - 1
	// Low and high ends of where p95 lies with 95 % confidence.
	P95InA *[2]float64 `json:"p95_interval_a,omitempty"`
	P95InB *[2]float64 `json:"p95_interval_b,omitempty"`
}

// compared are two sides and what changed between them.
type compared struct {
	A, B  string
	Items []latencyChange
}

func (l *latency) runCompare(ctx context.Context, cmd *cobra.Command, client *api.Client) error {
	w := cmd.OutOrStdout()
	raw, got, err := l.sides(ctx, client)
	if err != nil {
		return err
	}
	if l.output == outputJSON {
		return orSlower(writeRaw(w, raw), got, l.failOnSlow)
	}
	if len(got.Items) == 0 {
		l.say(cmd, "no operation fits on either side, %s and %s", printable(got.A, 60), printable(got.B, 60))
		return nil
	}
	if l.output == outputTable {
		l.say(cmd, "A is %s, B is %s", printable(got.A, 80), printable(got.B, 80))
	}
	return orSlower(l.printCompared(w, got), got, l.failOnSlow)
}

func (l *latency) printCompared(w io.Writer, got *compared) error {
	columns := changeColumns(strings.ToUpper(l.by))
	switch l.output {
	case outputNDJSON:
		return writeNDJSON(w, got.Items)
	case outputCSV:
		return printCSV(w, columns, got.Items)
	default:
		return printColumns(w, columns, got.Items, terminalWidth(w), l.paint(w))
	}
}

// orSlower fails when a row is slower and that is asked for.
func orSlower(err error, got *compared, fail bool) error {
	if err != nil || !fail {
		return err
	}
	for _, c := range got.Items {
		if c.Verdict == api.VerdictSlower {
			return checkFailed{fmt.Errorf("%s is slower: p95 %s, was %s", printable(c.Group, 80), tookText(c.P95B), tookText(c.P95A))}
		}
	}
	return nil
}

// shiftOf reads --compare as how much earlier the other range is.
func shiftOf(text string) (time.Duration, bool) {
	now := operation.TimeOf(time.Unix(0, 0).AddDate(50, 0, 0))
	at, err := query.ParseTime("now-"+text, now)
	if text == "" || strings.Contains(text, "..") || err != nil {
		return 0, false
	}
	return time.Duration(now - at), true
}

// sides asks the server to set two values of a field, or two ranges of time, against each other.
func (l *latency) sides(ctx context.Context, client *api.Client) (json.RawMessage, *compared, error) {
	v := l.filter()
	v.Set("by", l.by)
	v.Set("limit", strconv.Itoa(l.limit))
	_, ranges := shiftOf(l.compare)
	switch a, b, found := strings.Cut(l.compare, ".."); {
	case ranges:
		v.Set("against", l.compare)
	case l.compare == "latest":
		v.Set("field", l.field)
	case found && a != "" && b != "":
		v.Set("field", l.field)
		v.Set("a", a)
		v.Set("b", b)
	default:
		return nil, nil, usageError{fmt.Errorf("--compare is %q, want A..B, latest, or how much earlier, such as 24h", printable(l.compare, 60))}
	}
	var raw json.RawMessage
	if err := client.Get(ctx, "/latency/compare", v, &raw); err != nil {
		return nil, nil, err
	}
	var got api.Comparison
	if err := json.Unmarshal(raw, &got); err != nil {
		return nil, nil, fmt.Errorf("answer of /latency/compare is not what this client understands: %w", err)
	}
	out := &compared{A: got.A, B: got.B}
	if !ranges {
		out.A, out.B = got.Field+" "+got.A, got.Field+" "+got.B
	}
	for i, row := range got.Rows {
		const cells = 16 // the group, and A, B and the change of count, error_rate, p50, p95 and p99
		if len(row) < cells || i >= len(got.Verdicts) {
			return nil, nil, errors.New("answer of /latency/compare is not what this client understands: a row is too short")
		}
		c := latencyChange{Group: cell(row[0]), Verdict: got.Verdicts[i], CountA: orZero(row[1]), CountB: orZero(row[2]),
			ErrorsA: number(row[4]), ErrorsB: number(row[5]), P50A: number(row[7]), P50B: number(row[8]),
			P95A: number(row[10]), P95B: number(row[11]), P95Share: number(row[12])}
		if i < len(got.Evidence) {
			e := got.Evidence[i]
			c.P95InA, c.P95InB = &[2]float64{e.A.P95.Low, e.A.P95.High}, &[2]float64{e.B.P95.Low, e.B.P95.High}
		}
		out.Items = append(out.Items, c)
	}
	return raw, out, nil
}

func number(v any) *float64 {
	if n, ok := v.(float64); ok {
		return &n
	}
	return nil
}

func orZero(v any) float64 {
	n, _ := v.(float64)
	return n
}

func tookText(n *float64) string {
	if n == nil {
		return "-"
	}
	return duration(operation.Duration(*n))
}

func changeColumns(group string) []column[latencyChange] {
	count := func(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
	share := func(n *float64) string {
		if n == nil {
			return "-"
		}
		return percent(*n)
	}
	interval := func(i *[2]float64) string {
		if i == nil || i[0] == 0 && i[1] == 0 {
			return "-"
		}
		return duration(operation.Duration(i[0])) + "–" + duration(operation.Duration(i[1]))
	}
	verdicts := map[string]string{api.VerdictTooFew: "too few"}
	bad := func(c latencyChange) bool { return c.Verdict == api.VerdictSlower }
	return []column[latencyChange]{
		{name: group, left: true, text: func(c latencyChange) string { return printable(c.Group, 60) }, raw: func(c latencyChange) string { return c.Group }},
		{name: "VERDICT", bad: bad, text: func(c latencyChange) string {
			if text := verdicts[c.Verdict]; text != "" {
				return text
			}
			return c.Verdict
		}},
		{name: "P95 A", text: func(c latencyChange) string { return tookText(c.P95A) }},
		{name: "P95 B", text: func(c latencyChange) string { return tookText(c.P95B) }},
		{name: "CHANGE", bad: bad, text: func(c latencyChange) string {
			if c.P95Share == nil {
				return "-"
			}
			return fmt.Sprintf("%+.0f%%", 100**c.P95Share)
		}},
		{name: "P95 A LIES IN", text: func(c latencyChange) string { return interval(c.P95InA) }},
		{name: "P95 B LIES IN", text: func(c latencyChange) string { return interval(c.P95InB) }},
		{name: "P50 A", text: func(c latencyChange) string { return tookText(c.P50A) }},
		{name: "P50 B", text: func(c latencyChange) string { return tookText(c.P50B) }},
		{name: "ERRORS A", text: func(c latencyChange) string { return share(c.ErrorsA) }},
		{name: "ERRORS B", text: func(c latencyChange) string { return share(c.ErrorsB) }},
		{name: "N A", text: func(c latencyChange) string { return count(c.CountA) }},
		{name: "N B", text: func(c latencyChange) string { return count(c.CountB) }},
	}
}
