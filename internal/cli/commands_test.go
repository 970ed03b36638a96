package cli

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
)

const ledgerPage = `{"items":[
	{"operation_id":"01000000000000000000000000000000","trace_id":"02000000000000000000000000000000","start_time":"1763719331482000000","complete":true,"kind":"command",
		"name":"POST /orders","service_name":"shop","status":"error","status_code":504,"user_id":"u_1\u001b[2J","target":"/orders","error_message":"timed out"},
	{"operation_id":"03000000000000000000000000000000","trace_id":"02000000000000000000000000000000","start_time":"1763719331482000000","complete":true,"kind":"command",
		"name":"DELETE /orders","service_name":"shop","status":"ok","status_code":204,"client_address":"10.1.2.0","destructive":true,"attempt":2,"target":"/orders"},
	{"operation_id":"04000000000000000000000000000000","trace_id":"02000000000000000000000000000000","start_time":"1763719331482000000","complete":true,"kind":"unknown",
		"name":"job nightly","service_name":"shop","status":"ok"}],
	"columns":["effects"],"rows":[[[{"kind":"db","action":"INSERT","target":"orders","outcome":"done"},{"kind":"message","action":"publish","target":"order.created","outcome":"not_reached"}]],
		[[{"kind":"db","action":"DELETE","target":"orders","rows":12,"outcome":"done"}]],[null]],
	"next_cursor":null,"reviews":{"03000000000000000000000000000000":[{"state":"needs_review","note":"who asked?","by":"ann","time":"1763719391482000000"}]}}`

// TestCommandOutputs holds what `opslog commands` prints, as TestOutputs does.
func TestCommandOutputs(t *testing.T) {
	const failing = "01000000000000000000000000000000"
	reviews := `{"items":[{"state":"needs_review","by":"ann","time":"1763719391482000000"},{"state":"fixed","note":"refunded\nby hand","time":"1763719491482000000"}]}`
	for name, args := range map[string][]string{
		"commands":              {"--utc"},
		"commands_wide":         {"--utc", "-o", "wide"},
		"commands_needs_review": {"--utc", "--needs-review", "--fail"},
		"commands_limit":        {"--utc", "-n", "1"},
		"commands_json":         {"-o", "json", "-n", "2"},
		"commands_ndjson":       {"-o", "ndjson", "-n", "1", "-q"},
		"commands_csv":          {"--utc", "-o", "csv"},
		"commands_id":           {"-o", "id"},
		"commands_show":         {"show", failing, "--utc"},
		"commands_show_unknown": {"show", "ffffffffffffffffffffffffffffffff"},
		"commands_review":       {"review", failing, "--state", "fixed", "--note", "refunded by hand", "--utc"},
		"commands_review_json":  {"review", failing, "--state", "fixed", "-o", "json"},
		"commands_bad_state":    {"review", failing, "--state", "lost"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			s.answers["/commands"], s.answers["/commands/"+failing+"/review"] = ledgerPage, reviews
			stdout, stderr, code := s.run(t, append([]string{"commands"}, args...)...)
			golden(t, filepath.Join("testdata", "outputs", name+".txt"), fmt.Appendf(nil, "%s----\n%s----\nexit %d\n", stdout, stderr, code))
		})
	}
}

func TestCommandsAsk(t *testing.T) {
	s := newServer(t)
	s.answers["/commands"] = `{"items":[],"next_cursor":null,"reviews":{}}`
	_, stderr, code := s.run(t, "commands", "duration > 1s", "--actor", "u_1", "--target", "orders", "--destructive", "-n", "5")
	assert.Zero(t, code)
	assert.Contains(t, stderr, "no command fits")
	assert.Equal(t, []string{"/commands?actor=u_1&destructive=true&fields=effects&from=now-1h&limit=5&q=duration+%3E+1s&target=orders"}, s.asked)
}
