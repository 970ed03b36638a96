package reproduce

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
)

// FuzzShell asks a real shell what it makes of a quoted word.
func FuzzShell(f *testing.F) {
	bash, err := exec.LookPath("bash")
	require.NoError(f, err)
	for _, s := range []string{"", "plain", "it's", "$HOME", "`id`", "a\nb", "\x1b[31m", "\\", "é\xff", "!x", "x: $TOKEN"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if strings.Contains(s, "\x00") {
			t.Skip("no argument holds one")
		}
		out, err := exec.Command(bash, "-c", "printf %s "+shell(s)).Output()
		require.NoError(t, err)
		assert.Equal(t, s, string(out))
	})
}

func TestQuotedPlaceholders(t *testing.T) {
	for in, want := range map[string]string{
		"authorization: $AUTHORIZATION": `'authorization: '"$AUTHORIZATION"`,
		"$BASE_URL/orders":              `"$BASE_URL"/orders`,
		"price: 5$":                     `'price: 5$'`,
		"note: a$HOME":                  `'note: a$HOME'`,
		"accept: text/html":             `'accept: text/html'`,
	} {
		assert.Equal(t, want, quoted(in))
	}
}

// FuzzWrite wants no recorded secret and no control character in any form, whatever was recorded.
func FuzzWrite(f *testing.F) {
	f.Add("/orders/1", "x-api-key", "a\r\nInjected: yes", "{}")
	f.Add("", "authorization", "Bearer topsecretvalue", "\x1b[31m")
	f.Fuzz(func(t *testing.T, target, name, value, body string) {
		op := &operation.Operation{Transport: operation.TransportHTTP, Method: "POST", Target: target, RequestBody: body,
			RequestHeaders: operation.Attributes{name: value, "authorization": "topsecretvalue"}}
		for _, form := range []string{"curl", "http"} {
			text, err := Write(op, Options{As: form, Force: true, Random: strings.NewReader(strings.Repeat("7", 24))})
			require.NoError(t, err)
			if !strings.Contains(target+name+value+body, "topsecretvalue") {
				assert.NotContains(t, text.Text, "topsecretvalue")
			}
			assert.NotContains(t, text.Text, "\r")
			assert.NotContains(t, text.Text, "\x1b")
		}
	})
}
