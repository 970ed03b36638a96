package explain

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
)

// begin is when every operation of these tests starts.
const begin = operation.Time(1_763_700_000_000_000_000)

func op(change func(*operation.Operation)) *operation.Operation {
	o := &operation.Operation{ID: operation.ID{1}, TraceID: operation.TraceID{1}, SpanID: operation.SpanID{1}, Complete: true, Revision: 1,
		StartTime: begin, Duration: 100 * time.Millisecond, Name: "POST /orders", ServiceName: "orders", Status: operation.StatusOK,
		Transport: operation.TransportHTTP, StatusCode: 201, SpanCount: 1}
	if change != nil {
		change(o)
	}
	return o
}

func text(in Input) string { return Of(in).Text(100) }

func section(t *testing.T, s *Story, kind string) string {
	t.Helper()
	var lines []string
	for _, sec := range s.Sections {
		if sec.Kind == kind {
			for _, l := range sec.Lines {
				lines = append(lines, l.Text)
			}
		}
	}
	return strings.Join(lines, "\n")
}

func TestHeadlines(t *testing.T) {
	for want, change := range map[string]func(*operation.Operation){
		"POST /orders on orders answered 201 in 100ms.":            func(*operation.Operation) {},
		"POST /orders on orders was refused with 422 after 100ms.": func(o *operation.Operation) { o.StatusCode = 422 },
		"POST /orders on orders answered 404 in 100ms.":            func(o *operation.Operation) { o.StatusCode = 404 },
		"POST /orders on orders failed with 503 after 1.2s.":       func(o *operation.Operation) { o.Status, o.StatusCode, o.Duration = "error", 503, 1204*time.Millisecond },
		"Shop/Pay on orders failed with UNAVAILABLE after 100ms.": func(o *operation.Operation) {
			o.Name, o.Transport, o.Status, o.StatusCode = "Shop/Pay", "rpc", "error", 14
		},
		"Shop/Pay on orders succeeded in 100ms.": func(o *operation.Operation) { o.Name, o.Transport, o.StatusCode = "Shop/Pay", "rpc", 0 },
		"job nightly on orders failed after 3m 5s.": func(o *operation.Operation) {
			o.Name, o.Transport, o.StatusCode, o.Status, o.Duration = "job nightly", "job", 0, "error", 185*time.Second
		},
		"An operation without a name succeeded in 0ns.": func(o *operation.Operation) { *o = operation.Operation{Complete: true} },
		"POST /orders on orders was still running: the last thing seen of it came 100ms after its start.": func(o *operation.Operation) {
			o.Complete, o.IncompleteReason = false, operation.IncompleteRunning
		},
	} {
		assert.Equal(t, want, Of(Input{Operation: op(change)}).Headline)
	}
}

func TestEffectsSayWhatRemains(t *testing.T) {
	rows := int64(3)
	s := Of(Input{Operation: op(func(o *operation.Operation) {
		o.Status, o.Kind = operation.StatusError, operation.KindCommand
		o.Effects = []operation.Effect{
			{Kind: "db", Action: "INSERT", Target: "orders", Rows: &rows, Outcome: operation.EffectDone},
			{Kind: "db", Action: "UPDATE", Target: "stock", Outcome: operation.EffectDone},
			{Kind: "db", Action: "UPDATE", Target: "stock", Outcome: operation.EffectDone},
			{Kind: "http", Action: "POST", Target: "pay/charges", Outcome: operation.EffectFailed},
			{Kind: "message", Action: "publish", Target: "order.created", Outcome: operation.EffectNotReached},
		}
	})})
	assert.Equal(t, `3 of 5 changes happened; remaining: publish order.created.
INSERT orders, 3 rows
UPDATE stock ×2
POST pay/charges: failed
publish order.created: not reached`, section(t, s, SectionEffects))
}

func TestCascadeAcrossServices(t *testing.T) {
	web := op(func(o *operation.Operation) {
		o.Name, o.ServiceName, o.Status, o.StatusCode = "GET /cart", "web", "error", 502
		o.ErrorSpanID, o.ErrorType, o.ErrorMessage = operation.SpanID{2}, "502", "GET /items answered 502"
	})
	items := op(func(o *operation.Operation) {
		o.ID, o.SpanID, o.ParentOperationID = operation.ID{2}, operation.SpanID{3}, web.ID
		o.Name, o.ServiceName, o.Status, o.FailureClass = "GET /items", "items", "error", operation.FailureDependency
		o.ErrorSpanID, o.ErrorType, o.ErrorMessage, o.ErrorFingerprint = operation.SpanID{4}, "ECONNREFUSED", "connect to db refused", "fp1:1"
	})
	sent := op(func(o *operation.Operation) {
		o.ID, o.SpanID, o.ParentOperationID, o.Transport = operation.ID{3}, operation.SpanID{9}, web.ID, operation.TransportMessage
		o.Name, o.ServiceName, o.Status, o.ErrorMessage = "consume mail", "mailer", "error", "no such user"
	})
	sp := func(id, parent byte, name, service, kind string, start int) *operation.Span {
		return &operation.Span{TraceID: web.TraceID, SpanID: operation.SpanID{id}, ParentSpanID: operation.SpanID{parent}, Name: name,
			ServiceName: service, Kind: kind, Status: operation.StatusError, StartTime: begin + operation.Time(start), Duration: time.Millisecond}
	}
	const ms = int(time.Millisecond)
	in := Input{Operation: web, Others: []*operation.Operation{web, items, sent}, Spans: []*operation.Span{
		sp(1, 0, "GET /cart", "web", operation.SpanServer, 0), sp(2, 1, "GET", "web", operation.SpanClient, 5*ms),
		sp(3, 2, "GET /items", "items", operation.SpanServer, 2*ms), sp(4, 3, "connect", "items", operation.SpanClient, 6*ms),
	}}
	s := Of(in)
	assert.Equal(t, `It began in GET /items on items, in connect: ECONNREFUSED: connect to db refused.
Here it showed as: GET /items answered 502.
The fault lies with what it depends on, not with the request.`, section(t, s, SectionCause))
	assert.Equal(t, "consume mail on mailer failed: no such user", section(t, s, SectionFollowed))
	assert.Contains(t, section(t, s, SectionNotes), "The clock of items is at least 3ms behind that of web")

	in.Operation, in.Same = items, SameOf([]*operation.Operation{web}, "within 1h of it")
	assert.Contains(t, section(t, Of(in), SectionCause), "Also failed because of it: GET /cart (web).")
	assert.Contains(t, section(t, Of(in), SectionCause), "The same error hit 1 other operation within 1h of it, at 04:40:00: GET /cart on web.")

	in.Spans, in.Same = nil, &Same{Where: "within 1h of it"}
	assert.Contains(t, section(t, Of(in), SectionCause), "Also failed because of it: GET /cart (web).")
	assert.Contains(t, section(t, Of(in), SectionCause), "No other operation failed with this error within 1h of it.")
}

func TestAttempts(t *testing.T) {
	first := op(func(o *operation.Operation) { o.Status = operation.StatusError })
	second := op(func(o *operation.Operation) {
		o.ID, o.StartTime, o.RetryOf, o.Attempt = operation.ID{2}, begin+operation.Time(2*time.Second), first.ID, 2
	})
	s := Of(Input{Operation: second, Attempts: []*operation.Operation{second, first, nil}})
	assert.Equal(t, "The same command was tried 2 times: attempt 1 failed and attempt 2 (this one) succeeded 2s later.", section(t, s, SectionAttempts))
	s = Of(Input{Operation: second})
	assert.Equal(t, "This was attempt 2 of the same command; the first was 01000000000000000000000000000000.", section(t, s, SectionAttempts))
}

func TestBeforeTheErrorAreTheLastFive(t *testing.T) {
	failed := op(func(o *operation.Operation) {
		o.Status, o.ErrorSpanID, o.SpanCount = operation.StatusError, operation.SpanID{99}, 12
	})
	in := Input{Operation: failed}
	for i := range byte(10) {
		in.Spans = append(in.Spans, &operation.Span{TraceID: failed.TraceID, SpanID: operation.SpanID{10 + i}, ParentSpanID: failed.SpanID,
			Name: "step " + string('a'+rune(i)), Kind: operation.SpanInternal, StartTime: begin + operation.Time(int(i)*1e6), Duration: time.Millisecond})
	}
	in.Spans = append(in.Spans, &operation.Span{TraceID: failed.TraceID, SpanID: operation.SpanID{99}, ParentSpanID: failed.SpanID, Name: "boom",
		Kind: operation.SpanInternal, Status: operation.StatusError, StartTime: begin + 10e6, Duration: time.Millisecond, Events: []operation.Event{
			{Time: begin + 10.5e6, Name: "exception", Attributes: operation.Attributes{"exception.type": "E"}},
			{Time: begin + 10.2e6, Name: "retrying", Attributes: operation.Attributes{"message": "again"}}}})
	in.Logs = []*operation.LogRecord{
		{TraceID: failed.TraceID, SpanID: failed.SpanID, Time: begin + 10.4e6, SeverityNumber: 17, Body: "about to fail"},
		{TraceID: failed.TraceID, SpanID: operation.SpanID{77}, Time: begin + 10.4e6, Body: "of another operation"},
	}
	assert.Equal(t, `… 8 earlier steps before that
step i, 1ms
step j, 1ms
boom, 1ms
event: retrying: again
error: about to fail`, section(t, Of(in), SectionBefore))
}

func TestOddRecordsHaveAStory(t *testing.T) {
	huge := op(func(o *operation.Operation) {
		o.Status, o.Name, o.ErrorMessage, o.RequestBody = operation.StatusError, strings.Repeat("x", 1e5), strings.Repeat("no spaces", 1e5), strings.Repeat("{", 1e6)
		o.Duration, o.SlowestStepSelfTime, o.SlowestStepName = math.MaxInt64, math.MaxInt64, "all"
		for range 1000 {
			o.Effects = append(o.Effects, operation.Effect{Action: "a", Outcome: "unheard of"})
			o.External = append(o.External, operation.Step{Count: 5, Errors: 2})
			o.Findings = append(o.Findings, operation.Finding{Kind: "brand_new", Evidence: "e"})
		}
	})
	lines := strings.Split(text(Input{Operation: huge, Spans: []*operation.Span{nil, {}}, Logs: []*operation.LogRecord{nil}, Others: []*operation.Operation{nil, huge}}), "\n")
	assert.LessOrEqual(t, len(lines), screen+10)
	for _, l := range lines {
		assert.LessOrEqual(t, utf8.RuneCountInString(l), maxWidth)
	}
	assert.Contains(t, text(Input{Operation: huge}), "brand new: e.")
}

// TestRingsAndDepthEnd gives the story spans that are each other's parents, and a trace 10,000 deep.
func TestRingsAndDepthEnd(t *testing.T) {
	o := op(func(o *operation.Operation) { o.Status, o.ErrorSpanID = operation.StatusError, operation.SpanID{2} })
	ring := []*operation.Span{{TraceID: o.TraceID, SpanID: operation.SpanID{2}, ParentSpanID: operation.SpanID{3}, Status: "error"},
		{TraceID: o.TraceID, SpanID: operation.SpanID{3}, ParentSpanID: operation.SpanID{2}, Status: "error"}}
	assert.NotEmpty(t, text(Input{Operation: o, Spans: ring}))

	deep := make([]*operation.Span, 10_000)
	parent := o.SpanID
	for i := range deep {
		id := operation.SpanID{9, byte(i >> 8), byte(i)}
		deep[i] = &operation.Span{TraceID: o.TraceID, SpanID: id, ParentSpanID: parent, Name: "level", StartTime: begin, Duration: time.Second}
		parent = id
	}
	s := Of(Input{Operation: o, Spans: deep})
	assert.Equal(t, "level, 1s", section(t, s, SectionSteps))
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"":                             "",
		"plain":                        "plain",
		" a\n\tb  c ":                  "a b c",
		"\x1b[31mred\x1b[0m":           "·[31mred·[0m",
		"\x1b]8;;http://evil\x07link":  "·]8;;http://evil·link",
		"right\u202eto left\u200b":     "right·to left·",
		"\u009b2J":                     "·2J",
		"\xff\xfe":                     "\ufffd\ufffd",
		"0123456789012345678901234567": "012345678901234567890…",
	} {
		assert.Equal(t, want, Clean(in, 22))
	}
}

func TestTook(t *testing.T) {
	for in, want := range map[time.Duration]string{
		0: "0ns", 999: "999ns", 12_345: "12.3µs", 1_500_000: "1.5ms", 340 * time.Millisecond: "340ms", 1204 * time.Millisecond: "1.2s",
		59*time.Second + 999*time.Millisecond: "60s", 61 * time.Second: "1m 1s", time.Hour: "1h", 25 * time.Hour: "1d 1h", -time.Second: "-1s",
		math.MaxInt64: "106751d 23h",
	} {
		assert.Equal(t, want, took(in))
	}
}

func TestThrownAt(t *testing.T) {
	for want, stack := range map[string]string{
		"":                                       "no frames here",
		"chargeCard (/app/charge.js:42:11)":      "Error: x\n    at Layer.handle (/app/node_modules/express/layer.js:95:5)\n    at chargeCard (/app/charge.js:42:11)\n    at b (/app/b.js:1:1)",
		"send (/app/tasks.py:44)":                "Traceback (most recent call last):\n  File \"/app/main.py\", line 3, in main\n    send()\n  File \"/app/tasks.py\", line 44, in send\n    raise X\nValueError: x",
		"shop.(*Cart).Add (shop/cart.go:12)":     "goroutine 1 [running]:\nruntime/debug.Stack()\n\t/usr/local/go/src/runtime/debug/stack.go:26 +0x5e\nmain.catch()\n\t/src/catch.go:3\npanic({0x1, 0x2})\n\t/usr/local/go/src/runtime/panic.go:785\nexample.com/shop.(*Cart).Add(0xc0, {0x1, 0x2})\n\t/src/shop/cart.go:12 +0x1d",
		"app/models/user.rb:7:in `save'":         "/usr/lib/ruby/gems/active.rb:1:in `x'\napp/models/user.rb:7:in `save'",
		"/var/www/app/Cart.php(12): Cart->add()": "#0 /var/www/vendor/a.php(1): a()\n#1 /var/www/app/Cart.php(12): Cart->add()",
		"com.acme.Stock.read(Stock.java:31)":     "com.acme.X: x\n\tat java.base/java.lang.Thread.run(Thread.java:1)\n\tat com.acme.Stock.read(Stock.java:31)",
	} {
		assert.Equal(t, want, thrownAt(stack))
	}
}

// TestJSONHasTheSameSentences holds -o json to the text.
func TestJSONHasTheSameSentences(t *testing.T) {
	s := Of(Input{Operation: op(func(o *operation.Operation) { o.Status, o.ErrorMessage = operation.StatusError, "boom" })})
	data, err := json.Marshal(s)
	require.NoError(t, err)
	assert.JSONEq(t, `{"operation_id":"01000000000000000000000000000000","trace_id":"01000000000000000000000000000000","status":"error",
		"headline":"POST /orders on orders failed with 201 after 100ms.","facts":["2025-11-21 04:40:00.000 UTC"],
		"sections":[{"kind":"cause","title":"Why it failed","lines":[{"text":"boom."}]}]}`, string(data))
}

func TestFindings(t *testing.T) {
	s := Of(Input{Operation: op(func(o *operation.Operation) {
		o.Findings = []operation.Finding{
			{Kind: "sequential_calls", Confidence: operation.ConfidenceLow, Evidence: "a then b", Saving: 125 * time.Millisecond},
			{Kind: "clock_skew", Evidence: "orders began 2s before it was called"},
			{Kind: "n_plus_one", Evidence: "103 × SELECT", Saving: time.Second},
			{Kind: "brand_new", Evidence: "odd."},
			{Kind: "missing_index", Evidence: "SELECT x"}, {Kind: "large_payload", Evidence: "5 MiB"}, {Kind: "retry_storm", Evidence: "POST"},
		}
	})})
	assert.Equal(t, `Calls that wait for each other: a then b. Could perhaps save up to 125ms.
The same query for each row (N+1): 103 × SELECT. Could save up to 1s.
brand new: odd.
No index was used: SELECT x.
Large payload: 5 MiB.
… and 1 smaller thing`, section(t, s, SectionFindings))
	assert.Equal(t, "Clocks disagree: orders began 2s before it was called.", section(t, s, SectionNotes))
}

func TestNotes(t *testing.T) {
	for want, change := range map[string]func(*operation.Operation){
		"Some of its spans came late; this is version 3 of the record.":                                          func(o *operation.Operation) { o.Revision = 3 },
		"The span that this operation began with never came, so its name and outcome are guessed from the rest.": func(o *operation.Operation) { o.Complete, o.IncompleteReason = false, operation.IncompleteNoEntry },
		"The record is incomplete.":                                                           func(o *operation.Operation) { o.Complete = false },
		"The request or the answer was too long to be kept whole.":                            func(o *operation.Operation) { o.Truncated = true },
		"2 steps failed on the way; the operation counts as a success all the same.":          func(o *operation.Operation) { o.ErrorSpanCount = 2 },
		"Its 7 spans were not kept or are still to come: this is told from the record alone.": func(o *operation.Operation) { o.SpanCount = 7 },
		"": func(*operation.Operation) {},
	} {
		assert.Equal(t, want, section(t, Of(Input{Operation: op(change)}), SectionNotes))
	}
}

func TestChronology(t *testing.T) {
	failed := op(func(o *operation.Operation) {
		o.External = []operation.Step{{Category: "db", Template: "SELECT 1", Count: 2, Total: time.Millisecond}}
	})
	assert.Equal(t, []string{"SELECT 1 ×2, 1ms in all"}, texts(Chronology(Input{Operation: failed}, 5)), "from the record alone")
	in := Input{Operation: failed}
	for i := range byte(4) {
		in.Spans = append(in.Spans, &operation.Span{TraceID: failed.TraceID, SpanID: operation.SpanID{10 + i}, ParentSpanID: failed.SpanID,
			Name: "step " + string('a'+rune(i)), StartTime: begin + operation.Time(i), Duration: 1})
	}
	assert.Equal(t, []string{"… 2 earlier steps before that", "step c, 1ns", "step d, 1ns"}, texts(Chronology(in, 2)))
	assert.Equal(t, "  +0ms   SELECT 1 ×2, 1ms in all\n", TextOf(Chronology(Input{Operation: failed}, 5), 0))
}

func texts(lines []Line) []string {
	var out []string
	for _, l := range lines {
		out = append(out, l.Text)
	}
	return out
}

func FuzzStory(f *testing.F) {
	f.Add([]byte(`{"operation_id":"01","name":"x\u001b[2J","status":"error","effects":[{"action":"a"}]}`), []byte(`[{"span_id":"0100000000000000","name":"\u009b"}]`), 80)
	f.Add([]byte(`{"external":[{"count":-1,"total":-5}],"findings":[{"kind":"","saving":1}],"duration":-1,"status_code":-7,"transport":"rpc"}`), []byte(`[null]`), 0)
	f.Fuzz(func(t *testing.T, record, spans []byte, width int) {
		o := &operation.Operation{}
		if json.Unmarshal(record, o) != nil {
			return
		}
		in := Input{Operation: o, Others: []*operation.Operation{o}, Attempts: []*operation.Operation{o, nil}}
		if json.Unmarshal(spans, &in.Spans) != nil {
			return
		}
		for _, s := range in.Spans {
			if s != nil {
				in.Logs = append(in.Logs, &operation.LogRecord{TraceID: s.TraceID, SpanID: s.SpanID, Body: s.Name, Time: s.StartTime})
			}
		}
		story := Of(in)
		out := story.Text(width)
		assert.Equal(t, out, Of(in).Text(width), "the same input, another text")
		for _, r := range out {
			if r != '\n' && !unicode.IsPrint(r) {
				t.Fatalf("%q is not printable in %q", r, out)
			}
		}
		for _, s := range story.Sections {
			assert.NotEmpty(t, s.Lines)
		}
	})
}

func BenchmarkStory(b *testing.B) {
	o := op(func(o *operation.Operation) {
		o.Status, o.ErrorSpanID = operation.StatusError, operation.SpanID{9, 0, 3}
	})
	in := Input{Operation: o}
	for i := range 1000 {
		in.Spans = append(in.Spans, &operation.Span{TraceID: o.TraceID, SpanID: operation.SpanID{9, byte(i >> 8), byte(i)}, ParentSpanID: o.SpanID,
			Name: "step", StartTime: begin + operation.Time(i), Duration: time.Millisecond})
	}
	b.ReportAllocs()
	for b.Loop() {
		Of(in)
	}
}
