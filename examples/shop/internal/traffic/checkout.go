package traffic

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"

	"github.com/opslog/opslog/examples/shop/internal/planted"
)

// keptOrders is how many of the last orders can be looked at or refunded.
const keptOrders = 20

// checkout buys a product, some cheap one without sku, with the customer's own card or another.
func checkout(sku, card string, want int) func(*visitor) error {
	cheap := []string{"MUG-4", "LAMP-2", "VASE-7", "KETTLE-1"}
	return func(v *visitor) error {
		product := sku
		if product == "" {
			product = cheap[v.number%len(cheap)]
		}
		out, err := v.do(request{method: "POST", path: "/checkout", body: v.cart(product, card, 1+v.number%2), want: want,
			header: map[string]string{"Idempotency-Key": newID()}})
		if err == nil && want == http.StatusOK {
			v.keep(placed{out.ID, v.Customer})
		}
		return err
	}
}

func (v *visitor) cart(sku, card string, quantity int) map[string]any {
	if card == "" {
		card = v.Card
	}
	return map[string]any{
		"sku": sku, "quantity": quantity,
		"customer": map[string]any{"full_name": v.Name, "email": v.Email, "phone": v.Phone,
			"address": map[string]string{"street": v.Street, "city": v.City}},
		"payment":  map[string]string{"card_number": card, "expiry": "12/29", "cvc": "737"},
		"metadata": fmt.Sprintf(`{"plugin":"gift","contact":{"email":%q,"iban":%q}}`, v.Email, planted.Digits(planted.IBANGerman)),
	}
}

func badInput(v *visitor) error {
	return v.send(request{method: "POST", path: "/checkout", body: v.cart("MUG-4", "", -1), want: http.StatusUnprocessableEntity})
}

func orderPage(v *visitor) error {
	o, ok := v.lastOrder()
	if !ok {
		return nil
	}
	v.Customer = o.customer
	return v.send(request{method: "GET", path: "/orders/" + o.id, want: http.StatusOK})
}

func refund(v *visitor) error {
	o, ok := v.lastOrder()
	if !ok {
		return nil
	}
	v.Customer = o.customer
	return v.send(request{method: "POST", path: "/orders/" + o.id + "/refund", want: http.StatusOK})
}

func (d *driver) keep(o placed) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.orders = append(d.orders, o)
	d.orders = d.orders[max(0, len(d.orders)-keptOrders):]
}

func (d *driver) lastOrder() (placed, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.orders) == 0 {
		return placed{}, false
	}
	return d.orders[len(d.orders)-1], true
}

// forget drops the orders that are no longer there.
func (d *driver) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.orders = nil
}

func randomHex(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}
