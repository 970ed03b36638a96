package api

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestClientWaitsForItsTurn(t *testing.T) {
	for name, test := range map[string]struct {
		retryAfter string
		refusals   int
		waited     []time.Duration
		status     int // of the problem, 0 when it is answered
	}{
		"at once":         {"1", 0, nil, 0},
		"second try":      {"2", 1, []time.Duration{2 * time.Second}, 0},
		"never":           {"1", 99, []time.Duration{time.Second, time.Second, time.Second}, http.StatusTooManyRequests},
		"no time named":   {"", 1, nil, http.StatusTooManyRequests},
		"not a number":    {"soon", 1, nil, http.StatusTooManyRequests},
		"longer than fit": {"3600", 1, nil, http.StatusTooManyRequests},
	} {
		t.Run(name, func(t *testing.T) {
			refusals := test.refusals
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if refusals--; refusals >= 0 {
					w.Header().Set("Retry-After", test.retryAfter)
					w.WriteHeader(http.StatusTooManyRequests)
					_, _ = w.Write([]byte(`{"title":"Too many requests","status":429}`))
					return
				}
				_, _ = w.Write([]byte(`{}`))
			}))
			defer server.Close()
			client, err := NewClient(server.URL, "", server.Client())
			require.NoError(t, err)
			var waited []time.Duration
			client.wait = func(_ context.Context, d time.Duration) error { waited = append(waited, d); return nil }

			_, err = client.Status(t.Context())
			assert.Equal(t, test.waited, waited)
			if test.status == 0 {
				require.NoError(t, err)
				return
			}
			var problem *Problem
			require.ErrorAs(t, err, &problem)
			assert.Equal(t, test.status, problem.Status)
		})
	}
}

func TestWaitEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, wait(ctx, time.Hour), context.Canceled)
	require.NoError(t, wait(t.Context(), 0))
}
