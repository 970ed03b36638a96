package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/quality"
)

type doctor struct {
	connection
	display
	json   bool
	otlp   string
	noSend bool
	strict bool
}

func newDoctor() *cobra.Command {
	d := &doctor{}
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check the server, the way of a span through it, and what services send",
		Long: `Check that the server answers, that a test span sent to the OTLP port becomes an operation, and what services sent in the
last hour: that tracing works at all (automated checks), that it is worth having (success criteria), and the quality of
traces. Exit code 5 when something is wrong; remarks alone leave it 0 unless --strict is set.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return d.run(cmd) },
	}
	d.connection.addFlags(cmd)
	d.display.addFlags(cmd)
	flags := cmd.Flags()
	flags.BoolVar(&d.json, "json", false, "print the results as JSON")
	flags.BoolVar(&d.strict, "strict", false, "remarks end with exit code 5, too")
	flags.StringVar(&d.otlp, "otlp", otlpEndpoint(), "URL of the OTLP/HTTP receiver (also OTEL_EXPORTER_OTLP_ENDPOINT)")
	flags.BoolVar(&d.noSend, "no-send", false, "send no test span")
	return cmd
}

// Values of diagnosis.State.
const (
	stateGood   = "good"
	stateRemark = "remark"
	stateBad    = "bad"
	// stateNotKnown is of what too little was seen of.
	stateNotKnown = "unknown"
)

// diagnosis is the result of one check.
type diagnosis struct {
	Check string `json:"check"`
	Group string `json:"group,omitempty"` // "" is opslog itself
	State string `json:"state"`
	Text  string `json:"text"`
	Hint  string `json:"hint,omitempty"`
}

// errUnwell ends doctor when something is wrong.
var errUnwell = errors.New("something is wrong")

func (d *doctor) run(cmd *cobra.Command) error {
	client, ctx, cancel, err := d.client(cmd.Context())
	if err != nil {
		return err
	}
	defer cancel()
	found, unreachable := d.examine(ctx, client)
	w := cmd.OutOrStdout()
	if d.json {
		if err := writeJSON(w, found); err != nil {
			return err
		}
	} else {
		p, group := d.paint(w), ""
		for _, f := range found {
			text := f.Text
			if f.Hint != "" {
				text += " → " + f.Hint
			}
			if f.Group != group {
				group = f.Group
				_, _ = fmt.Fprintf(w, "\n%s\n", p.dim(group))
			}
			mark := map[string]string{stateGood: "✓", stateRemark: "!", stateBad: p.red("✗"), stateNotKnown: "·"}[f.State]
			_, _ = fmt.Fprintf(w, "%s %s\n", mark, printable(text, 400))
		}
	}
	if unreachable != nil {
		return unreachable
	}
	for _, f := range found {
		if f.State == stateBad || d.strict && f.State == stateRemark {
			return checkFailed{errUnwell}
		}
	}
	return nil
}

// examine makes all checks. It gives up when the server does not answer.
func (d *doctor) examine(ctx context.Context, client *api.Client) ([]diagnosis, error) {
	began := time.Now()
	status, err := client.Status(ctx)
	if err != nil {
		return []diagnosis{refusedBy(client.Server(), err)}, err
	}
	out := []diagnosis{{Check: "server", State: stateGood,
		Text: fmt.Sprintf("server %s reachable at %s, %s", status.Version, client.Server(), duration(time.Since(began)))}}
	if !d.noSend {
		out = append(out, d.spanArrives(ctx, client))
	}
	out = append(out, storeChecks(status)...)
	return append(out, serviceChecks(ctx, client)...), nil
}

// refusedBy tells a server that answers, and has a reason not to tell anything, from one that is not there.
func refusedBy(server string, err error) diagnosis {
	var problem *api.Problem
	switch {
	case !errors.As(err, &problem):
		return diagnosis{Check: "server", State: stateBad, Text: "server " + server + " does not answer: " + err.Error(), Hint: "is opslog running, and is --server right?"}
	case problem.Type == api.ProblemUnauthorized:
		return diagnosis{Check: "server", State: stateBad, Text: "server " + server + " wants a login: " + err.Error(), Hint: "--token-file names the token"}
	case problem.Type == api.ProblemUnavailable:
		return diagnosis{Check: "store", State: stateBad, Text: "server " + server + " has no store: " + err.Error(),
			Hint: "what arrives waits on opslog's disk; mend the database, opslog goes on by itself"}
	default:
		return diagnosis{Check: "server", State: stateBad, Text: "server " + server + " cannot tell how it is: " + err.Error(), Hint: "look at opslog's log"}
	}
}

// spanArrives sends a span and waits until it is an operation.
func (d *doctor) spanArrives(ctx context.Context, client *api.Client) diagnosis {
	out := diagnosis{Check: "otlp", State: stateBad}
	var id [24]byte
	if _, err := rand.Read(id[:]); err != nil {
		out.Text = "cannot make a trace id: " + err.Error()
		return out
	}
	start := time.Now().Add(-time.Millisecond)
	span := newTestSpan("opslog doctor", id, start, time.Millisecond)
	receiver, err := d.receiver()
	if err != nil {
		out.Text = err.Error()
		return out
	}
	if err := export(ctx, receiver, d.otlp, "opslog-doctor", []testSpan{span}); err != nil {
		out.Text, out.Hint = "OTLP does not take spans: "+err.Error(), "is a receiver on this port, and does it want --token-file? --otlp names another one"
		return out
	}
	took, err := await(ctx, client, operationID(id, start))
	if err != nil {
		out.Text, out.Hint = "a test span was taken, but no operation came of it: "+err.Error(), "look at opslog's log; the operations connector waits 5 s by default"
		return out
	}
	return diagnosis{Check: "otlp", State: stateGood, Text: fmt.Sprintf("OTLP at %s accepts spans (test span visible after %s)", d.otlp, duration(took))}
}

func storeChecks(status *api.Status) []diagnosis {
	s := &status.Store
	text := fmt.Sprintf("store %s holds %d operations, %d spans, %d log records in %s", s.Engine, s.Operations, s.Spans, s.Logs, bytesText(s.Bytes))
	if s.Oldest != 0 && status.Now > s.Oldest {
		text += ", oldest " + age(operation.Duration(status.Now-s.Oldest)) + " old"
	}
	out := []diagnosis{{Check: "store", State: stateGood, Text: text}}
	if s.Refused > 0 {
		out = append(out, diagnosis{Check: "refused", State: stateBad, Text: fmt.Sprintf("the store refused %d records since the start", s.Refused), Hint: "look at opslog's log for the reason"})
	}
	const ahead = operation.Time(5 * time.Second)
	if now := operation.TimeOf(time.Now()); status.Now-now > ahead || now-status.Now > ahead {
		out = append(out, diagnosis{Check: "clock", State: stateRemark, Text: fmt.Sprintf("this machine's clock and the server's differ by %s",
			duration(max(operation.Duration(status.Now-now), operation.Duration(now-status.Now)))), Hint: "relative times such as --since use the server's"})
	}
	return out
}

// serviceChecks look at the last hour: who sent something, and what is amiss with it.
func serviceChecks(ctx context.Context, client *api.Client) []diagnosis {
	services, err := client.Services(ctx, "now-1h", "")
	if err != nil {
		return []diagnosis{{Check: "services", State: stateBad, Text: "services cannot be listed: " + err.Error()}}
	}
	if len(services.Items) == 0 {
		return []diagnosis{{Check: "services", State: stateRemark, Text: "no service sent anything in the last hour", Hint: "point OTEL_EXPORTER_OTLP_ENDPOINT at opslog"}}
	}
	judged, err := client.Quality(ctx, "", "now-1h", "")
	if err != nil {
		return []diagnosis{{Check: "quality", State: stateBad, Text: "the traces of services cannot be judged: " + err.Error()}}
	}
	var out []diagnosis
	for _, s := range judged.Items {
		if strings.HasPrefix(s.ServiceName, "opslog-") {
			continue
		}
		for i := range s.Checks {
			if c := &s.Checks[i]; c.Status == quality.StatusFail || c.Status == quality.StatusWarn {
				out = append(out, diagnosis{Check: c.ID, State: stateRemark, Text: fmt.Sprintf("service %q: %s, %d of %d", s.ServiceName, c.Title, c.Failed, c.Total), Hint: c.Fix})
			}
		}
	}
	if len(out) == 0 {
		n := 0
		for i := range services.Items {
			if !strings.HasPrefix(services.Items[i].Name, "opslog-") {
				n++
			}
		}
		out = append(out, diagnosis{Check: "services", State: stateGood, Text: fmt.Sprintf("%d services sent operations in the last hour", n)})
	}
	for i := range out {
		out[i].Group = groupQuality
	}
	return append(tracingChecks(ctx, client, judged.Items), out...)
}

// bytesText is a size with the unit that fits.
func bytesText(n int64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	x, i := float64(n), 0
	for x >= 1000 && i < len(units)-1 {
		x, i = x/1000, i+1
	}
	return fmt.Sprintf("%.3g %s", x, units[i])
}

// age is days and hours, or what is shorter.
func age(d time.Duration) string {
	const day = 24 * time.Hour
	if d >= day {
		return fmt.Sprintf("%d d %d h", d/day, d%day/time.Hour)
	}
	if d >= time.Minute {
		return duration(d.Truncate(time.Minute))
	}
	return duration(d.Truncate(time.Second))
}
