package cli

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/pii"
	"github.com/opslog/opslog/internal/redactor"
)

// realRedactor is what the program gives to the commands.
type realRedactor struct{ *redactor.Redactor }

func (r realRedactor) Report(ctx context.Context) ([]RedactionFinding, error) {
	found, err := r.Findings(ctx)
	out := make([]RedactionFinding, len(found))
	for i, f := range found {
		out[i] = RedactionFinding(f)
	}
	return out, err
}

func openReal(ctx context.Context, o RedactorOptions) (Redactor, error) {
	r, err := redactor.Open(ctx, nil, redactor.Options{Mode: o.Mode})
	if err != nil {
		return nil, err
	}
	return realRedactor{r}, nil
}

func runRedact(t *testing.T, in string, args ...string) (string, error) {
	t.Helper()
	cmd := newRedact(openReal)
	var out bytes.Buffer
	cmd.SetIn(strings.NewReader(in))
	cmd.SetOut(&out)
	cmd.SetErr(io.Discard)
	cmd.SetArgs(append([]string{}, args...)) // with nil it would take those of the test's process
	cmd.SetContext(context.Background())
	err := cmd.Execute()
	return out.String(), err
}

// plantedValues are in the inputs under testdata; none of them may be printed.
var plantedValues = []string{"jane.roe", "4111 1111", "hunter2", "MIIEpAIB", "Jane"}

func TestRedactGolden(t *testing.T) {
	for _, tt := range []struct {
		golden string
		args   []string
	}{
		{"redact_text.txt", []string{"testdata/redact/app.log"}},
		{"redact_text_diff.txt", []string{"--diff", "testdata/redact/app.log"}},
		{"redact_text_report.txt", []string{"--report", "testdata/redact/app.log"}},
		{"redact_jsonl.txt", []string{"testdata/redact/app.jsonl"}},
		{"redact_otlp.txt", []string{"testdata/redact/traces.json"}},
		{"redact_otlp_diff.txt", []string{"--diff", "--report", "testdata/redact/traces.json"}},
		{"redact_mode_report.txt", []string{"--mode", "report", "--diff", "--report", "testdata/redact/app.log"}},
	} {
		out, err := runRedact(t, "", tt.args...)
		require.NoError(t, err, tt.golden)
		golden(t, "testdata/"+tt.golden, []byte(out))
		for _, value := range plantedValues {
			assert.NotContains(t, out, value, tt.golden)
		}
	}
}

func TestRedactStandardInput(t *testing.T) {
	out, err := runRedact(t, "to jane@example.org\r\nlast", "--format", "text")
	require.NoError(t, err)
	assert.Equal(t, "to [EMAIL]\r\nlast\n", out)
	out, err = runRedact(t, "to jane@example.org\n", "-")
	require.NoError(t, err)
	assert.Equal(t, "to [EMAIL]\n", out)
	out, err = runRedact(t, "")
	require.NoError(t, err)
	assert.Empty(t, out)
}

// TestRedactKeepsEveryLine sends more lines than fit into one batch.
func TestRedactKeepsEveryLine(t *testing.T) {
	var in, want strings.Builder
	for range 2000 {
		in.WriteString("mail jane@example.org\n  at line 1\n")
		want.WriteString("mail [EMAIL]\n  at line 1\n")
	}
	out, err := runRedact(t, in.String())
	require.NoError(t, err)
	assert.Equal(t, want.String(), out)
}

func TestRedactMistakes(t *testing.T) {
	for want, args := range map[string][]string{
		`--format is "xml", want auto, text, jsonl or otlp`: {"--format", "xml"},
		"no such file":       {"testdata/redact/none.log"},
		"`mode` is \"loud\"": {"--mode", "loud"},
	} {
		_, err := runRedact(t, "x", args...)
		require.ErrorContains(t, err, want)
		assert.Equal(t, exitUsage, ExitCode(err))
	}
	_, err := runRedact(t, "no json", "--format", "otlp")
	require.ErrorContains(t, err, "-: document 1 is not OTLP JSON: invalid character")
	assert.Equal(t, exitUsage, ExitCode(err))
	_, err = runRedact(t, `{"other":1}`, "--format", "otlp")
	require.ErrorContains(t, err, "not OTLP JSON")
}

func TestShownKeepsOnlyWhatStays(t *testing.T) {
	assert.Equal(t, "to xxxx@xxxxxxx.xxx now", shown("to jane@example.org now", "to [EMAIL] now"))
	assert.Equal(t, "a=0x-0", shown("a=7b-2", "a=[SECRET]"))
	assert.Equal(t, "xxxx 0", shape("naïf 7"))
}

func TestJudge(t *testing.T) {
	clean := map[string]string{"operations": "{}", "spans": "[]", "logs": "[]"}
	var out bytes.Buffer
	require.NoError(t, (&redactTest{}).judge(&out, clean))
	assert.Contains(t, out.String(), "card               hidden")

	for _, c := range pii.Canaries() {
		places := map[string]string{"operations": "{}", "spans": jsonText([]string{"x " + c.Text}), "logs": "[]"}
		err := (&redactTest{}).judge(&out, places)
		require.Error(t, err, c.Name)
		assert.Equal(t, exitCheck, ExitCode(err))
		assert.Contains(t, err.Error(), c.Name)
		assert.NotContains(t, err.Error(), c.Secret)
		require.NoError(t, (&redactTest{allow: allButOthers(places)}).judge(&out, places))
	}
}

func TestJudgeTellsThatNothingIsRedacted(t *testing.T) {
	var texts []string
	for _, c := range pii.Canaries() {
		texts = append(texts, c.Text)
	}
	places := map[string]string{"operations": "{}", "spans": "[]", "logs": strings.Join(texts, "\n")}
	err := (&redactTest{}).judge(io.Discard, places)
	require.ErrorContains(t, err, "is pii_redaction in the pipelines that receive traces and logs, with `mode: enforce`?")
	assert.Equal(t, exitCheck, ExitCode(err))
}

// allButOthers names every specimen that is in the places.
func allButOthers(places map[string]string) (names []string) {
	for _, c := range pii.Canaries() {
		if len(survivesIn(places, c)) > 0 {
			names = append(names, c.Name)
		}
	}
	return names
}

func TestCanariesAreHiddenByTheDefaults(t *testing.T) {
	r, err := openReal(context.Background(), RedactorOptions{})
	require.NoError(t, err)
	defer func() { require.NoError(t, r.Close(context.Background())) }()
	for _, c := range pii.Canaries() {
		out, err := r.Texts(context.Background(), []string{c.Text})
		require.NoError(t, err)
		assert.NotContains(t, out[0], c.Secret, c.Name)
		assert.Contains(t, c.Text, c.Secret)
	}
}
