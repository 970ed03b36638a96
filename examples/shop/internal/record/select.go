package record

import (
	"maps"
	"slices"
)

// trace is all spans of one trace.
type trace struct {
	id    string
	spans []*span
}

// scenarios tells what a trace shows; several may hold for one trace.
var scenarios = map[string]func(*trace) bool{
	"checkout_ok": func(t *trace) bool { return t.played("checkout_ok") && t.count("ack order.created") == 1 },
	"checkout_payment_timeout": func(t *trace) bool {
		return t.played("checkout_payment_timeout") && t.count("payments.v1.Payments/Charge") == 2
	},
	"checkout_declined":    func(t *trace) bool { return t.played("checkout_declined") },
	"checkout_crash":       func(t *trace) bool { return t.played("checkout_crash") },
	"checkout_limit":       func(t *trace) bool { return t.played("checkout_limit") },
	"n_plus_one":           func(t *trace) bool { return t.played("n_plus_one") && t.count("sql.conn.query") < 100 },
	"n_plus_one_103":       func(t *trace) bool { return t.played("n_plus_one") && t.count("sql.conn.query") > 100 },
	"dashboard_sequential": func(t *trace) bool { return t.played("dashboard_sequential") },
	"dashboard_parallel":   func(t *trace) bool { return t.played("dashboard_parallel") },
	"cache_miss":           func(t *trace) bool { return t.played("product_page") && t.carries("cache.hit", "false") },
	"cache_hit":            func(t *trace) bool { return t.played("product_page") && t.carries("cache.hit", "true") },
	"delete_orders":        func(t *trace) bool { return t.played("delete_orders") && t.count("orders.purge") == 1 },
	"delete_forbidden":     func(t *trace) bool { return t.played("delete_forbidden") },
	"nightly_job":          func(t *trace) bool { return t.count("nightly_invoices") == 1 && !t.failed("nightly_invoices") },
	"nightly_job_failed":   func(t *trace) bool { return t.count("nightly_invoices") == 1 && t.failed("nightly_invoices") },
	"order_created_ok":     func(t *trace) bool { return t.played("checkout_ok") && t.count("ack order.created") == 1 },
	"order_created_retry":  func(t *trace) bool { return t.count("nack order.created") == 1 && t.count("ack order.created") == 1 },
	"dead_letter":          func(t *trace) bool { return t.count("term order.created") == 1 },
	"get_that_writes":      func(t *trace) bool { return t.played("get_that_writes") },
	"not_found":            func(t *trace) bool { return t.played("not_found") },
	"bad_input":            func(t *trace) bool { return t.played("bad_input") },
	"malformed_json":       func(t *trace) bool { return t.played("malformed_json") },
	"login_ok":             func(t *trace) bool { return t.played("login_ok") },
	"login_failed":         func(t *trace) bool { return t.played("login_failed") },
	"profile_update":       func(t *trace) bool { return t.played("profile_update") },
	"profile_mobile":       func(t *trace) bool { return t.played("profile_mobile") },
	"profile_bug":          func(t *trace) bool { return t.played("profile_bug") },
	"product_list":         func(t *trace) bool { return t.played("product_list") },
	"product_search":       func(t *trace) bool { return t.played("product_search") },
	"order_list":           func(t *trace) bool { return t.played("order_list") },
	"order_page":           func(t *trace) bool { return t.played("order_page") },
	"customer_orders":      func(t *trace) bool { return t.played("customer_orders") },
	"partner_feed":         func(t *trace) bool { return t.played("partner_feed") },
	"password_reset":       func(t *trace) bool { return t.played("password_reset") },
	"refund":               func(t *trace) bool { return t.played("refund") },
	"register":             func(t *trace) bool { return t.played("register") },
	"support_view":         func(t *trace) bool { return t.played("support_view") },
	"unknown_page":         func(t *trace) bool { return t.played("unknown_page") },
}

// played tells whether the traffic's scenario started the trace.
func (t *trace) played(scenario string) bool {
	return slices.ContainsFunc(t.spans, func(s *span) bool { return s.has("http.request.header.x-scenario", `"`+scenario+`"`) })
}

// count is how many spans have the name, exactly.
func (t *trace) count(name string) int {
	n := 0
	for _, s := range t.spans {
		if s.Name == name {
			n++
		}
	}
	return n
}

func (t *trace) carries(key, value string) bool {
	return slices.ContainsFunc(t.spans, func(s *span) bool { return s.has(key, value) })
}

// failed tells whether the span of the name has the status error.
func (t *trace) failed(name string) bool {
	return slices.ContainsFunc(t.spans, func(s *span) bool { return s.Name == name && s.Status.Code == statusError })
}

// group sorts spans into traces, in the order in which the traces were first seen.
func group(lines []traceLine) []*trace {
	byID := map[string]*trace{}
	var order []*trace
	for _, line := range lines {
		for _, rs := range line.ResourceSpans {
			for _, ss := range rs.ScopeSpans {
				for i := range ss.Spans {
					s := &ss.Spans[i]
					if byID[s.TraceID] == nil {
						byID[s.TraceID] = &trace{id: s.TraceID}
						order = append(order, byID[s.TraceID])
					}
					byID[s.TraceID].spans = append(byID[s.TraceID].spans, s)
				}
			}
		}
	}
	return order
}

// whole tells whether no span's parent is missing, but for one that a caller outside the shop kept to itself.
func (t *trace) whole() bool {
	ids := map[string]bool{}
	for _, s := range t.spans {
		ids[s.SpanID] = true
	}
	for _, s := range t.spans {
		if s.ParentSpanID != "" && !ids[s.ParentSpanID] && s.text("http.request.header.x-scenario") == "" {
			return false
		}
	}
	return true
}

// pick chooses up to perScenario whole traces for every scenario and answers them by scenario.
func pick(traces []*trace, perScenario int) map[string][]*trace {
	picked := map[string][]*trace{}
	for _, name := range slices.Sorted(maps.Keys(scenarios)) {
		for _, t := range traces {
			if len(picked[name]) < perScenario && scenarios[name](t) && t.whole() {
				picked[name] = append(picked[name], t)
			}
		}
	}
	return picked
}
