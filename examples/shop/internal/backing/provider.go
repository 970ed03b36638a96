package backing

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/opslog/opslog/examples/shop/internal/planted"
)

// slowAnswer is longer than the payments service waits.
const slowAnswer = 900 * time.Millisecond

// providerAPI is the payment provider's sandbox and a parcel carrier's label service. Like real sandboxes, the
// provider answers by card number.
func providerAPI() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/charges", charge)
	mux.HandleFunc("POST /v1/refunds", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, map[string]any{"status": "refunded"})
	})
	labels := &labelPrinter{failed: map[string]bool{}}
	mux.HandleFunc("POST /v1/labels/{order}", labels.print)
	return mux
}

func charge(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Card struct{ Number string } `json:"card"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		reply(w, http.StatusBadRequest, map[string]any{"error": "body is not JSON"})
		return
	}
	number := strings.ReplaceAll(in.Card.Number, " ", "")
	wait := 25 * time.Millisecond
	if number == planted.Digits(planted.CardTimeout) {
		wait = slowAnswer
	}
	select {
	case <-r.Context().Done():
		return
	case <-time.After(wait):
	}
	switch number {
	case planted.Digits(planted.CardDeclined):
		reply(w, http.StatusPaymentRequired, map[string]any{"error": fmt.Sprintf("card %s declined: insufficient_funds", number)})
	case planted.Digits(planted.CardCrash):
		reply(w, http.StatusOK, map[string]any{"status": "captured"}) // without the charge: the client's bug
	default:
		reply(w, http.StatusOK, map[string]any{"status": "captured", "charge": map[string]any{"id": "ch_" + number[len(number)-4:]}})
	}
}

// labelPrinter is offline for the first request of every order that wants a label.
type labelPrinter struct {
	mu     sync.Mutex
	failed map[string]bool
}

func (l *labelPrinter) print(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	order := r.PathValue("order")
	if !l.failed[order] {
		l.failed[order] = true
		reply(w, http.StatusServiceUnavailable, map[string]any{"error": "label printer offline"})
		return
	}
	delete(l.failed, order)
	reply(w, http.StatusOK, map[string]any{"label": "LBL-" + order})
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
