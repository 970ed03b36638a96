package cli

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// verified are the answers of a server that saw 120 operations of version 2.4.1.
func verified() map[string]string {
	return map[string]string{
		"/deploys": `{"items":[{"service":"checkout","version":"2.4.1","first_seen":"1763719380000000000"},{"service":"checkout","version":"2.4.0","first_seen":"1763719320000000000"}],"markers":[]}`,
		"/query": `{"columns":[{"name":"count","type":"int"},{"name":"p95(duration)","type":"duration","unit":"ns"},{"name":"error_rate","type":"float","unit":"ratio"}],
			"rows":[[120,450000000,0.1]]}`,
		"/latency/compare": latencySides,
		"/errors":          `{"items":[]}`,
	}
}

// TestVerifyOutputs holds what `opslog verify` prints, as TestOutputs does.
func TestVerifyOutputs(t *testing.T) {
	const file = "testdata/verify/checkout.yaml"
	few := `{"columns":[{"name":"count","type":"int"},{"name":"p95(duration)","type":"duration"}],"rows":[[7,1000]]}`
	for name, c := range map[string]struct {
		args    []string
		answers map[string]string
	}{
		"verify":               {args: []string{file}},
		"verify_json":          {args: []string{file, "-o", "json"}},
		"verify_ndjson":        {args: []string{file, "-o", "ndjson"}},
		"verify_junit":         {args: []string{file, "-o", "junit"}},
		"verify_holds":         {args: []string{"--service", "checkout", "--expect", "p95 < 1s AND count>=1"}},
		"verify_few":           {args: []string{"--expect", "p95 < 1s", "--min-count", "30"}, answers: map[string]string{"/query": few}},
		"verify_few_allowed":   {args: []string{"--expect", "p95 < 1s", "--min-count", "30", "--allow-unknown"}, answers: map[string]string{"/query": few}},
		"verify_no_version":    {args: []string{file, "--since-deploy", "9.9"}},
		"verify_first_version": {args: []string{"--service", "checkout", "--since-deploy", "2.4.0", "--expect", "slower = 0"}},
		"verify_no_service":    {args: []string{"--since-deploy", "2.4.0", "--expect", "count > 0"}},
		"verify_nothing":       {args: []string{}},
		"verify_op_alone":      {args: []string{"--op", "GET /"}},
		"verify_bad_measure":   {args: []string{"--expect", "speed < 1s"}},
		"verify_bad_value":     {args: []string{"--expect", "p95 < soon"}},
		"verify_bad_form":      {args: []string{"--expect", "p95 quick"}},
		"verify_needs_version": {args: []string{"--expect", "new_errors = 0"}},
		"verify_unknown_key":   {args: []string{"testdata/verify/unknown_key.yaml"}},
		"verify_empty_promise": {args: []string{"testdata/verify/empty_promise.yaml"}},
		"verify_no_file":       {args: []string{"testdata/verify/none.yaml"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			s.answers = verified()
			for path, text := range c.answers {
				s.answers[path] = text
			}
			stdout, stderr, code := s.run(t, append([]string{"verify"}, c.args...)...)
			golden(t, filepath.Join("testdata", "outputs", name+".txt"), fmt.Appendf(nil, "%s----\n%s----\nexit %d\n", stdout, stderr, code))
		})
	}
}

func TestVerifyAsks(t *testing.T) {
	s := newServer(t)
	s.answers = verified()
	_, _, code := s.run(t, "verify", "--service", "checkout", "--op", "POST /checkout", "--where", "tenant = acme OR tenant = globex", "--since-deploy", "latest",
		"--expect", "p95 < 1ms and new_errors = 0 and p95 > 0")
	assert.Equal(t, exitCheck, code)
	for _, want := range []string{
		"/deploys?from=now-24h&service=checkout",
		"/query?from=now-24h&q=service+%3D+%22checkout%22+AND+name+%3D+%22POST+%2Fcheckout%22+AND+version+%3D+%222.4.1%22+AND+%28tenant+%3D+acme+OR+tenant+%3D+globex%29+%7C+count%2C+p95%28duration%29",
		"/errors?from=1763719380000000000&limit=500&q=service+%3D+%22checkout%22+AND+name+%3D+%22POST+%2Fcheckout%22+AND+version+%3D+%222.4.1%22+AND+%28tenant+%3D+acme+OR+tenant+%3D+globex%29",
		"/errors?from=now-24h&limit=500&q=NOT+version+%3D+%222.4.1%22&service=checkout",
	} {
		assert.Contains(t, s.asked, want)
	}
}

// TestVerifyNewErrors counts those that were not there before, nobody ignores and nobody expects.
func TestVerifyNewErrors(t *testing.T) {
	s := newServer(t)
	s.answers = verified()
	s.answers["/errors"] = `{"items":[{"fingerprint":"fp1:a","state":"ongoing","type":"E"}]}`
	stdout, _, code := s.run(t, "verify", "--service", "checkout", "--since-deploy", "2.4.1", "--expect", "new_errors = 0")
	assert.Zero(t, code, "both answers have it")
	assert.Contains(t, stdout, "new_errors is 0")
}

// TestVerifyWaits looks again until there is enough.
func TestVerifyWaits(t *testing.T) {
	s := newServer(t)
	s.counts = []int{7, 12, 40}
	stdout, stderr, code := s.run(t, "verify", "--expect", "count > 0", "--min-count", "30", "--wait", "1m", "--pause", "1ms")
	assert.Zero(t, code, stderr)
	assert.Contains(t, stdout, "count is 40")
	assert.Equal(t, 2, strings.Count(stderr, "waiting: 1 of 1 expectations cannot be judged yet"))
}
