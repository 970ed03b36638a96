package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/quality"
	"github.com/opslog/opslog/internal/store"
)

// server answers as an opslog that holds two operations of one trace: an order that failed, and one that did not.
type server struct {
	*httptest.Server
	mu       sync.Mutex
	asked    []string // paths with their parameters
	ops      []*operation.Operation
	spans    []*operation.Span
	logs     []*operation.LogRecord
	answers  map[string]string // fixed answers by path
	streamed func(w http.ResponseWriter, r *http.Request)
	sent     [][]byte // OTLP requests
	quality  []*quality.Service
	counts   []int // what GET /query counts, one after the other
}

func newServer(t *testing.T) *server {
	t.Helper()
	failing, kept := login()
	failing.TraceID, failing.ErrorSpanID, failing.Kind = operation.TraceID{2}, operation.SpanID{5}, operation.KindCommand
	failing.Transport, failing.Method, failing.Target = operation.TransportHTTP, "POST", "/login"
	failing.RequestBody = `{"email":"[EMAIL]","password":"[SECRET]","note":"it's"}`
	failing.RequestHeaders = operation.Attributes{"authorization": []any{"[SECRET]"}, "accept": []any{"application/json"}, "host": []any{"shop"},
		"x-evil": []any{"a\r\nInjected: yes"}, "user-agent": []any{"curl/8"}}
	failing.Attributes = operation.Attributes{"server.address": "shop.example", "server.port": float64(8443), "url.scheme": "https"}
	failing.Effects = []operation.Effect{{Kind: "cache", Action: "SET", Target: "session:{id}", Outcome: operation.EffectFailed}}
	failing.External = []operation.Step{{Category: "db", Template: "SELECT role", Count: 6, Total: 12 * time.Millisecond, Max: 2 * time.Millisecond, FirstOffset: 20 * time.Millisecond}}
	fine := *failing
	fine.ID, fine.SpanID, fine.Status, fine.StatusCode, fine.Name = operation.ID{3}, operation.SpanID{9}, operation.StatusOK, 200, "=HYPERLINK(\"http://evil\")"
	fine.ErrorType, fine.ErrorMessage, fine.ErrorSpanCount, fine.Duration = "", "", 0, 90*time.Millisecond
	fine.Effects = []operation.Effect{{Kind: "cache", Action: "SET", Target: "session:{id}", Outcome: operation.EffectDone}}
	fine.External = []operation.Step{{Category: "db", Template: "SELECT role", Count: 1, Total: 2 * time.Millisecond}, {Category: "http", Template: "GET /flags", Count: 1, Total: time.Millisecond}}
	s := &server{ops: []*operation.Operation{failing, &fine}, answers: map[string]string{}}
	for _, span := range kept.Items {
		span.TraceID, span.StartTime, span.Kind = failing.TraceID, failing.StartTime+span.StartTime*operation.Time(time.Millisecond), operation.SpanInternal
		if span.Name == "SELECT role" {
			span.Kind = operation.SpanClient
		}
		s.spans = append(s.spans, span)
	}
	s.logs = []*operation.LogRecord{{TraceID: failing.TraceID, SpanID: failing.SpanID, Time: failing.StartTime, SeverityText: "WARN", ServiceName: "shop", Body: "odd\x1b[2J"}}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func (s *server) serve(w http.ResponseWriter, r *http.Request) {
	path, inside := strings.CutPrefix(r.URL.Path, api.Prefix)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, strings.TrimSuffix(path+"?"+r.URL.Query().Encode(), "?"))
	switch fixed, ok := s.answers[path]; {
	case ok:
		_, _ = w.Write([]byte(fixed))
	case !inside && r.URL.Path == "/v1/traces":
		s.take(w, r)
	case path == "/tail":
		s.mu.Unlock()
		s.streamed(w, r)
		s.mu.Lock()
	case path == "/status":
		reply(w, api.Status{Version: "1.0.0", Now: operation.TimeOf(time.Now()), Store: store.Stats{Engine: "embedded", Operations: 2, Bytes: 1_234_567}})
	case path == "/services":
		reply(w, api.ServiceList{Items: []store.ServiceSummary{{Name: "shop", Operations: 2}, {Name: "web"}}})
	case path == "/operations" && strings.Contains(r.URL.Query().Get("q"), "retry_of"):
		reply(w, api.OperationPage{})
	case path == "/operations" && r.URL.Query().Get("scope") == "spans":
		reply(w, api.SpanPage{Items: s.spans})
	case path == "/operations":
		reply(w, api.OperationPage{Items: s.ops})
	case strings.HasSuffix(path, "/before"):
		earlier := *s.ops[1]
		earlier.StartTime, earlier.Name, earlier.ServiceName = s.ops[0].StartTime-operation.Time(3*time.Second), "GET /login", "shop"
		reply(w, api.Before{Earlier: []*operation.Operation{&earlier}})
	case strings.HasPrefix(path, "/errors/"):
		reply(w, api.ErrorDetail{Groups: []api.ErrorGroup{{ErrorGroup: store.ErrorGroup{
			Service: s.ops[0].ServiceName, Operations: []string{s.ops[0].Name}, Count: 2, FirstSeen: s.ops[0].StartTime, LastSeen: s.ops[1].StartTime}}}})
	case path == "/query" && len(s.counts) > 0:
		_, _ = fmt.Fprintf(w, `{"columns":[{"name":"count","type":"int"}],"rows":[[%d]]}`, s.counts[0])
		s.counts = s.counts[1:]
	case path == "/quality":
		reply(w, api.QualityList{Items: s.quality})
	case strings.HasPrefix(path, "/operations/"):
		s.operation(w, strings.TrimPrefix(path, "/operations/"))
	case strings.HasSuffix(path, "/spans"):
		reply(w, api.SpanList{Items: s.spans})
	case strings.HasSuffix(path, "/logs"):
		reply(w, api.LogList{Items: s.logs})
	case strings.HasSuffix(path, "/operations") && !strings.Contains(path, s.ops[0].TraceID.String()):
		reply(w, api.OperationList{})
	case strings.HasSuffix(path, "/operations"):
		reply(w, api.OperationList{Items: s.ops})
	default:
		problem(w, api.NotFound("no such path"))
	}
}

func (s *server) operation(w http.ResponseWriter, id string) {
	for _, op := range s.ops {
		if op.ID.String() == id {
			reply(w, op)
			return
		}
	}
	problem(w, api.NotFound("there is no such operation"))
}

// take makes an operation of what the OTLP port gets.
func (s *server) take(w http.ResponseWriter, r *http.Request) {
	var body bytes.Buffer
	_, _ = body.ReadFrom(r.Body)
	s.sent = append(s.sent, body.Bytes())
	var got struct {
		ResourceSpans []struct {
			ScopeSpans []struct {
				Spans []struct {
					TraceID operation.TraceID `json:"traceId"`
					SpanID  operation.SpanID  `json:"spanId"`
					Start   operation.Time    `json:"startTimeUnixNano"`
				}
			}
		}
	}
	if err := json.Unmarshal(body.Bytes(), &got); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	for _, span := range got.ResourceSpans[0].ScopeSpans[0].Spans {
		s.ops = append(s.ops, &operation.Operation{ID: operation.NewID(span.Start, span.TraceID, span.SpanID)})
	}
	_, _ = w.Write([]byte(`{"partialSuccess":{}}`))
}

func reply(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) }

func problem(w http.ResponseWriter, p *api.Problem) {
	w.WriteHeader(p.Status)
	reply(w, p)
}

// run calls a command against the server.
func (s *server) run(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	stdout, stderr, code = runCommand(t, append(args, "--server", s.URL)...)
	return strings.ReplaceAll(stdout, s.URL, "http://SERVER"), strings.ReplaceAll(stderr, s.URL, "http://SERVER"), code
}

func runCommand(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	root := &cobra.Command{Use: "opslog", SilenceErrors: true, SilenceUsage: true}
	root.AddCommand(Commands(nil, nil)...)
	var out, errs bytes.Buffer
	root.SetOut(&out)
	root.SetErr(&errs)
	root.SetArgs(args)
	err := root.ExecuteContext(t.Context())
	if err != nil {
		errs.WriteString("Error: " + Explain(err) + "\n")
	}
	return out.String(), errs.String(), ExitCode(err)
}

// TestOutputs holds what commands print to testdata/NAME.txt: the data, then what is said about it, then the code.
func TestOutputs(t *testing.T) {
	const failing, fine = "01000000000000000000000000000000", "03000000000000000000000000000000"
	rows := `{"columns":[{"name":"service","type":"string","group":true},{"name":"p95(duration)","type":"duration","unit":"ns"},{"name":"count","type":"int"}],
		"rows":[["shop",1204000000,7],["=cmd|' /C calc'!A0",250000000,2],[null,null,0]],"more":true,"partial":{"reason":"time_limit"}}`
	overTime := `{"columns":[{"name":"time","type":"time","group":true,"width":60000000000},{"name":"service","type":"string","group":true},{"name":"errors","type":"float","unit":"ratio"}],
		"rows":[["1763719320000000000","shop",0],["1763719380000000000","shop",0.5],["1763719440000000000","shop",1],["1763719440000000000","web",0.25]]}`
	skeleton := `{"n":3,"id":["0100000000000000","0300000000000000","0500000000000000"],"critical":[[0,0,20000000],[1,20000000,125000000],[0,145000000,5000000],[9,0,1]],
		"gaps":[{"parent":0,"offset":150000000,"dur":30000000}]}`
	for name, c := range map[string]struct {
		args    []string
		answers map[string]string
	}{
		"ls_wide":           {args: []string{"ls", "--utc", "-o", "wide"}},
		"ls_csv":            {args: []string{"ls", "--utc", "-o", "csv"}},
		"ls_id":             {args: []string{"ls", "-o", "id"}},
		"ls_columns":        {args: []string{"ls", "--tz", "Europe/Berlin", "--columns", "time,Service,what"}},
		"ls_bad_column":     {args: []string{"ls", "--columns", "nope"}},
		"ls_bad_zone":       {args: []string{"ls", "--tz", "Mars/Olympus"}},
		"ls_spans":          {args: []string{"ls", "--utc", "--scope", "spans"}},
		"ls_spans_wide":     {args: []string{"ls", "--utc", "--scope", "spans", "-o", "wide"}},
		"ls_spans_csv":      {args: []string{"ls", "--utc", "--scope", "spans", "-o", "csv", "--columns", "time,span,duration"}},
		"ls_spans_id":       {args: []string{"ls", "--scope", "spans", "-o", "id"}},
		"ls_spans_json":     {args: []string{"ls", "--scope", "spans", "-o", "ndjson"}},
		"ls_empty":          {args: []string{"ls"}, answers: map[string]string{"/operations": `{"items":[],"next_cursor":null}`}},
		"show":              {args: []string{"show", failing, "--utc"}},
		"show_errors":       {args: []string{"show", failing, "--utc", "--errors"}},
		"show_min":          {args: []string{"show", failing, "--utc", "--min", "100ms"}},
		"show_depth":        {args: []string{"show", failing, "--utc", "--depth", "1"}},
		"show_details":      {args: []string{"show", failing, "--utc", "--depth", "1", "--attrs", "--payload", "--logs"}},
		"show_width":        {args: []string{"show", failing, "--utc", "--width", "90"}},
		"show_critical":     {args: []string{"show", failing, "--utc", "--critical", "--width", "60"}, answers: map[string]string{"/traces/02000000000000000000000000000000": skeleton}},
		"show_unknown":      {args: []string{"show", "ffffffffffffffffffffffffffffffff"}},
		"explain":           {args: []string{"explain", failing, "--utc"}},
		"explain_json":      {args: []string{"explain", failing, "--utc", "-o", "json"}},
		"explain_no_id":     {args: []string{"explain", "nonsense"}},
		"before":            {args: []string{"before", failing, "-n", "3"}},
		"diff":              {args: []string{"diff", failing, fine}},
		"diff_csv":          {args: []string{"diff", failing, fine, "-o", "csv", "--all"}},
		"query_list":        {args: []string{"query", "duration > 1s", "--utc"}},
		"query":             {args: []string{"query", "| p95(duration), count by service"}, answers: map[string]string{"/query": rows}},
		"query_csv":         {args: []string{"query", "| count", "-o", "csv", "-q"}, answers: map[string]string{"/query": rows}},
		"query_ndjson":      {args: []string{"query", "| count", "-o", "ndjson"}, answers: map[string]string{"/query": overTime}},
		"query_chart":       {args: []string{"query", "| error_rate by service, 1m", "--chart", "--utc"}, answers: map[string]string{"/query": overTime}},
		"query_times":       {args: []string{"query", "| error_rate by service, 1m", "--utc"}, answers: map[string]string{"/query": overTime}},
		"query_fails":       {args: []string{"query", "| p95(duration) by service", "--fail-if", "p95 > 1s"}, answers: map[string]string{"/query": rows}},
		"query_holds":       {args: []string{"query", "| p95(duration) by service", "--fail-if", "p95(duration) > 2s", "--fail-if", "count < -1"}, answers: map[string]string{"/query": rows}},
		"query_share_fails": {args: []string{"query", "| error_rate by service, 1m", "--fail-if", "errors>=100%"}, answers: map[string]string{"/query": overTime}},
		"query_bad_check":   {args: []string{"query", "| count", "--fail-if", "p42 > 1"}, answers: map[string]string{"/query": rows}},
		"query_odd_check":   {args: []string{"query", "| count", "--fail-if", "slow"}},
		"fields":            {args: []string{"fields"}, answers: map[string]string{"/fields": `{"items":[{"name":"service","type":"string","source":"record"},{"name":"cart.size","type":"attribute","source":"attributes","share":0.5}]}`}},
		"field_values":      {args: []string{"fields", "status"}, answers: map[string]string{"/fields/status/values": `{"items":[{"value":"ok","count":7},{"value":5,"count":1}]}`}},
		"open_operation":    {args: []string{"open", failing, "--print"}},
		"open_query":        {args: []string{"open", "status = error", "--since", "1d", "--print"}},
		"export":            {args: []string{"export", "status = error", "--format", "csv"}, answers: map[string]string{"/export": "a,b\n1,2\n"}},
		"export_bad_format": {args: []string{"export", "--format", "xml"}},
		"tail_no_follow":    {args: []string{"tail", "--no-follow", "--utc"}},
		"reproduce":         {args: []string{"reproduce", fine}},
		"reproduce_rpc":     {args: []string{"reproduce", failing, "--as", "grpcurl"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			for path, text := range c.answers {
				s.answers[path] = text
			}
			stdout, stderr, code := s.run(t, c.args...)
			golden(t, filepath.Join("testdata", "outputs", name+".txt"), fmt.Appendf(nil, "%s----\n%s----\nexit %d\n", stdout, stderr, code))
		})
	}
}

func TestSend(t *testing.T) {
	s := newServer(t)
	stdout, stderr, code := s.run(t, "send", "--otlp", s.URL, "--name", "POST /orders", "--attr", "http.response.status_code=500", "--attr", "vip=true",
		"--attr", "note=a=b", "--error", "card declined", "-n", "2", "--wait")
	require.Equal(t, 0, code, stderr)
	assert.Len(t, strings.Fields(stdout), 2)
	assert.Equal(t, s.ops[3].ID.String(), strings.Fields(stdout)[1], "the id that opslog makes of the span")
	for _, part := range []string{`{"key":"http.response.status_code","value":{"intValue":"500"}}`, `{"key":"vip","value":{"boolValue":true}}`,
		`{"key":"note","value":{"stringValue":"a=b"}}`, `"status":{"code":2,"message":"card declined"}`, `"flags":257`} {
		assert.Contains(t, string(s.sent[0]), part)
	}
	_, stderr, code = s.run(t, "send", "--attr", "nonsense")
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr, `--attr is "nonsense", want key=value`)
	_, _, code = s.run(t, "send", "--otlp", "http://127.0.0.1:1")
	assert.Equal(t, exitUnreachable, code)
	s.answers["/v1/traces"] = `{"partialSuccess":{"rejectedSpans":"1","errorMessage":"full"}}`
	_, stderr, code = s.run(t, "send", "--otlp", s.URL)
	assert.Equal(t, exitFailure, code)
	assert.Contains(t, stderr, "rejected 1 spans: full")
}

func TestDoctor(t *testing.T) {
	s := newServer(t)
	s.answers["/query"] = `{"columns":[{"name":"count","type":"int"}],"rows":[]}`
	s.answers["/map"] = `{"nodes":[],"edges":[]}`
	stdout, stderr, code := s.run(t, "doctor", "--otlp", s.URL)
	assert.Equal(t, 0, code, stderr)
	for _, want := range []string{"✓ server 1.0.0 reachable at http://SERVER", "✓ OTLP at http://SERVER accepts spans (test span visible after",
		"✓ store embedded holds 2 operations, 0 spans, 0 log records in 1.23 MB", "✓ 2 services sent operations in the last hour"} {
		assert.Contains(t, stdout, want)
	}
	s.quality = []*quality.Service{{ServiceName: "shop", Checks: []quality.Check{
		{ID: "SPA-001", Status: quality.StatusPass},
		{ID: "RES-005", Title: "no service.version", Status: quality.StatusFail, Failed: 2, Total: 2, Fix: "set it"},
	}}}
	stdout, _, code = s.run(t, "doctor", "--otlp", "http://127.0.0.1:1", "--json")
	assert.Equal(t, exitCheck, code)
	var found []diagnosis
	require.NoError(t, json.Unmarshal([]byte(stdout), &found))
	states := map[string]string{}
	for _, f := range found {
		if f.Group == "" || f.Group == groupQuality {
			states[f.Check] = f.State
		}
	}
	assert.Equal(t, map[string]string{"server": stateGood, "otlp": stateBad, "store": stateGood, "RES-005": stateRemark}, states)
	_, _, code = s.run(t, "doctor", "--no-send")
	assert.Zero(t, code, "remarks alone")
	_, _, code = s.run(t, "doctor", "--no-send", "--strict")
	assert.Equal(t, exitCheck, code)

	s.Close()
	stdout, _, code = s.run(t, "doctor")
	assert.Equal(t, exitUnreachable, code)
	assert.Contains(t, stdout, "✗ server http://SERVER does not answer")
}

// TestTracingChecks holds what doctor finds in testdata/doctor_NAME.json.
func TestTracingChecks(t *testing.T) {
	good := []*quality.Service{{ServiceName: "shop", Checks: []quality.Check{
		{ID: operation.CheckBrokenEdge, Status: quality.StatusPass}, {ID: operation.CheckMissingAttribute, Status: quality.StatusPass},
		{ID: operation.CheckMissingStep, Status: quality.StatusPass}, {ID: operation.CheckOrphan, Status: quality.StatusPass},
		{ID: operation.CheckOverhead, Status: quality.StatusPass},
	}}, {ServiceName: "opslog-doctor", Checks: []quality.Check{{ID: operation.CheckOrphan, Status: quality.StatusFail}}}}
	bad := []*quality.Service{{ServiceName: "shop\x1b", Checks: []quality.Check{
		{ID: operation.CheckBrokenEdge, Title: "Context lost", Status: quality.StatusFail, Failed: 7, Total: 9},
		{ID: operation.CheckGap, Title: "Time that no span explains", Status: quality.StatusWarn, Failed: 1, Total: 9},
		{ID: operation.CheckOverhead, Status: quality.StatusUnknown},
	}}}
	count := `{"columns":[{"name":"count","type":"int"}],"rows":[[%d]]}`
	for name, c := range map[string]struct {
		judged []*quality.Service
		query  string
		nodes  string
	}{
		"good":    {good, fmt.Sprintf(count, 7), `{"nodes":[{"id":"service:shop","kind":"service","name":"shop"},{"id":"database:x","kind":"database","name":"x","inferred":true}],"edges":[]}`},
		"bad":     {bad, `{"columns":[{"name":"service","type":"string","group":true}],"rows":[["web"]]}`, `{"nodes":[{"id":"service:mail","kind":"service","name":"mail","inferred":true}],"edges":[]}`},
		"early":   {nil, fmt.Sprintf(count, 3), `{"nodes":[],"edges":[]}`},
		"nothing": {nil, fmt.Sprintf(count, 0), `{"nodes":[],"edges":[]}`},
		"broken":  {good, `{`, `{`},
	} {
		s := newServer(t)
		s.answers["/query"], s.answers["/map"] = c.query, c.nodes
		client, err := api.NewClient(s.URL, "", http.DefaultClient)
		require.NoError(t, err)
		var out bytes.Buffer
		require.NoError(t, writeJSON(&out, tracingChecks(t.Context(), client, c.judged)))
		golden(t, filepath.Join("testdata", "doctor_"+name+".json"), out.Bytes())
	}
}

func TestTokenFileAndTimeout(t *testing.T) {
	s := newServer(t)
	_, stderr, code := s.run(t, "ls", "--token-file", filepath.Join(t.TempDir(), "none"))
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr, "--token-file")
	token := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(token, []byte("abc\n"), 0o600))
	_, _, code = s.run(t, "ls", "--token-file", token)
	assert.Equal(t, 0, code)
	_, _, code = s.run(t, "ls", "-o", "yaml")
	assert.NotEqual(t, 0, code)
}

// TestListAsks holds what flags ask the server for.
func TestListAsks(t *testing.T) {
	for want, args := range map[string][]string{
		"/operations?from=now-1h&limit=10&q=duration+%3E+1s&sort=duration%3Adesc": {"ls", "duration > 1s", "--sort", "duration:desc", "--limit", "10"},
		"/operations?from=now-2d&kind=command&limit=50&service=shop&to=now-1d":    {"ls", "--since", "2d", "--to", "now-1d", "--service", "shop", "--kind", "command"},
		"/operations?from=2026-01-01T00%3A00%3A00Z&limit=1000":                    {"ls", "--from", "2026-01-01T00:00:00Z", "--all"},
		"/query?from=now-1h&q=%7C+count&step=5m":                                  {"query", "| count", "--step", "5m"},
		"/export?fields=id&format=ndjson&from=now-1h&limit=5&sort=duration":       {"export", "--fields", "id", "-n", "5", "--sort", "duration"},
	} {
		s := newServer(t)
		s.answers["/query"], s.answers["/export"] = `{"columns":[],"rows":[]}`, ""
		_, stderr, code := s.run(t, args...)
		assert.Equal(t, 0, code, stderr)
		assert.Contains(t, s.asked, want)
	}
}
