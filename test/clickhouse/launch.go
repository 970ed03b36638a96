package clickhouse

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Options are the choices for a server of one's own.
type Options struct {
	Path   string // data directory; a later server on the same path finds the data of an earlier one
	TCP    int    // port of the native protocol; 0 takes a free one
	Config string // path of a ClickHouse configuration file, for users or clusters
}

// Server is a running ClickHouse process.
type Server struct {
	HTTP, TCP string // addresses
	cmd       *exec.Cmd
	stdin     io.Closer
	log       string // path of what it wrote to standard error
}

// quickConfig makes a server look every second for replaced parts to delete, and not every five minutes.
const quickConfig = `<clickhouse><merge_tree>
	<cleanup_delay_period>1</cleanup_delay_period>
	<max_cleanup_delay_period>1</max_cleanup_delay_period>
	<cleanup_delay_period_random_add>0</cleanup_delay_period_random_add>
	<merge_tree_clear_old_parts_interval_seconds>1</merge_tree_clear_old_parts_interval_seconds>
</merge_tree></clickhouse>`

const startTimeout = 2 * time.Minute // a cold disk reads 566 MB first

// Launch builds the launcher and starts a server, which is ready when Launch returns. It dies with this process.
func Launch(o Options) (*Server, error) {
	bin := filepath.Join(o.Path, "server")
	if out, err := exec.Command("go", "build", "-o", bin, "github.com/opslog/opslog/test/clickhouse/server").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the ClickHouse launcher: %w\n%s", err, out)
	}
	if o.Config == "" {
		o.Config = filepath.Join(o.Path, "quick.xml")
		if err := os.WriteFile(o.Config, []byte(quickConfig), 0o600); err != nil {
			return nil, err
		}
	}
	log, err := os.Create(filepath.Join(o.Path, "server.log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command(bin, "--stdin", "--path", filepath.Join(o.Path, "data"), "--tcp", strconv.Itoa(o.TCP), "--config", o.Config)
	cmd.Stderr = log
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the ClickHouse launcher: %w", err)
	}
	s := &Server{cmd: cmd, stdin: stdin, log: log.Name()}
	if err := s.waitReady(stdout); err != nil {
		s.Stop()
		text, _ := os.ReadFile(log.Name())
		return nil, fmt.Errorf("start ClickHouse: %w: %s", err, text)
	}
	return s, nil
}

func (s *Server) waitReady(stdout io.Reader) error {
	if f, ok := stdout.(*os.File); ok {
		_ = f.SetReadDeadline(time.Now().Add(startTimeout))
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return fmt.Errorf("it ended before it was ready (%w)", err)
	}
	for _, word := range strings.Fields(line) {
		switch key, value, _ := strings.Cut(word, "="); key {
		case "http":
			s.HTTP = value
		case "tcp":
			s.TCP = value
		}
	}
	return nil
}

// Default is the server's database that is always there.
func (s *Server) Default() Database { return Database{Address: s.TCP, Name: "default"} }

// PID is the number of the server's process.
func (s *Server) PID() int { return s.cmd.Process.Pid }

// Stop ends the server in order and waits for it. What a server that did not last says goes to standard error.
func (s *Server) Stop() {
	_ = s.stdin.Close()
	if err := s.cmd.Wait(); err != nil {
		text, _ := os.ReadFile(s.log)
		fmt.Fprintf(os.Stderr, "ClickHouse did not end in order: %v\n%s\n", err, text)
	}
}

// Kill ends the server at once, as a crash would.
func (s *Server) Kill() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}
