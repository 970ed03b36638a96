package guard

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHosts(t *testing.T) {
	refuse := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusMisdirectedRequest) }
	next := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	for host, want := range map[string]int{
		"localhost": 200, "localhost:8585": 200, "LOCALHOST.:1": 200, "opslog.localhost:1": 200,
		"127.0.0.1:8585": 200, "10.1.2.3": 200, "[::1]:8585": 200, "::1": 200,
		"ops.example": 200, "Ops.Example:443": 200,
		"evil.example": 421, "localhost.evil.example:8585": 421, "127.0.0.1.evil.example": 421, "": 421, ":8585": 421, "ops.example.evil": 421,
	} {
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		r.Host = host
		w := httptest.NewRecorder()
		Hosts(next, []string{"ops.example"}, refuse).ServeHTTP(w, r)
		assert.Equal(t, want, w.Code, host)
		w = httptest.NewRecorder()
		Hosts(next, []string{"*"}, refuse).ServeHTTP(w, r)
		assert.Equal(t, http.StatusOK, w.Code, host)
	}
}

func TestIsLoopback(t *testing.T) {
	for endpoint, want := range map[string]bool{
		"localhost:8585": true, "127.0.0.1:0": true, "127.9.9.9:1": true, "[::1]:8585": true, "[::ffff:127.0.0.1]:1": true,
		":8585": false, "0.0.0.0:8585": false, "[::]:8585": false, "10.0.0.1:1": false, "opslog:8585": false, "": false,
	} {
		assert.Equal(t, want, IsLoopback(endpoint), endpoint)
	}
}

func TestRate(t *testing.T) {
	now := time.Unix(1000, 0)
	c := NewCallers(Limits{Rate: 2, Burst: 3, Concurrent: 9, Streams: 1}, func() time.Time { return now })
	ask := func(name string) error {
		done, err := c.Query(t.Context(), name)
		if err == nil {
			done()
		}
		return err
	}
	for range 3 {
		require.NoError(t, ask("a"))
	}
	require.ErrorIs(t, ask("a"), ErrRate)
	require.NoError(t, ask("b"), "callers do not share")
	now = now.Add(500 * time.Millisecond)
	require.NoError(t, ask("a"))
	require.ErrorIs(t, ask("a"), ErrRate)
	now = now.Add(-time.Hour) // a clock that is set back gives nothing and takes nothing
	require.ErrorIs(t, ask("a"), ErrRate)
	now = now.Add(time.Hour)
	for range 3 {
		require.NoError(t, ask("a"))
	}
	require.ErrorIs(t, ask("a"), ErrRate)
}

func TestConcurrent(t *testing.T) {
	c := NewCallers(Limits{Rate: 1, Burst: 100, Concurrent: 2, Streams: 1}, time.Now)
	first, err := c.Query(t.Context(), "a")
	require.NoError(t, err)
	second, err := c.Query(t.Context(), "a")
	require.NoError(t, err)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = c.Query(gone, "a")
	require.ErrorIs(t, err, ErrBusy)

	third := make(chan func())
	go func() {
		done, err := c.Query(t.Context(), "a")
		assert.NoError(t, err)
		third <- done
	}()
	first() // whoever waits is next
	(<-third)()
	second()
}

func TestQueueIsBounded(t *testing.T) {
	c := NewCallers(Limits{Rate: 1, Burst: 100, Concurrent: 1, Streams: 1}, time.Now)
	who := c.find("a")
	who.waiting = maxWaiting
	_, err := c.Query(t.Context(), "a")
	require.ErrorIs(t, err, ErrBusy)
}

func TestStreams(t *testing.T) {
	c := NewCallers(Limits{Rate: 1, Burst: 1, Concurrent: 1, Streams: 2}, time.Now)
	first, err := c.Stream("a")
	require.NoError(t, err)
	_, err = c.Stream("a")
	require.NoError(t, err)
	_, err = c.Stream("a")
	require.ErrorIs(t, err, ErrStreams)
	first()
	_, err = c.Stream("a")
	require.NoError(t, err)
}

func TestCallersAreBounded(t *testing.T) {
	now := time.Unix(1000, 0)
	c := NewCallers(Limits{Rate: 1, Burst: 1, Concurrent: 1, Streams: 1}, func() time.Time { return now })
	for i := range maxCallers {
		_, err := c.take(fmt.Sprint(i))
		require.NoError(t, err)
		c.known[fmt.Sprint(i)].waiting = 0
	}
	_, err := c.take("one more")
	require.NoError(t, err)
	_, err = c.take("another")
	require.ErrorIs(t, err, ErrRate, "those without room share")
	assert.Len(t, c.known, maxCallers)
	now = now.Add(time.Second)
	_, err = c.take("another")
	require.NoError(t, err)
	assert.Len(t, c.known, 1, "who has rested is forgotten")
}

func TestHeaders(t *testing.T) {
	for _, secure := range []bool{false, true} {
		w := httptest.NewRecorder()
		Headers(http.NotFoundHandler(), secure).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", http.NoBody))
		assert.Contains(t, w.Header().Get("Content-Security-Policy"), "default-src 'none'")
		assert.Equal(t, "no-store", w.Header().Get("Cache-Control"))
		assert.Equal(t, secure, w.Header().Get("Strict-Transport-Security") != "")
	}
}
