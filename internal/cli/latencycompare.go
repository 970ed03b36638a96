package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
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
	// Low and high ends of where p95 lies with 95 % confidence; none between ranges of time.
	P95InA *[2]float64 `json:"p95_interval_a,omitempty"`
	P95InB *[2]float64 `json:"p95_interval_b,omitempty"`
}

// compared are two sides and what changed between them.
type compared struct {
	A     string          `json:"a"`
	B     string          `json:"b"`
	Items []latencyChange `json:"items"`
}

func (l *latency) runCompare(ctx context.Context, cmd *cobra.Command, client *api.Client) error {
	w := cmd.OutOrStdout()
	var got *compared
	if shift, ok := shiftOf(l.compare); ok {
		var err error
		if got, err = l.ranges(ctx, client, shift, operation.TimeOf(time.Now())); err != nil {
			return err
		}
		if l.output == outputJSON {
			return orSlower(writeJSON(w, got), got, l.failOnSlow)
		}
	} else {
		raw, sides, err := l.sides(ctx, client)
		if err != nil {
			return err
		}
		if got = sides; l.output == outputJSON {
			return orSlower(writeRaw(w, raw), got, l.failOnSlow)
		}
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
	columns := changeColumns(strings.ToUpper(l.by), got.Items[0].P95InA != nil)
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

// sides asks the server to set two values of a field against each other.
func (l *latency) sides(ctx context.Context, client *api.Client) (json.RawMessage, *compared, error) {
	v := l.filter()
	v.Set("field", l.field)
	v.Set("by", l.by)
	v.Set("limit", strconv.Itoa(l.limit))
	if l.compare != "latest" {
		a, b, found := strings.Cut(l.compare, "..")
		if !found || a == "" || b == "" {
			return nil, nil, usageError{fmt.Errorf("--compare is %q, want A..B, latest, or how much earlier, such as 24h", printable(l.compare, 60))}
		}
		v.Set("a", a)
		v.Set("b", b)
	}
	var raw json.RawMessage
	if err := client.Get(ctx, "/latency/compare", v, &raw); err != nil {
		return nil, nil, err
	}
	var got api.Comparison
	if err := json.Unmarshal(raw, &got); err != nil {
		return nil, nil, fmt.Errorf("answer of /latency/compare is not what this client understands: %w", err)
	}
	out := &compared{A: got.Field + " " + got.A, B: got.Field + " " + got.B}
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

// ranges sets the range against the same one earlier. The server tells no confidence here, so that the verdict rests on
// the number of operations and the size of the change alone.
func (l *latency) ranges(ctx context.Context, client *api.Client, shift time.Duration, now operation.Time) (*compared, error) {
	from, err := query.ParseTime(l.start(), now)
	if err != nil {
		return nil, usageError{fmt.Errorf("--from or --since: %w", err)}
	}
	to := now
	if l.to != "" {
		if to, err = query.ParseTime(l.to, now); err != nil {
			return nil, usageError{fmt.Errorf("--to: %w", err)}
		}
	}
	text := l.conditions(l.query + " | " + measures + " by " + l.by + " | sort p95 desc | limit 1000")
	back := operation.Time(shift)
	b, err := ask(ctx, client, text, nanoseconds(from), nanoseconds(to))
	if err != nil {
		return nil, err
	}
	a, err := ask(ctx, client, text, nanoseconds(from-back), nanoseconds(to-back))
	if err != nil {
		return nil, err
	}
	return &compared{A: l.compare + " earlier", B: "now", Items: changes(a.Rows, b.Rows, l.limit)}, nil
}

// changes joins the rows of two answers by their groups, in the order of b and then of a.
func changes(a, b [][]any, limit int) []latencyChange {
	earlier := map[string][]any{}
	for _, row := range a {
		earlier[cell(row[0])] = row
	}
	var out []latencyChange
	for _, row := range b {
		out = append(out, changeOf(earlier[cell(row[0])], row))
		delete(earlier, cell(row[0]))
	}
	for _, row := range a {
		if earlier[cell(row[0])] != nil {
			out = append(out, changeOf(row, nil))
		}
	}
	return out[:min(limit, len(out))]
}

func changeOf(a, b []any) latencyChange {
	at := func(row []any, k int) any {
		if k < len(row) {
			return row[k]
		}
		return nil
	}
	c := latencyChange{CountA: orZero(at(a, 1)), CountB: orZero(at(b, 1)), ErrorsA: number(at(a, 2)), ErrorsB: number(at(b, 2)),
		P50A: number(at(a, 3)), P50B: number(at(b, 3)), P95A: number(at(a, 5)), P95B: number(at(b, 5)), Verdict: api.VerdictTooFew}
	if c.Group = cell(at(b, 0)); b == nil {
		c.Group = cell(at(a, 0))
	}
	if c.P95A == nil || c.P95B == nil || *c.P95A == 0 {
		return c
	}
	share := *c.P95B / *c.P95A - 1
	c.P95Share = &share
	const enough, noise = 30, 0.1 // as the server has them
	switch {
	case c.CountA < enough || c.CountB < enough:
	case share > noise:
		c.Verdict = api.VerdictSlower
	case share < -noise:
		c.Verdict = api.VerdictFaster
	default:
		c.Verdict = api.VerdictSame
	}
	return c
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

// changeColumns have intervals where they are sure.
func changeColumns(group string, sure bool) []column[latencyChange] {
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
	out := []column[latencyChange]{
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
	if !sure {
		out = slices.DeleteFunc(out, func(c column[latencyChange]) bool { return strings.HasSuffix(c.name, " LIES IN") })
	}
	return out
}
