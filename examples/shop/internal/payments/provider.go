package payments

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	pb "github.com/opslog/opslog/examples/shop/internal/paymentspb"
	"github.com/opslog/opslog/examples/shop/internal/planted"
)

// DeclinedError is the provider's refusal of a card.
type DeclinedError struct{ Reason, Email string }

func (e *DeclinedError) Error() string {
	return fmt.Sprintf("payment of %s refused: %s", e.Email, e.Reason)
}

// timeout is how long the provider may take; the orders service waits a little longer for us.
const timeout = 220 * time.Millisecond

type provider struct {
	url    string
	client *http.Client
}

type chargeBody struct {
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
	Card     any    `json:"card"`
	Receipt  string `json:"receipt_email"`
}

type captured struct{ ID string }

type chargeAnswer struct {
	Status string
	Error  string
	Charge *captured
}

// charge answers the provider's charge. The provider may say "captured" without one: nobody thought of that.
func (p provider) charge(ctx context.Context, in *pb.ChargeRequest) (captured, error) {
	card := map[string]string{"number": in.Card.Number, "exp": in.Card.Expiry, "cvc": in.Card.Cvc, "cardholder_name": in.Card.CardholderName}
	var answer chargeAnswer
	code, err := p.post(ctx, "/v1/charges", chargeBody{in.AmountCents, in.Currency, card, in.CustomerEmail}, &answer)
	if err != nil {
		return captured{}, err
	}
	if code == http.StatusPaymentRequired {
		return captured{}, &DeclinedError{Reason: answer.Error, Email: in.CustomerEmail}
	}
	return *answer.Charge, nil
}

func (p provider) refund(ctx context.Context, payment string) error {
	var answer chargeAnswer
	_, err := p.post(ctx, "/v1/refunds", map[string]string{"payment": payment}, &answer)
	return err
}

func (p provider) post(ctx context.Context, path string, body, answer any) (status int, err error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	text, err := json.Marshal(body)
	if err != nil {
		return 0, fmt.Errorf("encode the provider's request: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url+path, bytes.NewReader(text))
	if err != nil {
		return 0, fmt.Errorf("create the provider's request: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+planted.ProviderKey)
	resp, err := p.client.Do(req)
	if err != nil {
		return 0, fmt.Errorf("call the provider: %w", err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(answer); err != nil {
		return 0, fmt.Errorf("decode the provider's answer: %w", err)
	}
	return resp.StatusCode, nil
}
