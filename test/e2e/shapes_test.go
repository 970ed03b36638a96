package e2e

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/test/clickhouse"
)

// token is what whoever asks or sends must show in shapes that others can reach.
const token = "a-token-of-this-test"

// testForwarding puts a shape without a store before a gateway that keeps what comes.
func testForwarding(t *testing.T, name string) {
	backend := startConfig(t, "gateway", append(clickhouseEnv(clickhouse.Start(t)), "OPSLOG_TOKEN="+token)...)
	backend.reader = "Bearer " + token
	p := startConfig(t, name, "OPSLOG_GATEWAY="+backend.grpc, "OPSLOG_TOKEN="+token)
	sendRecording(t, p)
	assert.NotEmpty(t, settled(t, backend))
	p.stop()
	assertNotIn(t, "the log of "+name, []byte(p.output()), planted(t))
	assertNotInFiles(t, p.data, planted(t))
	assertNotIn(t, "the log of the gateway", []byte(backend.output()), planted(t))
	backend.stop()
}

func testGateway(t *testing.T) {
	p := startConfig(t, "gateway", append(clickhouseEnv(clickhouse.Start(t)), "OPSLOG_TOKEN="+token)...)
	for _, wrong := range []string{"", "Bearer wrong", "Bearer ", token, "Basic " + token} {
		p.reader, p.writer = wrong, wrong
		assert.Equal(t, http.StatusUnauthorized, p.post("traces", `{"resourceSpans":[]}`), "sending with %q", wrong)
		assert.Equal(t, http.StatusUnauthorized, p.status("/api/opslog/v1/status"), "asking with %q", wrong)
		assert.Equal(t, http.StatusUnauthorized, p.status("/api/services"), "asking as Jaeger with %q", wrong)
	}
	p.reader, p.writer = "Bearer "+token, "Bearer "+token
	sendRecording(t, p)
	ops := settled(t, p)
	assertNothingPlanted(t, p, p.data, ops[:min(20, len(ops))])
	file := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(file, []byte(token+"\n"), 0o600))
	out, errs, code := p.run("ls", "--token-file", file, "-o", "id", "-n", "5")
	assert.Zero(t, code, errs)
	assert.Len(t, strings.Fields(out), 5)
	p.stop()
	assert.NotContains(t, p.output(), token)
}

// status asks for a path of the API's server.
func (p *process) status(path string) int {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, "http://"+p.api+path, nil)
	require.NoError(p.t, err)
	if p.reader != "" {
		req.Header.Set("Authorization", p.reader)
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(p.t, err)
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

// halves sends traces whose spans come apart: the root through one door, its child through another.
type halves struct {
	t    *testing.T
	next int
	sent []string
}

func (h *halves) send(n int, a, b *process) {
	h.t.Helper()
	var roots, children []string
	now := time.Now().UnixNano()
	for range n { // the child is an error, so that the sampling keeps the trace
		h.next++
		id := fmt.Sprintf("5ca1ab1e%024x", h.next*7919)
		h.sent = append(h.sent, id)
		roots = append(roots, fmt.Sprintf(`{"traceId":"%s","spanId":"%s","name":"POST /orders","kind":2,"flags":256,"startTimeUnixNano":"%d","endTimeUnixNano":"%d"}`,
			id, "a"+id[17:], now, now+2e6))
		children = append(children, fmt.Sprintf(`{"traceId":"%s","spanId":"%s","parentSpanId":"%s","name":"INSERT","kind":3,"flags":256,"startTimeUnixNano":"%d","endTimeUnixNano":"%d","status":{"code":2}}`,
			id, "c"+id[17:], "a"+id[17:], now, now+1e6))
	}
	const around = `{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"halves"}}]},"scopeSpans":[{"spans":[%s]}]}]}`
	require.Equal(h.t, http.StatusOK, a.post("traces", fmt.Sprintf(around, strings.Join(roots, ","))))
	require.Equal(h.t, http.StatusOK, b.post("traces", fmt.Sprintf(around, strings.Join(children, ","))))
}

// arrived wants each trace at one of the gateways, once, with both of its spans, and each gateway to have its share.
func (h *halves) arrived(gateways ...*process) {
	h.t.Helper()
	eventually(h.t, "every trace is at one gateway, whole", func() error {
		where, share := map[string]int{}, map[int]int{}
		for i, g := range gateways {
			ops, err := g.tryOperations("&service=halves")
			if err != nil {
				return err
			}
			for _, op := range ops {
				if other, twice := where[op.str("trace_id")]; twice {
					h.t.Fatalf("trace %s is at the gateways %d and %d", op.str("trace_id"), other, i)
				}
				if spans, _ := op["span_count"].(float64); spans != 2 {
					return fmt.Errorf("trace %s has %v spans at gateway %d", op.str("trace_id"), op["span_count"], i)
				}
				where[op.str("trace_id")] = i
				share[i]++
			}
		}
		if len(where) != len(h.sent) {
			return fmt.Errorf("%d of %d traces", len(where), len(h.sent))
		}
		for i := range gateways {
			if share[i] < len(h.sent)/len(gateways)/2 {
				h.t.Fatalf("gateway %d got %d of %d traces", i, share[i], len(h.sent))
			}
		}
		h.t.Logf("%d traces, by gateway: %v", len(h.sent), share)
		return nil
	})
}

// testTwoTiers runs two balancers before two gateways with a ClickHouse each, and kills one of each tier meanwhile.
func testTwoTiers(t *testing.T) {
	var gateways, balancers []*process
	var addresses []string
	for range 2 {
		server, err := clickhouse.Launch(clickhouse.Options{Path: t.TempDir()})
		require.NoError(t, err)
		t.Cleanup(server.Stop)
		g := startConfig(t, "two-tier-gateway", append(clickhouseEnv(server.Default()), "OPSLOG_TOKEN="+token)...)
		g.reader = "Bearer " + token
		gateways, addresses = append(gateways, g), append(addresses, g.grpc)
	}
	for range 2 {
		b := startConfig(t, "two-tier-balancer", "OPSLOG_GATEWAYS=["+strings.Join(addresses, ", ")+"]")
		assert.Equal(t, http.StatusUnauthorized, b.post("traces", `{"resourceSpans":[]}`))
		b.writer = "Bearer " + token
		balancers = append(balancers, b)
	}
	h := &halves{t: t}
	for i := range 10 {
		h.send(20, balancers[i%2], balancers[(i+1)%2])
	}
	h.arrived(gateways...)

	gateways[1].kill() // what is for it waits with the balancers
	h.send(50, balancers[0], balancers[1])
	balancers[0].kill()
	balancers[0] = balancers[0].restart()
	balancers[0].writer = "Bearer " + token
	eventually(t, "the balancer is back", balancers[0].healthy)
	h.send(50, balancers[1], balancers[0])
	gateways[1] = gateways[1].restart()
	gateways[1].reader = "Bearer " + token
	h.arrived(gateways...)
	for _, p := range append(balancers, gateways...) {
		p.stop()
	}
}

// TestBalancerWithoutQueue runs a balancer as the Helm chart does: it finds gateways by name, keeps nothing, and acknowledges
// only what a gateway acknowledged.
func TestBalancerWithoutQueue(t *testing.T) {
	t.Setenv("OPSLOG_TOKEN", token)
	at, gateway := freePorts(t), freePorts(t)
	port := gateway.grpc[strings.LastIndex(gateway.grpc, ":")+1:]
	own := filepath.Join(t.TempDir(), "balancer.yaml")
	require.NoError(t, os.WriteFile(own, fmt.Appendf(nil, `exporters: {loadbalancing: {
  resolver: {static: null, dns: {hostname: 127.0.0.1, port: "%s", interval: 1s}},
  sending_queue: {enabled: false, storage: null}}}`, port), 0o600))
	b := launch(t, t.TempDir(), append([]string{"--config=embed:two-tier-balancer", "--config=" + own}, at.within(t, "two-tier-balancer")...)...)
	b.ports = at
	eventually(t, "the balancer is healthy", b.healthy)
	o := newOracleAs(t, b.http, "Bearer "+token)
	defer o.quiet()
	<-time.After(time.Second)
	require.Zero(t, o.count(), "acknowledged without a gateway")

	p := launch(t, t.TempDir(), append([]string{"--config=embed:default"}, gateway.overlay()...)...)
	p.ports = gateway
	p.waitReady()
	o.grown(50)
	b.kill()
	o.holds(p)
	p.stop()
}

// broker is a running Kafka.
type broker struct {
	address string
	stdin   io.WriteCloser
	cmd     *exec.Cmd
}

func startBroker(t *testing.T, bin, data, port string) *broker {
	t.Helper()
	cmd := exec.Command(bin, "--path", data, "--port", port)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	b := &broker{stdin: stdin, cmd: cmd}
	t.Cleanup(b.stop)
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err)
	b.address = strings.TrimSpace(line)
	return b
}

func (b *broker) stop() {
	_ = b.stdin.Close()
	_ = b.cmd.Wait()
}

// testKafka puts Kafka between two opslogs, kills each of them, restarts the broker, and sends what nobody can read.
func testKafka(t *testing.T) {
	bin := filepath.Join(t.TempDir(), "kafka")
	out, err := exec.Command("go", "build", "-C", "../kafka", "-trimpath", "-o", bin, ".").CombinedOutput()
	require.NoError(t, err, string(out))
	data := t.TempDir()
	kafka := startBroker(t, bin, data, "0")
	t.Setenv("OPSLOG_KAFKA_BROKERS", "["+kafka.address+"]")
	in := startConfig(t, "kafka-in", "OPSLOG_TOKEN="+token)
	assert.Equal(t, http.StatusUnauthorized, in.post("traces", `{"resourceSpans":[]}`))
	keep := startConfig(t, "kafka-out", clickhouseEnv(clickhouse.Start(t))...)
	o := newOracleAs(t, in.http, "Bearer "+token)
	defer o.quiet()
	o.grown(50)

	keep.kill()
	o.grown(30)
	keep = keep.restart()
	keep.reader = "Bearer " + token

	_, err = io.WriteString(kafka.stdin, "otlp_spans this is no OTLP\n")
	require.NoError(t, err)
	o.grown(30)

	kafka.stop()
	o.grown(30) // waits on disk
	in.kill()
	in = in.restart()
	startBroker(t, bin, data, kafka.address[strings.LastIndex(kafka.address, ":")+1:])
	o.grown(30)
	o.holds(keep)
	eventually(t, "the message that nobody can read is counted", func() error {
		_, err := keep.metric("otelcol_kafka_receiver_unmarshal_failed_spans")
		return err
	})
	in.stop()
	keep.stop()
}
