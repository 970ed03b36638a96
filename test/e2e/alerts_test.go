package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestReceiversWithFaults has a receiver for each fault beside one that is well and one that is not there: each that
// is there is told of each change once, and none waits for another.
func TestReceiversWithFaults(t *testing.T) {
	t.Parallel()
	rs := newReceivers(t)
	hanging := make(chan struct{})
	rs.answering(func(path string, try int, w http.ResponseWriter, r *http.Request) bool {
		switch {
		case path == "/huge":
			_, _ = io.WriteString(w, strings.Repeat("thank you ", 1<<20)) // the sender may hang up
			return false
		case path == "/elsewhere", try > 1:
			return false
		case path == "/busy":
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
		case path == "/broken":
			w.WriteHeader(http.StatusInternalServerError)
		case path == "/moved":
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		case path == "/hanging":
			<-hanging
		default:
			return false
		}
		return true
	})
	t.Cleanup(func() { close(hanging) })
	overlay := rs.alerting("      - {name: NewError, type: new_error, keep_firing_for: 8s}\n", "well", "busy", "broken", "moved", "huge", "hanging")
	overlay += "      - {name: dead, webhook: {url: \"http://127.0.0.1:1/\", allow_private_addresses: true}}\n"
	p := start(t, t.TempDir(), overlayFile(t, overlay))
	p.fails(3, 0)
	sent := time.Now()
	rs.waitFor("/well", "NewError firing")
	t.Logf("told %v after the operations were sent", time.Since(sent).Round(100*time.Millisecond))
	assert.Less(t, time.Since(sent), 9*time.Second, "the receiver that hangs has its ten seconds")
	for _, path := range []string{"/well", "/busy", "/broken", "/moved", "/huge"} {
		rs.waitFor(path, "NewError firing", "NewError resolved")
	}
	assert.Zero(t, rs.tried("/elsewhere"), "redirects are not followed")
	eventually(t, "the receiver that hung knows the present state", func() error {
		if got := rs.told("/hanging"); len(got) == 0 || got[len(got)-1] != "NewError resolved" {
			return fmt.Errorf("it was told of %q", got)
		}
		return nil
	})
	assert.LessOrEqual(t, len(rs.told("/hanging")), 2)
	for _, path := range []string{"/well", "/huge"} {
		assert.Equal(t, 2, rs.tried(path), path)
	}
	assertNotIn(t, "the log", []byte(p.output()), []string{rs.URL, "127.0.0.1:1/"})
	p.stop()
}

// TestAlertsSurviveRestarts kills opslog while an alert fires and a receiver is away, and then restarts it in order.
func TestAlertsSurviveRestarts(t *testing.T) {
	t.Parallel()
	rs := newReceivers(t)
	rs.answering(func(path string, _ int, w http.ResponseWriter, _ *http.Request) bool {
		if path == "/away" {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		return path == "/away"
	})
	overlay := overlayFile(t, rs.alerting("      - {name: Rate, type: error_rate, window: 1m, severity: critical}\n      - {name: NewError, type: new_error, keep_firing_for: 18s}\n", "well", "away"))
	data := t.TempDir()
	p := start(t, data, overlay)
	p.fails(30, 10)
	firing := []string{"NewError firing", "Rate firing"}
	eventually(t, "both alerts are told", func() error {
		if got := rs.told("/well"); len(got) != len(firing) {
			return fmt.Errorf("it was told of %q", got)
		}
		return nil
	})
	assert.ElementsMatch(t, firing, rs.told("/well"))
	eventually(t, "what was told is noted: a kill before that tells it again", func() error {
		noted, err := p.metric("otelcol_processor_error_alert_messages_sent", `notifier="well"`)
		if want := int64(len(rs.messages("/well"))); err == nil && noted != want {
			err = fmt.Errorf("%d of %d messages", noted, want)
		}
		return err
	})
	p.signal(syscall.SIGKILL)
	p.wait()

	p = start(t, data, overlay)
	rs.answering(nil)
	eventually(t, "the one that was away is told", func() error {
		if got := rs.told("/away"); len(got) != len(firing) {
			return fmt.Errorf("it was told of %q", got)
		}
		return nil
	})
	assert.ElementsMatch(t, firing, rs.told("/away"), "nothing is lost")
	p.stop()

	p = start(t, data, overlay)
	p.fails(0, 20)
	eventually(t, "the new error is over", func() error {
		if got := rs.told("/well"); len(got) != len(firing)+1 {
			return fmt.Errorf("it was told of %q", got)
		}
		return nil
	})
	assert.ElementsMatch(t, append(firing, "NewError resolved"), rs.told("/well"), "nothing is told twice, and nothing resolved by a restart")
	list := get[struct{ Items []record }](p, "/alerts?state=firing")
	require.Len(t, list.Items, 1)
	assert.Equal(t, "Rate", list.Items[0].str("rule"))

	id := list.Items[0].str("id")
	_, stderr, code := p.run("alerts", "ack", id)
	assert.Zero(t, code, stderr)
	stdout, _, code := p.run("alerts", "ls", "--fail")
	assert.Equal(t, 5, code)
	assert.Contains(t, stdout, "anonymous")
	_, stderr, code = p.run("errors", "--state", "new", "--fail")
	assert.Equal(t, 5, code, stderr)
	fingerprint := get[struct{ Items []record }](p, "/errors").Items[0].str("fingerprint")
	_, stderr, code = p.run("errors", fingerprint, "--ignore-until", "7d")
	assert.Zero(t, code, stderr)
	stdout, stderr, code = p.run("errors", fingerprint)
	assert.Zero(t, code, stderr)
	assert.Contains(t, stdout, "ignored")
	p.stop()
}

// TestAlertmanager has a real one group what the sample shop's failing payments raise, and see it resolved.
func TestAlertmanager(t *testing.T) {
	t.Parallel()
	rs := newReceivers(t)
	manager := startAlertmanager(t, rs.URL+"/manager")
	overlay := rs.alerting("      - {name: NewError, type: new_error, keep_firing_for: 6s, labels: {team: shop}}\n", "chat", "all")
	overlay += fmt.Sprintf("      - {name: manager, alertmanager: {endpoints: [%q], allow_private_addresses: true}}\n", manager)
	overlay += "    external_url: https://opslog.example.com\n    routes: [{match: {service: payments}, to: [chat]}, {to: [all]}]\n"
	p := start(t, t.TempDir(), overlayFile(t, overlay))
	sendRecording(t, p)

	eventually(t, "the failing payments are told", func() error {
		if len(rs.messages("/chat")) == 0 {
			return fmt.Errorf("all are told of %q", rs.told("/all"))
		}
		return nil
	})
	payment := rs.messages("/chat")[0]
	t.Logf("%s\n%s", payment.Title, payment.Text)
	assert.Regexp(t, "^New error .* in payments ", payment.Title)
	for _, want := range []string{"Before it failed: ", "Example: https://opslog.example.com/operations/", "Alert: https://opslog.example.com/alerts/"} {
		assert.Contains(t, payment.Text, want)
	}
	assertNotIn(t, "the message", []byte(payment.Title+payment.Text), planted(t))

	eventually(t, "Alertmanager groups by service", func() error {
		groups, err := managerGroups(manager)
		if err == nil && len(groups) < 2 {
			err = fmt.Errorf("%d groups", len(groups))
		}
		for _, g := range groups {
			for _, a := range g.Alerts {
				assert.Equal(t, g.Labels["service"], a.Labels["service"])
				assert.Equal(t, "shop", a.Labels["team"])
				assert.Contains(t, a.Annotations["operation_url"], "https://opslog.example.com/operations/")
				assert.NotEmpty(t, a.Annotations["summary"])
			}
		}
		return err
	})
	eventually(t, "Alertmanager tells that it is over", func() error {
		for _, m := range rs.managed() {
			if m.Status == "resolved" {
				return nil
			}
		}
		return fmt.Errorf("%d notices", len(rs.managed()))
	})
	eventually(t, "nothing fires in Alertmanager", func() error {
		groups, err := managerGroups(manager)
		if err == nil && len(groups) > 0 {
			err = fmt.Errorf("%d groups", len(groups))
		}
		return err
	})
	p.stop()
}

type managerGroup struct {
	Labels map[string]string
	Alerts []struct{ Labels, Annotations map[string]string }
}

func managerGroups(base string) (groups []managerGroup, err error) {
	resp, err := http.Get(base + "/api/v2/alerts/groups")
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	return groups, json.NewDecoder(resp.Body).Decode(&groups)
}
