package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
)

type ledger struct {
	connection
	display
	window
	output                   output
	columns                  columnFlag
	query, service, status   string
	actor, target            string
	destructive, needsReview bool
	fail                     bool
	limit                    int
}

func newCommands() *cobra.Command {
	l := &ledger{}
	cmd := &cobra.Command{
		Use:   "commands [CONDITION]",
		Short: "List operations that changed something: who, when, what of it stands, what was said of it",
		Long: `List the ledger of commands: operations that changed something or may have, newest first.

EFFECTS is how many of a command's changes stand, of all; half done ones are marked with !. A command needs review when its
last review says so, or when nobody reviewed it and it is half done, was given up as a dead letter, or failed while it
deletes or overwrites.`,
		Example: `  opslog commands --since 1d --actor u_1003
  opslog commands --needs-review --fail
  opslog commands show 019aa4b6450037eb54d676065c356c67
  opslog commands review 019aa4b6450037eb54d676065c356c67 --state fixed --note "refunded by hand"`,
		ValidArgsFunction: completeQuery,
		RunE: func(cmd *cobra.Command, args []string) error {
			l.query = strings.Join(args, " ")
			return l.run(cmd)
		},
	}
	l.connection.addFlags(cmd)
	l.display.addFlags(cmd)
	l.window.addFlags(cmd, "1h")
	l.output.addFlag(cmd, outputTable, outputWide, outputJSON, outputNDJSON, outputCSV, outputID)
	flags := cmd.Flags()
	flags.StringSliceVar((*[]string)(&l.columns), "columns", nil, "columns of the table, in this order")
	flags.StringVar(&l.service, "service", "", "only this service")
	flags.StringVar(&l.status, "status", "", "only ok or error")
	flags.StringVar(&l.actor, "actor", "", "only of this user")
	flags.StringVar(&l.target, "target", "", "only whose target holds this text")
	flags.BoolVar(&l.destructive, "destructive", false, "only those that delete or overwrite")
	flags.BoolVar(&l.needsReview, "needs-review", false, "only those that somebody should look at")
	flags.BoolVar(&l.fail, "fail", false, "end with exit code 5 when there are any")
	flags.IntVarP(&l.limit, "limit", "n", 50, "at most so many")
	_ = cmd.RegisterFlagCompletionFunc("service", completeService)
	cmd.AddCommand(newCommandShow(), newCommandReview())
	return cmd
}

// entry is a row of the ledger.
type entry struct {
	*operation.Operation
	Reviews []api.Review
}

// MarshalJSON is the operation with its reviews as one more field.
func (e entry) MarshalJSON() ([]byte, error) {
	out, err := json.Marshal(e.Operation)
	if err != nil {
		return nil, err
	}
	reviews := []byte("[]")
	if len(e.Reviews) > 0 {
		if reviews, err = json.Marshal(e.Reviews); err != nil {
			return nil, err
		}
	}
	out = append(out[:len(out)-1], `,"reviews":`...)
	return append(append(out, reviews...), '}'), nil
}

func (l *ledger) run(cmd *cobra.Command) error {
	if l.limit < 1 {
		return usageError{fmt.Errorf("--limit is %d, want at least 1", l.limit)}
	}
	zone, err := l.location()
	if err != nil {
		return err
	}
	columns, err := pick(ledgerColumns(zone), l.columns, l.output == outputWide)
	if err != nil {
		return err
	}
	client, ctx, cancel, err := l.client(cmd.Context())
	if err != nil {
		return err
	}
	defer cancel()
	found, more, err := l.entries(ctx, client)
	if err != nil {
		return inQuery(err, l.query)
	}
	if err := printList(cmd.OutOrStdout(), l.output, &l.display, found, columns, func(e entry) string { return e.ID.String() }); err != nil {
		return err
	}
	switch {
	case len(found) == 0:
		l.say(cmd, "no command fits; look further back with --since, which is %s", l.since)
	case more:
		l.say(cmd, "there are more; raise --limit (%d) to see them", l.limit)
	}
	if l.fail && len(found) > 0 {
		return checkFailed{fmt.Errorf("there are %d commands", len(found))}
	}
	return nil
}

// entries reads pages until the limit is reached or nothing is left.
func (l *ledger) entries(ctx context.Context, client *api.Client) (out []entry, more bool, err error) {
	v := values("q", l.query, "service", l.service, "status", l.status, "actor", l.actor, "target", l.target, "from", l.start(), "to", l.to,
		"fields", "effects", "limit", strconv.Itoa(min(l.limit, pageSize)))
	if l.destructive {
		v.Set("destructive", "true")
	}
	for {
		var page struct {
			api.CommandPage
			Rows [][]json.RawMessage `json:"rows"`
		}
		if err := client.Get(ctx, "/commands", v, &page); err != nil {
			return nil, false, err
		}
		for i, op := range page.Items {
			e := entry{Operation: op, Reviews: page.Reviews[op.ID.String()]}
			if i < len(page.Rows) && len(page.Rows[i]) > 0 {
				if err := json.Unmarshal(page.Rows[i][0], &e.Effects); err != nil {
					return nil, false, fmt.Errorf("answer of /commands is not what this client understands: %w", err)
				}
			}
			if l.needsReview && !e.needsReview() {
				continue
			}
			if len(out) == l.limit {
				return out, true, nil
			}
			out = append(out, e)
		}
		if page.NextCursor == nil {
			return out, false, nil
		}
		v.Set("cursor", *page.NextCursor)
	}
}

// stand counts the changes that stand, and all.
func (e *entry) stand() (done, all int) {
	for _, effect := range e.Effects {
		if effect.Outcome == operation.EffectDone {
			done++
		}
	}
	return done, len(e.Effects)
}

func (e *entry) halfDone() bool {
	done, all := e.stand()
	return done > 0 && done < all
}

func (e *entry) review() string {
	if len(e.Reviews) == 0 {
		return ""
	}
	return e.Reviews[len(e.Reviews)-1].State
}

func (e *entry) needsReview() bool {
	if state := e.review(); state != "" {
		return state == api.ReviewStates[0]
	}
	return e.halfDone() || e.DeadLettered || e.Destructive && e.Status == operation.StatusError
}

type reviewer struct {
	connection
	display
	output      output
	state, note string
}

func newCommandReview() *cobra.Command {
	r := &reviewer{}
	cmd := &cobra.Command{
		Use:     "review ID --state STATE",
		Short:   "Say what became of a command; nothing that was said is ever taken away",
		Example: `  opslog commands review 019aa4b6450037eb54d676065c356c67 --state fixed --note "refunded by hand"`,
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return r.run(cmd, args[0]) },
	}
	r.connection.addFlags(cmd)
	r.display.addFlags(cmd)
	r.output.addFlag(cmd)
	cmd.Flags().StringVar(&r.state, "state", "", strings.Join(api.ReviewStates, ", "))
	cmd.Flags().StringVar(&r.note, "note", "", "why, for others to read")
	_ = cmd.RegisterFlagCompletionFunc("state", cobra.FixedCompletions(api.ReviewStates, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (r *reviewer) run(cmd *cobra.Command, text string) error {
	if !slices.Contains(api.ReviewStates, r.state) {
		return usageError{fmt.Errorf("--state is %q, want one of %s", printable(r.state, 40), strings.Join(api.ReviewStates, ", "))}
	}
	zone, err := r.location()
	if err != nil {
		return err
	}
	id, err := operation.ParseID(text)
	if err != nil {
		return usageError{fmt.Errorf("ID: %w", err)}
	}
	client, ctx, cancel, err := r.client(cmd.Context())
	if err != nil {
		return err
	}
	defer cancel()
	op, err := find(ctx, client, id)
	if err != nil {
		return err
	}
	var said api.ReviewList
	if err := client.Change(ctx, http.MethodPost, "/commands/"+op.ID.String()+"/review", nil, api.Review{State: r.state, Note: r.note}, &said); err != nil {
		return err
	}
	w := cmd.OutOrStdout()
	switch r.output {
	case outputJSON:
		return writeJSON(w, said.Items)
	case outputNDJSON:
		return writeNDJSON(w, said.Items)
	default:
		return printColumns(w, reviewColumns(zone), said.Items, terminalWidth(w), r.paint(w))
	}
}
