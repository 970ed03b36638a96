package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
)

// TestTailGoesOnWhereItBroke reads three connections: one that ends, one that is refused for now, and one that is
// refused for good.
func TestTailGoesOnWhereItBroke(t *testing.T) {
	s := newServer(t)
	var resumed []string
	s.streamed = func(w http.ResponseWriter, r *http.Request) {
		resumed = append(resumed, r.Header.Get("Last-Event-ID"))
		switch len(resumed) {
		case 1:
			_, _ = w.Write([]byte(": hello\n\nevent: ready\ndata: {}\n\nid: c1\nevent: op\ndata: {\"operation_id\":\"" + strings.Repeat("0a", 16) +
				"\",\ndata: \"revision\":1,\"name\":\"first\"}\n\nid: c2\nevent: gap\ndata: {\"count\":3}\n\n"))
		case 2:
			problem(w, &api.Problem{Title: "later", Status: http.StatusServiceUnavailable})
		case 3:
			_, _ = w.Write([]byte("id: c3\nevent: op\ndata: {\"operation_id\":\"" + strings.Repeat("0a", 16) + "\",\"revision\":1}\n\n" +
				"event: op\ndata: {\"operation_id\":\"" + strings.Repeat("0a", 16) + "\",\"revision\":2,\"name\":\"again\"}\n\n"))
		default:
			problem(w, &api.Problem{Title: "gone", Status: http.StatusForbidden})
		}
	}
	var attempts []int
	tl := &tail{now: time.Now, output: outputNDJSON, pause: func(_ context.Context, n int) error { attempts = append(attempts, n); return nil }}
	stdout, stderr, err := follow(t, s, tl)
	var refused *api.Problem
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, http.StatusForbidden, refused.Status)
	assert.Equal(t, []string{"", "c2", "c2", "c3"}, resumed)
	assert.Equal(t, []int{0, 1, 0}, attempts)
	assert.Equal(t, 2, strings.Count(stdout, "\n"), stdout)
	assert.Contains(t, stdout, `"name":"again"`)
	assert.Contains(t, stderr, "some operations were left out")
}

func follow(t *testing.T, s *server, tl *tail) (stdout, stderr string, err error) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := &cobra.Command{}
	cmd.SetOut(&out)
	cmd.SetErr(&errs)
	client, err := api.NewClient(s.URL, "", http.DefaultClient)
	require.NoError(t, err)
	err = tl.follow(t.Context(), client, &tailPrinter{tail: tl, cmd: cmd, w: &out, zone: time.UTC, seen: map[operation.ID]int64{}}, "")
	return out.String(), errs.String(), err
}

func TestTailLeavesOutWhatIsTooMuch(t *testing.T) {
	s := newServer(t)
	s.streamed = func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Last-Event-ID") != "" {
			problem(w, api.BadRequest("q", "enough"))
			return
		}
		for i := range 5 {
			_, _ = fmt.Fprintf(w, "id: %d\nevent: op\ndata: {\"operation_id\":\"%032x\",\"name\":\"n\\u001b[2J\"}\n\n", i, i+1)
		}
	}
	now := time.Unix(100, 0)
	tl := &tail{maxRate: 2, pause: func(context.Context, int) error { return nil }, now: func() time.Time { return now }}
	stdout, _, err := follow(t, s, tl)
	assert.Error(t, err)
	assert.Equal(t, 2, strings.Count(stdout, "\n"))
	assert.NotContains(t, stdout, "\x1b")
}

func TestTailEndsWhenNothingCanBePrinted(t *testing.T) {
	s := newServer(t)
	s.streamed = func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("event: op\ndata: nonsense\n\n")) }
	tl := &tail{now: time.Now, pause: func(context.Context, int) error { return errors.New("must not try again") }}
	_, _, err := follow(t, s, tl)
	assert.ErrorContains(t, err, "not what this client understands")
}

func FuzzEvents(f *testing.F) {
	f.Add("id: 1\nevent: op\ndata: a\ndata: b\n\n")
	f.Add(":\r\n\r\ndata\n\nid\n:x: y\n\n\n")
	f.Fuzz(func(t *testing.T, stream string) {
		_ = events(strings.NewReader(stream), func(e event) error {
			if strings.ContainsAny(e.id+e.name, "\n") {
				t.Fatalf("%q", e)
			}
			return nil
		})
	})
}
