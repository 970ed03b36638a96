package cli

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCommandsShowTheTokenToTheReceiver wants every command that sends something to show the OTLP port the token of the API.
func TestCommandsShowTheTokenToTheReceiver(t *testing.T) {
	dir := t.TempDir()
	token, traces := filepath.Join(dir, "token"), filepath.Join(dir, "traces.json")
	require.NoError(t, os.WriteFile(token, []byte("t-0\n"), 0o600))
	require.NoError(t, os.WriteFile(traces, []byte(`{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"x"}]}]}]}`), 0o600))
	for name, args := range map[string][]string{
		"send":   {"send"},
		"import": {"import", traces},
		"doctor": {"doctor", "--timeout", "500ms"},
		"redact": {"redact", "test", "--timeout", "500ms"},
		"canary": {"canary", "--count", "1", "--every", "10ms", "--deadline", "50ms", "--listen", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var mu sync.Mutex
			shown := map[string]bool{}
			receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				defer mu.Unlock()
				shown[r.Header.Get("Authorization")] = true
				_, _ = w.Write([]byte("{}"))
			}))
			defer receiver.Close()
			newServer(t).run(t, append(args, "--otlp", receiver.URL, "--token-file", token)...)
			mu.Lock()
			defer mu.Unlock()
			assert.Equal(t, map[string]bool{"Bearer t-0": true}, shown)
		})
	}
}

// TestTokenStaysHere wants no other address than the one that was named to see the token.
func TestTokenStaysHere(t *testing.T) {
	token := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(token, []byte("t-0"), 0o600))
	seen := make(chan string, 1)
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen <- r.Header.Get("Authorization") }))
	defer other.Close()
	receiver := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	defer receiver.Close()
	_, stderr, code := newServer(t).run(t, "send", "--otlp", receiver.URL, "--token-file", token)
	assert.Equal(t, exitFailure, code)
	assert.Contains(t, stderr, "307")
	assert.Empty(t, seen)
}

// TestDoctorTellsWhatRefuses tells a server that is not there, one that wants a login, and one whose store is away.
func TestDoctorTellsWhatRefuses(t *testing.T) {
	for status, c := range map[int]struct{ problem, want string }{
		http.StatusUnauthorized:        {"unauthorized", "wants a login: Unauthorized → --token-file names the token"},
		http.StatusServiceUnavailable:  {"unavailable", "has no store: Store is unavailable → what arrives waits on opslog's disk"},
		http.StatusInternalServerError: {"internal", "cannot tell how it is: Internal error"},
	} {
		t.Run(c.problem, func(t *testing.T) {
			title := map[string]string{"unauthorized": "Unauthorized", "unavailable": "Store is unavailable", "internal": "Internal error"}[c.problem]
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/problem+json")
				w.WriteHeader(status)
				_, _ = w.Write([]byte(`{"type":"/problems/` + c.problem + `","title":"` + title + `","status":` + strconv.Itoa(status) + `}`))
			}))
			defer server.Close()
			stdout, _, code := runCommand(t, "doctor", "--no-send", "--server", server.URL)
			assert.NotZero(t, code)
			assert.Contains(t, stdout, c.want)
		})
	}
}
