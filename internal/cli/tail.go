package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
)

type tail struct {
	connection
	display
	output   output
	query    string
	service  string
	status   string
	kind     string
	last     int
	noFollow bool
	maxRate  float64
	pause    func(ctx context.Context, attempt int) error // before a connection is tried again
	now      func() time.Time
}

func newTail() *cobra.Command {
	t := &tail{pause: backOff, now: time.Now}
	cmd := &cobra.Command{
		Use:   "tail [QUERY]",
		Short: "Print operations as they come",
		Example: `  opslog tail
  opslog tail 'status = error' -n 20
  opslog tail --service checkout -o ndjson | jq .name`,
		ValidArgsFunction: completeQuery,
		RunE: func(cmd *cobra.Command, args []string) error {
			t.query = strings.Join(args, " ")
			return t.run(cmd)
		},
	}
	t.connection.addFlags(cmd)
	t.display.addFlags(cmd)
	t.output.addFlag(cmd, outputTable, outputNDJSON, outputID)
	flags := cmd.Flags()
	flags.StringVar(&t.service, "service", "", "only this service")
	flags.StringVar(&t.status, "status", "", "only ok or error")
	flags.StringVar(&t.kind, "kind", "", "only query, command or unknown")
	flags.IntVarP(&t.last, "last", "n", 10, "begin with so many of the last hour")
	flags.BoolVar(&t.noFollow, "no-follow", false, "print those and end")
	flags.Float64Var(&t.maxRate, "max-rate", 0, "print at most so many a second and tell how many were left out; 0 is all")
	_ = cmd.RegisterFlagCompletionFunc("service", completeService)
	return cmd
}

func (t *tail) run(cmd *cobra.Command) error {
	if t.last < 0 || t.last > pageSize {
		return usageError{fmt.Errorf("--last is %d, want 0 to %d", t.last, pageSize)}
	}
	if t.maxRate < 0 {
		return usageError{fmt.Errorf("--max-rate is %g, want 0 or more", t.maxRate)}
	}
	zone, err := t.location()
	if err != nil {
		return err
	}
	client, ctx, cancel, err := t.endless(cmd.Context())
	if err != nil {
		return err
	}
	defer cancel()
	p := &tailPrinter{tail: t, cmd: cmd, w: cmd.OutOrStdout(), zone: zone, seen: map[operation.ID]int64{}}
	since, err := t.begin(ctx, client, p)
	if err != nil || t.noFollow {
		return inQuery(err, t.query)
	}
	err = t.follow(ctx, client, p, since)
	if ctx.Err() != nil {
		return nil // the person ended it
	}
	return inQuery(err, t.query)
}

// endless is a client without a deadline: a tail goes on until it is ended.
func (t *tail) endless(parent context.Context) (*api.Client, context.Context, context.CancelFunc, error) {
	timeout := t.timeout
	t.timeout = 1 << 62
	defer func() { t.timeout = timeout }()
	return t.client(parent)
}

// begin prints the last operations and answers from when on to follow.
func (t *tail) begin(ctx context.Context, client *api.Client, p *tailPrinter) (since string, err error) {
	if t.last == 0 {
		return "", nil
	}
	page, err := client.Operations(ctx, api.ListOptions{Query: t.query, From: "now-1h", Service: t.service, Status: t.status, Kind: t.kind, Limit: t.last})
	if err != nil {
		return "", err
	}
	for _, op := range slices.Backward(page.Items) {
		if err := p.print(op); err != nil {
			return "", err
		}
	}
	if len(page.Items) > 0 {
		return nanoseconds(page.Items[0].StartTime), nil
	}
	return "", nil
}

// follow reads the stream and goes on where it broke.
func (t *tail) follow(ctx context.Context, client *api.Client, p *tailPrinter, since string) error {
	v := url.Values{}
	for name, value := range map[string]string{"q": t.query, "service": t.service, "status": t.status, "kind": t.kind, "since": since} {
		if value != "" {
			v.Set(name, value)
		}
	}
	lastID := ""
	for attempt := 1; ; attempt++ {
		header := http.Header{"Accept": {"text/event-stream"}}
		if lastID != "" {
			header.Set("Last-Event-ID", lastID)
		}
		stream, err := client.Stream(ctx, "/tail", v, header)
		if err == nil {
			err = events(stream, func(e event) error {
				attempt = 0
				if e.id != "" {
					lastID = e.id
				}
				return p.handle(e)
			})
			_ = stream.Close()
		}
		var wrong printError
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.As(err, &wrong):
			return wrong.error
		case err != nil && !again(err):
			return err
		}
		t.say(p.cmd, "the connection broke; trying again")
		if err := t.pause(ctx, attempt); err != nil {
			return err
		}
	}
}

// again tells whether it makes sense to connect anew after err.
func again(err error) bool {
	var problem *api.Problem
	if errors.As(err, &problem) {
		return problem.Status >= http.StatusInternalServerError || problem.Status == http.StatusTooManyRequests
	}
	return true
}

// backOff waits longer after each attempt, up to 10 s.
func backOff(ctx context.Context, attempt int) error {
	const first, longest, doublings = 250 * time.Millisecond, 10 * time.Second, 6
	timer := time.NewTimer(min(first<<min(attempt, doublings), longest))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// printError is a failure to print, after which there is no sense in going on.
type printError struct{ error }

// tailPrinter prints operations one by one.
type tailPrinter struct {
	*tail
	cmd     *cobra.Command
	w       io.Writer
	zone    *time.Location
	seen    map[operation.ID]int64 // revisions printed
	second  int64
	printed float64
	left    int
}

func (p *tailPrinter) handle(e event) error {
	switch e.name {
	case "op":
		op := &operation.Operation{}
		if err := json.Unmarshal([]byte(e.data), op); err != nil {
			return printError{fmt.Errorf("an event of the server is not what this client understands: %w", err)}
		}
		return p.print(op)
	case "gap":
		p.say(p.cmd, "some operations were left out, because this client was too slow: %s", printable(e.data, 200))
	}
	return nil
}

// print prints an operation unless it was printed at this revision, or too many were in this second.
func (p *tailPrinter) print(op *operation.Operation) error {
	if revision, known := p.seen[op.ID]; known && revision >= op.Revision {
		return nil
	}
	const remembered = 10_000
	if len(p.seen) >= remembered {
		clear(p.seen)
	}
	p.seen[op.ID] = op.Revision
	if p.tooMany() {
		return nil
	}
	switch p.output {
	case outputNDJSON:
		return asPrintError(writeNDJSON(p.w, []*operation.Operation{op}))
	case outputID:
		_, err := fmt.Fprintln(p.w, op.ID)
		return asPrintError(err)
	}
	paint := p.paint(p.w)
	mark, text := status(op), printable(what(op), 80)
	if failed(op) {
		mark, text = paint.red(mark), paint.red(text)
	}
	_, err := fmt.Fprintf(p.w, "%s  %-6s %8s  %-24s  %s  %s  %s\n", op.StartTime.Std().In(p.zone).Format("15:04:05.000"), mark, duration(op.Duration),
		printable(op.ServiceName, 24), printable(op.Name, 60), text, paint.dim(op.ID.String()))
	return asPrintError(err)
}

func asPrintError(err error) error {
	if err == nil {
		return nil
	}
	return printError{err}
}

// tooMany counts what is printed a second.
func (p *tailPrinter) tooMany() bool {
	if p.maxRate == 0 {
		return false
	}
	if second := p.now().Unix(); second != p.second {
		if p.left > 0 {
			p.say(p.cmd, "%d operations left out", p.left)
		}
		p.second, p.printed, p.left = second, 0, 0
	}
	if p.printed >= p.maxRate {
		p.left++
		return true
	}
	p.printed++
	return false
}
