package otlpfile

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

func spans(n int) ptrace.Traces {
	td := ptrace.NewTraces()
	ss := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty()
	for i := range n {
		s := ss.Spans().AppendEmpty()
		s.SetTraceID([16]byte{1})
		s.SetSpanID([8]byte{byte(i + 1)})
		s.SetName("work")
	}
	return td
}

func records(n int) plog.Logs {
	ld := plog.NewLogs()
	sl := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty()
	for range n {
		r := sl.LogRecords().AppendEmpty()
		r.Body().SetStr("hello")
		r.SetTimestamp(1)
	}
	return ld
}

func must(t testing.TB) func(data []byte, err error) []byte {
	return func(data []byte, err error) []byte {
		t.Helper()
		require.NoError(t, err)
		return data
	}
}

// framed puts the length before a message, as the file exporter does.
func framed(messages ...[]byte) []byte {
	var out []byte
	for _, m := range messages {
		out = append(binary.BigEndian.AppendUint32(out, uint32(len(m))), m...)
	}
	return out
}

func forms(t testing.TB) map[string][]byte {
	must := must(t)
	js := must((&ptrace.JSONMarshaler{}).MarshalTraces(spans(2)))
	jsLogs := must((&plog.JSONMarshaler{}).MarshalLogs(records(3)))
	pb := must((&ptrace.ProtoMarshaler{}).MarshalTraces(spans(2)))
	pbLogs := must((&plog.ProtoMarshaler{}).MarshalLogs(records(3)))
	both := string(js) + "\n" + string(jsLogs)
	var zipped, zstded bytes.Buffer
	gz := gzip.NewWriter(&zipped)
	_, _ = gz.Write([]byte(both))
	require.NoError(t, gz.Close())
	zw, err := zstd.NewWriter(&zstded)
	require.NoError(t, err)
	_, _ = zw.Write([]byte(both))
	require.NoError(t, zw.Close())
	return map[string][]byte{
		"lines":               []byte(both + "\n"),
		"one value over some": []byte("\xef\xbb\xbf" + strings.ReplaceAll(both, ",", " ,\r\n")),
		"list":                []byte("[" + string(js) + ", " + string(jsLogs) + "]"),
		"one request of both": []byte(strings.TrimSuffix(string(js), "}") + "," + strings.TrimPrefix(string(jsLogs), "{")),
		"framed protobuf":     framed(pb, nil, pbLogs),
		"gzip":                zipped.Bytes(),
		"zstd":                zstded.Bytes(),
	}
}

func TestRead(t *testing.T) {
	for name, text := range forms(t) {
		t.Run(name, func(t *testing.T) {
			data, err := Read(bytes.NewReader(text))
			require.NoError(t, err)
			assert.Equal(t, 2, data.Traces.SpanCount())
			assert.Equal(t, 3, data.Logs.LogRecordCount())
		})
	}
}

func TestReadOneProtobufRequest(t *testing.T) {
	data, err := Read(bytes.NewReader(must(t)((&ptrace.ProtoMarshaler{}).MarshalTraces(spans(2)))))
	require.NoError(t, err)
	assert.Equal(t, 2, data.Traces.SpanCount())

	data, err = Read(bytes.NewReader(must(t)((&plog.ProtoMarshaler{}).MarshalLogs(records(3)))))
	require.NoError(t, err)
	assert.Zero(t, data.Traces.SpanCount())
	assert.Equal(t, 3, data.Logs.LogRecordCount())
}

func TestMistakesAreTold(t *testing.T) {
	for text, want := range map[string]string{
		"":                          "no spans and no log records in it",
		"hello":                     "no spans and no log records in it",
		"{}":                        "no spans and no log records in it",
		`{"resourceSpans":[]}`:      "no spans and no log records in it",
		`{"resourceSpans":7}`:       "JSON value 1: read spans",
		`{"resourceSpans":[]} {"a"`: "JSON value 2, which ends near byte",
		`[1]`:                       "a list of something else than OTLP requests",
		"\x1f\x8bnope":              "decompress gzip",
		"\x28\xb5\x2f\xfdnope":      "read:",
		"\x00\x00\x00\x04abcd":      "message 1: no spans and no log records in it",
		"\x7f\xff\xff\xff too long": "no spans and no log records in it",
	} {
		_, err := Read(strings.NewReader(text))
		assert.ErrorContains(t, err, want, "%q", text)
	}
}

func FuzzRead(f *testing.F) {
	for _, text := range forms(f) {
		f.Add(text)
	}
	f.Add([]byte("\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, text []byte) {
		data, err := Read(bytes.NewReader(text))
		if err == nil && data.Traces.SpanCount()+data.Logs.LogRecordCount() == 0 {
			t.Fatal("nothing read and no error")
		}
	})
}
