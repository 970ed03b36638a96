package cli

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/api"
)

func newEraseList() *cobra.Command {
	e := &erase{}
	cmd := &cobra.Command{
		Use: "ls", Short: "List erasures, the latest first", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			client, ctx, cancel, err := e.client(cmd.Context())
			if err != nil {
				return err
			}
			defer cancel()
			list, err := client.Erasures(ctx)
			if err != nil {
				return err
			}
			if e.output == outputJSON {
				return writeJSON(cmd.OutOrStdout(), list)
			}
			zone, err := e.location()
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			return printColumns(out, erasureColumns(zone), list.Items, terminalWidth(out), e.paint(out))
		},
	}
	e.connection.addFlags(cmd)
	e.display.addFlags(cmd)
	e.output.addFlag(cmd, outputTable, outputJSON)
	return cmd
}

func erasureColumns(zone *time.Location) []column[api.Erasure] {
	return []column[api.Erasure]{
		{name: "ID", text: func(j api.Erasure) string { return printable(j.ID, 40) }},
		{name: "CREATED", text: func(j api.Erasure) string { return j.Created.Std().In(zone).Format(time.DateTime) }},
		{name: "STATE", text: func(j api.Erasure) string { return printable(j.State, 20) }, bad: func(j api.Erasure) bool { return j.Error != "" }},
		{name: "KIND", text: func(j api.Erasure) string { return printable(j.Kind, 20) }},
		{name: "TOKEN", text: func(j api.Erasure) string { return printable(j.Subject, 20) }},
		{name: "DRY RUN", text: func(j api.Erasure) string { return strconv.FormatBool(j.DryRun) }},
		{name: "BY", text: func(j api.Erasure) string { return printable(j.By, 40) }},
		{name: "OPERATIONS", text: func(j api.Erasure) string { return strconv.FormatInt(j.Result.Records.Operations, 10) }},
		{name: "SPANS", text: func(j api.Erasure) string { return strconv.FormatInt(j.Result.Records.Spans, 10) }},
		{name: "LOGS", text: func(j api.Erasure) string { return strconv.FormatInt(j.Result.Records.Logs, 10) }},
	}
}

func newEraseShow() *cobra.Command {
	e := &erase{}
	cmd := &cobra.Command{
		Use: "show ID", Short: "Show how far an erasure is, and what it found", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			client, ctx, cancel, err := e.patient(cmd.Context())
			if err != nil {
				return err
			}
			defer cancel()
			job, err := client.Erasure(ctx, args[0])
			if err != nil {
				return err
			}
			return e.follow(ctx, cmd, client, job)
		},
	}
	e.flags(cmd)
	return cmd
}

// print writes what was found, or what became of it.
func (e *erase) print(out io.Writer, j *api.Erasure) error {
	if e.output == outputJSON {
		return writeJSON(out, j)
	}
	state := j.State
	if j.Error != "" {
		state += ": " + j.Error
	}
	r := j.Result
	lines := []struct {
		name string
		text any
	}{
		{"erasure", j.ID}, {"kind", j.Kind}, {"token", j.Subject}, {"state", state}, {"traces", r.Traces}, {"operations", r.Records.Operations},
		{"spans", r.Records.Spans}, {"log records", r.Records.Logs}, {"messages in sums of errors", r.Records.ErrorTexts},
		{"alerts, saved queries and the like", r.State}, {"batches in queues", r.Waiting.Queue}, {"batches in journals", r.Waiting.Journal},
		{"dead letters", r.Waiting.DeadLetters}, {"copies of damaged files", r.Waiting.Damaged}, {"archive keys", r.ArchiveKeys},
	}
	for _, l := range lines {
		if _, err := fmt.Fprintf(out, "%-34s  %s\n", l.name, printable(fmt.Sprint(l.text), 300)); err != nil {
			return err
		}
	}
	return nil
}
