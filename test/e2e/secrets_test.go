package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/test/clickhouse"
)

// Secrets of a configuration, each a word of its own, so that whoever shows one is known. None looks like a secret: nobody
// finds them by their shape.
var configured = map[string]string{
	"the token of the API":             "heron-of-the-api",
	"the password of a sender":         "plover-of-acme",
	"the password of ClickHouse":       "curlew-of-clickhouse",
	"the path of a webhook":            "dunlin-in-the-path",
	"the query of a webhook":           "godwit-in-the-query",
	"a header of a webhook":            "avocet-in-a-header",
	"the secret of a webhook":          "whimbrel-that-signs",
	"the password in a webhook's URL":  "lapwing-in-the-url",
	"the address of a chat":            "turnstone-of-the-chat",
	"a header of Alertmanager":         "sandpiper-of-the-manager",
	"the key of tokens":                "oystercatcher-makes-tokens-of-names",
	"the header of a forwarded signal": "knot-for-the-next-hop",
}

// What callers send in places where it may be answered to them, and must not stay.
const (
	tokenOfNobody = "redshank-as-a-token"
	inAQuery      = "greenshank-in-a-query"
	inABody       = "stint-in-a-body"
	inOTLP        = "sanderling-in-otlp"
	inAPath       = "phalarope-in-a-path"
)

func secretsOverlay(t *testing.T, notify, pprof, zpages string) string {
	t.Helper()
	c := configured
	file := filepath.Join(t.TempDir(), "senders.htpasswd")
	require.NoError(t, os.WriteFile(file, []byte("acme:"+c["the password of a sender"]+"\n"), 0o600))
	return overlayFile(t, fmt.Sprintf(`
receivers: {otlp: {protocols: {grpc: {auth: {authenticator: basicauth}}, http: {auth: {authenticator: basicauth}}}}}
processors:
  pii_redaction: {hash: {key: %q}}
  error_alert:
    learning_period: 0s
    evaluation_interval: 1s
    rules:
      - {name: NewError, type: new_error}
    notifiers:
      - {name: hook, webhook: {url: %q, secret: %q, headers: {X-Key: %q}, allow_private_addresses: true}}
      - {name: away, webhook: {url: %q, allow_private_addresses: true}}
      - {name: refused, webhook: {url: %q}}
      - {name: chat, service: %q}
      - {name: manager, alertmanager: {endpoints: ["http://127.0.0.1:1"], headers: {Authorization: %q}, allow_private_addresses: true}}
exporters:
  otlp_http/next: {endpoint: "http://127.0.0.1:1", headers: {X-Next: %q}, retry_on_failure: {max_elapsed_time: 0s}, sending_queue: {storage: opslog_storage, block_on_overflow: true}}
extensions:
  basicauth: {htpasswd: {file: %q}}
  bearertokenauth: {token: %q}
  opslog_query: {auth: {authenticator: bearertokenauth}}
  pprof: {endpoint: %q}
  zpages: {endpoint: %q}
service:
  extensions: [basicauth, bearertokenauth, opslog_guard, opslog_storage, opslog_query, health_check, pprof, zpages]
  pipelines: {logs/next: {receivers: [otlp], processors: [memory_limiter, pii_redaction], exporters: [otlp_http/next]}}
  telemetry: {logs: {level: debug}, metrics: {level: detailed}}
`, c["the key of tokens"], notify+"/"+c["the path of a webhook"]+"?key="+c["the query of a webhook"], c["the secret of a webhook"], c["a header of a webhook"],
		"http://user:"+c["the password in a webhook's URL"]+"@127.0.0.1:1/", "https://10.0.0.1/"+c["the path of a webhook"],
		"generic+http://127.0.0.1:1/"+c["the address of a chat"], c["a header of Alertmanager"],
		c["the header of a forwarded signal"], file, c["the token of the API"], pprof, zpages))
}

// secrets are all that must be shown nowhere.
func secrets(t *testing.T) []string {
	t.Helper()
	out := planted(t)
	for _, secret := range configured {
		out = append(out, secret)
	}
	return out
}

// fallen sends what is wrong, in every place where something can be: each holds a word of its own.
func fallen(t *testing.T, p *process) {
	t.Helper()
	right, sender := p.reader, p.writer
	for _, wrong := range []string{"Bearer " + tokenOfNobody, "Basic " + tokenOfNobody, basic("acme", tokenOfNobody), tokenOfNobody} {
		p.reader, p.writer = wrong, wrong
		_, body := p.ask(http.MethodGet, "/api/opslog/v1/status")
		assert.NotContains(t, body, tokenOfNobody, "an answer does not repeat credentials")
		p.post("traces", `{}`)
		p.export("logs", wrong)
	}
	p.reader, p.writer = right, sender
	for _, path := range []string{
		"/operations?q=" + inAQuery + "%20%3D%20(", "/operations?q=user%20%3D%20%22" + inAQuery + "%22", "/query?q=%7C%20count()%20by%20" + inAQuery,
		"/operations?q=attributes.x%20~%20%22" + inAQuery + "(%22", "/operations/" + inAPath, "/traces/" + inAPath, "/fields/" + inAPath + "/values",
		"/" + inAPath, "/saved/" + inAPath, "/alerts/" + inAPath, "/operations?from=" + inAQuery, "/operations?cursor=" + inAQuery,
	} {
		status, body := p.ask(http.MethodGet, "/api/opslog/v1"+path)
		assert.NotEqual(t, http.StatusInternalServerError, status, path)
		assertNotIn(t, path, []byte(body), secrets(t))
	}
	for _, r := range documentedRoutes(t) {
		if r.method == http.MethodGet {
			continue
		}
		for _, body := range []string{`{"` + inABody, `{"` + inABody + `":1}`, `["` + inABody + `"]`, `"` + inABody + `"`} {
			req, err := http.NewRequestWithContext(t.Context(), r.method, "http://"+p.api+inBraces.ReplaceAllString(r.path, inAPath), strings.NewReader(body))
			require.NoError(t, err)
			req.Header.Set("Authorization", p.reader)
			req.Header.Set("Content-Type", "application/json")
			resp, err := http.DefaultClient.Do(req)
			require.NoError(t, err)
			text, err := io.ReadAll(resp.Body)
			require.NoError(t, err)
			assert.NoError(t, resp.Body.Close())
			assertNotIn(t, r.method+" "+r.path, text, secrets(t))
		}
	}
	for _, body := range []string{`{"resourceSpans":[{"` + inOTLP, `{"resourceSpans":"` + inOTLP + `"}`, `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"traceId":"` + inOTLP + `"}]}]}]}`, inOTLP} {
		for _, signal := range []string{"traces", "logs"} {
			p.post(signal, body)
		}
	}
}

// assertSaysNothing searches everything that the process has written and shows, and ends it with a dump of all its goroutines.
func assertSaysNothing(t *testing.T, p *process, pages ...string) {
	t.Helper()
	never := secrets(t)
	kept := append(secrets(t), tokenOfNobody, inAQuery, inABody, inOTLP, inAPath)
	for name, address := range map[string]string{"RED metrics": p.prometheus, "opslog's own metrics": p.self} {
		assertNotIn(t, name, fetch(t, "http://"+address+"/metrics"), kept)
	}
	for _, page := range pages {
		text, err := fetchText("http://" + page)
		require.NoError(t, err)
		assertNotIn(t, page, []byte(text), kept)
	}
	file := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(file, []byte(strings.TrimPrefix(p.reader, "Bearer ")), 0o600))
	for _, command := range [][]string{{"doctor", "--no-send"}, {"alerts"}, {"ls"}, {"errors"}, {"quality"}, {"commands"}} {
		out, errs, _ := p.run(append(command, "--token-file", file, "--otlp", "http://"+p.http)[:len(command)+2]...)
		assertNotIn(t, "opslog "+command[0], []byte(out+errs), kept)
	}
	for _, command := range []string{"print-config", "validate"} {
		args := append([]string{command}, p.cmd.Args[1:]...)
		for _, mistake := range []string{"", "--config=yaml:processors::error_alert::notifiers: [{name: x, service: " + configured["the address of a chat"] + "}]", "--config=yaml:extensions::nothing: {}"} {
			cmd := exec.Command(binary(t), append(args, mistake)[:len(args)+min(len(mistake), 1)]...)
			cmd.Env = p.cmd.Env
			out, _ := cmd.CombinedOutput()
			assertNotIn(t, "opslog "+command+" "+mistake, out, never)
		}
	}
	p.signal(syscall.SIGQUIT)
	<-p.exited
	assert.Contains(t, p.output(), "goroutine 1", "the dump")
	assertNotIn(t, "opslog's own log", []byte(p.output()), kept)
	assertNotInFiles(t, p.data, kept)
}

// TestNothingSaysASecret has secrets in every place of the configuration that takes one, personal data in every signal, callers
// with mistakes, receivers that fail, and looks for all of it in everything that opslog writes.
func TestNothingSaysASecret(t *testing.T) {
	rs := newReceivers(t)
	rs.answering(func(_ string, _ int, w http.ResponseWriter, r *http.Request) bool {
		body, _ := io.ReadAll(r.Body)
		http.Error(w, fmt.Sprint(r.URL, r.Header, string(body)), http.StatusBadRequest) // it repeats what it was sent
		return true
	})
	more := freePorts(t)
	p := startSecret(t, "default", secretsOverlay(t, rs.URL, more.http, more.grpc))
	sendRecording(t, p)
	ops := settled(t, p)
	fallen(t, p)
	eventually(t, "a receiver was tried", func() error {
		if rs.tried("/"+configured["the path of a webhook"]) == 0 {
			return fmt.Errorf("not yet")
		}
		return nil
	})
	for _, op := range ops[:min(10, len(ops))] {
		for _, path := range readable(t, op) {
			if !strings.HasSuffix(path, "/tail") {
				_, body := p.ask(http.MethodGet, path)
				assertNotIn(t, path, []byte(body), secrets(t))
			}
		}
	}
	assertSaysNothing(t, p, more.http+"/debug/pprof/goroutine?debug=2", more.http+"/debug/pprof/cmdline", more.grpc+"/debug/servicez",
		more.grpc+"/debug/pipelinez", more.grpc+"/debug/extensionz", more.grpc+"/debug/featurez")
}

// TestNothingSaysASecretWithoutADatabase is the same before a ClickHouse that does not take the password, and with one that is away.
func TestNothingSaysASecretWithoutADatabase(t *testing.T) {
	server, err := clickhouse.Launch(clickhouse.Options{Path: t.TempDir()}) // of its own: this engine does not outlive many refused logins
	require.NoError(t, err)
	t.Cleanup(server.Stop)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	for name, address := range map[string]string{"another password": server.TCP, "away": l.Addr().String()} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("OPSLOG_CLICKHOUSE_ENDPOINT", "tcp://"+address)
			t.Setenv("OPSLOG_CLICKHOUSE_USERNAME", "somebody")
			t.Setenv("OPSLOG_CLICKHOUSE_PASSWORD", configured["the password of ClickHouse"])
			more := freePorts(t)
			p := startSecret(t, "clickhouse", secretsOverlay(t, "http://127.0.0.1:1", more.http, more.grpc))
			sendRecording(t, p)
			fallen(t, p)
			_, body := p.ask(http.MethodGet, "/api/opslog/v1/operations")
			assert.Contains(t, body, "/problems/unavailable")
			assertNotIn(t, "an answer without a database", []byte(body), secrets(t))
			eventually(t, "the log says that the database is not there", func() error {
				if !bytes.Contains([]byte(p.output()), []byte(address)) {
					return fmt.Errorf("not yet")
				}
				return nil
			})
			assertSaysNothing(t, p)
		})
	}
}

// startSecret starts a shipped configuration with secrets laid over it.
func startSecret(t *testing.T, name, overlay string) *process {
	t.Helper()
	at := freePorts(t)
	p := launch(t, t.TempDir(), append([]string{"--config=embed:" + name, overlay}, at.within(t, name)...)...)
	p.ports, p.reader, p.writer = at, "Bearer "+configured["the token of the API"], basic("acme", configured["the password of a sender"])
	eventually(t, name+" is healthy", func() error {
		select {
		case <-p.exited:
			t.Fatalf("opslog ended:\n%s", p.output())
		default:
		}
		return p.healthy()
	})
	return p
}

// TestMistakesSayNoSecret puts a secret where it does not belong, or gives it a wrong form: the start ends with a sentence, without it.
func TestMistakesSayNoSecret(t *testing.T) {
	const secret = "bittern-where-it-does-not-belong"
	for name, overlay := range map[string]string{
		"a password in Alertmanager's address": `processors: {error_alert: {notifiers: [{name: x, alertmanager: {endpoints: ["http://am:` + secret + `@127.0.0.1:1"]}}]}}`,
		"a password in ClickHouse's address":   `extensions: {opslog_storage: {embedded: null, clickhouse: {endpoint: "tcp://u:` + secret + `@127.0.0.1:1"}}}`,
		"a password in its query":              `extensions: {opslog_storage: {embedded: null, clickhouse: {endpoint: "tcp://127.0.0.1:1?password=` + secret + `"}}}`,
		"a webhook of another kind":            `processors: {error_alert: {notifiers: [{name: x, webhook: {url: "ftp://` + secret + `"}}]}}`,
		"a chat that is none":                  `processors: {error_alert: {notifiers: [{name: x, service: "` + secret + `"}]}}`,
		"a chat of an unknown service":         `processors: {error_alert: {notifiers: [{name: x, service: "nothing://` + secret + `"}]}}`,
		"a chat that lacks something":          `processors: {error_alert: {notifiers: [{name: x, service: "slack://` + secret + `"}]}}`,
		"a key of the archive":                 `extensions: {opslog_storage: {archive: {directory: a, signing_key: "` + secret + `"}}}`,
		"a list for a password":                `extensions: {opslog_storage: {embedded: null, clickhouse: {endpoint: "tcp://127.0.0.1:1", password: {a: "` + secret + `"}}}}`,
		"a header that is a list":              `processors: {error_alert: {notifiers: [{name: x, webhook: {url: "https://a", headers: ["` + secret + `"]}}]}}`,
	} {
		t.Run(name, func(t *testing.T) {
			at := freePorts(t)
			p := launch(t, t.TempDir(), append(append([]string{"--config=embed:default"}, at.overlay()...), overlayFile(t, overlay))...)
			assert.NotZero(t, p.wait())
			assertNotIn(t, name, []byte(p.output()), []string{secret})
		})
	}
}
