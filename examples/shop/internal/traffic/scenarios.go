package traffic

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/opslog/opslog/examples/shop/internal/planted"
)

type scenario struct {
	name   string
	weight int
	run    func(*visitor) error
}

// scenarios, with how often each is drawn. The storefront records the name as the header x-scenario.
var scenarios = []scenario{
	{"product_list", 14, get("/products?limit=10", http.StatusOK)},
	{"product_page", 22, productPage},
	{"product_search", 6, productSearch},
	{"checkout_ok", 12, checkout("", "", http.StatusOK)},
	{"order_list", 10, get("/orders?limit=5", http.StatusOK)},
	{"order_page", 5, orderPage},
	{"checkout_declined", 2, checkout("", planted.CardDeclined, http.StatusPaymentRequired)},
	{"checkout_payment_timeout", 2, checkout("", planted.CardTimeout, http.StatusGatewayTimeout)},
	{"checkout_crash", 1, checkout("", planted.CardCrash, http.StatusInternalServerError)},
	{"checkout_limit", 1, checkout("PIANO-8", planted.CardLimit, http.StatusInternalServerError)},
	{"order_created_retry", 2, checkout("CRYSTAL-9", "", http.StatusOK)},
	{"dead_letter", 1, checkout("GHOST-10", "", http.StatusOK)},
	{"refund", 1, refund},
	{"n_plus_one", 4, nPlusOne},
	{"dashboard_sequential", 4, get("/dashboard", http.StatusOK)},
	{"dashboard_parallel", 4, get("/dashboard/parallel", http.StatusOK)},
	{"login_ok", 4, login(true)},
	{"login_failed", 2, login(false)},
	{"register", 1, register},
	{"profile_update", 3, profileUpdate},
	{"profile_mobile", 1, profileMobile},
	{"profile_bug", 1, profileBug},
	{"get_that_writes", 2, unsubscribe},
	{"password_reset", 1, passwordReset},
	{"partner_feed", 2, get("/feed?api_key="+planted.PartnerKey, http.StatusOK)},
	{"customer_orders", 2, customerOrders},
	{"support_view", 2, supportView},
	{"delete_orders", 1, deleteOrders},
	{"delete_forbidden", 1, func(v *visitor) error {
		return v.send(request{method: "DELETE", path: "/admin/orders?before=2024-01-31", want: 403})
	}},
	{"not_found", 3, get("/products/TEAPOT-404", http.StatusNotFound)},
	{"unknown_page", 1, get("/wp-admin/setup.php", http.StatusNotFound)},
	{"bad_input", 3, badInput},
	{"malformed_json", 1, func(v *visitor) error {
		return v.send(request{method: "POST", path: "/checkout", body: `{"customer": {"email": "` + v.Email + `",`, want: http.StatusBadRequest})
	}},
}

func (v *visitor) send(r request) error {
	_, err := v.do(r)
	return err
}

func get(path string, want int) func(*visitor) error {
	return func(v *visitor) error { return v.send(request{method: "GET", path: path, want: want}) }
}

// productPage asks for two products most of the time, so that the cache has something to do.
func productPage(v *visitor) error {
	skus := []string{"KETTLE-1", "KETTLE-1", "KETTLE-1", "LAMP-2", "LAMP-2", "CHAIR-3", "MUG-4", "CLOCK-5"}
	return v.send(request{method: "GET", path: "/products/" + skus[v.number%len(skus)], want: http.StatusOK})
}

func productSearch(v *visitor) error {
	return v.send(request{method: "POST", path: "/search", body: map[string]any{"text": "c", "max_cents": 20000}, want: http.StatusOK})
}

// nPlusOne reads 20 posts, and once in a while 103.
func nPlusOne(v *visitor) error {
	limit := 20
	if v.number%5 == 2 {
		limit = 103
	}
	return v.send(request{method: "GET", path: fmt.Sprintf("/posts?limit=%d", limit), want: http.StatusOK})
}

func login(right bool) func(*visitor) error {
	return func(v *visitor) error {
		password, want := v.Password, http.StatusOK
		if !right {
			password, want = v.Password+"!", http.StatusUnauthorized
		}
		return v.send(request{method: "POST", path: "/login", body: map[string]any{"email": v.Email, "password": password}, want: want})
	}
}

func register(v *visitor) error {
	form := url.Values{"full_name": {v.Name}, "email": {v.Email}, "phone": {v.Phone}, "street": {v.Street}, "city": {v.City}, "password": {v.Password}}
	return v.send(request{method: "POST", path: "/register", body: form, want: http.StatusOK})
}

func (v *visitor) profile() map[string]any {
	return map[string]any{
		"email": v.Email, "phone": v.Phone, "full_name": v.Name, "card_on_file": planted.Dashed(v.Card),
		"address": map[string]string{"street": v.Street, "city": v.City},
	}
}

func profileUpdate(v *visitor) error {
	return v.send(request{method: "PUT", path: "/profile", body: v.profile(), want: http.StatusOK,
		header: map[string]string{"X-Customer-Phone": v.Phone, "X-Api-Key": planted.GitHubToken()}})
}

// profileMobile comes from an app that traces too, but sends its spans elsewhere.
func profileMobile(v *visitor) error {
	return v.send(request{method: "PUT", path: "/profile", body: v.profile(), want: http.StatusOK, header: map[string]string{
		"Traceparent": "00-" + randomHex(16) + "-" + randomHex(8) + "-01",
		"Tracestate":  "shopapp=" + v.Email,
		"Baggage":     "customer.email=" + url.PathEscape(v.Email) + ",app.version=4.2.0",
	}})
}

// profileBug leaves the address out, and the storefront falls over it.
func profileBug(v *visitor) error {
	body := v.profile()
	delete(body, "address")
	return v.send(request{method: "PUT", path: "/profile", body: body, want: http.StatusInternalServerError})
}

func unsubscribe(v *visitor) error {
	return v.send(request{method: "GET", path: "/unsubscribe?email=" + planted.Escaped(v.Email), want: http.StatusOK})
}

func passwordReset(v *visitor) error {
	path := "/password-reset?token=" + planted.JWT(v.Customer) + "&email=" + v.Email
	return v.send(request{method: "GET", path: path, want: http.StatusOK})
}

func customerOrders(v *visitor) error {
	return v.send(request{method: "GET", path: "/customers/" + v.Email + "/orders", want: http.StatusOK})
}

func supportView(v *visitor) error {
	return v.send(request{method: "GET", path: "/support/customers/" + v.ID, want: http.StatusOK,
		header: map[string]string{"Authorization": "Basic " + planted.Basic(), "X-User-Type": "support"}})
}

// deleteOrders deletes the orders of three more days. Every eighth time the year is mistyped, all orders are gone,
// and somebody has to put them back.
func deleteOrders(v *visitor) error {
	before := time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, 3*v.number)
	wrong := v.number%8 == 0
	if wrong {
		before = before.AddDate(10, 0, 0)
	}
	admin := map[string]string{"X-User-Type": "admin"}
	if err := v.send(request{method: "DELETE", path: "/admin/orders?before=" + before.Format(time.DateOnly), header: admin, want: http.StatusOK}); err != nil || !wrong {
		return err
	}
	v.forget()
	return v.send(request{method: "POST", path: "/admin/orders/restore", header: admin, want: http.StatusOK})
}
