package e2e

import (
	"bytes"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// assertNothingPlanted looks for the planted values in everything that opslog shows or writes.
func assertNothingPlanted(t *testing.T, p *process, data string, ops []record) {
	t.Helper()
	values := planted(t)
	assertNotInFiles(t, data, values)
	assertNotIn(t, "opslog's own log", []byte(p.output()), values)
	for name, address := range map[string]string{"RED metrics": p.prometheus, "opslog's own metrics": p.self} {
		assertNotIn(t, name, fetch(t, "http://"+address+"/metrics"), values)
	}
	for _, op := range ops {
		for _, path := range []string{
			"/operations/" + op.str("operation_id"),
			"/traces/" + op.str("trace_id") + "/spans",
			"/traces/" + op.str("trace_id") + "/logs",
		} {
			body, err := p.tryGet(path)
			require.NoError(t, err)
			assertNotIn(t, path, body, values)
		}
	}
}

// assertNotInFiles searches the raw files under dir and answers how many there were.
func assertNotInFiles(t *testing.T, dir string, values []string) (files int) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		assertNotIn(t, path, content, values)
		return nil
	}))
	return files
}

func assertNotIn(t *testing.T, where string, content []byte, values []string) {
	t.Helper()
	for _, value := range values {
		if i := bytes.Index(content, []byte(value)); i >= 0 {
			t.Errorf("%s holds the planted value %q: …%q…", where, value, content[max(0, i-60):min(len(content), i+len(value)+20)])
		}
	}
}

func fetch(t *testing.T, url string) []byte {
	t.Helper()
	resp, err := http.Get(url)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, resp.StatusCode)
	return body
}
