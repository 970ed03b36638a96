package cli

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/archive"
)

var hexDigits = regexp.MustCompile(`[0-9a-f]{64}`)

// archived makes an archive of three entries, one of which is erased, and answers its directory.
func archived(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "archive")
	keys, err := archive.LoadKeys(dir + "-keys")
	require.NoError(t, err)
	w, err := archive.Open(archive.Options{Directory: dir, KeyDirectory: dir + "-keys", Keys: keys, SegmentBytes: 1 << 20, SegmentAge: time.Hour, Checkpoint: time.Minute})
	require.NoError(t, err)
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for i, user := range []string{"ann", "bob", "ann"} {
		open := archive.Clear{OperationID: fmt.Sprintf("%032x", i+1), Revision: 1, TraceID: fmt.Sprintf("%032x", i+1), StartTime: now.UnixNano(), Service: "shop",
			Name: "POST /orders", Kind: "command", Status: "ok"}
		require.NoError(t, w.Append(now, []archive.Record{{Clear: open, User: user, Secret: []byte(`{"user_id":"` + user + `"}`)}}))
	}
	_, err = w.Destroy(now, archive.Whose{Users: []string{"bob"}}, "e1", false)
	require.NoError(t, err)
	require.NoError(t, w.Close(now))
	return dir
}

func TestAuditOutputs(t *testing.T) {
	tampered := func(t *testing.T, dir string) {
		path := filepath.Join(dir, "00000001.segment")
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(path, bytes.Replace(text, []byte(`"status":"ok"`), []byte(`"status":"no"`), 1), 0o600))
	}
	for name, c := range map[string]struct {
		args   []string
		change func(t *testing.T, dir string)
	}{
		"audit_verify":          {args: []string{"audit", "verify", "DIR", "--utc"}},
		"audit_verify_flag":     {args: []string{"audit", "verify", "--archive", "DIR", "--utc", "-q"}},
		"audit_verify_outside":  {args: []string{"audit", "verify", "DIR", "--utc", "--public-key", "DIR/signing.pub", "--head", "DIR/head"}},
		"audit_verify_json":     {args: []string{"audit", "verify", "DIR", "-o", "json"}},
		"audit_verify_tampered": {args: []string{"audit", "verify", "DIR"}, change: tampered},
		"audit_verify_headless": {args: []string{"audit", "verify", "DIR"}, change: func(t *testing.T, dir string) { require.NoError(t, os.Remove(filepath.Join(dir, "head"))) }},
		"audit_verify_nowhere":  {args: []string{"audit", "verify", "DIR/none"}},
		"audit_verify_no_dir":   {args: []string{"audit", "verify"}},
		"audit_verify_bad_key":  {args: []string{"audit", "verify", "DIR", "--public-key", "DIR/head"}},
		"audit_ls":              {args: []string{"audit", "ls", "DIR", "--utc"}},
		"audit_ls_none":         {args: []string{"audit", "ls", "DIR", "--service", "web", "-o", "ndjson"}},
		"audit_show":            {args: []string{"audit", "show", fmt.Sprintf("%032x", 1), "DIR"}},
		"audit_show_erased":     {args: []string{"audit", "show", fmt.Sprintf("%032x", 2), "DIR"}},
		"audit_show_unknown":    {args: []string{"audit", "show", fmt.Sprintf("%032x", 9), "DIR"}},
		"audit_show_no_keys":    {args: []string{"audit", "show", fmt.Sprintf("%032x", 1), "DIR", "--key-directory", "DIR"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := archived(t)
			if c.change != nil {
				c.change(t, dir)
			}
			args := make([]string, len(c.args))
			for i, arg := range c.args {
				args[i] = strings.ReplaceAll(arg, "DIR", dir)
			}
			stdout, stderr, code := runCommand(t, args...)
			text := strings.ReplaceAll(fmt.Sprintf("%s----\n%s----\nexit %d\n", stdout, stderr, code), dir, "DIR")
			golden(t, filepath.Join("testdata", "outputs", name+".txt"), hexDigits.ReplaceAll([]byte(text), []byte("HASH")))
		})
	}
}

// What the tampering hit is named by file and line.
func TestAuditNamesThePlace(t *testing.T) {
	dir := archived(t)
	path := filepath.Join(dir, "00000001.segment")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	lines := bytes.SplitAfter(text, []byte("\n"))
	require.NoError(t, os.WriteFile(path, bytes.Join(append(lines[:3:3], lines[4:]...), nil), 0o600))
	_, stderr, code := runCommand(t, "audit", "verify", dir)
	assert.Contains(t, stderr, "00000001.segment: line 4")
	assert.Equal(t, exitCheck, code)
}
