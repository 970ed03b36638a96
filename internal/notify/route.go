package notify

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/opslog/opslog/internal/alert"
)

// Route sends alerts to receivers. The first route that fits an alert decides, and the ones after it only where it says
// Continue. Without any route each alert goes to all receivers.
type Route struct {
	Match    map[string]string `mapstructure:"match"` // label to value; * and ? stand for any text and any character
	To       []string          `mapstructure:"to"`    // names of notifiers; empty tells nobody
	Continue bool              `mapstructure:"continue"`
	Quiet    *Quiet            `mapstructure:"quiet_hours"`
}

// Quiet are hours in which only urgent alerts are told; the others wait until they end.
type Quiet struct {
	From     string   `mapstructure:"from"` // "22:00"
	To       string   `mapstructure:"to"`   // "07:00"; before From it is the next day's
	Timezone string   `mapstructure:"timezone"`
	Days     []string `mapstructure:"days"`   // mon to sun on which they begin; empty is every day
	Except   []string `mapstructure:"except"` // severities that are told all the same; critical unless told otherwise
}

// quiet is Quiet, read.
type quiet struct {
	from, to int // minutes of the day
	zone     *time.Location
	days     map[time.Weekday]bool
	except   []string
}

var weekdays = map[string]time.Weekday{
	"sun": time.Sunday, "mon": time.Monday, "tue": time.Tuesday, "wed": time.Wednesday, "thu": time.Thursday, "fri": time.Friday, "sat": time.Saturday,
}

// parse reads quiet hours, or tells what is wrong with them.
func (q *Quiet) parse() (*quiet, error) {
	out := &quiet{except: q.Except, zone: time.UTC, days: map[time.Weekday]bool{}}
	if len(q.Except) == 0 {
		out.except = []string{alert.SeverityCritical}
	}
	var err error
	if out.from, err = minuteOfDay("from", q.From); err != nil {
		return nil, err
	}
	if out.to, err = minuteOfDay("to", q.To); err != nil {
		return nil, err
	}
	if q.Timezone != "" {
		if out.zone, err = time.LoadLocation(q.Timezone); err != nil {
			return nil, fmt.Errorf("timezone is %q: give a name such as Europe/Berlin", q.Timezone)
		}
	}
	for _, d := range q.Days {
		day, ok := weekdays[strings.ToLower(d)]
		if !ok {
			return nil, fmt.Errorf("days has %q: use mon, tue, wed, thu, fri, sat, sun", d)
		}
		out.days[day] = true
	}
	return out, nil
}

func minuteOfDay(key, text string) (int, error) {
	at, err := time.Parse("15:04", text)
	if err != nil {
		return 0, fmt.Errorf("%s is %q: give a time of day such as 22:00", key, text)
	}
	return at.Hour()*60 + at.Minute(), nil
}

// until is when a message of a severity may be told: now, or the end of the quiet hours.
func (q *quiet) until(severity string, now time.Time) time.Time {
	if q == nil || slices.Contains(q.except, severity) {
		return now
	}
	local := now.In(q.zone)
	for _, back := range []int{0, -1} { // hours that began today, or yesterday
		day := time.Date(local.Year(), local.Month(), local.Day()+back, 0, 0, 0, 0, q.zone)
		if len(q.days) > 0 && !q.days[day.Weekday()] {
			continue
		}
		begin := day.Add(time.Duration(q.from) * time.Minute)
		end := day.Add(time.Duration(q.to) * time.Minute)
		if q.to <= q.from {
			end = end.Add(24 * time.Hour)
		}
		if !local.Before(begin) && local.Before(end) {
			return end
		}
	}
	return now
}

// target is a receiver of an alert and the earliest time to tell it.
type target struct {
	notifier  string
	notBefore time.Time
}

// Router decides who is told.
type Router struct {
	routes    []Route
	quiet     []*quiet
	notifiers []string
}

// NewRouter checks routes against the names of the notifiers.
func NewRouter(routes []Route, notifiers []string) (*Router, error) {
	r := &Router{routes: routes, notifiers: notifiers}
	for i, route := range routes {
		for _, name := range route.To {
			if !slices.Contains(notifiers, name) {
				return nil, fmt.Errorf("routes[%d]: to has %q, which is no notifier (there are: %s)", i, name, strings.Join(notifiers, ", "))
			}
		}
		var q *quiet
		if route.Quiet != nil {
			var err error
			if q, err = route.Quiet.parse(); err != nil {
				return nil, fmt.Errorf("routes[%d]: quiet_hours: %w", i, err)
			}
		}
		r.quiet = append(r.quiet, q)
	}
	return r, nil
}

func (r *Router) targets(a *alert.Alert, now time.Time) []target {
	var out []target
	add := func(name string, at time.Time) {
		if !slices.ContainsFunc(out, func(t target) bool { return t.notifier == name }) {
			out = append(out, target{name, at})
		}
	}
	if len(r.routes) == 0 {
		for _, name := range r.notifiers {
			add(name, now)
		}
		return out
	}
	for i, route := range r.routes {
		if !route.fits(a) {
			continue
		}
		for _, name := range route.To {
			add(name, r.quiet[i].until(a.Severity, now))
		}
		if !route.Continue {
			break
		}
	}
	return out
}

func (r *Route) fits(a *alert.Alert) bool {
	for label, pattern := range r.Match {
		value := a.Labels[label]
		if label == "severity" {
			value = a.Severity
		}
		if !alert.Fits(pattern, value) {
			return false
		}
	}
	return true
}
