package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/test/clickhouse"
)

// TestStopWhileTheDatabaseHangs has a database that takes connections and says nothing: opslog ends in time all the same, and what
// was acknowledged is stored when a database that works is there.
func TestStopWhileTheDatabaseHangs(t *testing.T) {
	hole, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	go func() {
		for {
			conn, err := hole.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(io.Discard, conn) }()
		}
	}()
	db := clickhouse.Start(t)
	silent := db
	silent.Address = hole.Addr().String()
	p := startConfig(t, "clickhouse", clickhouseEnv(silent)...)
	o := newOracle(t, p.http)
	defer o.quiet()
	for range 2 { // the second time it has a queue when it starts
		o.grown(50)
		began := time.Now()
		p.signal(syscall.SIGTERM)
		assert.Zero(t, p.wait(), "exit code")
		assert.Less(t, time.Since(began), 30*time.Second)
		p = p.restart()
	}
	require.NoError(t, hole.Close())
	p.kill()
	t.Setenv("OPSLOG_CLICKHOUSE_ENDPOINT", "tcp://"+db.Address)
	p = p.restart()
	o.grown(50)
	o.holds(p)
	p.stop()
}

// TestTheDiskDoesNotSync lets each fsync fail from some moment on: nothing is acknowledged any more, the log says so, and what
// was acknowledged before is stored after a restart. strace changes what the kernel answers, from aside (-D).
func TestTheDiskDoesNotSync(t *testing.T) {
	strace, err := exec.LookPath("strace")
	require.NoError(t, err, "there is no strace: run test/install.sh")
	db := clickhouse.Start(t)
	away, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, away.Close())
	t.Setenv("OPSLOG_CLICKHOUSE_DATABASE", db.Name)
	t.Setenv("OPSLOG_CLICKHOUSE_USERNAME", db.Username)
	t.Setenv("OPSLOG_CLICKHOUSE_PASSWORD", db.Password)
	t.Setenv("OPSLOG_CLICKHOUSE_ENDPOINT", "tcp://"+away.Addr().String())
	at, data := freePorts(t), t.TempDir()
	own := append([]string{"--config=embed:clickhouse", "--config=yaml:extensions::opslog_storage::spool::sync: true"}, at.within(t, "clickhouse")...)
	p := launchPath(t, strace, data, append([]string{"-D", "-f", "--seccomp-bpf", "-qq", "-e", "signal=none", "-e", "trace=fsync,fdatasync",
		"-e", "inject=fsync,fdatasync:error=EIO:when=60+", "-o", filepath.Join(t.TempDir(), "trace"), binary(t)}, own...)...)
	p.ports = at
	eventually(t, "opslog is healthy", p.healthy)
	o := newOracle(t, p.http)
	defer o.quiet()
	o.grown(20)
	eventually(t, "the log says that the disk does not keep what is written", func() error {
		if !strings.Contains(p.output(), "the disk did not keep what was written") {
			return errors.New("not yet")
		}
		return nil
	})
	<-time.After(time.Second) // what was under way
	before := o.count()
	<-time.After(2 * time.Second)
	assert.Equal(t, before, o.count(), "nothing is acknowledged on a disk that does not sync")
	p.kill()

	t.Setenv("OPSLOG_CLICKHOUSE_ENDPOINT", "tcp://"+db.Address)
	again := launch(t, data, own...)
	again.ports = at
	again.waitReady()
	o.grown(20)
	o.holds(again)
	again.stop()
}

// TestReload reads the configuration again while data comes in: nothing is lost. With a mistake in it opslog goes on with the one
// before.
func TestReload(t *testing.T) {
	own := filepath.Join(t.TempDir(), "own.yaml")
	require.NoError(t, os.WriteFile(own, []byte("connectors: {operations: {linger: 2s}}\n"), 0o600))
	p := start(t, t.TempDir(), "--config="+own)
	o := newOracle(t, p.http)
	defer o.quiet()
	for round := range 2 {
		o.grown(30)
		require.NoError(t, os.WriteFile(own, []byte("connectors: {operations: {linger: 1s}}\n"), 0o600))
		p.signal(syscall.SIGHUP)
		p.reloaded(round + 1)
	}
	o.grown(30)
	require.NoError(t, os.WriteFile(own, []byte("connectors: {operations: {lingre: 1s}}\n"), 0o600))
	p.signal(syscall.SIGHUP)
	eventually(t, "the bad configuration is refused", func() error { return p.refusedConfiguration(1) })
	assert.Contains(t, p.output(), "lingre")
	require.NoError(t, p.healthy())
	o.grown(30)
	require.NoError(t, os.WriteFile(own, []byte("connectors: {operations: {linger: 2s}}\n"), 0o600))
	p.signal(syscall.SIGHUP)
	p.reloaded(3)
	require.NoError(t, p.refusedConfiguration(0))
	o.grown(30)
	o.holds(p)
	p.stop()
}

// reloaded waits until a new configuration was taken so many times. What the queue held before counts as written only: the counters
// have begun anew.
func (p *process) reloaded(times int) {
	p.fresh = false
	eventually(p.t, "the configuration is read again", func() error {
		started := strings.Count(p.output(), "Everything is ready")
		if started <= times {
			return fmt.Errorf("it started %d times", started)
		}
		return p.healthy()
	})
}

// refusedConfiguration wants the metric that says so to have a value.
func (p *process) refusedConfiguration(want int64) error {
	n, err := p.metric("otelcol_extension_opslog_guard_configuration_refused")
	if err == nil && n != want {
		err = fmt.Errorf("it is %d", n)
	}
	return err
}

// authority signs certificates for localhost.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return &authority{t, cert, key}
}

// issue writes a certificate and its key.
func (a *authority) issue(serial int64, until time.Time, certFile, keyFile string) {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(a.t, err)
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(serial), NotBefore: time.Now().Add(-2 * time.Hour),
		NotAfter: until, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}, a.cert, &key.PublicKey, a.key)
	require.NoError(a.t, err)
	text, err := x509.MarshalECPrivateKey(key)
	require.NoError(a.t, err)
	require.NoError(a.t, os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: text}), 0o600))
	require.NoError(a.t, os.WriteFile(certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
}

// serial asks an address for its certificate over a new connection, as somebody who trusts this authority.
func (a *authority) serial(address string) (int64, error) {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	conn, err := tls.Dial("tcp", address, &tls.Config{RootCAs: pool})
	if err != nil {
		return 0, err
	}
	defer func() { _ = conn.Close() }()
	return conn.ConnectionState().PeerCertificates[0].SerialNumber.Int64(), nil
}

// TestCertificates replaces the certificate of a receiver and of the API while opslog runs, lets one expire, and sends in clear:
// the new one is taken without a restart, and nothing is taken without a certificate that holds.
func TestCertificates(t *testing.T) {
	a, stranger := newAuthority(t), newAuthority(t)
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	a.issue(1, time.Now().Add(time.Hour), cert, key)
	settings := fmt.Sprintf("{cert_file: %q, key_file: %q, reload_interval: 200ms}", cert, key)
	at := freePorts(t)
	p := launch(t, t.TempDir(), append(append([]string{"--config=embed:default"}, at.overlay()...),
		"--config=yaml:receivers::otlp::protocols::http::tls: "+settings, "--config=yaml:extensions::opslog_query::tls: "+settings)...)
	p.ports = at
	eventually(t, "opslog is healthy", p.healthy)
	serves := func(want int64) {
		for _, address := range []string{at.http, at.api} {
			eventually(t, fmt.Sprint("certificate ", want, " is served"), func() error {
				got, err := a.serial(address)
				if err == nil && got != want {
					err = fmt.Errorf("it is %d", got)
				}
				return err
			})
		}
	}
	serves(1)
	a.issue(2, time.Now().Add(time.Hour), cert, key)
	serves(2)
	_, err := stranger.serial(at.http)
	require.Error(t, err, "somebody who trusts another authority")
	for _, address := range []string{at.http + "/v1/traces", at.api + "/api/opslog/v1/status"} {
		resp, err := http.Get("http://" + address)
		if err == nil {
			assert.Equal(t, http.StatusBadRequest, resp.StatusCode, "in clear")
			assert.NoError(t, resp.Body.Close())
		}
	}
	a.issue(3, time.Now().Add(-time.Hour), cert, key)
	eventually(t, "one that has expired is not taken", func() error {
		if _, err := a.serial(at.http); err == nil {
			return errors.New("it was")
		}
		return nil
	})
	a.issue(4, time.Now().Add(time.Hour), cert, key)
	serves(4)
	require.NoError(t, os.WriteFile(cert, []byte("nonsense"), 0o600))
	serves(4) // the last one that could be read
	p.signal(syscall.SIGTERM)
	assert.Zero(t, p.wait())
}

// silencer passes connections on, and can fall silent: those that are open then stay open and carry nothing any more, as when
// a firewall has forgotten them. Later ones work.
type silencer struct {
	net.Listener
	epoch atomic.Int64
}

func newSilencer(t *testing.T, to string) *silencer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	s := &silencer{Listener: l}
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", to)
			if err != nil {
				_ = in.Close()
				continue
			}
			born := s.epoch.Load()
			go s.pass(in, out, born)
			go s.pass(out, in, born)
		}
	}()
	return s
}

func (s *silencer) pass(to, from net.Conn, born int64) {
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		if s.epoch.Load() != born && err == nil {
			continue // taken, and lost
		}
		if err == nil {
			_, err = to.Write(buf[:n])
		}
		if err != nil {
			_ = to.Close()
			return
		}
	}
}

// TestConnectionsThatAreHalfOpen loses what goes over the connections to the database, again and again, without closing them:
// opslog gives them up in time, and everything acknowledged is stored.
func TestConnectionsThatAreHalfOpen(t *testing.T) {
	db := clickhouse.Start(t)
	between := newSilencer(t, db.Address)
	through := db
	through.Address = between.Addr().String()
	p := startConfig(t, "clickhouse", clickhouseEnv(through)...)
	p.waitReady()
	o := newOracle(t, p.http)
	defer o.quiet()
	for range 3 {
		o.grown(100)
		between.epoch.Add(1)
	}
	o.grown(100)
	o.quiet()
	began := time.Now()
	o.holds(p)
	t.Logf("all is stored %v after the last connections fell silent", time.Since(began).Round(time.Second))
	p.stop()
}
