package derive

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestMessagesLoseWhatVaries(t *testing.T) {
	tests := map[string]string{
		"":                               "",
		"user ann@example.com is locked": "user <email> is locked",
		"user [EMAIL] is locked":         "user <email> is locked",
		"user em_k1_abcdefghij234567klmn is locked":        "user <email> is locked",
		"GET https://a.example/x/1?t=2 failed":             "GET <url> failed",
		"job 3f2504e0-4f89-11d3-9a0c-0305e82c3301 lost":    "job <id> lost",
		"dial tcp 10.0.0.7:5432: refused":                  "dial tcp <ip>: refused",
		"expired at 2024-01-15T10:00:00Z":                  "expired at <time>",
		"commit deadbeef1 at 0xc000123":                    "commit <hex> at <hex>",
		"unexpected 'abc' for \"state\"":                   "unexpected <text> for <text>",
		"took 1500ms, limit 500 ms":                        "took <n>, limit <n> ms",
		"Request failed with status code 404":              "Request failed with status code 𝟒𝟎𝟒",
		"no route to shop-db-7f9c8d5b6-x2x4z":              "no route to <id>",
		"signature eyJhbGciOiJIUzI1NiJ9abc is bad":         "signature <token> is bad",
		"unknown  fields\n[1, 2] (see docs) {\"a\": true}": "unknown fields <group> <group> <group>",
		"internationalization_configuration is missing":    "internationalization_configuration is missing",
	}
	for in, want := range tests {
		assert.Equal(t, want, normalMessage(in), in)
	}
}
