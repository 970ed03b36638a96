package e2e

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/test/clickhouse"
)

// rounds is how often random faults are repeated: a few times in every run of the tests, more by hand.
func rounds(t testing.TB) int {
	t.Helper()
	text := os.Getenv("OPSLOG_SOAK_ROUNDS")
	if text == "" {
		return 3
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err, "OPSLOG_SOAK_ROUNDS")
	return n
}

// killing kills opslog while it runs and while it starts, with data coming in all the time.
func killing(t *testing.T, p *process) {
	o := newOracle(t, p.http)
	defer o.quiet()
	for range rounds(t) {
		o.grown(50)
		<-until(time.Second)
		p.kill()
		p = p.restart()
		<-until(700 * time.Millisecond) // somewhere in its start
		p.kill()
		p = p.restart()
		p.waitReady()
	}
	o.grown(50)
	p.kill()
	p = p.restart()
	p.waitReady()
	o.holds(p)
	p.stop()
}

func TestKillsLoseNothing(t *testing.T) {
	t.Run("embedded", func(t *testing.T) { killing(t, start(t, t.TempDir())) })
	t.Run("clickhouse", func(t *testing.T) {
		killing(t, startConfig(t, "clickhouse", clickhouseEnv(clickhouse.Start(t))...))
	})
}

// proxy passes connections on, unless it is told to be slow or away.
type proxy struct {
	net.Listener
	to    string
	away  atomic.Bool
	delay atomic.Int64
	conns chan net.Conn
}

func newProxy(t *testing.T, to string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &proxy{Listener: l, to: to, conns: make(chan net.Conn, 1000)}
	go p.run()
	t.Cleanup(func() {
		_ = l.Close()
		p.cut()
	})
	return p
}

func (p *proxy) run() {
	for {
		in, err := p.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", p.to)
		if p.away.Load() || err != nil {
			_ = in.Close()
			continue
		}
		p.conns <- in
		go func() { _, _ = io.Copy(in, out); _ = in.Close() }()
		go func() { p.pump(out, in); _ = out.Close() }()
	}
}

// pump copies what is for the server, late if so told.
func (p *proxy) pump(to io.Writer, from io.Reader) {
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		time.Sleep(time.Duration(p.delay.Load()))
		if _, werr := to.Write(buf[:n]); err != nil || werr != nil {
			return
		}
	}
}

// cut ends the connections that there are.
func (p *proxy) cut() {
	for {
		select {
		case c := <-p.conns:
			_ = c.Close()
		default:
			return
		}
	}
}

// TestClickHouseFaults lets the database be away, slow, closed to inserts and without tables, with kills of opslog meanwhile.
func TestClickHouseFaults(t *testing.T) {
	db := clickhouse.Start(t)
	between := newProxy(t, db.Address)
	throughProxy := db
	throughProxy.Address = between.Addr().String()
	p := startConfig(t, "clickhouse", clickhouseEnv(throughProxy)...)
	o := newOracle(t, p.http)
	defer o.quiet()
	o.grown(50)
	crash := func() {
		o.grown(30)
		p.kill()
		p = p.restart()
		o.grown(30) // it acknowledges whether the database is there or not
	}

	between.away.Store(true)
	between.cut()
	crash()
	between.away.Store(false)

	between.delay.Store(int64(300 * time.Millisecond))
	crash()
	between.delay.Store(0)

	eventually(t, "the tables are there", func() error { return db.Exec(t.Context(), "SELECT 1 FROM operations LIMIT 1") })
	for _, setting := range []string{"MODIFY SETTING parts_to_delay_insert = 1, parts_to_throw_insert = 1", "RESET SETTING parts_to_delay_insert, parts_to_throw_insert"} {
		require.NoError(t, db.Exec(t.Context(), "ALTER TABLE operations "+setting))
		crash()
	}

	eventually(t, "all tables are there", func() error { return db.Exec(t.Context(), "SELECT 1 FROM spans LIMIT 1") }) // kills may have cut off who makes them
	require.NoError(t, db.Exec(t.Context(), "RENAME TABLE operations TO hidden_operations, spans TO hidden_spans"))
	o.grown(30)
	require.NoError(t, renameBack(t, db))
	o.holds(p)
	p.stop()
}

// renameBack undoes the hiding; opslog may have made the tables anew meanwhile, and filled them.
func renameBack(t *testing.T, db clickhouse.Database) error {
	t.Helper()
	for _, table := range []string{"operations", "spans"} {
		err := db.Exec(t.Context(), "RENAME TABLE hidden_"+table+" TO "+table)
		if err == nil {
			continue
		}
		if err := db.Exec(t.Context(), "INSERT INTO "+table+" SELECT * FROM hidden_"+table); err != nil {
			return err
		}
	}
	return nil
}

// TestStopWhileTheDatabaseIsAway stops opslog in order while what it has cannot be written.
func TestStopWhileTheDatabaseIsAway(t *testing.T) {
	db := clickhouse.Start(t)
	between := newProxy(t, db.Address)
	throughProxy := db
	throughProxy.Address = between.Addr().String()
	between.away.Store(true)
	p := startConfig(t, "clickhouse", clickhouseEnv(throughProxy)...)
	o := newOracle(t, p.http)
	defer o.quiet()
	for range 2 { // the second time it has a queue when it starts
		o.grown(50)
		began := time.Now()
		p.stop()
		assert.Less(t, time.Since(began), 30*time.Second)
		p = p.restart()
	}
	o.grown(50)
	between.away.Store(false)
	o.holds(p)
	p.stop()
}

// TestFullDisk runs opslog on a small disk, fills it up, kills opslog on it, and frees it again.
func TestFullDisk(t *testing.T) {
	disk := t.TempDir()
	at := freePorts(t)
	args := append([]string{"-rm", "sh", "-c", `mount -t tmpfs -o size=96m tmpfs "$0" && exec "$@"`, disk, binary(t), "--config=embed:default"}, at.overlay()...)
	p := launchProgram(t, "unshare", disk, args...)
	p.ports = at
	p.waitReady()
	o := newOracle(t, p.http)
	defer o.quiet()
	o.grown(50)

	inside := filepath.Join("/proc", strconv.Itoa(p.cmd.Process.Pid), "root", disk) // its own view of the disk
	filler, err := os.Create(filepath.Join(inside, "filler"))
	require.NoError(t, err)
	block := make([]byte, 1<<20)
	for err == nil {
		_, err = filler.Write(block)
	}
	_, err = filler.Write(block[:4096])
	require.Error(t, err, "the disk is full")
	refused := o.count()
	<-until(3 * time.Second)
	t.Logf("%d operations were acknowledged on the full disk", o.count()-refused)
	require.NoError(t, filler.Close())
	require.NoError(t, os.Remove(filler.Name()))
	o.grown(50)
	o.holds(p)
	p.stop()
}

// TestDamagedQueue changes bytes of what waits on disk: opslog starts all the same, and says so.
func TestDamagedQueue(t *testing.T) {
	p := startConfig(t, "clickhouse", "OPSLOG_CLICKHOUSE_ENDPOINT=tcp://"+freePorts(t).grpc) // nobody is there
	o := newOracle(t, p.http)
	o.grown(200)
	o.quiet()
	p.kill()
	files, err := filepath.Glob(filepath.Join(p.data, "spool", "*", "*", "*.log"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		if len(data) > 1000 {
			data[len(data)/2] ^= 0xff
			require.NoError(t, os.WriteFile(file, data, 0o600))
		}
	}
	p = p.restart()
	eventually(t, "opslog has started", p.healthy)
	eventually(t, "the damage is counted", func() error {
		n, err := p.metric("otelcol_extension_opslog_storage_spool_damage")
		if err == nil && n == 0 {
			err = errors.New("0")
		}
		return err
	})
	copies, err := filepath.Glob(filepath.Join(p.data, "spool", "quarantine", "*.log"))
	require.NoError(t, err)
	assert.NotEmpty(t, copies)
	p.stop()
}

var sample = regexp.MustCompile(`^([a-z_:A-Z0-9]+)(\{[^}]*\})? ([0-9.e+]+)`)

// metric sums up opslog's own metric over all its series with the labels.
func (p *process) metric(name string, labels ...string) (sum int64, err error) {
	resp, err := http.Get("http://" + p.self + "/metrics")
	if err != nil {
		return 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err
	}
	found := false
next:
	for line := range strings.Lines(string(text)) {
		m := sample.FindStringSubmatch(line)
		if m == nil || strings.TrimSuffix(m[1], "_total") != name && !strings.HasPrefix(m[1], name+"_") {
			continue
		}
		for _, label := range labels {
			if !strings.Contains(m[2], label) {
				continue next
			}
		}
		value, err := strconv.ParseFloat(m[3], 64)
		if err != nil {
			return 0, err
		}
		found = true
		sum += int64(value)
	}
	if !found {
		return 0, fmt.Errorf("there is no metric %s%v", name, labels)
	}
	return sum, nil
}

// launchProgram is launch for a program that becomes opslog.
func launchProgram(t testing.TB, program, data string, args ...string) *process {
	t.Helper()
	path, err := exec.LookPath(program)
	require.NoError(t, err)
	return launchPath(t, path, data, args...)
}
