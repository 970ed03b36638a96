// Package e2e runs the shipped binary: OTLP in, API, commands and a browser out. It starts processes only, never
// opslog's packages inside the test.
package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// patience bounds every wait. Waits end as soon as their condition holds; this is for slow machines.
const patience = 60 * time.Second

// binary is the shipped program.
func binary(t testing.TB) string {
	t.Helper()
	path, err := filepath.Abs("../../bin/opslog")
	require.NoError(t, err)
	require.FileExists(t, path, "build it first: make build")
	return path
}

// ports are the places where one opslog listens, all free when asked for.
type ports struct{ grpc, http, api, prometheus, health, self string }

func freePorts(t testing.TB) ports {
	t.Helper()
	var free [6]string
	for i := range free {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		defer func() { _ = l.Close() }()
		free[i] = l.Addr().String()
	}
	return ports{grpc: free[0], http: free[1], api: free[2], prometheus: free[3], health: free[4], self: free[5]}
}

// overlay moves the default configuration to the given ports, as a user would with --config.
func (p ports) overlay() []string {
	return []string{
		"--config=yaml:receivers::otlp::protocols::grpc::endpoint: " + p.grpc,
		"--config=yaml:receivers::otlp::protocols::http::endpoint: " + p.http,
		"--config=yaml:extensions::opslog_query::endpoint: " + p.api,
		"--config=yaml:exporters::prometheus::endpoint: " + p.prometheus,
		"--config=yaml:extensions::health_check::endpoint: " + p.health,
		fmt.Sprintf("--config=yaml:service::telemetry::metrics::readers: [{pull: {exporter: {prometheus: {host: 127.0.0.1, port: %s}}}}]",
			p.self[strings.LastIndex(p.self, ":")+1:]),
	}
}

// process is a running opslog.
type process struct {
	ports
	t      testing.TB
	cmd    *exec.Cmd
	data   string
	fresh  bool // it found nothing in data
	exited chan struct{}

	reader, writer string // Authorization of who asks the API, and of who sends; empty is none

	mu  sync.Mutex
	log bytes.Buffer
}

// Write collects what the process prints.
func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.Write(b)
}

func (p *process) output() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

// launch starts opslog with the arguments and does not wait for it.
func launch(t testing.TB, data string, args ...string) *process {
	t.Helper()
	return launchPath(t, binary(t), data, args...)
}

func launchPath(t testing.TB, path, data string, args ...string) *process {
	t.Helper()
	p := &process{t: t, data: data, fresh: isEmpty(data), exited: make(chan struct{})}
	p.cmd = exec.Command(path, args...)
	p.cmd.Env = append(os.Environ(), "OPSLOG_DATA="+data)
	p.cmd.Stdout, p.cmd.Stderr = p, p
	require.NoError(t, p.cmd.Start())
	go func() {
		_ = p.cmd.Wait()
		close(p.exited)
	}()
	t.Cleanup(func() {
		p.signal(syscall.SIGKILL)
		<-p.exited
		if t.Failed() {
			t.Logf("opslog printed:\n%s", p.output())
		}
	})
	return p
}

// start runs opslog with the default configuration on free ports and a data directory, until the test ends.
func start(t testing.TB, data string, extra ...string) *process {
	t.Helper()
	at := freePorts(t)
	p := launch(t, data, append(append([]string{"--config=embed:default"}, at.overlay()...), extra...)...)
	p.ports = at
	p.waitReady()
	return p
}

func (p *process) signal(s syscall.Signal) {
	_ = p.cmd.Process.Signal(s) // it may have ended already
}

// stop wants the process to account for what it took, asks it to end, as systemd and Kubernetes do, and wants it to do so
// cleanly.
func (p *process) stop() {
	p.t.Helper()
	p.accounted()
	p.signal(syscall.SIGTERM)
	require.Equal(p.t, 0, p.wait(), "exit code after SIGTERM")
}

// wait waits for the end and answers the exit code.
func (p *process) wait() int {
	p.t.Helper()
	select {
	case <-p.exited:
	case <-time.After(patience):
		p.t.Fatalf("opslog still runs after %v", patience)
	}
	return p.cmd.ProcessState.ExitCode()
}

func (p *process) waitReady() {
	p.t.Helper()
	eventually(p.t, "opslog answers", func() error {
		select {
		case <-p.exited:
			p.t.Fatalf("opslog ended with code %d:\n%s", p.cmd.ProcessState.ExitCode(), p.output())
		default:
		}
		if _, err := p.tryGet("/status"); err != nil {
			return err
		}
		return p.healthy() // receivers come last
	})
}

// healthy asks the health check, which is content when all is started.
func (p *process) healthy() error {
	resp, err := http.Get("http://" + p.health)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("health check: %s", resp.Status)
	}
	return nil
}

// eventually repeats until the condition holds.
func eventually(t testing.TB, what string, condition func() error) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		err := condition()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("after %v still not: %s: %v", patience, what, err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func (p *process) url(path string) string { return "http://" + p.api + "/api/opslog/v1" + path }

// tryGet asks the API and holds the answer against the OpenAPI document.
func (p *process) tryGet(path string) ([]byte, error) {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, p.url(path), nil)
	if err != nil {
		return nil, err
	}
	if p.reader != "" {
		req.Header.Set("Authorization", p.reader)
	}
	resp, err := http.DefaultClient.Do(req)
	for err == nil && resp.StatusCode == http.StatusTooManyRequests { // tests ask faster than people; they wait as opslog's commands do
		_ = resp.Body.Close()
		time.Sleep(time.Second)
		resp, err = http.DefaultClient.Do(req)
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if err := conforms(req, resp, body); err != nil {
		p.t.Errorf("GET %s does not answer as openapi.yaml says: %v", path, err)
	}
	if resp.StatusCode != http.StatusOK {
		return body, fmt.Errorf("GET %s: %s: %s", path, resp.Status, body)
	}
	return body, nil
}

func get[T any](p *process, path string) T {
	p.t.Helper()
	out, err := try[T](p, path)
	require.NoError(p.t, err)
	return out
}

func try[T any](p *process, path string) (out T, err error) {
	body, err := p.tryGet(path)
	if err != nil {
		return out, err
	}
	return out, json.Unmarshal(body, &out)
}

// record is an operation as a client of the API sees it.
type record map[string]any

func (r record) str(field string) string { s, _ := r[field].(string); return s }

type page struct {
	Items      []record `json:"items"`
	NextCursor *string  `json:"next_cursor"`
}

// operations lists everything of the last day, page by page.
func (p *process) operations(query string) []record {
	p.t.Helper()
	all, err := p.tryOperations(query)
	require.NoError(p.t, err)
	return all
}

func (p *process) tryOperations(query string) ([]record, error) {
	var all []record
	path := "/operations?from=now-1d&limit=200" + query
	for next := path; ; {
		got, err := try[page](p, next)
		if err != nil {
			return nil, err
		}
		all = append(all, got.Items...)
		if got.NextCursor == nil {
			return all, nil
		}
		next = path + "&cursor=" + *got.NextCursor
	}
}

// post sends OTLP as JSON and answers the HTTP status.
func (p *process) post(signal, body string) int {
	p.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "http://"+p.ports.http+"/v1/"+signal, strings.NewReader(body))
	require.NoError(p.t, err)
	req.Header.Set("Content-Type", "application/json")
	if p.writer != "" {
		req.Header.Set("Authorization", p.writer)
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(p.t, err)
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

// run calls one of opslog's commands against the process.
func (p *process) run(args ...string) (stdout, stderr string, code int) {
	p.t.Helper()
	cmd := exec.Command(binary(p.t), args...)
	cmd.Env = append(os.Environ(), "OPSLOG_SERVER=http://"+p.api, "TZ=UTC")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil {
		assert.ErrorAs(p.t, err, &exit)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}
