package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"github.com/opslog/opslog/internal/api"
)

func newAlertRules() *cobra.Command {
	a := &asking{}
	cmd := &cobra.Command{
		Use: "rules", Short: "The rules that are watched, with their defaults filled in, by process", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			client, ctx, cancel, err := a.client(cmd.Context())
			if err != nil {
				return err
			}
			defer cancel()
			list, err := client.AlertRules(ctx)
			if err != nil {
				return err
			}
			if a.output == outputJSON {
				return writeJSON(cmd.OutOrStdout(), list.Items)
			}
			out := yaml.NewEncoder(cmd.OutOrStdout())
			out.SetIndent(2)
			for _, set := range list.Items {
				_, _ = fmt.Fprintf(cmd.OutOrStdout(), "# %s\n", printable(set.Instance, 100))
				if err := out.Encode(map[string]any{"rules": set.Rules}); err != nil {
					return err
				}
			}
			if len(list.Items) == 0 {
				a.say(cmd, "no process watches: error_alert is in no pipeline")
			}
			return nil
		},
	}
	a.connection.addFlags(cmd)
	a.display.addFlags(cmd)
	a.output.addFlag(cmd, outputText, outputJSON)
	return cmd
}

// ruleTest is test and backtest.
type ruleTest struct {
	asking
	window
	whole bool // print what fired and what would have been told
}

func newAlertTest() *cobra.Command {
	t := &ruleTest{}
	return t.command(&cobra.Command{
		Use:   "test FILE",
		Short: "Check rules, and count what they would have done lately",
		Long: `Check the rules of a YAML file, and count what they would have done with the operations that are stored. FILE holds one
rule, a list, a mapping with "rules", or a whole configuration; - is standard input. The command ends with exit code 5
when a rule is wrong.`,
		Example: `  opslog alerts test rules.yaml
  opslog alerts test config.yaml --since 24h`,
	}, "1h")
}

func newAlertBacktest() *cobra.Command {
	t := &ruleTest{whole: true}
	return t.command(&cobra.Command{
		Use:     "backtest FILE",
		Short:   "Show when rules would have fired, and what people would have been told",
		Example: `  opslog alerts backtest rules.yaml --since 7d`,
	}, "24h")
}

func (t *ruleTest) command(cmd *cobra.Command, since string) *cobra.Command {
	cmd.Args = cobra.ExactArgs(1)
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return t.run(cmd, args[0]) }
	t.connection.addFlags(cmd)
	t.display.addFlags(cmd)
	t.output.addFlag(cmd, outputText, outputJSON)
	t.window.addFlags(cmd, since)
	return cmd
}

func (t *ruleTest) run(cmd *cobra.Command, file string) error {
	zone, err := t.location()
	if err != nil {
		return err
	}
	rules, err := readRules(cmd.InOrStdin(), file)
	if err != nil {
		return usageError{err}
	}
	client, ctx, cancel, err := t.client(cmd.Context())
	if err != nil {
		return err
	}
	defer cancel()
	w := cmd.OutOrStdout()
	var answers []*api.RuleTested
	wrong := 0
	for i, rule := range rules {
		name := ruleName(rule, i)
		tested, err := client.TestRule(ctx, api.RuleTest{Rule: rule, From: t.start(), To: t.to})
		var problem *api.Problem
		if errors.As(err, &problem) && len(problem.Errors) > 0 && problem.Errors[0].Parameter == "rule" {
			wrong++
			_, _ = fmt.Fprintf(cmd.ErrOrStderr(), "✕ %s: %s\n", name, printable(problem.Errors[0].Message, 1000))
			continue
		}
		if err != nil {
			return err
		}
		answers = append(answers, tested)
		if t.output != outputJSON {
			printTested(w, name, tested, t.whole, zone)
		}
	}
	if t.output == outputJSON {
		if err := writeJSON(w, answers); err != nil {
			return err
		}
	}
	if wrong > 0 {
		return checkFailed{fmt.Errorf("%d of %d rules are wrong", wrong, len(rules))}
	}
	return nil
}

func ruleName(rule any, i int) string {
	if m, ok := rule.(map[string]any); ok && m["name"] != nil {
		return printable(fmt.Sprint(m["name"]), 60)
	}
	return fmt.Sprintf("rules[%d]", i)
}

func printTested(w io.Writer, name string, t *api.RuleTested, whole bool, zone *time.Location) {
	_, _ = fmt.Fprintf(w, "✓ %s: fired %d times, %d messages, %d operations", name, len(t.Firings), t.Told, t.Operations)
	if t.Partial != nil {
		_, _ = fmt.Fprintf(w, ", looked at up to %s only", moment(t.Through, 0, zone))
	}
	_, _ = fmt.Fprintln(w)
	if !whole {
		return
	}
	for _, f := range t.Firings {
		end := "for " + time.Duration(f.To-f.From).Round(time.Second).String()
		if f.Firing {
			end += ", still"
		}
		_, _ = fmt.Fprintf(w, "  %s  %s  %s %s\n", moment(f.From, 0, zone), end, printable(f.Alert.Labels["service"], 40), printable(f.Alert.Labels["operation"], 60))
	}
	for _, m := range t.Messages {
		_, _ = fmt.Fprintf(w, "  > %s  %s\n", moment(m.Time, 0, zone), printable(m.Title, 300))
		for _, line := range strings.Split(m.Text, "\n") {
			_, _ = fmt.Fprintf(w, "  >   %s\n", printable(line, 300))
		}
	}
}

// maxRules bounds a file of rules, in bytes.
const maxRules = 1 << 20

// readRules finds the rules in a file: one, a list, under "rules", or under the error_alert processors of a whole
// configuration.
func readRules(stdin io.Reader, file string) ([]any, error) {
	in := stdin
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, maxRules))
	if err != nil {
		return nil, err
	}
	var doc any
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("%s cannot be read as YAML: %w", file, err)
	}
	rules := rulesIn(doc)
	if len(rules) == 0 {
		return nil, fmt.Errorf("%s holds no rule: want one rule, a list of rules, \"rules\", or a configuration with error_alert", file)
	}
	return rules, nil
}

func rulesIn(doc any) []any {
	switch doc := doc.(type) {
	case []any:
		return doc
	case map[string]any:
		if rules, ok := doc["rules"].([]any); ok {
			return rules
		}
		processors, ok := doc["processors"].(map[string]any)
		if !ok {
			return []any{doc}
		}
		var out []any
		for id, cfg := range processors {
			if cfg, ok := cfg.(map[string]any); ok && (id == "error_alert" || strings.HasPrefix(id, "error_alert/")) {
				rules, _ := cfg["rules"].([]any)
				out = append(out, rules...)
			}
		}
		return out
	default:
		return nil
	}
}
