package cli

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/reproduce"
)

// valueLength is how much of one value is printed.
const valueLength = 1000

// printAttributes prints a map by its keys.
func printAttributes(w io.Writer, title string, attrs operation.Attributes) {
	if len(attrs) == 0 {
		return
	}
	_, _ = fmt.Fprintf(w, "\n%s\n", title)
	for _, key := range slices.Sorted(maps.Keys(attrs)) {
		_, _ = fmt.Fprintf(w, "  %s = %s\n", printable(key, 100), printable(fmt.Sprint(attrs[key]), valueLength))
	}
}

// printPayload prints what was asked and answered.
func printPayload(w io.Writer, op *operation.Operation) {
	for _, part := range []struct {
		title, body string
		headers     operation.Attributes
	}{{"request", op.RequestBody, op.RequestHeaders}, {"answer", op.ResponseBody, op.ResponseHeaders}} {
		printAttributes(w, part.title+" headers", part.headers)
		if part.body != "" {
			_, _ = fmt.Fprintf(w, "\n%s body\n  %s\n", part.title, strings.ReplaceAll(reproduce.Visible(part.body), "\n", "\n  "))
		}
	}
	if op.Truncated {
		_, _ = fmt.Fprintln(w, "the body was cut when it was recorded")
	}
}

// printLogs prints log records in order.
func printLogs(w io.Writer, logs []*operation.LogRecord, in *time.Location) {
	if len(logs) == 0 {
		return
	}
	_, _ = fmt.Fprintln(w, "\nlog records")
	for _, l := range logs {
		_, _ = fmt.Fprintf(w, "  %s  %-5s  %s  %s\n", l.Time.Std().In(in).Format("15:04:05.000"), printable(l.SeverityText, 8),
			printable(l.ServiceName, 30), printable(l.Body, valueLength))
	}
}
