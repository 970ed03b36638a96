package e2e

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/test/clickhouse"
)

// TestTooManyParts has a database that takes no more parts: the tries must become fewer than half of the inserts before, with pauses
// that grow, so that merges catch up; then everything is stored.
func TestTooManyParts(t *testing.T) {
	server := ownDatabase(t)
	db := server.Default()
	p := startConfigWith(t, "clickhouse", []string{
		"--config=yaml:exporters::opslog::sending_queue::batch: {flush_timeout: 200ms}", // more inserts than usual, for less time
	}, clickhouseEnv(db)...)
	o := newOracle(t, p.http)
	defer o.quiet()
	eventually(t, "operations are stored", func() error {
		n, err := countRows(server, "operations")
		if err == nil && n == 0 {
			err = errors.New("none")
		}
		return err
	})
	inserts := meter{server: server}
	eventually(t, "inserts are counted", func() error { return inserts.measure(0) })
	usual := inserts.rate
	for _, table := range []string{"operations", "spans"} {
		require.NoError(t, db.Exec(t.Context(), "ALTER TABLE "+table+" MODIFY SETTING parts_to_delay_insert = 1, parts_to_throw_insert = 1"))
	}
	inserts = meter{server: server}
	eventually(t, "there are half as many inserts", func() error { return inserts.measure(usual / 2) })
	pauses := p.pauses()
	t.Logf("%.1f inserts a second; %.1f with too many parts; pauses up to %v", usual, inserts.rate, pauses)
	assert.Greater(t, pauses, time.Second)
	for _, table := range []string{"operations", "spans"} {
		require.NoError(t, db.Exec(t.Context(), "ALTER TABLE "+table+" RESET SETTING parts_to_delay_insert, parts_to_throw_insert"))
	}
	o.holds(p)
	p.stop()
}

// meter tells how many inserts a second a server is asked for, over some seconds.
type meter struct {
	server *clickhouse.Server
	at     time.Time
	count  int64
	rate   float64
}

// measure is content when there were fewer than so many, or, with 0, when some were counted.
func (m *meter) measure(most float64) error {
	if time.Since(m.at) < 2*time.Second {
		return errors.New("not long enough")
	}
	text, err := fetchText("http://" + m.server.HTTP + "/?query=SELECT+sum(value)+FROM+system.events+WHERE+event='InsertQuery'")
	if err != nil {
		return err
	}
	count, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil {
		return err
	}
	first := m.at.IsZero()
	m.rate = float64(count-m.count) / time.Since(m.at).Seconds()
	m.at, m.count = time.Now(), count
	if first || most == 0 && m.rate == 0 || most > 0 && m.rate > most {
		return fmt.Errorf("%.1f a second", m.rate)
	}
	return nil
}

var retryPause = regexp.MustCompile(`"interval": ?"([^"]+)"`)

// pauses is the longest pause before another try that the log tells of.
func (p *process) pauses() (longest time.Duration) {
	for _, m := range retryPause.FindAllStringSubmatch(p.output(), -1) {
		if d, err := time.ParseDuration(m[1]); err == nil {
			longest = max(longest, d)
		}
	}
	return longest
}
