package cli

import (
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/alert"
	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
)

func newAlerts() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "alerts",
		Short: "See alerts, look after them, mute them, test rules",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return usageError{fmt.Errorf("alerts needs one of ls, show, ack, mute, unmute, rules, test, backtest; see %s --help", cmd.CommandPath())}
		},
	}
	cmd.AddCommand(newAlertList(), newAlertShow(), newAlertAck(), newAlertMute(), newAlertUnmute(), newAlertRules(), newAlertTest(), newAlertBacktest())
	return cmd
}

// asking is what commands about alerts have in common.
type asking struct {
	connection
	display
	output output
}

func (a *asking) addFlags(cmd *cobra.Command) {
	a.connection.addFlags(cmd)
	a.display.addFlags(cmd)
	a.output.addFlag(cmd)
}

func newAlertList() *cobra.Command {
	a := &asking{}
	var fail bool
	filters := map[string]*string{"state": new(string), "severity": new(string), "service": new(string), "rule": new(string)}
	cmd := &cobra.Command{
		Use:   "ls",
		Short: "List what is pending, fires, or was resolved within the last 15 minutes",
		Example: `  opslog alerts ls
  opslog alerts ls --state firing --severity critical --fail`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			values := url.Values{}
			for name, value := range filters {
				if *value != "" {
					values.Set(name, *value)
				}
			}
			return a.list(cmd, values, fail)
		},
	}
	a.addFlags(cmd)
	for name, what := range map[string]string{"state": "pending, firing or resolved", "severity": "critical, warning or info", "service": "a service", "rule": "a rule's name"} {
		cmd.Flags().StringVar(filters[name], name, "", "only of this: "+what)
	}
	cmd.Flags().BoolVar(&fail, "fail", false, "end with exit code 5 when there are any")
	return cmd
}

func (a *asking) list(cmd *cobra.Command, filters url.Values, fail bool) error {
	zone, err := a.location()
	if err != nil {
		return err
	}
	client, ctx, cancel, err := a.client(cmd.Context())
	if err != nil {
		return err
	}
	defer cancel()
	list, err := client.Alerts(ctx, filters)
	if err != nil {
		return err
	}
	w := cmd.OutOrStdout()
	switch a.output {
	case outputJSON:
		err = writeJSON(w, list.Items)
	case outputNDJSON:
		err = writeNDJSON(w, list.Items)
	default:
		if len(list.Items) > 0 {
			err = printColumns(w, alertColumns(zone), list.Items, terminalWidth(w), a.paint(w))
		}
		a.say(cmd, "%s", counted(len(list.Items), "alert"))
	}
	if err == nil && fail && len(list.Items) > 0 {
		return checkFailed{fmt.Errorf("found %s", counted(len(list.Items), "alert"))}
	}
	return err
}

func alertColumns(zone *time.Location) []column[alert.Alert] {
	label := func(name string) func(alert.Alert) string {
		return func(a alert.Alert) string { return printable(a.Labels[name], 40) }
	}
	return []column[alert.Alert]{
		{name: "SINCE", text: func(a alert.Alert) string { return moment(a.FiringAt, a.PendingAt, zone) }},
		{name: "STATE", text: alertState, bad: func(a alert.Alert) bool { return a.State == alert.StateFiring && a.Suppressed == "" }},
		{name: "SEVERITY", text: func(a alert.Alert) string { return a.Severity }},
		{name: "RULE", text: func(a alert.Alert) string { return a.Rule }},
		{name: "SERVICE", left: true, text: label("service")},
		{name: "OPERATION", left: true, text: func(a alert.Alert) string {
			return printable(orText(a.Labels["operation"], a.Evidence.Operation), 40)
		}},
		{name: "WHAT", left: true, text: func(a alert.Alert) string { return printable(alertWhat(&a), 80) }},
		{name: "BY", text: func(a alert.Alert) string { return printable(a.AckedBy, 20) }},
		{name: "ID", text: func(a alert.Alert) string { return a.ID }},
	}
}

func orText(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func moment(t, otherwise operation.Time, zone *time.Location) string {
	if t == 0 {
		t = otherwise
	}
	if t == 0 {
		return "-"
	}
	return t.Std().In(zone).Format(time.DateTime)
}

func alertState(a alert.Alert) string {
	if a.Suppressed != "" {
		return string(a.State) + " (" + string(a.Suppressed) + ")"
	}
	return string(a.State)
}

// alertWhat is the error of an alert where it has one, and the value beside its limit otherwise.
func alertWhat(a *alert.Alert) string {
	value := fmt.Sprintf("%.4g, limit %.4g", a.Value, a.Threshold)
	if a.Type == string(alert.TypeErrorRate) {
		value = fmt.Sprintf("%.3g %% (%d of %d)", 100*a.Value, a.Errors, a.Total)
	}
	text := strings.TrimSuffix(a.Evidence.ErrorType+": "+a.Evidence.ErrorMessage, ": ")
	switch {
	case text == "":
		return value
	case a.Threshold == 0:
		return text
	default:
		return value + ", " + text
	}
}

func newAlertShow() *cobra.Command {
	a := &asking{}
	cmd := &cobra.Command{
		Use: "show ID", Short: "One alert, why it fires, and its history", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.show(cmd, args[0]) },
	}
	a.connection.addFlags(cmd)
	a.display.addFlags(cmd)
	a.output.addFlag(cmd, outputText, outputJSON)
	return cmd
}

func (a *asking) show(cmd *cobra.Command, id string) error {
	zone, err := a.location()
	if err != nil {
		return err
	}
	client, ctx, cancel, err := a.client(cmd.Context())
	if err != nil {
		return err
	}
	defer cancel()
	detail, err := client.Alert(ctx, id)
	if err != nil {
		return err
	}
	if a.output == outputJSON {
		return writeJSON(cmd.OutOrStdout(), detail)
	}
	printAlert(cmd.OutOrStdout(), detail, zone)
	return nil
}

func printAlert(w io.Writer, d *api.AlertDetail, zone *time.Location) {
	a := &d.Alert
	_, _ = fmt.Fprintf(w, "%s %s in %s %s: %s\n", a.Rule, alertState(*a), printable(a.Labels["service"], 60),
		printable(orText(a.Labels["operation"], a.Evidence.Operation), 80), printable(alertWhat(a), 300))
	line := func(name, value string) {
		if value != "" {
			_, _ = fmt.Fprintf(w, "  %-12s %s\n", name, printable(value, 500))
		}
	}
	line("severity", a.Severity)
	line("since", moment(a.FiringAt, a.PendingAt, zone))
	line("reason", string(a.Reason))
	line("environment", a.Labels["environment"])
	line("looked after", a.AckedBy)
	if int64(a.MutedUntil) > time.Now().UnixNano() {
		line("muted until", strings.TrimSpace(moment(a.MutedUntil, 0, zone)+" "+a.MutedReason))
	}
	e := &a.Evidence
	line("before", strings.Join(e.Steps, "; "))
	line("done", strings.Join(e.Done, "; "))
	line("incomplete", strings.Join(e.Incomplete, "; "))
	line("also failed", strings.Join(e.AlsoFailed, "; "))
	line("fingerprint", e.Fingerprint)
	if e.OperationID != (operation.ID{}) {
		line("example", "opslog explain "+e.OperationID.String())
	}
	if len(d.History) > 0 {
		_, _ = fmt.Fprintln(w, "history")
	}
	for _, t := range d.History {
		_, _ = fmt.Fprintf(w, "  %s  %-8s → %-8s %s\n", moment(t.At, 0, zone), t.From, alertState(t.Alert), t.Alert.Reason)
	}
}
