package cli

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const otlpLine = `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"02000000000000000000000000000000","spanId":"0100000000000000","startTimeUnixNano":"5"}]}]}]}`

// TestImportOutputs holds what `opslog import` prints, as TestOutputs does.
func TestImportOutputs(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	write("spans.jsonl", otlpLine+"\n"+otlpLine+"\n")
	write("list.json", "["+otlpLine+","+`{"resourceLogs":[{"scopeLogs":[{"logRecords":[{},{}]}]}]}`+"]")
	write("jaeger.json", `{"data":[{"traceID":"2"}]}`)
	write("spans.pb", "\x0a\x00")
	write("other.json", `{"hello":1}`)
	write("both.json", `{"resourceSpans":[],"resourceLogs":[]}`)
	write("cut.json", otlpLine[:40])
	write("empty.json", " \n")
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write([]byte(otlpLine))
	require.NoError(t, z.Close())
	write("spans.json.gz", zipped.String())
	const looked = `{"traces":[{"trace_id":"0a000000000000000000000000000000","original_trace_id":"02000000000000000000000000000000","spans":3}],"until":"1763719320000000000"}`
	for name, args := range map[string][]string{
		"import":           {"spans.jsonl", "list.json", "spans.pb", "spans.json.gz"},
		"import_json":      {"list.json", "-o", "json"},
		"import_jaeger":    {"jaeger.json", "-o", "ndjson"},
		"import_look":      {"--look", "jaeger.json"},
		"import_look_id":   {"--look", "spans.jsonl", "-o", "id"},
		"import_look_pb":   {"--look", "spans.pb"},
		"import_other":     {"other.json"},
		"import_both":      {"both.json"},
		"import_cut":       {"cut.json"},
		"import_empty":     {"empty.json"},
		"import_not_there": {"none.json"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			s.answers["/v1/logs"], s.answers["/v1/traces"] = `{}`, `{}`
			s.answers["/traces/import"] = looked
			s.answers["/traces/0a000000000000000000000000000000/export"] = strings.ReplaceAll(otlpLine, "02000", "0a000")
			t.Chdir(dir)
			stdout, stderr, code := s.run(t, append([]string{"import", "--otlp", s.URL}, args...)...)
			t.Chdir(home)
			golden(t, filepath.Join("testdata", "outputs", name+".txt"), fmt.Appendf(nil, "%s----\n%s----\nexit %d\n", stdout, stderr, code))
		})
	}
}

// home is where tests begin.
var home, _ = os.Getwd()

// TestImportOfJaeger sends what the server made of the file, under the trace id of the file.
func TestImportOfJaeger(t *testing.T) {
	s := newServer(t)
	file := filepath.Join(t.TempDir(), "jaeger.json")
	require.NoError(t, os.WriteFile(file, []byte(`{"data":[]}`), 0o600))
	s.answers["/traces/import"] = `{"traces":[{"trace_id":"0a000000000000000000000000000000","original_trace_id":"02000000000000000000000000000000","spans":1}]}`
	s.answers["/traces/0a000000000000000000000000000000/export"] = strings.ReplaceAll(otlpLine, "02000", "0a000")
	_, stderr, code := s.run(t, "import", "--otlp", s.URL, file)
	require.Zero(t, code, stderr)
	require.Len(t, s.sent, 1)
	assert.JSONEq(t, otlpLine, string(s.sent[0]))
	s.answers["/v1/traces"] = `{"partialSuccess":{"rejectedLogRecords":"2","errorMessage":"full"}}`
	_, stderr, code = s.run(t, "import", "--otlp", s.URL, file)
	assert.Equal(t, exitFailure, code)
	assert.Contains(t, stderr, "rejected 2 log records: full")
	_, _, code = s.run(t, "import", "--otlp", "http://127.0.0.1:1", file)
	assert.Equal(t, exitUnreachable, code)
}

func TestScope(t *testing.T) {
	s := newServer(t)
	_, stderr, code := s.run(t, "ls", "--scope", "roots", "status = error")
	require.Zero(t, code, stderr)
	assert.Contains(t, s.asked[0], "scope=roots")
	_, stderr, code = s.run(t, "ls", "--scope", "traces")
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr, `--scope is "traces", want entries, roots or spans`)
	_, stderr, code = s.run(t, "ls", "--scope", "spans", "--kind", "command")
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr, "--kind is a kind of operations")
}

func TestCompletionKnowsTheScope(t *testing.T) {
	complete := func(args ...string) string {
		stdout, _, _ := runCommand(t, append([]string{"__complete", "ls"}, args...)...)
		return stdout
	}
	assert.Contains(t, complete("kind = "), "command")
	assert.Contains(t, complete("--scope", "spans", "kind = "), "producer")
	assert.NotContains(t, complete("--scope", "spans", "kind = "), "command")
}
