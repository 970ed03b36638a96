package cli

import (
	"encoding/base64"
	"strconv"
	"time"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/pii"
)

// object is a JSON object of OTLP's JSON encoding.
type object = map[string]any

// canaryDocument plants every specimen in every field of one signal that holds text.
func canaryDocument(signal string, trace operation.TraceID, now time.Time) object {
	resource := object{"attributes": append([]object{keyValue("service.name", stringValue("opslog-redact-test"))}, canaryAttributes("resource")...)}
	scope := object{"name": "opslog redact test", "attributes": canaryAttributes("scope")}
	if signal == "logs" {
		return object{"resourceLogs": []object{{"resource": resource, "scopeLogs": []object{{"scope": scope, "logRecords": canaryLogs(trace, now)}}}}}
	}
	return object{"resourceSpans": []object{{"resource": resource, "scopeSpans": []object{{"scope": scope, "spans": canarySpans(trace, now)}}}}}
}

// canarySpans is a request with one step for each specimen. The spans have errors, so that sampling keeps them.
func canarySpans(trace operation.TraceID, now time.Time) []object {
	root := canarySpan(trace, now, "POST /opslog-redact-test", 2)
	root["attributes"] = append(canaryAttributes("span"),
		keyValue("http.request.method", stringValue("POST")), keyValue("http.route", stringValue("/opslog-redact-test")),
		keyValue("app.nested", object{"kvlistValue": object{"values": canaryAttributes("nested")}}),
		keyValue("app.list", object{"arrayValue": object{"values": canaryValues()}}))
	root["events"] = []object{{"name": "specimens", "timeUnixNano": nanos(now), "attributes": canaryAttributes("event")}}
	root["links"] = []object{{"traceId": trace.String(), "spanId": randomSpanID(), "attributes": canaryAttributes("link")}}
	spans := []object{root}
	for _, c := range pii.Canaries() {
		step := canarySpan(trace, now, "step "+c.Text, 3)
		step["parentSpanId"] = root["spanId"]
		step["status"] = object{"code": 2, "message": "failed with " + c.Text}
		step["attributes"] = []object{keyValue("db.query.text", stringValue(c.Text)),
			keyValue("app.blob", object{"bytesValue": base64.StdEncoding.EncodeToString([]byte(c.Text))}), keyValue(c.Text, stringValue("as a key"))}
		step["events"] = []object{{"name": "exception", "timeUnixNano": nanos(now), "attributes": []object{
			keyValue("exception.type", stringValue("SpecimenError")), keyValue("exception.message", stringValue("cannot use "+c.Text)),
			keyValue("exception.stacktrace", stringValue("SpecimenError: cannot use "+c.Text+"\n\tat shop.Pay(pay.go:12)"))}}}
		spans = append(spans, step)
	}
	return spans
}

func canarySpan(trace operation.TraceID, now time.Time, name string, kind int) object {
	return object{"traceId": trace.String(), "spanId": randomSpanID(), "name": name, "kind": kind, "startTimeUnixNano": nanos(now),
		"endTimeUnixNano": nanos(now.Add(20 * time.Millisecond)), "status": object{"code": 2, "message": "specimens"}}
}

// canaryLogs is one record for each specimen, in its text and in a structured body.
func canaryLogs(trace operation.TraceID, now time.Time) []object {
	var records []object
	for _, c := range pii.Canaries() {
		record := object{"traceId": trace.String(), "spanId": randomSpanID(), "timeUnixNano": nanos(now), "severityNumber": 17,
			"severityText": "ERROR", "body": stringValue("specimen " + c.Text), "attributes": []object{keyValue("app.note", stringValue(c.Text))}}
		structured := object{"traceId": trace.String(), "spanId": randomSpanID(), "timeUnixNano": nanos(now), "severityNumber": 9,
			"body": object{"kvlistValue": object{"values": []object{keyValue("note", stringValue(c.Text))}}}}
		records = append(records, record, structured)
	}
	return records
}

func canaryAttributes(prefix string) []object {
	var out []object
	for i, v := range canaryValues() {
		out = append(out, keyValue(prefix+".note."+strconv.Itoa(i), v))
	}
	return out
}

func canaryValues() []object {
	var out []object
	for _, c := range pii.Canaries() {
		out = append(out, stringValue(c.Text))
	}
	return out
}

func keyValue(key string, value object) object { return object{"key": key, "value": value} }

func stringValue(s string) object { return object{"stringValue": s} }

func nanos(t time.Time) string { return strconv.FormatInt(t.UnixNano(), 10) }
