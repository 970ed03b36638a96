package cli

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

const latencyCourse = `{"series":[{"name":"p95","labels":{"service":"shop"},"unit":"ns","points":[["1763719320000000000",100000000],["1763719380000000000",900000000]]},
	{"name":"count","labels":{"service":"shop"},"points":[["1763719320000000000",7]]}],
	"deploys":[{"service":"shop","version":"2.4.1","first_seen":"1763719380000000000"}],
	"heatmap":{"bucket_ns":60000000000,"cells":[{"time":"1763719320000000000","from":1000000,"to":1100000,"count":9},
		{"time":"1763719380000000000","from":1000000,"to":1100000,"count":3},{"time":"1763719380000000000","from":700000000,"to":800000000,"count":1}]}}`

const latencyTotals = `{"columns":[{"name":"service","type":"string","group":true},{"name":"count","type":"int"},{"name":"error_rate","type":"float","unit":"ratio"},
	{"name":"p50","type":"duration","unit":"ns"},{"name":"p90","type":"duration","unit":"ns"},{"name":"p95","type":"duration","unit":"ns"},
	{"name":"p99","type":"duration","unit":"ns"},{"name":"max","type":"duration","unit":"ns"}],
	"rows":[["shop",40,0.25,1000000,2000000,900000000,950000000,990000000],["=evil\u001b[2J",2,0,1000000,1000000,1000000,1000000,1000000]],"more":true}`

const latencySides = `{"columns":[],"field":"version","a":"2.4.0","b":"2.4.1","verdicts":["slower","too_few"],
	"evidence":[{"a":{"p95":{"low":9e7,"high":1.1e8},"error_rate":{"low":0,"high":0.1}},"b":{"p95":{"low":2e8,"high":3e8},"error_rate":{"low":0,"high":0.1}}},
		{"a":{"p95":{"low":0,"high":0},"error_rate":{"low":0,"high":0}},"b":{"p95":{"low":1e6,"high":2e6},"error_rate":{"low":0,"high":1}}}],
	"rows":[["POST /orders",120,80,-0.33,0.01,0.02,1,5e7,6e7,0.2,1e8,2.5e8,1.5,1e8,3e8,2],["GET /new",null,3,null,null,0,null,null,1e6,null,null,1.5e6,null,null,2e6,null]]}`

const latencyRanges = `{"columns":[],"field":"start_time","a":"24h earlier","b":"this range","verdicts":["slower","same"],
	"evidence":[{"a":{"p95":{"low":9e7,"high":1.1e8},"error_rate":{"low":0,"high":0.1}},"b":{"p95":{"low":2e8,"high":3e8},"error_rate":{"low":0,"high":0.1}}},
		{"a":{"p95":{"low":8e7,"high":1.4e8},"error_rate":{"low":0,"high":0.1}},"b":{"p95":{"low":1e8,"high":1.6e8},"error_rate":{"low":0,"high":0.1}}}],
	"rows":[["shop",120,80,-0.33,0.01,0.02,1,5e7,6e7,0.2,1e8,2.5e8,1.5,1e8,3e8,2],["=evil\u001b[2J",40,50,0.25,0,0,null,5e7,6e7,0.2,1e8,1.2e8,0.2,1.4e8,1.6e8,0.14]]}`

// TestLatencyOutputs holds what `opslog latency` prints, as TestOutputs does.
func TestLatencyOutputs(t *testing.T) {
	for name, args := range map[string][]string{
		"latency":              {"--by", "service", "--utc"},
		"latency_heatmap":      {"--by", "service", "--utc", "--heatmap"},
		"latency_json":         {"--by", "service", "-o", "json"},
		"latency_ndjson":       {"--by", "service", "-o", "ndjson"},
		"latency_csv":          {"--by", "service", "-o", "csv"},
		"latency_versions":     {"--compare", "2.4.0..2.4.1"},
		"latency_slower":       {"--compare", "latest", "--fail-on-slower", "-o", "ndjson"},
		"latency_sides_json":   {"--compare", "latest", "-o", "json"},
		"latency_ranges":       {"--compare", "24h", "--by", "service"},
		"latency_ranges_json":  {"--compare", "24h", "-o", "json", "--fail-on-slower"},
		"latency_ranges_csv":   {"--compare", "24h", "-o", "csv"},
		"latency_bad_compare":  {"--compare", "2.4.0"},
		"latency_stages":       {"status = error | count"},
		"latency_fail_without": {"--fail-on-slower"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			s.answers["/latency"], s.answers["/query"], s.answers["/latency/compare"] = latencyCourse, latencyTotals, latencySides
			if strings.HasPrefix(name, "latency_ranges") {
				s.answers["/latency/compare"] = latencyRanges
			}
			stdout, stderr, code := s.run(t, append([]string{"latency"}, args...)...)
			golden(t, filepath.Join("testdata", "outputs", name+".txt"), fmt.Appendf(nil, "%s----\n%s----\nexit %d\n", stdout, stderr, code))
		})
	}
}

func TestLatencyAsks(t *testing.T) {
	s := newServer(t)
	s.answers["/latency"], s.answers["/query"], s.answers["/latency/compare"] = latencyCourse, latencyTotals, latencySides
	_, stderr, code := s.run(t, "latency", "route = '/a' OR duration > 1s", "--service", `a"b`, "--by", "host", "-n", "3", "--step", "5m")
	assert.Equal(t, 0, code, stderr)
	assert.Contains(t, s.asked[0], "/latency?by=host&from=now-1h&q=route+%3D+%27%2Fa%27+OR+duration+%3E+1s&service=a%22b&step=5m")
	assert.Contains(t, s.asked[1], "q=%28route+%3D+%27%2Fa%27+OR+duration+%3E+1s%29+AND+service+%3D+%22a%5C%22b%22+%7C+count")
	_, _, _ = s.run(t, "latency", "--compare", "1..2", "--field", "host", "--kind", "query")
	assert.Contains(t, s.asked[2], "/latency/compare?a=1&b=2&by=name&field=host&from=now-1h&kind=query&limit=20")
	_, _, _ = s.run(t, "latency", "--compare", "7d", "--to", "now-5m")
	assert.Contains(t, s.asked[3], "/latency/compare?against=7d&by=name&from=now-1h&limit=20&to=now-5m")
}

func TestLatencyOfNothing(t *testing.T) {
	s := newServer(t)
	s.answers["/latency"], s.answers["/query"] = `{"series":[],"deploys":[]}`, `{"columns":[],"rows":[]}`
	s.answers["/latency/compare"] = `{"columns":[],"rows":[],"field":"start_time","a":"1h earlier","b":"this range","verdicts":[]}`
	for _, args := range [][]string{{"latency", "--heatmap"}, {"latency", "--compare", "1h"}} {
		stdout, stderr, code := s.run(t, args...)
		assert.Zero(t, code)
		assert.Empty(t, stdout)
		assert.Contains(t, stderr, "no operation fits")
	}
}
