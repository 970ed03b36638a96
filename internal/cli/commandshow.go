package cli

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
)

func newCommandShow() *cobra.Command {
	a := &asking{}
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show one command: who, what it changed step by step, what was said of it",
		Args:  cobra.ExactArgs(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return a.showCommand(cmd, args[0]) },
	}
	a.addFlags(cmd)
	return cmd
}

func (a *asking) showCommand(cmd *cobra.Command, text string) error {
	zone, err := a.location()
	if err != nil {
		return err
	}
	id, err := operation.ParseID(text)
	if err != nil {
		return usageError{fmt.Errorf("ID: %w", err)}
	}
	client, ctx, cancel, err := a.client(cmd.Context())
	if err != nil {
		return err
	}
	defer cancel()
	e, err := readCommand(ctx, client, id)
	if err != nil {
		return err
	}
	w := cmd.OutOrStdout()
	switch a.output {
	case outputJSON:
		return writeJSON(w, e)
	case outputNDJSON:
		return writeNDJSON(w, []*entry{e})
	}
	printCommand(w, e, zone, a.paint(w))
	_, err = fmt.Fprintf(w, "\n%s/operations/%s\n", client.Server(), e.ID)
	return err
}

func readCommand(ctx context.Context, client *api.Client, id operation.ID) (*entry, error) {
	op, err := find(ctx, client, id)
	if err != nil {
		return nil, err
	}
	var said api.ReviewList
	if err := client.Get(ctx, "/commands/"+op.ID.String()+"/review", nil, &said); err != nil {
		return nil, err
	}
	return &entry{Operation: op, Reviews: said.Items}, nil
}

func printCommand(w io.Writer, e *entry, zone *time.Location, p painter) {
	_, _ = fmt.Fprintf(w, "%s %s   %s   %s\n", status(e.Operation), printable(e.Name, 100), printable(e.ServiceName, 60), moment(e.StartTime, 0, zone))
	line := func(name, text string) {
		if text != "" {
			_, _ = fmt.Fprintf(w, "  %-8s %s\n", name, printable(text, 300))
		}
	}
	line("kind", kindOf(e.Operation))
	line("actor", actorOf(e))
	line("target", e.Target)
	line("marks", marksOf(e))
	if e.Status == operation.StatusError {
		line("error", what(e.Operation))
	}
	done, all := e.stand()
	_, _ = fmt.Fprintf(w, "\nchanges: %d of %d stand\n", done, all)
	_ = printColumns(w, effectColumns(), e.Effects, terminalWidth(w), p)
	if len(e.Reviews) > 0 {
		_, _ = fmt.Fprintln(w, "\nreviews")
		_ = printColumns(w, reviewColumns(zone), e.Reviews, terminalWidth(w), p)
	}
}

// actorOf is who asked for it.
func actorOf(e *entry) string {
	return orText(e.UserID, e.ClientAddress)
}

// marksOf says what is special about a command.
func marksOf(e *entry) string {
	var out []string
	if e.Destructive {
		out = append(out, "destructive")
	}
	if e.Attempt > 1 {
		out = append(out, "attempt "+strconv.FormatInt(e.Attempt, 10))
	}
	if e.DeadLettered {
		out = append(out, "dead letter")
	}
	if e.Kind == operation.KindUnknown {
		out = append(out, "may only have read")
	}
	return strings.Join(out, ", ")
}

func ledgerColumns(zone *time.Location) []column[entry] {
	failed := func(e entry) bool { return failed(e.Operation) }
	review := func(e entry) string { return strings.ReplaceAll(e.review(), "_", " ") }
	return []column[entry]{
		{name: "TIME", text: func(e entry) string { return e.StartTime.Std().In(zone).Format(timeLayout) },
			raw: func(e entry) string { return e.StartTime.Std().In(zone).Format(time.RFC3339Nano) }},
		{name: "STATUS", text: func(e entry) string { return status(e.Operation) }, bad: failed, raw: func(e entry) string { return e.Status }},
		{name: "ACTOR", left: true, text: func(e entry) string { return orText(printable(actorOf(&e), 30), "-") }, raw: func(e entry) string { return actorOf(&e) }},
		{name: "COMMAND", left: true, text: func(e entry) string { return printable(e.Name, 60) }, raw: func(e entry) string { return e.Name }},
		{name: "TARGET", left: true, wide: true, text: func(e entry) string { return printable(e.Target, 60) }, raw: func(e entry) string { return e.Target }},
		{name: "SERVICE", left: true, text: func(e entry) string { return printable(e.ServiceName, 30) }, raw: func(e entry) string { return e.ServiceName }},
		{name: "EFFECTS", text: effectsText, bad: func(e entry) bool { return e.halfDone() }, raw: func(e entry) string {
			done, all := e.stand()
			return fmt.Sprintf("%d of %d", done, all)
		}},
		{name: "MARKS", left: true, text: func(e entry) string { return marksOf(&e) }},
		{name: "REVIEW", text: review, raw: func(e entry) string { return e.review() }},
		{name: "WHAT", left: true, wide: true, text: func(e entry) string { return printable(what(e.Operation), 60) }, bad: failed},
		{name: "ID", text: func(e entry) string { return e.ID.String() }},
	}
}

// effectsText is how many changes stand, of all.
func effectsText(e entry) string {
	done, all := e.stand()
	switch {
	case all == 0:
		return "-"
	case e.halfDone():
		return fmt.Sprintf("! %d/%d", done, all)
	default:
		return fmt.Sprintf("%d/%d", done, all)
	}
}

func effectColumns() []column[operation.Effect] {
	rows := func(e operation.Effect) string {
		if e.Rows == nil {
			return "-"
		}
		return strconv.FormatInt(*e.Rows, 10)
	}
	return []column[operation.Effect]{
		{name: "AT", text: func(e operation.Effect) string {
			if e.Outcome == operation.EffectNotReached {
				return "-"
			}
			return duration(e.Offset)
		}},
		{name: "OUTCOME", text: func(e operation.Effect) string { return strings.ReplaceAll(e.Outcome, "_", " ") },
			bad: func(e operation.Effect) bool { return e.Outcome == operation.EffectFailed }},
		{name: "KIND", text: func(e operation.Effect) string { return printable(e.Kind, 20) }},
		{name: "ACTION", left: true, text: func(e operation.Effect) string { return printable(e.Action, 40) }},
		{name: "TARGET", left: true, text: func(e operation.Effect) string { return printable(e.Target, 80) }},
		{name: "ROWS", text: rows},
	}
}

func reviewColumns(zone *time.Location) []column[api.Review] {
	return []column[api.Review]{
		{name: "TIME", text: func(r api.Review) string { return moment(r.Time, 0, zone) }},
		{name: "STATE", text: func(r api.Review) string { return strings.ReplaceAll(printable(r.State, 40), "_", " ") }},
		{name: "BY", left: true, text: func(r api.Review) string { return printable(orText(r.By, "-"), 40) }},
		{name: "NOTE", left: true, text: func(r api.Review) string { return printable(r.Note, 200) }},
	}
}
