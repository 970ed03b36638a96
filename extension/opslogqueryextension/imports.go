package opslogqueryextension

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/extension/opslogqueryextension/internal/jaeger"
	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/oplog"
)

const (
	importedFor      = time.Hour
	maxImportedSpans = 200_000 // of all that were brought
)

// shelf keeps traces that people brought as files, to look at for a while, in memory and redacted: nothing of them reaches the store.
// Each gets an id that cannot be guessed. The oldest make room for the next.
type shelf struct {
	mu     sync.Mutex
	traces []imported // oldest first
	spans  int
}

type imported struct {
	id    operation.TraceID
	until operation.Time
	spans []*operation.Span
}

// put keeps a trace under a new id.
func (s *shelf) put(spans []*operation.Span, now operation.Time) imported {
	one := imported{until: now + operation.Time(importedFor), spans: spans}
	_, _ = rand.Read(one.id[:]) // never fails
	for _, span := range spans {
		span.TraceID = one.id
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.traces, s.spans = append(s.traces, one), s.spans+len(spans)
	s.clear(now)
	return one
}

// find answers the spans of a trace; nil when there is none, or its time is over.
func (s *shelf) find(id operation.TraceID, now operation.Time) []*operation.Span {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear(now)
	for _, t := range s.traces {
		if t.id == id {
			return t.spans
		}
	}
	return nil
}

func (s *shelf) clear(now operation.Time) {
	for len(s.traces) > 0 && (s.traces[0].until <= now || s.spans > maxImportedSpans && len(s.traces) > 1) {
		s.spans -= len(s.traces[0].spans)
		s.traces[0] = imported{}
		s.traces = s.traces[1:]
	}
}

// importTraces takes a file of traces: OTLP as JSON, also one message a line, or what Jaeger exports.
func (h *apiHandler) importTraces(r *http.Request) (any, error) {
	p := newParameters(r, h.time())
	if err := p.done(); err != nil {
		return nil, err
	}
	if err := mustBeJSON(r); err != nil {
		return nil, err
	}
	spans, err := readTraces(http.MaxBytesReader(nil, r.Body, maxBody))
	if err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return nil, err
		}
		return nil, api.BadRequest("", "the file cannot be read as traces: %s", clip(err.Error()))
	}
	if len(spans) == 0 || len(spans) > maxImportedSpans {
		return nil, api.BadRequest("", "the file has %d spans, want 1 to %d", len(spans), maxImportedSpans)
	}
	if spans, err = h.redaction.spans(r.Context(), spans); err != nil {
		return nil, err
	}
	out := api.Imported{Traces: []api.ImportedTrace{}}
	for _, one := range byTrace(spans) {
		original := one[0].TraceID
		kept := h.imports.put(one, h.time())
		out.Until = kept.until
		out.Traces = append(out.Traces, api.ImportedTrace{TraceID: kept.id, Original: original, Spans: len(one)})
	}
	return &reply{Body: out, Status: http.StatusCreated}, nil
}

// byTrace parts spans by their traces, in the order of the file.
func byTrace(spans []*operation.Span) [][]*operation.Span {
	at, out := map[operation.TraceID]int{}, [][]*operation.Span(nil)
	for _, s := range spans {
		i, known := at[s.TraceID]
		if !known {
			i = len(out)
			at[s.TraceID], out = i, append(out, nil)
		}
		out[i] = append(out[i], s)
	}
	return out
}

// readTraces reads all JSON values of a file.
func readTraces(file io.Reader) ([]*operation.Span, error) {
	var out []*operation.Span
	dec := json.NewDecoder(file)
	for {
		var text json.RawMessage
		if err := dec.Decode(&text); errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		spans, err := readFile(text)
		if err != nil {
			return nil, err
		}
		out = append(out, spans...)
	}
}

// readFile tells the two formats apart by what they begin with.
func readFile(text []byte) ([]*operation.Span, error) {
	var kind struct {
		Resources json.RawMessage `json:"resourceSpans"`
		Data      json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(text, &kind); err != nil {
		return nil, err
	}
	switch {
	case kind.Resources != nil:
		traces, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(text)
		if err != nil {
			return nil, err
		}
		return oplog.Spans(traces), nil
	case kind.Data != nil:
		return readJaeger(kind.Data)
	default:
		return nil, errors.New(`it has neither "resourceSpans", as OTLP has, nor "data", as Jaeger's files have`)
	}
}

func readJaeger(data []byte) (out []*operation.Span, err error) {
	var traces []jaeger.Trace
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := dec.Decode(&traces); err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	for _, t := range traces {
		spans, err := jaeger.SpansOf(t)
		if err != nil {
			return nil, err
		}
		out = append(out, spans...)
	}
	return out, nil
}
