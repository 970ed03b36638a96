package notify

import (
	"fmt"
	"strings"
	"text/template"
	"time"

	"github.com/opslog/opslog/internal/alert"
	"github.com/opslog/opslog/internal/operation"
)

// Templates make a message's title and text. Both get the Message; its Title is filled in when the text is made.
type Templates struct{ title, text *template.Template }

// DefaultText is what a message says unless a notifier has a template of its own.
const DefaultText = `{{range $i, $a := .Alerts}}{{if $i}}
{{end}}{{if gt (len $.Alerts) 1}}{{headline $a}}
{{end}}{{with $a.Evidence}}{{if .ErrorMessage}}{{.ErrorType}}: {{clip 300 .ErrorMessage}}
{{end}}{{end}}{{range facts $a}}{{.}}
{{end}}{{end}}{{if .Late}}Told late: this receiver could not be reached.
{{end}}`

// functions are all that templates may call: they make text of what they are given and touch nothing else.
var functions = template.FuncMap{
	"headline": func(a Alert) string { return headline(&a) },
	"facts":    func(a Alert) []string { return facts(&a) },
	"clip":     func(n int, s string) string { return clip(s, max(n, 1)) },
	"upper":    strings.ToUpper,
	"lower":    strings.ToLower,
	"join":     func(sep string, list []string) string { return strings.Join(list, sep) },
	"percent":  percent,
	"time":     moment,
	"json":     jsonText,
}

// ParseTemplates takes a title and a text template; empty ones are the defaults.
func ParseTemplates(titleText, text string) (Templates, error) {
	if titleText == "" {
		titleText = "{{.Title}}"
	}
	if text == "" {
		text = DefaultText
	}
	var t Templates
	var err error
	if t.title, err = template.New("title").Option("missingkey=error").Funcs(functions).Parse(titleText); err != nil {
		return t, fmt.Errorf("title: %w", err)
	}
	if t.text, err = template.New("text").Option("missingkey=error").Funcs(functions).Parse(text); err != nil {
		return t, fmt.Errorf("text: %w", err)
	}
	return t, nil
}

// Fill writes the message's title and text.
func (t Templates) Fill(m *Message) error {
	m.Title = title(m.Alerts)
	first, err := execute(t.title, m)
	if err != nil {
		return err
	}
	m.Title = strings.TrimSpace(first)
	if m.Text, err = execute(t.text, m); err != nil {
		return err
	}
	m.Text = strings.TrimSpace(m.Text)
	return nil
}

func execute(t *template.Template, m *Message) (string, error) {
	var out strings.Builder
	if err := t.Execute(&out, m); err != nil {
		return "", fmt.Errorf("template %s: %w", t.Name(), err)
	}
	return out.String(), nil
}

// facts are the lines below the headline: how often, since when, what came before, what is left undone, where to look.
func facts(a *Alert) []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	list := func(label string, lines []string) {
		if len(lines) > 0 {
			out = append(out, label+": "+strings.Join(lines, "; "))
		}
	}
	e := &a.Evidence
	if env := a.Labels["environment"]; env != "" {
		say("Environment: %s", env)
	}
	if a.Errors > 1 && a.Total == 0 {
		say("Seen %d times", a.Errors)
	}
	if e.FirstSeen != 0 && a.Type != string(alert.TypeNewError) {
		say("First seen: %s%s", moment(e.FirstSeen), inVersion(e.FirstVersion))
	} else if e.Version != "" {
		say("Version: %s", e.Version)
	}
	if e.External != nil {
		say("Among operations that call others: %s (%d of %d)", percent(float64(e.External.Errors)/float64(max(e.External.Total, 1))), e.External.Errors, e.External.Total)
	}
	if e.FailureClass != "" && e.FailureClass != operation.FailureUnknown {
		say("Kind of failure: %s", e.FailureClass)
	}
	list("Before it failed", e.Steps)
	list("Done", e.Done)
	list("Left incomplete", e.Incomplete)
	list("Also failed", e.AlsoFailed)
	if a.State == alert.StateResolved && a.FiringAt != 0 {
		say("It lasted %s", time.Duration(a.ResolvedAt-a.FiringAt).Round(time.Second))
	} else if a.FiringAt != 0 {
		say("Since %s", moment(a.FiringAt))
	}
	if a.OperationURL != "" {
		say("Example: %s", a.OperationURL)
	} else if e.OperationID != (operation.ID{}) {
		say("Example: opslog explain %s", e.OperationID)
	}
	if a.URL != "" {
		say("Alert: %s", a.URL)
	}
	return out
}

func inVersion(v string) string {
	if v == "" {
		return ""
	}
	return " in version " + v
}

func moment(t operation.Time) string { return t.Std().Format("2006-01-02 15:04:05 UTC") }
