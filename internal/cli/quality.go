package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/quality"
)

type qualityCheck struct {
	connection
	output   output
	since    string
	from, to string
	compare  string
	least    float64
}

func newQuality() *cobra.Command {
	q := &qualityCheck{}
	cmd := &cobra.Command{
		Use:   "quality [SERVICE]",
		Short: "Judge the traces of services: what they lack, and how to mend it",
		Long: `Judge the traces of all services by the rules of the Instrumentation Score that traces and logs can answer, and by
checks of what is missing in them. SERVICE shows the checks of one service with examples.

With --min the command ends with exit code 5 when a score is below it, for use in a pipeline.`,
		Example: `  opslog quality
  opslog quality checkout --since 7d
  opslog quality --compare 7d
  opslog quality --min 75`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return q.run(cmd, strings.Join(args, "")) },
	}
	q.connection.addFlags(cmd)
	q.output.addFlag(cmd)
	flags := cmd.Flags()
	flags.StringVar(&q.since, "since", "24h", "how far back to look: 30s, 15m, 1h, 7d")
	flags.StringVar(&q.from, "from", "", "start of the range: RFC 3339, now-1h or nanoseconds; instead of --since")
	flags.StringVar(&q.to, "to", "", "end of the range")
	flags.StringVar(&q.compare, "compare", "", "set the range against the same one so much earlier, such as 24h")
	flags.Float64Var(&q.least, "min", 0, "fail when a score is below this")
	return cmd
}

func (q *qualityCheck) run(cmd *cobra.Command, service string) error {
	if q.least < 0 || q.least > 100 {
		return usageError{fmt.Errorf("--min is %v, want a score from 0 to 100", q.least)}
	}
	if q.from == "" {
		q.from = "now-" + strings.TrimPrefix(q.since, "now-")
	}
	client, ctx, cancel, err := q.client(cmd.Context())
	if err != nil {
		return err
	}
	defer cancel()
	if q.compare != "" {
		return q.runCompare(ctx, cmd, client, service)
	}
	answer, err := client.Quality(ctx, service, q.from, q.to)
	if err != nil {
		return err
	}
	if err := printQuality(cmd.OutOrStdout(), answer, q.output, service != ""); err != nil {
		return err
	}
	return tooLow(answer, q.least)
}

// runCompare sets the range against the same one earlier.
func (q *qualityCheck) runCompare(ctx context.Context, cmd *cobra.Command, client *api.Client, service string) error {
	r, err := rangesOf(q.compare, q.from, q.to, operation.TimeOf(time.Now()))
	if err != nil {
		return err
	}
	now, err := client.Quality(ctx, service, r.from, r.to)
	if err != nil {
		return err
	}
	before, err := client.Quality(ctx, service, r.fromBefore, r.toBefore)
	var problem *api.Problem
	if errors.As(err, &problem) && problem.Status == http.StatusNotFound {
		before, err = &api.QualityList{}, nil // it sent nothing then
	}
	if err != nil {
		return err
	}
	if err := printChanges(cmd.OutOrStdout(), q.output, qualityChanges(before.Items, now.Items), printQualityChanges); err != nil {
		return err
	}
	return tooLow(now, q.least)
}

// tooLow tells of the services whose score is below the least one.
func tooLow(answer *api.QualityList, least float64) error {
	var names []string
	for _, s := range answer.Items {
		if s.Score != nil && *s.Score < least {
			names = append(names, fmt.Sprintf("%s (%s)", printable(s.ServiceName, 40), score(s)))
		}
	}
	if len(names) == 0 {
		return nil
	}
	return fmt.Errorf("%w: below %v: %s", errCheck, least, strings.Join(names, ", "))
}

func printQuality(w io.Writer, answer *api.QualityList, o output, whole bool) error {
	enc := json.NewEncoder(w)
	switch {
	case o == outputJSON:
		enc.SetIndent("", "  ")
		return enc.Encode(answer.Items)
	case o == outputNDJSON:
		for _, s := range answer.Items {
			if err := enc.Encode(s); err != nil {
				return err
			}
		}
		return nil
	case whole:
		for _, s := range answer.Items {
			printChecks(w, s)
		}
		return nil
	default:
		return printScores(w, answer.Items)
	}
}

func printScores(w io.Writer, services []*quality.Service) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(tw, "SERVICE\tENVIRONMENT\tSCORE\tBAND\tOPERATIONS\tSPANS/OP\tFAILED")
	for _, s := range services {
		_, _ = fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%d\t%.1f\t%s\n", printable(s.ServiceName, 40), printable(s.Environment, 20), score(s), s.Band,
			s.Operations, s.SpansPerOp, printable(strings.Join(bad(s), " "), 80))
	}
	return tw.Flush()
}

func score(s *quality.Service) string { return scoreText(s.Score) }

func scoreText(score *float64) string {
	if score == nil {
		return "-"
	}
	return fmt.Sprintf("%.0f", *score)
}

// bad are the checks that a service did not pass.
func bad(s *quality.Service) []string {
	var out []string
	for i := range s.Checks {
		if c := &s.Checks[i]; c.Status == quality.StatusFail || c.Status == quality.StatusWarn {
			out = append(out, c.ID)
		}
	}
	return out
}

var statusMarks = map[string]string{quality.StatusPass: "✓", quality.StatusWarn: "!", quality.StatusFail: "✕", quality.StatusUnknown: "·"}

func printChecks(w io.Writer, s *quality.Service) {
	_, _ = fmt.Fprintf(w, "%s %s  score %s %s, %d operations, %.1f spans each\n", printable(s.ServiceName, 60), printable(s.Environment, 30), score(s), s.Band,
		s.Operations, s.SpansPerOp)
	for i := range s.Checks {
		c := &s.Checks[i]
		_, _ = fmt.Fprintf(w, "%s %-22s %s", statusMarks[c.Status], c.ID, c.Title)
		if c.Failed > 0 {
			_, _ = fmt.Fprintf(w, ": %d of %d", c.Failed, c.Total)
		}
		_, _ = fmt.Fprintln(w)
		if c.Status != quality.StatusFail && c.Status != quality.StatusWarn {
			continue
		}
		_, _ = fmt.Fprintf(w, "    %s\n    → %s\n", c.Why, c.Fix)
		for _, e := range c.Examples {
			_, _ = fmt.Fprintf(w, "    %s %d of %d  trace %s\n", printable(e.Subject, 70), e.Failed, e.Total, e.Trace)
		}
	}
	_, _ = fmt.Fprintf(w, "not judged: %s\n", strings.Join(s.MissingRules, " "))
}
