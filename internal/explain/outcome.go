package explain

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

// Lengths at which text from the record is cut.
const (
	nameLength    = 90
	messageLength = 280
	valueLength   = 60
	bodyLength    = 160
)

// headline says in one sentence what was asked, of whom, how it ended and how long it took.
func (t *teller) headline() string {
	op := t.op
	what := Clean(op.Name, nameLength)
	if what == "" {
		what = "An operation without a name"
	}
	where := ""
	if op.ServiceName != "" {
		where = " on " + Clean(op.ServiceName, valueLength)
	}
	return what + where + " " + ending(op) + "."
}

func ending(op *operation.Operation) string {
	if !op.Complete && op.IncompleteReason == operation.IncompleteRunning {
		return fmt.Sprintf("was still running: the last thing seen of it came %s after its start", took(op.Duration))
	}
	code := codeOf(op)
	if op.Status == operation.StatusError {
		if code != "" {
			code = " with " + code
		}
		return "failed" + code + " after " + took(op.Duration)
	}
	switch {
	case refused(op):
		return "was refused with " + code + " after " + took(op.Duration)
	case op.Transport == operation.TransportHTTP && code != "":
		return "answered " + code + " in " + took(op.Duration)
	default:
		return "succeeded in " + took(op.Duration)
	}
}

// refused tells of a request that its server found at fault, which is no error of the server. Not found is an answer.
func refused(op *operation.Operation) bool {
	return op.Transport == operation.TransportHTTP && op.StatusCode >= 400 && op.StatusCode != 404 && op.Status != operation.StatusError
}

// codeOf is the protocol's status code, "" where it says nothing.
func codeOf(op *operation.Operation) string {
	switch {
	case op.Transport == operation.TransportRPC && op.StatusCode >= 0 && op.StatusCode < int64(len(rpcCodes)):
		if op.StatusCode == 0 {
			return ""
		}
		return rpcCodes[op.StatusCode]
	case op.StatusCode == 0:
		return ""
	default:
		return strconv.FormatInt(op.StatusCode, 10)
	}
}

// facts are when and where it ran, who asked, and what exactly.
func (t *teller) facts() []string {
	op := t.op
	var out []string
	where := []string{op.StartTime.Std().In(t.zone()).Format("2006-01-02 15:04:05.000 MST")}
	for _, part := range []struct{ before, value string }{
		{"", op.Environment}, {"version ", op.ServiceVersion}, {"host ", op.HostName},
	} {
		if part.value != "" {
			where = append(where, part.before+Clean(part.value, valueLength))
		}
	}
	out = append(out, strings.Join(where, ", "))
	if asked := t.asked(); asked != "" {
		out = append(out, asked)
	}
	if op.RequestBody != "" && op.Status == operation.StatusError {
		out = append(out, "Request: "+Clean(op.RequestBody, bodyLength))
	}
	return out
}

// asked says who asked for what.
func (t *teller) asked() string {
	op := t.op
	var parts []string
	add := func(name, value string) {
		if value != "" {
			parts = append(parts, name+" "+Clean(value, nameLength))
		}
	}
	switch {
	case op.UserID != "" && op.UserType != "":
		add("asked by user", op.UserID+" ("+op.UserType+")")
	case op.UserID != "":
		add("asked by user", op.UserID)
	case op.TenantID == "":
		add("asked from", op.ClientAddress)
	}
	add("tenant", op.TenantID)
	if !strings.Contains(op.Name, op.Target) {
		add("target", op.Target)
	}
	add("request id", op.RequestID)
	add("message id", op.MessageID)
	add("idempotency key", op.IdempotencyKey)
	text := strings.Join(parts, ", ")
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
