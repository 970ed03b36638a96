package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/graph"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/quality"
	"github.com/opslog/opslog/internal/query"
)

// twoRanges is a range and the same one earlier, as the API takes their ends.
type twoRanges struct{ from, to, fromBefore, toBefore string }

// rangesOf reads --compare, which is how much earlier the other range is.
func rangesOf(compare, from, to string, now operation.Time) (twoRanges, error) {
	shift, ok := shiftOf(compare)
	if !ok || shift <= 0 {
		return twoRanges{}, usageError{fmt.Errorf("--compare is %q, want how much earlier, such as 24h", printable(compare, 60))}
	}
	start, err := query.ParseTime(from, now)
	if err != nil {
		return twoRanges{}, usageError{fmt.Errorf("--from or --since: %w", err)}
	}
	end := now
	if to != "" {
		if end, err = query.ParseTime(to, now); err != nil {
			return twoRanges{}, usageError{fmt.Errorf("--to: %w", err)}
		}
	}
	back := operation.Time(shift)
	return twoRanges{nanoseconds(start), nanoseconds(end), nanoseconds(start - back), nanoseconds(end - back)}, nil
}

// printChanges prints what became of things: as JSON, one a line, or as a table.
func printChanges[T any](w io.Writer, o output, changes []T, table func(io.Writer, []T) error) error {
	switch o {
	case outputJSON:
		return writeJSON(w, changes)
	case outputNDJSON:
		return writeNDJSON(w, changes)
	default:
		return table(w, changes)
	}
}

// edgeChange is what became of the calls from one to another. A is earlier, and nil where there were none; B is now.
type edgeChange struct {
	A    *graph.Edge `json:"a"`
	B    *graph.Edge `json:"b"`
	What string      `json:"what"`
}

// edgeChanges joins two maps by their edges, the most frequent of now first, then those that are gone.
func edgeChanges(a, b *api.ServiceMap) []edgeChange {
	name := func(e *graph.Edge) string {
		return strings.Join([]string{e.Source, e.SourceOperation, e.Target, e.TargetOperation, e.System}, "\x00")
	}
	before := map[string]*graph.Edge{}
	for _, e := range a.Edges {
		before[name(e)] = e
	}
	var out []edgeChange
	for _, e := range b.Edges {
		out = append(out, edgeChange{A: before[name(e)], B: e, What: edgeVerdict(before[name(e)], e)})
		delete(before, name(e))
	}
	for _, e := range a.Edges {
		if before[name(e)] != nil {
			out = append(out, edgeChange{A: e, What: "gone"})
		}
	}
	return out
}

// edgeVerdict tells what is remarkable: with fewer than 30 calls on a side nothing is, as in comparisons of latency.
func edgeVerdict(a, b *graph.Edge) string {
	const enough, noise, often = 30, 0.1, 0.01
	if a == nil {
		return "new"
	}
	if a.Calls < enough || b.Calls < enough {
		return "too few"
	}
	var out []string
	if b.ErrorRate-a.ErrorRate > often {
		out = append(out, "fails more")
	} else if a.ErrorRate-b.ErrorRate > often {
		out = append(out, "fails less")
	}
	if was, is := float64(edgeP95(a)), float64(edgeP95(b)); was > 0 && is/was > 1+noise {
		out = append(out, "slower")
	} else if was > 0 && is/was < 1-noise {
		out = append(out, "faster")
	}
	return strings.Join(out, ", ")
}

// edgeP95 is what the caller saw, or else the called.
func edgeP95(e *graph.Edge) time.Duration {
	if e.ClientP95 > 0 {
		return e.ClientP95
	}
	return e.ServerP95
}

func printEdgeChanges(w io.Writer, changes []edgeChange) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(tw, "FROM\t\tTO\tSYSTEM\tCALLS A\tCALLS B\tERRORS A\tERRORS B\tP95 A\tP95 B\tWHAT")
	none := &graph.Edge{}
	for _, c := range changes {
		of, a, b := orElseEdge(c.B, c.A), orElseEdge(c.A, none), orElseEdge(c.B, none)
		_, _ = fmt.Fprintf(tw, "%s\t→\t%s\t%s\t%d\t%d\t%s\t%s\t%s\t%s\t%s\n", end(of.Source, of.SourceOperation), end(of.Target, of.TargetOperation), printable(of.System, 20),
			a.Calls, b.Calls, percent(a.ErrorRate), percent(b.ErrorRate), tookOrNone(edgeP95(a)), tookOrNone(edgeP95(b)), c.What)
	}
	return tw.Flush()
}

// tookOrNone is a duration, or a line where nothing was measured.
func tookOrNone(d time.Duration) string {
	if d == 0 {
		return "-"
	}
	return duration(d)
}

func orElseEdge(e, other *graph.Edge) *graph.Edge {
	if e != nil {
		return e
	}
	return other
}

// qualityChange is what became of the traces of a service. A is earlier, B is now; either may be missing.
type qualityChange struct {
	Service     string   `json:"service_name"`
	Environment string   `json:"environment,omitempty"`
	ScoreA      *float64 `json:"score_a"`
	ScoreB      *float64 `json:"score_b"`
	Worse       []string `json:"worse"`  // checks that do not pass any more
	Mended      []string `json:"mended"` // checks that pass again
}

func qualityChanges(a, b []*quality.Service) []qualityChange {
	type key struct{ service, environment string }
	before := map[key]*quality.Service{}
	for _, s := range a {
		before[key{s.ServiceName, s.Environment}] = s
	}
	var out []qualityChange
	for _, s := range b {
		c := qualityChange{Service: s.ServiceName, Environment: s.Environment, ScoreB: s.Score, Worse: []string{}, Mended: []string{}}
		if was := before[key{s.ServiceName, s.Environment}]; was != nil {
			c.ScoreA = was.Score
			c.Worse, c.Mended = without(bad(s), bad(was)), without(bad(was), bad(s))
		}
		out = append(out, c)
	}
	return out
}

// without are the entries of all that others does not have.
func without(all, others []string) []string {
	return slices.DeleteFunc(append([]string{}, all...), func(s string) bool { return slices.Contains(others, s) })
}

func printQualityChanges(w io.Writer, changes []qualityChange) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(tw, "SERVICE\tENVIRONMENT\tSCORE A\tSCORE B\tWORSE\tMENDED")
	for _, c := range changes {
		_, _ = fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\n", printable(c.Service, 40), printable(c.Environment, 20), scoreText(c.ScoreA), scoreText(c.ScoreB),
			strings.Join(c.Worse, " "), strings.Join(c.Mended, " "))
	}
	return tw.Flush()
}
