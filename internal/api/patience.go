package api

import (
	"context"
	"net/http"
	"strconv"
	"time"
)

// Bounds of waiting for a server that is asked too much.
const (
	maxTries = 4
	maxPause = 10 * time.Second // a server that wants more is believed to mean no
)

// patient sends a request that has no body, and sends it again when the server says that this caller asks too much: after the time
// that the server names.
func (c *Client) patient(req *http.Request) (*http.Response, error) {
	for try := 1; ; try++ {
		resp, err := c.client.Do(req)
		if err != nil || resp.StatusCode != http.StatusTooManyRequests || try == maxTries {
			return resp, err
		}
		pause, named := pauseOf(resp.Header)
		if !named {
			return resp, nil
		}
		_ = resp.Body.Close() // what it says is said again at the last try
		if err := c.wait(req.Context(), pause); err != nil {
			return nil, err
		}
	}
}

// pauseOf is how long the server asks to wait.
func pauseOf(h http.Header) (time.Duration, bool) {
	seconds, err := strconv.Atoi(h.Get("Retry-After"))
	pause := time.Duration(seconds) * time.Second
	return pause, err == nil && seconds > 0 && pause <= maxPause
}

// wait lets time pass, or ends with ctx.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
