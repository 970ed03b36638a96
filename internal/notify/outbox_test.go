package notify

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/alert"
	"github.com/opslog/opslog/internal/operation"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func transition(service string, n int, to alert.State) alert.Transition {
	return alert.Transition{
		To: to, At: operation.TimeOf(noon), Key: fmt.Sprintf("%s-%d/%s", service, n, to),
		Alert: alert.Alert{ID: fmt.Sprintf("%s-%d", service, n), Rule: "NewError", Type: string(alert.TypeNewError), Severity: "warning",
			State: to, Labels: map[string]string{"service": service, "alertname": "NewError"}},
	}
}

func outbox(t *testing.T, limits Limits, routes []Route, notifiers ...string) *Outbox {
	t.Helper()
	r, err := NewRouter(routes, notifiers)
	require.NoError(t, err)
	return NewOutbox(limits, r, Links{Base: "https://opslog.example/x/"})
}

func TestOneMessageForAlertsOfAService(t *testing.T) {
	o := outbox(t, DefaultLimits(), nil, "chat")
	o.Add([]alert.Transition{transition("a", 1, alert.StateFiring), transition("a", 2, alert.StateFiring), transition("b", 1, alert.StateFiring)}, noon)
	assert.Empty(t, o.Due(noon), "waits for others a second")
	due := o.Due(noon.Add(time.Second))
	require.Len(t, due, 1)
	assert.Len(t, due[0].Message.Alerts, 2)
	assert.Equal(t, "https://opslog.example/x/alerts/a-1", due[0].Message.Alerts[0].URL)
	assert.Empty(t, o.Due(noon.Add(2*time.Second)), "one at a time")
	o.Sent(due[0], noon.Add(2*time.Second))
	due = o.Due(noon.Add(2 * time.Second))
	require.Len(t, due, 1)
	assert.Equal(t, "b-1", due[0].Message.Alerts[0].ID)
	o.Sent(due[0], noon)
	assert.Empty(t, o.Entries())
}

func TestATransitionIsTakenOnce(t *testing.T) {
	o := outbox(t, DefaultLimits(), nil, "chat")
	tr := transition("a", 1, alert.StateFiring)
	o.Add([]alert.Transition{tr}, noon)
	o.Restore(o.Entries())
	o.Add([]alert.Transition{tr}, noon)
	assert.Len(t, o.Entries(), 1)
}

func TestAnOutageOfTheReceiver(t *testing.T) {
	o := outbox(t, DefaultLimits(), nil, "chat", "mail")
	now := noon
	attempts := 0
	for minute := range 30 {
		o.Add([]alert.Transition{transition("a", minute, alert.StateFiring)}, now)
		for range 60 {
			now = now.Add(time.Second)
			for _, b := range o.Due(now) {
				if b.Notifier == "mail" {
					o.Sent(b, now)
					continue
				}
				attempts++
				o.Failed(b, 0, now)
			}
		}
	}
	assert.Less(t, attempts, 80, "backs off")
	o.Add([]alert.Transition{transition("a", 0, alert.StateResolved)}, now)
	back, told := now, 0
	var summary Batch
	for told == 0 {
		now = now.Add(time.Second)
		for _, b := range o.Due(now) {
			if b.Notifier == "chat" {
				summary, told = b, told+1
				o.Sent(b, now)
			} else {
				o.Sent(b, now)
			}
		}
	}
	assert.LessOrEqual(t, now.Sub(back), time.Minute)
	assert.True(t, summary.Message.Late)
	require.Len(t, summary.Message.Alerts, 30, "everything at once, in its latest state")
	assert.Equal(t, alert.StateResolved, summary.Message.Alerts[0].State)
	assert.Empty(t, o.Entries())
}

func TestRetryAfterIsHonoured(t *testing.T) {
	o := outbox(t, DefaultLimits(), nil, "chat")
	o.Add([]alert.Transition{transition("a", 1, alert.StateFiring)}, noon)
	now := noon.Add(time.Second)
	o.Failed(o.Due(now)[0], 5*time.Minute, now)
	assert.Empty(t, o.Due(now.Add(5*time.Minute-time.Second)))
	assert.Len(t, o.Due(now.Add(5*time.Minute)), 1)
}

func TestRateLimit(t *testing.T) {
	limits := DefaultLimits()
	limits.RateLimit, limits.GroupWait = 2, 0
	o := outbox(t, limits, nil, "chat")
	now, sent := noon, 0
	for i := range 50 {
		o.Add([]alert.Transition{transition(fmt.Sprintf("s%d", i%2), i, alert.StateFiring)}, now)
		for _, b := range o.Due(now) {
			sent++
			o.Sent(b, now)
		}
		now = now.Add(time.Second)
	}
	assert.Equal(t, 2, sent)
	assert.Len(t, o.Entries(), 48, "they wait, none is lost")
}

func TestWhatIsNotTold(t *testing.T) {
	o := outbox(t, DefaultLimits(), nil, "chat")
	suppressed, muted := transition("a", 1, alert.StateFiring), transition("a", 2, alert.StateFiring)
	suppressed.Alert.Suppressed = alert.SuppressCascade
	muted.Alert.MutedUntil = operation.TimeOf(noon.Add(time.Hour))
	assert.Equal(t, 1, o.Add([]alert.Transition{suppressed, muted, transition("a", 3, alert.StatePending)}, noon))
	assert.Empty(t, o.Entries())
}

func TestOldEntriesAreGivenUp(t *testing.T) {
	o := outbox(t, DefaultLimits(), nil, "chat")
	o.Add([]alert.Transition{transition("a", 1, alert.StateFiring)}, noon)
	assert.Zero(t, o.Expire(noon.Add(time.Hour)))
	assert.Equal(t, 1, o.Expire(noon.Add(25*time.Hour)))
}

func TestRoutes(t *testing.T) {
	routes := []Route{
		{Match: map[string]string{"severity": "critical"}, To: []string{"pager"}, Continue: true},
		{Match: map[string]string{"service": "shop*"}, To: []string{"chat"}, Quiet: &Quiet{From: "22:00", To: "07:00", Timezone: "Europe/Berlin"}},
		{Match: map[string]string{"service": "noise"}},
		{To: []string{"mail"}},
	}
	router, err := NewRouter(routes, []string{"pager", "chat", "mail"})
	require.NoError(t, err)
	night := time.Date(2026, 3, 2, 23, 30, 0, 0, time.UTC)
	morning := time.Date(2026, 3, 3, 6, 0, 0, 0, time.UTC)
	cases := []struct {
		service, severity string
		at                time.Time
		want              []target
	}{
		{"shop-a", "warning", noon, []target{{"chat", noon}}},
		{"shop-a", "warning", night, []target{{"chat", morning}}},
		{"shop-a", "critical", night, []target{{"pager", night}, {"chat", night}}},
		{"noise", "warning", noon, nil},
		{"other", "critical", noon, []target{{"pager", noon}, {"mail", noon}}},
	}
	for _, c := range cases {
		got := router.targets(&alert.Alert{Severity: c.severity, Labels: map[string]string{"service": c.service}}, c.at)
		require.Len(t, got, len(c.want), "%s %s", c.service, c.severity)
		for i := range got {
			assert.Equal(t, c.want[i].notifier, got[i].notifier)
			assert.True(t, c.want[i].notBefore.Equal(got[i].notBefore), "%s: %s", c.service, got[i].notBefore)
		}
	}
}

func TestWrongRoutes(t *testing.T) {
	for want, route := range map[string]Route{
		"routes[0]: to has \"pigeon\", which is no notifier (there are: chat)":            {To: []string{"pigeon"}},
		"routes[0]: quiet_hours: from is \"25:00\": give a time of day such as 22:00":     {Quiet: &Quiet{From: "25:00", To: "07:00"}},
		"routes[0]: quiet_hours: timezone is \"Mars\": give a name such as Europe/Berlin": {Quiet: &Quiet{From: "22:00", To: "07:00", Timezone: "Mars"}},
	} {
		_, err := NewRouter([]Route{route}, []string{"chat"})
		assert.EqualError(t, err, want)
	}
}
