package supervise

import (
	"bytes"
	"errors"
	"os/exec"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestProcessStopsWhenItsInputCloses(t *testing.T) {
	var out bytes.Buffer
	p, err := start("copy", exec.Command("sh", "-c", "echo ready; cat; echo bye"), &out)
	if err != nil {
		t.Fatal(err)
	}
	p.stop()
	if p.err != nil {
		t.Errorf("ended with %v", p.err)
	}
	if want := "copy       | ready\ncopy       | bye\n"; out.String() != want {
		t.Errorf("printed %q, want %q", out.String(), want)
	}
}

func TestProcessThatEndsByItselfIsNotHealthy(t *testing.T) {
	addr, err := freeAddress()
	if err != nil {
		t.Fatal(err)
	}
	p, err := start("fail", exec.Command("sh", "-c", "exit 3"), &bytes.Buffer{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.stop()
	err = p.waitHealthy(t.Context(), addr)
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 3 {
		t.Errorf("got %v, want exit status 3", err)
	}
}

func TestMissingStorefrontIsNamed(t *testing.T) {
	err := Run(t.Context(), Config{Storefront: t.TempDir(), Out: &bytes.Buffer{}})
	if err == nil || !strings.Contains(err.Error(), "-storefront") {
		t.Errorf("got %v, want an error that names the flag", err)
	}
}
