// Package notify tells people of alerts: it makes messages of transitions, decides who gets them and when, keeps what
// could not be sent, and sends. Time is a parameter; only the senders touch the network.
package notify

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/opslog/opslog/internal/alert"
	"github.com/opslog/opslog/internal/operation"
)

// Message is what one receiver is told at once: alerts that belong together, each in its latest state.
type Message struct {
	// Key is the same when the same message is sent again.
	Key    string  `json:"key"`
	Title  string  `json:"title"`
	Text   string  `json:"text"`
	Alerts []Alert `json:"alerts"`
	// Late says that it waited for a receiver that could not be reached.
	Late bool `json:"late,omitempty"`
}

// Alert is an alert with its links.
type Alert struct {
	alert.Alert
	URL          string `json:"url,omitempty"`
	OperationURL string `json:"operation_url,omitempty"`
}

// Links makes addresses of the web UI; an empty base makes none.
type Links struct{ Base string }

func (l Links) alert(a *alert.Alert) string {
	if l.Base == "" {
		return ""
	}
	return strings.TrimSuffix(l.Base, "/") + "/alerts/" + url.PathEscape(a.ID)
}

func (l Links) operation(id operation.ID) string {
	if l.Base == "" || id == (operation.ID{}) {
		return ""
	}
	return strings.TrimSuffix(l.Base, "/") + "/operations/" + id.String()
}

// Of adds the links of an alert.
func (l Links) Of(a alert.Alert) Alert {
	return Alert{Alert: a, URL: l.alert(&a), OperationURL: l.operation(a.Evidence.OperationID)}
}

// title sums alerts up in one line.
func title(alerts []Alert) string {
	if len(alerts) == 1 {
		return headline(&alerts[0])
	}
	firing := 0
	services := []string{}
	for i := range alerts {
		if alerts[i].State == alert.StateFiring {
			firing++
		}
		if s := alerts[i].Labels["service"]; s != "" && !slices.Contains(services, s) {
			services = append(services, s)
		}
	}
	if len(services) == 1 {
		return fmt.Sprintf("%s, and %d more", headline(&alerts[0]), len(alerts)-1)
	}
	where := strings.Join(services[:min(3, len(services))], ", ")
	if more := len(services) - 3; more > 0 {
		where += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Sprintf("%d alerts: %d firing, %d resolved (%s)", len(alerts), firing, len(alerts)-firing, where)
}

// headline says what happened to one alert.
func headline(a *Alert) string {
	place := a.Labels["service"]
	if op := a.Labels["operation"]; op != "" {
		place += " " + op
	} else if op := a.Evidence.Operation; op != "" {
		place += " " + op
	}
	what := phrase(a)
	if a.State == alert.StateResolved {
		return fmt.Sprintf("Resolved: %s in %s", what, place)
	}
	return strings.TrimSpace(fmt.Sprintf("%s in %s", what, place))
}

// phrase names what the alert is about.
func phrase(a *Alert) string {
	e := &a.Evidence
	switch {
	case a.Reason == alert.ReasonStorm || len(e.Kinds) > 0:
		return fmt.Sprintf("%d new errors at once", a.Errors)
	case a.Type == string(alert.TypeNewError):
		return "New error " + short(e.ErrorType, e.ErrorMessage)
	case a.Type == string(alert.TypeRegression) && a.Threshold > 0 && a.Threshold < 1:
		return fmt.Sprintf("Expected error comes too often (%s, limit %s): %s", percent(a.Value), percent(a.Threshold), short(e.ErrorType, e.ErrorMessage))
	case a.Type == string(alert.TypeRegression) && a.Threshold > 0:
		return "Escalating error " + short(e.ErrorType, e.ErrorMessage)
	case a.Type == string(alert.TypeRegression):
		return "Error is back: " + short(e.ErrorType, e.ErrorMessage)
	case a.Type == string(alert.TypeErrorRate):
		return fmt.Sprintf("%s of operations fail (%d of %d)", percent(a.Value), a.Errors, a.Total)
	case a.Type == string(alert.TypeBurnRate):
		return fmt.Sprintf("The error budget burns %.1f times too fast (%d of %d failed)", a.Value, a.Errors, a.Total)
	case a.Type == string(alert.TypeLatency):
		return fmt.Sprintf("Slow: %s, limit %s", seconds(a.Value), seconds(a.Threshold))
	case a.Type == string(alert.TypeSilence):
		return fmt.Sprintf("Nothing for %s, due within %s", seconds(a.Value), seconds(a.Threshold))
	case a.Type == string(alert.TypeDestructive) && e.Rows > 0:
		return fmt.Sprintf("Destructive command changed %d rows, usual are up to %.0f", e.Rows, a.Threshold)
	case a.Type == string(alert.TypeDestructive):
		return "Destructive command without WHERE"
	default:
		return fmt.Sprintf("%s is %s, limit %s", a.Rule, number(a.Value), number(a.Threshold))
	}
}

// short is an error in a few words.
func short(kind, message string) string {
	if kind == "" {
		return clip(message, 120)
	}
	if message == "" {
		return kind
	}
	return kind + ": " + clip(message, 120)
}

func clip(text string, runes int) string {
	r := []rune(strings.Join(strings.Fields(text), " "))
	if len(r) <= runes {
		return string(r)
	}
	return string(r[:runes-1]) + "…"
}

func percent(share float64) string { return fmt.Sprintf("%.3g %%", share*100) }

func number(v float64) string { return fmt.Sprintf("%.6g", v) }

func seconds(v float64) string {
	d := time.Duration(v * float64(time.Second))
	switch {
	case d >= time.Hour:
		return d.Round(time.Minute).String()
	case d >= time.Second:
		return d.Round(100 * time.Millisecond).String()
	default:
		return d.Round(time.Millisecond).String()
	}
}
