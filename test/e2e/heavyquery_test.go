package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// heavy are questions about everything that no index helps with.
var heavy = []string{
	"/operations?from=now-7d&limit=200&count=exact&q=" + url.QueryEscape(`error.message contains "not in any message"`),
	"/query?from=now-7d&q=" + url.QueryEscape("| count(), p95(duration) by name, service, status"),
	"/operations/histogram?from=now-7d&buckets=300&by=name",
	"/latency?from=now-7d&heatmap=true&by=service",
	"/map?from=now-7d",
	"/operations?from=now-7d&limit=200&q=" + url.QueryEscape("any(attributes.note contains nothing)"),
}

// TestHeavyQueriesLetDataIn asks the embedded store, which shares the process, heavy questions without a pause while data comes in:
// nearly all must be taken, and all that is taken stored. How much longer its answers take is told and not judged: the machine decides that.
func TestHeavyQueriesLetDataIn(t *testing.T) {
	p := start(t, t.TempDir())
	f := newFlood(p.http)
	f.closed(4, 2*time.Second) // something to look through
	const rate, atMost = 20, 200
	lasts := lasting(t, "OPSLOG_HEAVY", 3*time.Second)
	f.took = nil
	f.open(rate, atMost, lasts)
	alone := f.took
	f.took = nil

	stop := make(chan struct{})
	var asking sync.WaitGroup
	answers := make([]int, 8)
	for i := range answers {
		asking.Go(func() { answers[i] = p.askUntil(stop, i) })
	}
	f.open(rate, atMost, lasts)
	close(stop)
	asking.Wait()
	answered := 0
	for _, n := range answers {
		answered += n
	}
	t.Logf("%d requests, 99 %% answered within %v; %d beside heavy queries (%d answered), within %v; %d refused, %d without an answer",
		len(alone), quantile(alone, 0.99).Round(time.Millisecond), len(f.took), answered, quantile(f.took, 0.99).Round(time.Millisecond), len(f.refused), f.failed)
	assert.NotZero(t, answered)
	assert.GreaterOrEqual(t, len(f.took)*10, len(alone)*8, "requests taken beside heavy queries")
	progressing(t, "all that was acknowledged is stored", func() (int, error) {
		rows, err := try[struct {
			Rows [][]any `json:"rows"`
		}](p, "/query?from=now-1d&q="+url.QueryEscape("service = flood | count()"))
		if err != nil {
			return len(f.acked), err
		}
		n, _ := rows.Rows[0][0].(float64)
		if missing := len(f.acked) - int(n); missing > 0 {
			return missing, fmt.Errorf("%d are missing", missing)
		}
		return 0, nil
	})
	p.stop()
}

// askUntil asks the heavy questions in turn and answers how many were answered. A busy server may refuse some.
func (p *process) askUntil(stop <-chan struct{}, first int) (answered int) {
	for i := first; ; i++ {
		select {
		case <-stop:
			return answered
		default:
		}
		resp, err := http.Get(p.url(heavy[i%len(heavy)]))
		if err != nil {
			continue
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		switch resp.StatusCode {
		case http.StatusOK:
			answered++
		case http.StatusBadRequest:
			p.t.Errorf("%s is no question", heavy[i%len(heavy)])
			return answered
		}
	}
}
