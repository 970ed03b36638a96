package opslogqueryextension

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// Bounds of an export, and the time for each part of it.
const (
	defaultExport, maxExport = 100_000, 1_000_000
	writeTime                = 10 * time.Second
)

// exportFields are the columns of a table when none are asked for.
const exportFields = "time,service,name,kind,status,http.status,duration,user,error.type,error.message,version,trace,id"

// export writes all operations of a query, page by page.
func (h *apiHandler) export(w http.ResponseWriter, r *http.Request) error {
	p := newParameters(r, h.time())
	format := orElse(p.oneOf("format", "csv", "ndjson"), "ndjson")
	limit := p.number("limit", defaultExport, 1, maxExport)
	p.values.Del("limit") // of the export, not of a page
	l := p.listing(nil)
	if l.left > 0 {
		limit = min(limit, l.left)
	}
	if format == "csv" && len(l.fields) == 0 {
		l.fields = p.fields("fields", exportFields)
	}
	if err := p.done(); err != nil {
		return err
	}
	l.Detail = l.Detail || format == "ndjson" && len(l.fields) == 0
	out := &exporter{h: h, response: http.NewResponseController(w), w: w, fields: l.fields}
	if format == "csv" {
		out.table = csv.NewWriter(w)
	}
	return out.run(r.Context(), l.OperationQuery, limit, format)
}

type exporter struct {
	h        *apiHandler
	w        io.Writer
	response *http.ResponseController
	fields   []query.FieldRef
	table    *csv.Writer // nil for lines of JSON
	began    bool
}

func (e *exporter) run(ctx context.Context, q store.OperationQuery, left int, format string) error {
	for left > 0 {
		q.Limit, q.Limits = min(left, maxLimit), e.h.limits()
		ops, err := e.page(ctx, q)
		if err != nil && !e.began {
			return err
		}
		if err != nil { // the caller has half a file: end it so that it shows
			panic(http.ErrAbortHandler)
		}
		if !e.began {
			e.begin(format)
		}
		if err := e.write(ops); err != nil || len(ops) < q.Limit {
			return nil // either the caller is gone, or this was all
		}
		left -= len(ops)
		after := store.CursorAt(ops[len(ops)-1], q.Sort)
		q.After = &after
	}
	return nil
}

func (e *exporter) page(ctx context.Context, q store.OperationQuery) ([]*operation.Operation, error) {
	ctx, cancel := context.WithTimeout(ctx, e.h.cfg.QueryTimeout)
	defer cancel()
	return e.h.reader.Operations(ctx, q)
}

func (e *exporter) begin(format string) {
	e.began = true
	header := e.w.(http.ResponseWriter).Header()
	header.Set("Content-Type", map[string]string{"csv": "text/csv; charset=utf-8; header=present", "ndjson": "application/x-ndjson"}[format])
	header.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="operations-%s.%s"`, e.h.now().UTC().Format("20060102-150405"), format))
	if e.table != nil {
		names := make([]string, len(e.fields))
		for i, f := range e.fields {
			names[i] = f.Name
		}
		_ = e.table.Write(names) // an error comes again with Flush
	}
}

func (e *exporter) write(ops []*operation.Operation) error {
	_ = e.response.SetWriteDeadline(time.Now().Add(writeTime)) // of the socket: by the real clock
	if e.table != nil {
		return e.writeTable(ops)
	}
	enc := json.NewEncoder(e.w)
	enc.SetEscapeHTML(false)
	for _, op := range ops {
		var line any = op
		if len(e.fields) > 0 {
			line = e.object(op)
		}
		if err := enc.Encode(line); err != nil {
			return err
		}
	}
	return e.response.Flush()
}

func (e *exporter) object(op *operation.Operation) map[string]any {
	out := make(map[string]any, len(e.fields))
	for _, f := range e.fields {
		out[f.Name] = valueOf(op, f.Field)
	}
	return out
}

func (e *exporter) writeTable(ops []*operation.Operation) error {
	row := make([]string, len(e.fields))
	for _, op := range ops {
		for i, f := range e.fields {
			row[i] = cellText(valueOf(op, f.Field))
		}
		if err := e.table.Write(row); err != nil {
			return err
		}
	}
	e.table.Flush()
	if err := e.table.Error(); err != nil {
		return err
	}
	return e.response.Flush()
}

// cellText is a value as a cell of a table: times as RFC 3339, lists as JSON. Text that a spreadsheet would run as a
// formula gets a quote in front.
func cellText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return harmless(v)
	case operation.Time:
		return v.Std().Format(time.RFC3339Nano)
	case operation.Duration:
		return strconv.FormatInt(int64(v), 10)
	case int64, float64, bool, operation.ID, operation.TraceID, operation.SpanID:
		return fmt.Sprint(v)
	default:
		text, _ := json.Marshal(v) // lists and maps of the record
		return harmless(string(text))
	}
}

func harmless(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n|%", rune(text[0])) || strings.HasPrefix(text, "＝") {
		return "'" + text
	}
	return text
}
