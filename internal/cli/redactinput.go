package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

const (
	// maxRecord bounds lines that belong together, such as a stack trace.
	maxRecord = 32 << 10
	// maxBatch is how many records are redacted at a time, when they come that fast.
	maxBatch = 256
)

// redactInput reads records of lines.
type redactInput struct {
	r *bufio.Reader
	// next is a line that was read ahead, line the number of the next line.
	next    string
	hasNext bool
	line    int
	err     error
}

func newRedactInput(in io.Reader) *redactInput {
	return &redactInput{r: bufio.NewReaderSize(in, 64<<10), line: 1}
}

// guess tells OTLP JSON and JSON lines from text by how the input begins.
func (in *redactInput) guess() string {
	head, _ := in.r.Peek(4 << 10)
	head = bytes.TrimLeft(head, " \t\r\n")
	if !bytes.HasPrefix(head, []byte("{")) {
		return "text"
	}
	body := bytes.TrimLeft(head[1:], " \t\r\n")
	for _, signal := range []string{"resourceSpans", "resourceLogs", "resourceMetrics"} {
		if bytes.HasPrefix(body, []byte(`"`+signal+`"`)) {
			return "otlp"
		}
	}
	first, _, _ := bytes.Cut(head, []byte("\n"))
	if json.Valid(first) {
		return "jsonl"
	}
	return "text"
}

// peek is the next line, without its end.
func (in *redactInput) peek() (string, bool) {
	if !in.hasNext && in.err == nil {
		text, err := in.r.ReadString('\n')
		in.err = err
		in.next, in.hasNext = strings.TrimSuffix(text, "\n"), err == nil || text != ""
	}
	return in.next, in.hasNext
}

// record reads the next line and, in text, those that belong to it: indented ones, and a private key to its end.
func (in *redactInput) record(text bool) (record string, line int, ok bool) {
	first, ok := in.peek()
	if !ok {
		return "", 0, false
	}
	line = in.line
	in.take()
	if !text {
		return first, line, true
	}
	lines, size, key := []string{first}, len(first), opensKey(first)
	for size < maxRecord && (key || in.buffered()) {
		next, ok := in.peek()
		if !ok || (!key && !strings.HasPrefix(next, " ") && !strings.HasPrefix(next, "\t")) {
			break
		}
		in.take()
		lines, size = append(lines, next), size+len(next)
		key = (key || opensKey(next)) && !strings.Contains(next, "-----END ")
	}
	return strings.Join(lines, "\n"), line, true
}

func (in *redactInput) take() {
	in.hasNext = false
	in.line++
}

// buffered tells whether a line can be had without waiting for a program that writes slowly.
func (in *redactInput) buffered() bool { return in.hasNext || in.r.Buffered() > 0 }

func opensKey(line string) bool {
	_, rest, ok := strings.Cut(line, "-----BEGIN ")
	return ok && strings.Contains(rest, "PRIVATE KEY") && !strings.Contains(rest, "-----END ")
}

// redactLines redacts record by record; what is there already goes together.
func redactLines(ctx context.Context, r Redactor, name string, in *redactInput, text bool, sink sink) error {
	var records []string
	var lines []int
	flush := func() error {
		after, err := r.Texts(ctx, records)
		if err != nil {
			return err
		}
		for i := range records {
			if err := sink(name, lines[i], records[i], after[i]); err != nil {
				return err
			}
		}
		records, lines = records[:0], lines[:0]
		return nil
	}
	for {
		record, line, ok := in.record(text)
		if ok {
			records, lines = append(records, record), append(lines, line)
		}
		if len(records) > 0 && (!ok || len(records) == maxBatch || !in.buffered()) {
			if err := flush(); err != nil {
				return err
			}
		}
		if !ok {
			if errors.Is(in.err, io.EOF) {
				return nil
			}
			return in.err
		}
	}
}

// redactOTLP redacts one document after the other.
func redactOTLP(ctx context.Context, r Redactor, name string, in *redactInput, sink sink) error {
	documents := json.NewDecoder(in.r)
	for n := 1; ; n++ {
		var document json.RawMessage
		if err := documents.Decode(&document); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return usageError{fmt.Errorf("document %d is not OTLP JSON: %w", n, err)}
		}
		before, after, err := r.OTLP(ctx, document)
		if err != nil {
			return err
		}
		if err := sink(name, n, string(before), string(after)); err != nil {
			return err
		}
	}
}
