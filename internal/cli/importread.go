package cli

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/opslog/opslog/internal/api"
)

// Paths of OTLP over HTTP.
const (
	pathTraces = "/v1/traces"
	pathLogs   = "/v1/logs"
)

// maxImport bounds what is read of one file, after decompression.
const maxImport = 256 << 20

// otlpRequest is one request of a file.
type otlpRequest struct {
	body        []byte
	path        string
	binary      bool // protobuf
	jaeger      bool // not OTLP yet
	spans, logs int
}

// readRequests reads a file, or standard input where it is "-".
func readRequests(stdin io.Reader, path string) ([]otlpRequest, error) {
	in := stdin
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, usageError{err}
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	text, err := plain(in)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	var out []otlpRequest
	switch first := bytes.TrimLeft(text, " \t\r\n"); {
	case len(first) == 0:
		return nil, usageError{fmt.Errorf("%s is empty", path)}
	case first[0] == '{' || first[0] == '[':
		out, err = jsonRequests(first)
	default:
		out = []otlpRequest{{body: text, path: pathTraces, binary: true}}
	}
	if err == nil && len(out) == 0 {
		err = errors.New("it holds nothing")
	}
	if err != nil {
		return nil, usageError{fmt.Errorf("%s: %w", path, err)}
	}
	return out, nil
}

// plain reads everything and takes gzip off.
func plain(in io.Reader) ([]byte, error) {
	buffered := bufio.NewReader(in)
	in = buffered
	if magic, _ := buffered.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		unzipped, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, err
		}
		in = unzipped
	}
	text, err := io.ReadAll(io.LimitReader(in, maxImport+1))
	if err == nil && len(text) > maxImport {
		return nil, fmt.Errorf("it has more than %d MiB; cut it into parts", maxImport>>20)
	}
	return text, err
}

// jsonRequests reads values behind each other, and lists of them.
func jsonRequests(text []byte) ([]otlpRequest, error) {
	var out []otlpRequest
	dec := json.NewDecoder(bytes.NewReader(text))
	for {
		var one json.RawMessage
		if err := dec.Decode(&one); errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		values := []json.RawMessage{one}
		if one[0] == '[' {
			if err := json.Unmarshal(one, &values); err != nil {
				return nil, err
			}
		}
		for _, value := range values {
			r, err := requestOf(value)
			if err != nil {
				return nil, err
			}
			out = append(out, r)
		}
	}
}

// requestOf tells what a value is by its first keys, and counts what it holds.
func requestOf(text json.RawMessage) (otlpRequest, error) {
	var got struct {
		Data  json.RawMessage `json:"data"`
		Spans []struct {
			Scopes []struct {
				Spans []json.RawMessage `json:"spans"`
			} `json:"scopeSpans"`
		} `json:"resourceSpans"`
		Logs []struct {
			Scopes []struct {
				Records []json.RawMessage `json:"logRecords"`
			} `json:"scopeLogs"`
		} `json:"resourceLogs"`
	}
	if err := json.Unmarshal(text, &got); err != nil {
		return otlpRequest{}, err
	}
	r := otlpRequest{body: text, path: pathTraces}
	for _, resource := range got.Spans {
		for _, scope := range resource.Scopes {
			r.spans += len(scope.Spans)
		}
	}
	for _, resource := range got.Logs {
		for _, scope := range resource.Scopes {
			r.logs += len(scope.Records)
		}
	}
	switch {
	case got.Spans != nil && got.Logs == nil:
	case got.Logs != nil && got.Spans == nil:
		r.path = pathLogs
	case got.Data != nil:
		r.jaeger = true
	default:
		return r, errors.New("want OTLP with resourceSpans or resourceLogs, or what Jaeger exports, with data")
	}
	return r, nil
}

// postOTLP sends one request to an OTLP/HTTP receiver.
func postOTLP(ctx context.Context, client *http.Client, endpoint string, r otlpRequest) error {
	u := strings.TrimSuffix(endpoint, "/") + r.path
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u, bytes.NewReader(r.body))
	if err != nil {
		return usageError{fmt.Errorf("--otlp is %q, want a URL like %s", printable(endpoint, 80), defaultOTLP)}
	}
	req.Header.Set("Content-Type", "application/json")
	if r.binary {
		req.Header.Set("Content-Type", "application/x-protobuf")
	}
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("%w: send to %s: %w", api.ErrUnreachable, u, err)
	}
	defer func() { _ = resp.Body.Close() }()
	const most = 4 << 10
	answer, err := io.ReadAll(io.LimitReader(resp.Body, most))
	if err != nil {
		return fmt.Errorf("%w: read the answer of %s: %w", api.ErrUnreachable, u, err)
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s: %s", u, resp.Status, printable(string(answer), 200))
	}
	return rejected(u, answer)
}

func broughtColumns(look bool) []column[brought] {
	file := column[brought]{name: "FILE", left: true, text: func(b brought) string { return printable(b.File, 100) }}
	spans := column[brought]{name: "SPANS", text: func(b brought) string {
		if b.Spans+b.Logs == 0 {
			return "-" // protobuf, which is not looked into
		}
		return strconv.Itoa(b.Spans)
	}}
	if look {
		return []column[brought]{file, spans, {name: "TRACE", text: func(b brought) string { return b.TraceID }},
			{name: "IN THE FILE", text: func(b brought) string { return b.Original }}}
	}
	return []column[brought]{file, spans, {name: "LOG RECORDS", text: func(b brought) string { return strconv.Itoa(b.Logs) }}}
}
