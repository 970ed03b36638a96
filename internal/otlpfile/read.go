// Package otlpfile reads OTLP from files as collectors and SDKs write them: JSON (one request, requests on lines, a
// list of requests), protobuf (one request, or requests with their length before them as the file exporter writes
// them), each also compressed with gzip or zstd.
package otlpfile

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// MaxBytes bounds what is read, after decompression.
const MaxBytes = 1 << 30

// ErrEmpty is returned for input that holds neither spans nor log records.
var ErrEmpty = errors.New("no spans and no log records in it: want OTLP as JSON, JSON lines or protobuf")

// Data is what a file holds.
type Data struct {
	Traces ptrace.Traces
	Logs   plog.Logs
}

// Read reads everything from r.
func Read(r io.Reader) (*Data, error) {
	text, err := readAll(r)
	if err != nil {
		return nil, err
	}
	d := &Data{Traces: ptrace.NewTraces(), Logs: plog.NewLogs()}
	switch first := firstByte(text); first {
	case '{', '[':
		err = d.readJSON(text)
	default:
		err = d.readProto(text)
	}
	if err != nil {
		return nil, err
	}
	if d.Traces.SpanCount() == 0 && d.Logs.LogRecordCount() == 0 {
		return nil, ErrEmpty
	}
	return d, nil
}

func readAll(r io.Reader) ([]byte, error) {
	in := bufio.NewReader(r)
	magic, _ := in.Peek(4)
	var plain io.Reader = in
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		unzipped, err := gzip.NewReader(in)
		if err != nil {
			return nil, fmt.Errorf("decompress gzip: %w", err)
		}
		plain = unzipped
	case bytes.Equal(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		unzipped, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, fmt.Errorf("decompress zstd: %w", err)
		}
		defer unzipped.Close()
		plain = unzipped
	}
	text, err := io.ReadAll(io.LimitReader(plain, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	if len(text) > MaxBytes {
		return nil, fmt.Errorf("it has more than %d MiB; cut it into parts", MaxBytes>>20)
	}
	return text, nil
}

func firstByte(text []byte) byte {
	text = bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(text) == 0 {
		return 0
	}
	return text[0]
}

// readJSON reads JSON values one after the other, and those in lists.
func (d *Data) readJSON(text []byte) error {
	in := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))))
	for n := 1; ; n++ {
		var value json.RawMessage
		err := in.Decode(&value)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("JSON value %d, which ends near byte %d: %w", n, in.InputOffset(), err)
		}
		if err := d.addJSON(value); err != nil {
			return fmt.Errorf("JSON value %d: %w", n, err)
		}
	}
}

func (d *Data) addJSON(value json.RawMessage) error {
	if firstByte(value) == '[' {
		var parts []json.RawMessage
		if err := json.Unmarshal(value, &parts); err != nil {
			return err
		}
		for _, part := range parts {
			if firstByte(part) != '{' {
				return errors.New("a list of something else than OTLP requests")
			}
			if err := d.addJSON(part); err != nil {
				return err
			}
		}
		return nil
	}
	var has struct {
		Spans json.RawMessage `json:"resourceSpans"`
		Logs  json.RawMessage `json:"resourceLogs"`
	}
	if err := json.Unmarshal(value, &has); err != nil {
		return err
	}
	if has.Spans != nil {
		td, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(value)
		if err != nil {
			return fmt.Errorf("read spans: %w", err)
		}
		td.ResourceSpans().MoveAndAppendTo(d.Traces.ResourceSpans())
	}
	if has.Logs != nil {
		ld, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs(value)
		if err != nil {
			return fmt.Errorf("read log records: %w", err)
		}
		ld.ResourceLogs().MoveAndAppendTo(d.Logs.ResourceLogs())
	}
	return nil
}

// readProto tries the whole as one request, then as requests with a big-endian length of 4 bytes before each.
func (d *Data) readProto(text []byte) error {
	if err := d.addProto(text); err == nil {
		return nil
	}
	for n := 1; len(text) > 0; n++ {
		const prefix = 4
		if len(text) < prefix || int64(len(text)-prefix) < int64(binary.BigEndian.Uint32(text)) {
			return ErrEmpty
		}
		size := prefix + int(binary.BigEndian.Uint32(text))
		if err := d.addProto(text[prefix:size]); err != nil {
			return fmt.Errorf("message %d: %w", n, err)
		}
		text = text[size:]
	}
	return nil
}

// addProto reads one request. Requests of spans and of log records look alike at the outside, so both are tried:
// what was read as the wrong one has no ids and no content.
func (d *Data) addProto(message []byte) error {
	td, errSpans := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(message)
	if errSpans == nil && areSpans(td) {
		td.ResourceSpans().MoveAndAppendTo(d.Traces.ResourceSpans())
		return nil
	}
	ld, errLogs := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(message)
	if errLogs == nil && ld.LogRecordCount() > 0 {
		ld.ResourceLogs().MoveAndAppendTo(d.Logs.ResourceLogs())
		return nil
	}
	if errSpans == nil && errLogs == nil && len(message) == 0 {
		return nil
	}
	return ErrEmpty
}

// areSpans tells spans, which have ids, from log records that were read as spans.
func areSpans(td ptrace.Traces) bool {
	for _, rs := range td.ResourceSpans().All() {
		for _, ss := range rs.ScopeSpans().All() {
			for _, span := range ss.Spans().All() {
				if !span.TraceID().IsEmpty() && !span.SpanID().IsEmpty() {
					return true
				}
			}
		}
	}
	return false
}
