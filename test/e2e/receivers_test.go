package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// message is what a webhook gets.
type message struct {
	Key, Title, Text string
	Status           string // of Alertmanager's
	Alerts           []struct {
		Rule, State string
	}
}

// receivers are webhooks, told apart by their path. What they take is kept; before answers in its place while it says so.
type receivers struct {
	*httptest.Server
	t      testing.TB
	mu     sync.Mutex
	tries  map[string]int
	got    map[string][]message
	before func(path string, try int, w http.ResponseWriter, r *http.Request) (refused bool)
}

func newReceivers(t testing.TB) *receivers {
	rs := &receivers{t: t, tries: map[string]int{}, got: map[string][]message{}}
	rs.Server = httptest.NewServer(http.HandlerFunc(rs.serve))
	t.Cleanup(rs.Close)
	return rs
}

func (rs *receivers) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	assert.NoError(rs.t, err)
	rs.mu.Lock()
	rs.tries[r.URL.Path]++
	try := rs.tries[r.URL.Path]
	before := rs.before
	rs.mu.Unlock()
	if before != nil && before(r.URL.Path, try, w, r) {
		return
	}
	var m message
	if assert.NoError(rs.t, json.Unmarshal(body, &m)) {
		rs.mu.Lock()
		defer rs.mu.Unlock()
		rs.got[r.URL.Path] = append(rs.got[r.URL.Path], m)
	}
}

// answering replaces how requests are refused; nil takes them all.
func (rs *receivers) answering(f func(path string, try int, w http.ResponseWriter, r *http.Request) bool) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.before = f
}

// told lists the changes that a receiver was told of: "RULE state".
func (rs *receivers) told(path string) []string {
	var out []string
	for _, m := range rs.messages(path) {
		for _, a := range m.Alerts {
			out = append(out, a.Rule+" "+a.State)
		}
	}
	return out
}

func (rs *receivers) messages(path string) []message {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	return slices.Clone(rs.got[path])
}

// managed are the notices of Alertmanager, whose webhook is /manager.
func (rs *receivers) managed() []message { return rs.messages("/manager") }

func (rs *receivers) tried(path string) int {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	return rs.tries[path]
}

// waitFor waits until a receiver was told of exactly this.
func (rs *receivers) waitFor(path string, want ...string) {
	rs.t.Helper()
	eventually(rs.t, fmt.Sprint(path, " is told of ", want), func() error {
		if got := rs.told(path); !slices.Equal(got, want) {
			return fmt.Errorf("it was told of %q", got)
		}
		return nil
	})
}

// alerting is the configuration of error_alert, laid over the default. rules are lines of YAML; each notifier is a
// webhook of that path.
func (rs *receivers) alerting(rules string, notifiers ...string) string {
	var b strings.Builder
	b.WriteString("processors:\n  error_alert:\n    learning_period: 0s\n    evaluation_interval: 1s\n    cascade_wait: 2s\n    instance: e2e\n    rules:\n" + rules + "    notifiers:\n")
	for _, name := range notifiers {
		fmt.Fprintf(&b, "      - {name: %s, webhook: {url: %q, allow_private_addresses: true}}\n", name, rs.URL+"/"+name)
	}
	return b.String()
}

// overlayFile writes a configuration to lay over another.
func overlayFile(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "overlay.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return "--config=" + path
}

// fails sends n operations that fail, and their siblings that do not.
func (p *process) fails(n, fine int) {
	p.t.Helper()
	now := time.Now()
	var spans []string
	for i := range n + fine {
		status := `"code":2,"message":"card declined"`
		if i >= n {
			status = `"code":1`
		}
		spans = append(spans, fmt.Sprintf(`{"traceId":"%032x","spanId":"%016x","name":"POST /pay","kind":2,"startTimeUnixNano":"%d","endTimeUnixNano":"%d","status":{%s},
			"attributes":[{"key":"http.request.method","value":{"stringValue":"POST"}},{"key":"http.route","value":{"stringValue":"/pay"}}]}`,
			now.UnixNano()+int64(i), now.UnixNano()+int64(i), now.Add(-time.Second).UnixNano(), now.UnixNano(), status))
	}
	require.Equal(p.t, http.StatusOK, p.post("traces", `{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"till"}}]},
		"scopeSpans":[{"spans":[`+strings.Join(spans, ",")+`]}]}]}`))
}

// alertmanager is a real one, which tells a receiver.
func startAlertmanager(t testing.TB, tells string) (base string) {
	t.Helper()
	path, err := exec.LookPath("prometheus-alertmanager")
	if err != nil {
		path, err = exec.LookPath("alertmanager")
	}
	require.NoError(t, err, "there is no Alertmanager: run test/install.sh")
	dir := t.TempDir()
	config := filepath.Join(dir, "alertmanager.yml")
	require.NoError(t, os.WriteFile(config, fmt.Appendf(nil, `
route: {receiver: stub, group_by: [service], group_wait: 500ms, group_interval: 1s, repeat_interval: 1h}
receivers: [{name: stub, webhook_configs: [{url: %q, send_resolved: true}]}]
`, tells), 0o600))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := l.Addr().String()
	require.NoError(t, l.Close())
	cmd := exec.Command(path, "--config.file="+config, "--storage.path="+dir, "--web.listen-address="+address, "--cluster.listen-address=")
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return "http://" + address
}
