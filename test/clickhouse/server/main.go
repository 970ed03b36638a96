// Command server runs a real ClickHouse for tests and development: the engine library that fetch.sh puts into
// .cache, listening on loopback. It stops in order on SIGTERM or SIGINT, and with --stdin also when standard
// input ends, so that the server of a test dies with its test.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

type options struct {
	library, path, config string
	http, tcp, engine     int // engine is the native port behind the front
	stdin                 bool
}

func main() {
	var o options
	flag.StringVar(&o.library, "library", "", "the engine (default: .cache/"+libraryDir+"/libchdb.so of the repository around the current folder)")
	flag.StringVar(&o.path, "path", "", "data directory (required)")
	flag.StringVar(&o.config, "config", "", "ClickHouse configuration file, for users or clusters")
	flag.IntVar(&o.http, "http", 0, "HTTP port on 127.0.0.1 (default: a free one)")
	flag.IntVar(&o.tcp, "tcp", 0, "native protocol port on 127.0.0.1 (default: a free one)")
	flag.BoolVar(&o.stdin, "stdin", false, "stop when standard input ends")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "clickhouse:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	if err := fillIn(&o); err != nil {
		return err
	}
	hold, release, err := gate()
	if err != nil {
		return err
	}
	stop := sync.OnceFunc(release)
	// Before the library is opened: it must not replace Go's handlers.
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	go func() { <-signals; stop() }()
	if o.stdin {
		go func() { _, _ = io.Copy(io.Discard, os.Stdin); stop() }()
	}
	ended := make(chan error, 1)
	go func() { ended <- serve(o.library, arguments(o, hold)) }()
	return report(o, ended)
}

func fillIn(o *options) (err error) {
	if o.path == "" {
		return errors.New("--path is empty, want the directory for the data")
	}
	if o.library == "" {
		if o.library, err = findLibrary(); err != nil {
			return err
		}
	}
	for _, port := range []*int{&o.http, &o.tcp, &o.engine} {
		if *port == 0 {
			if *port, err = freePort(); err != nil {
				return err
			}
		}
	}
	return nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// gate is a pipe that the server's script reads to its end; a raw one, because Go's own is non-blocking.
func gate() (hold int, release func(), err error) {
	var p [2]int
	if err := syscall.Pipe2(p[:], syscall.O_CLOEXEC); err != nil {
		return 0, nil, fmt.Errorf("make pipe: %w", err)
	}
	return p[0], func() { _ = syscall.Close(p[1]) }, nil
}

// arguments are those of clickhouse-local. Its script starts the listeners and then reads the pipe until that is
// closed; with the end of the script the engine shuts down in order.
func arguments(o options, hold int) []string {
	script := "SYSTEM START LISTEN HTTP; SYSTEM START LISTEN TCP; " +
		"SELECT count() FROM file('/proc/self/fd/" + strconv.Itoa(hold) + "', 'LineAsString', 'l String') FORMAT Null"
	args := []string{
		"clickhouse-local", "--path=" + o.path, "--listen_host=127.0.0.1",
		"--http_port=" + strconv.Itoa(o.http), "--tcp_port=" + strconv.Itoa(o.engine),
	}
	if o.config != "" {
		args = append(args, "--config-file="+o.config)
	}
	return append(args, "--query", script)
}

// report says where the server listens as soon as it does, and waits for its end. After an orderly end the
// library leaves the process by itself.
func report(o options, ended <-chan error) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !answers(o) {
		select {
		case err := <-ended:
			return errors.Join(errors.New("the server ended before it was ready"), err)
		case <-tick.C:
		}
	}
	if err := front(o.tcp, o.engine); err != nil {
		return err
	}
	fmt.Printf("ready http=127.0.0.1:%d tcp=127.0.0.1:%d path=%s\n", o.http, o.tcp, o.path)
	return <-ended
}

func answers(o options) bool {
	client := http.Client{Timeout: time.Second}
	resp, err := client.Get(fmt.Sprintf("http://127.0.0.1:%d/ping", o.http))
	if err != nil {
		return false
	}
	body, _ := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	conn, err := net.DialTimeout("tcp", loopback(o.engine), time.Second)
	if err != nil {
		return false
	}
	_ = conn.Close()
	return strings.HasPrefix(string(body), "Ok")
}
