package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"text/template"
	"time"
)

// Webhook posts messages as JSON. With a secret each carries X-Opslog-Timestamp (Unix seconds) and X-Opslog-Signature:
// "sha256=" and the hex HMAC-SHA-256, under the secret, of the timestamp, a full stop and the body.
type Webhook struct {
	url     string
	secret  []byte
	headers map[string]string
	body    *template.Template // nil posts the Message
	client  *http.Client
}

// NewWebhook makes a sender. body is a template that must give JSON; empty posts the whole message.
func NewWebhook(address, secret, body string, headers map[string]string, allowPrivate bool) (*Webhook, error) {
	w := &Webhook{url: address, secret: []byte(secret), headers: headers, client: newClient(allowPrivate)}
	if body == "" {
		return w, nil
	}
	var err error
	if w.body, err = template.New("body").Option("missingkey=error").Funcs(functions).Parse(body); err != nil {
		return nil, fmt.Errorf("body: %w", err)
	}
	return w, nil
}

// Send posts a message.
func (w *Webhook) Send(ctx context.Context, m *Message, now time.Time) error {
	body, err := w.render(m)
	if err != nil {
		return err
	}
	req, err := http.NewRequest(http.MethodPost, w.url, bytes.NewReader(body))
	if err != nil {
		return &SendError{reason: "the address is not valid"}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", m.Key)
	req.Header.Set("User-Agent", "opslog")
	for name, value := range w.headers {
		req.Header.Set(name, value)
	}
	if len(w.secret) > 0 {
		stamp := strconv.FormatInt(now.Unix(), 10)
		req.Header.Set("X-Opslog-Timestamp", stamp)
		req.Header.Set("X-Opslog-Signature", Sign(w.secret, stamp, body))
	}
	return do(ctx, w.client, req, now)
}

func (w *Webhook) render(m *Message) ([]byte, error) {
	if w.body == nil {
		return json.Marshal(m)
	}
	var out bytes.Buffer
	if err := w.body.Execute(&out, m); err != nil {
		return nil, fmt.Errorf("template body: %w", err)
	}
	if !json.Valid(out.Bytes()) {
		return nil, &SendError{reason: "the body that the template makes is not JSON; write values with the json function"}
	}
	return out.Bytes(), nil
}

// Sign is the signature that a receiver should compute itself and compare.
func Sign(secret []byte, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(timestamp))
	mac.Write([]byte{'.'})
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}
