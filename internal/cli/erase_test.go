package cli

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const erasureOf = `{"erasure_id":"abc","kind":"user","subject_token":"00ff","dry_run":%t,"by":"admin","state":"%s","created":"1763719320000000000","error":"%s",
	"result":{"traces":2,"records":{"operations":12,"spans":40,"logs":3,"error_texts":1},"state":1,"waiting":{"queue":4,"journal":5,"dead_letters":6,"damaged":0},"archive_keys":7}}`

func TestEraseOutputs(t *testing.T) {
	nothing := `{"erasure_id":"abc","kind":"user","subject_token":"00ff","dry_run":false,"by":"admin","state":"done","created":"1","result":{"records":{},"waiting":{}}}`
	for name, c := range map[string]struct {
		args    []string
		answers map[string]string
	}{
		"erase":          {[]string{"erase", "--user", "4711"}, map[string]string{"/erasures": fmt.Sprintf(erasureOf, false, "queued", "")}},
		"erase_wait":     {[]string{"erase", "--tenant", "acme", "--wait"}, map[string]string{"/erasures": fmt.Sprintf(erasureOf, false, "settling", ""), "/erasures/abc": fmt.Sprintf(erasureOf, false, "done", "")}},
		"erase_dry_run":  {[]string{"erase", "--subject", "ann@b.com", "--dry-run"}, map[string]string{"/erasures": fmt.Sprintf(erasureOf, true, "done", "")}},
		"erase_nothing":  {[]string{"erase", "--user", "4711", "--wait=1m", "-o", "json"}, map[string]string{"/erasures": nothing}},
		"erase_not_done": {[]string{"erase", "--user", "4711", "--wait=1ms", "--timeout", "400ms"}, map[string]string{"/erasures": fmt.Sprintf(erasureOf, false, "running", "database\\u001b[2J is away"), "/erasures/abc": fmt.Sprintf(erasureOf, false, "running", "database is away")}},
		"erase_nobody":   {args: []string{"erase", "--wait"}},
		"erase_two":      {args: []string{"erase", "--user", "1", "--tenant", "2"}},
		"erase_no_line":  {args: []string{"erase", "--user", "-"}},
		"erase_ls":       {[]string{"erase", "ls", "--utc"}, map[string]string{"/erasures": `{"items":[` + fmt.Sprintf(erasureOf, false, "done", "") + `]}`}},
		"erase_show":     {[]string{"erase", "show", "abc"}, map[string]string{"/erasures/abc": fmt.Sprintf(erasureOf, false, "settling", "")}},
		"erase_unknown":  {args: []string{"erase", "show", "zz"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			for path, text := range c.answers {
				s.answers[path] = text
			}
			stdout, stderr, code := s.run(t, c.args...)
			golden(t, filepath.Join("testdata", "outputs", name+".txt"), fmt.Appendf(nil, "%s----\n%s----\nexit %d\n", stdout, stderr, code))
			assert.NotContains(t, stdout+stderr, "4711")
		})
	}
}

// The id may come from standard input, and only from its first line.
func TestErasedIDs(t *testing.T) {
	e := &erase{who: map[string]*string{"subject": new(string)}}
	*e.who["subject"] = "-"
	r, err := e.request(strings.NewReader("ann@b.com\r\nmore\n"))
	require.NoError(t, err)
	assert.Equal(t, "subject", r.Kind)
	assert.Equal(t, "ann@b.com", r.ID)
	*e.who["subject"] = "ann@b.com"
	r, err = e.request(nil)
	require.NoError(t, err)
	assert.Equal(t, "ann@b.com", r.ID)
}
