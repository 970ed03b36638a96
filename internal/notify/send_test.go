package notify

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/opslog/opslog/internal/alert"
	"github.com/opslog/opslog/internal/operation"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func message() *Message {
	return &Message{Key: "k/1", Alerts: []Alert{{Alert: alert.Alert{
		ID: "abc", Rule: "NewError", Type: string(alert.TypeNewError), Severity: "warning", State: alert.StateFiring, Reason: alert.ReasonFirstSeen,
		Labels: map[string]string{"alertname": "NewError", "service": "payments", "environment": "prod"}, FiringAt: operation.TimeOf(noon),
		Errors: 3,
		Evidence: alert.Evidence{
			Operation: "POST /charge", Version: "2.4.1", ErrorType: "PaymentTimeout", ErrorMessage: "charge timed\n out after 800 ms",
			FailureClass: operation.FailureTimeout, Steps: []string{"SELECT orders", "POST gateway (failed)"},
			Done: []string{"INSERT orders"}, Incomplete: []string{"publish order.created (not_reached)"}, AlsoFailed: []string{"shop POST /checkout"},
		}}, OperationURL: "https://opslog.example/operations/1"}}}
}

func TestTheMessage(t *testing.T) {
	templates, err := ParseTemplates("", "")
	require.NoError(t, err)
	m := message()
	require.NoError(t, templates.Fill(m))
	assert.Equal(t, "New error PaymentTimeout: charge timed out after 800 ms in payments POST /charge", m.Title)
	assert.Equal(t, strings.TrimSpace(`
PaymentTimeout: charge timed out after 800 ms
Environment: prod
Seen 3 times
Version: 2.4.1
Kind of failure: timeout
Before it failed: SELECT orders; POST gateway (failed)
Done: INSERT orders
Left incomplete: publish order.created (not_reached)
Also failed: shop POST /checkout
Since 2026-03-02 12:00:00 UTC
Example: https://opslog.example/operations/1`), m.Text)
}

func TestTemplatesMayDoLittle(t *testing.T) {
	for _, text := range []string{"{{env \"HOME\"}}", "{{call .X}}", "{{"} {
		_, err := ParseTemplates("", text)
		if err == nil {
			templates, _ := ParseTemplates("", text)
			err = templates.Fill(message())
		}
		assert.Error(t, err, text)
	}
}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func TestWebhook(t *testing.T) {
	var body []byte
	var header http.Header
	address := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		body, _ = io.ReadAll(r.Body)
		header = r.Header
	})
	w, err := NewWebhook(address, "s3cret", "", map[string]string{"X-Team": "a"}, true)
	require.NoError(t, err)
	t.Cleanup(w.client.CloseIdleConnections)
	require.NoError(t, w.Send(context.Background(), message(), noon))
	assert.Equal(t, "k/1", header.Get("Idempotency-Key"))
	assert.Equal(t, "a", header.Get("X-Team"))
	assert.Equal(t, Sign([]byte("s3cret"), header.Get("X-Opslog-Timestamp"), body), header.Get("X-Opslog-Signature"))
	var m Message
	require.NoError(t, json.Unmarshal(body, &m))
	assert.Equal(t, "payments", m.Alerts[0].Labels["service"])
}

func TestWebhookBody(t *testing.T) {
	var body []byte
	address := serve(t, func(_ http.ResponseWriter, r *http.Request) { body, _ = io.ReadAll(r.Body) })
	w, err := NewWebhook(address, "", `{"text": {{json (index .Alerts 0).Evidence.ErrorMessage}}}`, nil, true)
	require.NoError(t, err)
	t.Cleanup(w.client.CloseIdleConnections)
	require.NoError(t, w.Send(context.Background(), message(), noon))
	assert.JSONEq(t, `{"text": "charge timed\n out after 800 ms"}`, string(body))
	w, err = NewWebhook(address, "", `{"text": {{.Key}}}`, nil, true)
	require.NoError(t, err)
	assert.ErrorContains(t, w.Send(context.Background(), message(), noon), "is not JSON")
}

func TestReceiversThatMisbehave(t *testing.T) {
	secret := "/hooks/t0psecret"
	cases := map[string]struct {
		handler http.HandlerFunc
		want    string
		after   time.Duration
	}{
		"busy": {func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Retry-After", "30"); w.WriteHeader(429) },
			"the receiver answered 429 Too Many Requests", 30 * time.Second},
		"broken": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) }, "the receiver answered 502 Bad Gateway", 0},
		"redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://169.254.169.254/", http.StatusFound)
		}, "the receiver answered 302 Found; redirects are not followed", 0},
		"cut": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "the exchange broke off", 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w, err := NewWebhook(serve(t, c.handler)+secret, "", "", nil, true)
			require.NoError(t, err)
			t.Cleanup(w.client.CloseIdleConnections)
			err = w.Send(context.Background(), message(), noon)
			assert.EqualError(t, err, c.want)
			var e *SendError
			require.ErrorAs(t, err, &e)
			assert.Equal(t, c.after, e.RetryAfter)
		})
	}
}

func TestAReplyWithoutEndIsLeft(t *testing.T) {
	read := make(chan int, 1)
	address := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		n := 0
		for chunk := make([]byte, 1<<20); n < 1<<30; n += len(chunk) {
			if _, err := w.Write(chunk); err != nil {
				break
			}
		}
		read <- n
	})
	w, err := NewWebhook(address, "", "", nil, true)
	require.NoError(t, err)
	t.Cleanup(w.client.CloseIdleConnections)
	require.NoError(t, w.Send(context.Background(), message(), noon))
	assert.Less(t, <-read, 64<<20)
}

func TestPrivateAddressesAreRefused(t *testing.T) {
	reached := false
	address := serve(t, func(http.ResponseWriter, *http.Request) { reached = true })
	w, err := NewWebhook(address, "", "", nil, false)
	require.NoError(t, err)
	assert.EqualError(t, w.Send(context.Background(), message(), noon), "the address is private, and allow_private_addresses is off")
	assert.False(t, reached)
	for _, ip := range []string{"10.0.0.1:80", "[::1]:80", "169.254.169.254:80", "[fd00::1]:80", "100.64.0.1:80", "0.0.0.0:80", "[::ffff:127.0.0.1]:80", "224.0.0.1:80"} {
		assert.ErrorIs(t, refusePrivate("tcp", ip, nil), errPrivate, ip)
	}
	assert.NoError(t, refusePrivate("tcp", "93.184.216.34:443", nil))
}

func TestAlertmanagerPeers(t *testing.T) {
	got := make(chan []posted, 3) // the peers are posted to at once
	peer := func(status int) string {
		return serve(t, func(w http.ResponseWriter, r *http.Request) {
			assert.Equal(t, "/am/api/v2/alerts", r.URL.Path)
			var list []posted
			assert.NoError(t, json.NewDecoder(r.Body).Decode(&list))
			got <- list
			w.WriteHeader(status)
		}) + "/am/"
	}
	m := NewAlertmanager([]string{peer(200), peer(500), peer(200)}, nil, time.Minute, true)
	t.Cleanup(m.client.CloseIdleConnections)
	alerts := message().Alerts
	resolved := alerts[0]
	resolved.State, resolved.ResolvedAt = alert.StateResolved, operation.TimeOf(noon.Add(-time.Minute))
	err := m.Post(context.Background(), []Alert{alerts[0], resolved}, noon)
	assert.EqualError(t, err, "the receiver answered 500 Internal Server Error")
	require.Len(t, got, 3, "each peer, also behind one that fails")
	close(got)
	for list := range got {
		require.Len(t, list, 2)
		assert.Equal(t, noon.Add(4*time.Minute), list[0].EndsAt.UTC())
		assert.Equal(t, noon.Add(-time.Minute), list[1].EndsAt.UTC())
		assert.Equal(t, "PaymentTimeout: charge timed out after 800 ms", list[0].Annotations["error"])
		for _, volatile := range []string{"value", "error", "instance", "operation_id"} {
			assert.NotContains(t, list[0].Labels, volatile)
		}
	}
}

func TestService(t *testing.T) {
	var body string
	address := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		body = string(b)
	})
	s, err := NewService("generic+" + address + "/hook?disabletls=yes&template=json")
	require.NoError(t, err)
	m := message()
	m.Title, m.Text = "the title", "the text"
	require.NoError(t, s.Send(context.Background(), m, noon))
	assert.Contains(t, body, "the title\\nthe text")
	_, err = NewService("slack://t0psecret")
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "t0psecret")
	http.DefaultClient.CloseIdleConnections()
}
