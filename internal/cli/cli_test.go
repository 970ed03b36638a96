package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
)

func span(id, parent byte, name string, start, took int) *operation.Span {
	return &operation.Span{
		SpanID: operation.SpanID{id}, ParentSpanID: operation.SpanID{parent}, Name: name, ServiceName: "shop",
		StartTime: operation.Time(start), Duration: time.Duration(took) * time.Millisecond, Status: operation.StatusUnset,
	}
}

// login is the example of the source documents, with a failing last step and an N+1 under it.
func login() (*operation.Operation, *api.SpanList) {
	spans := []*operation.Span{
		span(4, 1, "Hash Comparison", 4, 50), span(1, 9, "POST /login", 1, 200), span(3, 1, "Database Query", 3, 125),
		span(2, 1, "Validate JWT", 2, 5), span(5, 1, "Create Session", 5, 20), span(7, 42, "of another operation", 1, 1),
	}
	spans[4].Status, spans[4].StatusMessage = operation.StatusError, "redis\x1b[31m is away"
	for i := range byte(6) {
		spans = append(spans, span(20+i, 5, "SELECT role", int(20+i), 2))
	}
	op := &operation.Operation{
		ID: operation.ID{1}, TraceID: operation.TraceID{2}, SpanID: operation.SpanID{1}, Name: "POST /login", ServiceName: "shop",
		ServiceVersion: "1.2.0", Status: "error", StatusCode: 500, Duration: 200 * time.Millisecond, Complete: true, Kind: "command",
		StartTime: 1_763_719_331_482_000_000, SpanCount: 11, ErrorSpanCount: 1, SlowestStepSpanID: operation.SpanID{3},
		ErrorType: "RedisError", ErrorMessage: "redis is away",
		Findings: []operation.Finding{{Kind: "n_plus_one", Evidence: "SELECT role 6 times"}},
	}
	return op, &api.SpanList{Items: spans}
}

func TestShow(t *testing.T) {
	var out bytes.Buffer
	op, kept := login()
	printOperation(&out, op, kept, time.UTC, drawing{})
	golden(t, "testdata/show.txt", out.Bytes())
}

func TestShowWithoutSpans(t *testing.T) {
	var out bytes.Buffer
	op, _ := login()
	op.External = []operation.Step{{Category: "db", Template: "SELECT * FROM users WHERE email = ?", Count: 1, Total: 125 * time.Millisecond}}
	op.SlowestStepName, op.SlowestStepSelfTime = "Database Query", 125*time.Millisecond
	printOperation(&out, op, &api.SpanList{}, time.UTC, drawing{})
	golden(t, "testdata/show_sampled_out.txt", out.Bytes())
}

func TestList(t *testing.T) {
	var out bytes.Buffer
	op, _ := login()
	other := *op
	other.Status, other.StatusCode, other.ErrorType, other.ErrorMessage, other.ErrorSpanCount = "ok", 0, "", "", 0
	other.Name = "a name\nof two lines that is much longer than the sixty characters which the column has"
	other.Complete = false
	columns, err := pick(operationColumns(time.UTC), nil, false)
	require.NoError(t, err)
	require.NoError(t, printColumns(&out, columns, []*operation.Operation{op, &other}, 0, false))
	golden(t, "testdata/ls.txt", out.Bytes())
}

// golden compares with a file; UPDATE=1 writes it.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got))
}

func TestTreeEndsOnRingsAndDepth(t *testing.T) {
	ring := []*operation.Span{span(1, 3, "a", 1, 1), span(2, 1, "b", 2, 1), span(3, 2, "c", 3, 1)}
	assert.Len(t, tree(ring, operation.SpanID{1}), 3)
	assert.Empty(t, tree(ring, operation.SpanID{9}), "a root that was not kept")

	deep := []*operation.Span{}
	for i := range 10_000 {
		s := span(0, 0, "level", i, 1)
		s.SpanID = operation.SpanID{1, byte(i >> 8), byte(i)}
		if i > 0 {
			s.ParentSpanID = operation.SpanID{1, byte((i - 1) >> 8), byte(i - 1)}
		}
		deep = append(deep, s)
	}
	assert.Len(t, tree(deep, deep[0].SpanID), 10_000)
}

func TestPruneEndsOnRings(t *testing.T) {
	ring := []*operation.Span{span(1, 3, "a", 1, 1), span(2, 1, "b", 2, 1), span(3, 2, "c", 3, 1)}
	ring[1].Status = operation.StatusError
	assert.Len(t, selection{errors: true}.prune(ring, operation.SpanID{1}), 2)
	assert.Len(t, selection{depth: 1}.prune(ring, operation.SpanID{1}), 2)
	assert.Len(t, selection{least: time.Hour}.prune(ring, operation.SpanID{9}), 3)
	assert.Len(t, selection{}.prune(ring, operation.SpanID{1}), 3)
}

func TestDuration(t *testing.T) {
	for in, want := range map[time.Duration]string{
		0: "0ns", 999: "999ns", 12_345: "12µs", 1_500_000: "1.5ms", 340 * time.Millisecond: "340ms",
		1204 * time.Millisecond: "1.2s", 61 * time.Second: "1m1s", -5 * time.Millisecond: "-5.0ms",
	} {
		assert.Equal(t, want, duration(in))
	}
}

func TestExitCode(t *testing.T) {
	for want, err := range map[int]error{
		0: nil,
		1: errors.New("anything"),
		2: usageError{errors.New("wrong flag")},
		3: fmt.Errorf("wrapped: %w", &api.Problem{Status: 404}),
		4: fmt.Errorf("%w: refused", api.ErrUnreachable),
	} {
		assert.Equal(t, want, ExitCode(err))
	}
}
