package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

type errorGroups struct {
	asking
	window
	query, service, environment, state, sort string
	limit                                    int
	isNew, regressed, fail                   bool
	decision
	merge, split []string
}

// decision is what is to be done about an error.
type decision struct {
	resolve, ignore, expected, reopen bool
	version, until, note              string
	maxRate                           float64
}

func newErrors() *cobra.Command {
	e := &errorGroups{}
	cmd := &cobra.Command{
		Use:   "errors [FINGERPRINT]",
		Short: "See the errors of a range with their states, and decide about them",
		Long: `List the errors of a range: everything with one fingerprint in one service. With FINGERPRINT it tells of one error, or
decides about it: --resolve, --ignore, --ignore-until, --expected, --reopen. A decision holds for alerts, too. Errors that
are the same are put together by --merge and taken apart by --split.`,
		Example: `  opslog errors --new --since 24h
  opslog errors fp1:3f2a --resolve --in-version 2.4.2
  opslog errors fp1:3f2a --ignore-until 7d --note "known, being mended"
  opslog errors fp1:3f2a --expected --max-rate 0.02
  opslog errors fp1:3f2a --merge fp1:77c0 --merge fp1:90ab`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return e.run(cmd, strings.Join(args, "")) },
	}
	e.asking.addFlags(cmd)
	e.window.addFlags(cmd, "24h")
	flags := cmd.Flags()
	flags.StringVar(&e.query, "where", "", "only errors of operations that fit this condition")
	flags.StringVar(&e.service, "service", "", "only of this service")
	flags.StringVar(&e.environment, "environment", "", "decide for this environment only")
	flags.StringVar(&e.state, "state", "", "only in this state: new, ongoing, escalating, regressed, resolved, ignored or expected")
	flags.BoolVar(&e.isNew, "new", false, "the same as --state new")
	flags.BoolVar(&e.regressed, "regressed", false, "the same as --state regressed")
	flags.StringVar(&e.sort, "sort", "", "count, users, tenants, first_seen or last_seen; the most first")
	flags.IntVarP(&e.limit, "limit", "n", 50, "at most so many")
	flags.BoolVar(&e.fail, "fail", false, "end with exit code 5 when there are any")
	flags.BoolVar(&e.resolve, "resolve", false, "it is mended")
	flags.StringVar(&e.version, "in-version", "", "with --resolve: in this version")
	flags.BoolVar(&e.ignore, "ignore", false, "nobody wants to hear of it")
	flags.StringVar(&e.until, "ignore-until", "", "ignore it until then: 7d, now+1h or RFC 3339")
	flags.BoolVar(&e.expected, "expected", false, "it belongs to the business")
	flags.Float64Var(&e.maxRate, "max-rate", 0, "with --expected: up to this share of the service's operations, such as 0.02")
	flags.BoolVar(&e.reopen, "reopen", false, "none of these any more")
	flags.StringVar(&e.note, "note", "", "why, for others to read")
	flags.StringArrayVar(&e.merge, "merge", nil, "put this fingerprint into the group; can be given again")
	flags.StringArrayVar(&e.split, "split", nil, "take this fingerprint out of the group; can be given again")
	cmd.MarkFlagsMutuallyExclusive("state", "new", "regressed")
	cmd.MarkFlagsMutuallyExclusive("resolve", "ignore", "ignore-until", "expected", "reopen", "merge", "split")
	return cmd
}

func (e *errorGroups) run(cmd *cobra.Command, fingerprint string) error {
	note, decides, err := e.api(time.Now())
	if err != nil {
		return err
	}
	regroups := len(e.merge)+len(e.split) > 0
	if (decides || regroups) && fingerprint == "" {
		return usageError{errors.New("name the error that is to be changed, by its fingerprint")}
	}
	zone, err := e.location()
	if err != nil {
		return err
	}
	client, ctx, cancel, err := e.client(cmd.Context())
	if err != nil {
		return err
	}
	defer cancel()
	if regroups && e.service != "" {
		return e.regroup(ctx, cmd, client, fingerprint, e.service)
	}
	if decides && e.service != "" {
		said, err := client.DecideError(ctx, fingerprint, e.service, e.environment, note)
		return e.decided(cmd, fingerprint, e.service, said, err)
	}
	list, err := client.Errors(ctx, e.filters(fingerprint))
	if err != nil {
		return inQuery(err, e.query)
	}
	if fingerprint != "" && len(list.Items) == 0 {
		return notFound{fmt.Errorf("no operation with the error %s is in this range", printable(fingerprint, 60))}
	}
	if !decides && !regroups {
		return e.print(cmd, list, fingerprint != "", zone)
	}
	if len(list.Items) > 1 {
		return usageError{fmt.Errorf("%s is an error of %d services: name one with --service", fingerprint, len(list.Items))}
	}
	service := list.Items[0].Service
	if regroups {
		return e.regroup(ctx, cmd, client, fingerprint, service)
	}
	said, err := client.DecideError(ctx, fingerprint, service, e.environment, note)
	return e.decided(cmd, fingerprint, service, said, err)
}

// regroup puts errors of a service together, or takes them apart.
func (e *errorGroups) regroup(ctx context.Context, cmd *cobra.Command, client *api.Client, fingerprint, service string) error {
	var group *api.ErrorMerge
	var err error
	if len(e.merge) > 0 {
		group, err = client.MergeErrors(ctx, service, append([]string{fingerprint}, e.merge...))
	} else {
		group, err = client.SplitErrors(ctx, service, fingerprint, e.split)
	}
	if err != nil {
		return err
	}
	if e.output != outputTable {
		return writeJSON(cmd.OutOrStdout(), group)
	}
	e.say(cmd, "the group of %s has: %s", printable(service, 60), printable(strings.Join(group.Fingerprints, ", "), 300))
	return nil
}

// api is the decision in the API's terms.
func (d *decision) api(now time.Time) (n api.ErrorNote, decides bool, err error) {
	n = api.ErrorNote{Text: d.note, Version: d.version, MaxRate: d.maxRate}
	switch {
	case d.resolve:
		n.State = api.ErrorResolved
	case d.ignore:
		n.State = api.ErrorIgnored
	case d.until != "":
		n.State = api.ErrorIgnored
		text := d.until
		if text[0] >= '0' && text[0] <= '9' && !strings.Contains(text, "-") {
			text = "now+" + text
		}
		if n.Until, err = query.ParseTime(text, operation.TimeOf(now)); err != nil {
			return n, false, usageError{fmt.Errorf("--ignore-until %w", err)}
		}
	case d.expected:
		n.State = api.ErrorExpected
	case d.reopen:
		n.State = api.ErrorOngoing
	case d.version != "" || d.note != "" || d.maxRate != 0:
		return n, false, usageError{errors.New("--in-version, --max-rate and --note go with --resolve, --ignore, --ignore-until, --expected or --reopen")}
	}
	return n, n.State != "", nil
}

func (e *errorGroups) decided(cmd *cobra.Command, fingerprint, service string, said *api.ErrorNote, err error) error {
	if err != nil {
		return err
	}
	if e.output != outputTable {
		return writeJSON(cmd.OutOrStdout(), said)
	}
	e.say(cmd, "%s of %s is %s", printable(fingerprint, 60), printable(service, 60), said.State)
	return nil
}

func (e *errorGroups) filters(fingerprint string) url.Values {
	state := e.state
	switch {
	case e.isNew:
		state = api.ErrorNew
	case e.regressed:
		state = api.ErrorRegressed
	}
	condition := e.query
	if fingerprint != "" {
		condition = "error_fingerprint = " + strconv.Quote(fingerprint)
		if e.query != "" {
			condition = "(" + e.query + ") AND " + condition
		}
	}
	out := url.Values{"limit": {strconv.Itoa(e.limit)}}
	for name, value := range map[string]string{
		"q": condition, "service": e.service, "state": state, "sort": e.sort, "from": e.start(), "to": e.to,
	} {
		if value != "" {
			out.Set(name, value)
		}
	}
	return out
}

func (e *errorGroups) print(cmd *cobra.Command, list *api.ErrorList, one bool, zone *time.Location) error {
	w := cmd.OutOrStdout()
	var err error
	switch {
	case e.output == outputJSON:
		err = writeJSON(w, list.Items)
	case e.output == outputNDJSON:
		err = writeNDJSON(w, list.Items)
	case one:
		for i := range list.Items {
			printErrorGroup(w, &list.Items[i], zone)
		}
	case len(list.Items) > 0:
		err = printColumns(w, errorColumns(zone), list.Items, terminalWidth(w), e.paint(w))
	}
	if e.output == outputTable && !one {
		e.say(cmd, "%s", counted(len(list.Items), "error"))
	}
	if err == nil && e.fail && len(list.Items) > 0 {
		return checkFailed{fmt.Errorf("found %s", counted(len(list.Items), "error"))}
	}
	return err
}

// loud are the states that somebody should look at.
var loud = []string{api.ErrorNew, api.ErrorRegressed, api.ErrorEscalating}

func errorColumns(zone *time.Location) []column[api.ErrorGroup] {
	number := func(name string, get func(*api.ErrorGroup) int64) column[api.ErrorGroup] {
		return column[api.ErrorGroup]{name: name, text: func(g api.ErrorGroup) string { return strconv.FormatInt(get(&g), 10) }}
	}
	return []column[api.ErrorGroup]{
		{name: "STATE", text: func(g api.ErrorGroup) string { return g.State }, bad: func(g api.ErrorGroup) bool { return slices.Contains(loud, g.State) }},
		number("COUNT", func(g *api.ErrorGroup) int64 { return g.Count }),
		number("USERS", func(g *api.ErrorGroup) int64 { return g.Users }),
		{name: "LAST SEEN", text: func(g api.ErrorGroup) string { return moment(g.LastSeen, 0, zone) }},
		{name: "SERVICE", left: true, text: func(g api.ErrorGroup) string { return printable(g.Service, 30) }},
		{name: "ERROR", left: true, text: func(g api.ErrorGroup) string { return printable(errorText(&g), 80) }},
		{name: "FINGERPRINT", text: func(g api.ErrorGroup) string { return printable(g.Fingerprint, 60) }},
	}
}

func errorText(g *api.ErrorGroup) string {
	return strings.TrimPrefix(strings.TrimSuffix(g.Type+": "+g.Message, ": "), ": ")
}

func printErrorGroup(w io.Writer, g *api.ErrorGroup, zone *time.Location) {
	_, _ = fmt.Fprintf(w, "%s in %s, %s: %s\n", printable(g.Fingerprint, 60), printable(g.Service, 60), g.State, printable(errorText(g), 300))
	line := func(name, format string, args ...any) {
		_, _ = fmt.Fprintf(w, "  %-10s "+format+"\n", append([]any{name}, args...)...)
	}
	line("seen", "%d times from %s to %s", g.Count, moment(g.FirstSeen, 0, zone), moment(g.LastSeen, 0, zone))
	line("touched", "%d users, %d tenants", g.Users, g.Tenants)
	line("operations", "%s", printable(strings.Join(g.Operations, ", "), 300))
	line("versions", "%s", printable(strings.Join(g.Versions, ", "), 200))
	if len(g.Members) > 0 {
		line("members", "%s", printable(strings.Join(g.Members, ", "), 300))
	}
	line("example", "opslog explain %s", printable(g.LastExample, 40))
	if n := g.Note; n != nil {
		text := n.State
		if n.Version != "" {
			text += " in version " + n.Version
		}
		if n.Until != 0 {
			text += " until " + moment(n.Until, 0, zone)
		}
		if n.MaxRate != 0 {
			text += fmt.Sprintf(" up to %.3g %%", 100*n.MaxRate)
		}
		line("decided", "%s, by %s at %s %s", printable(text, 200), printable(n.By, 60), moment(n.Since, 0, zone), printable(n.Text, 300))
	}
}
