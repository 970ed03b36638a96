package pii

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every byte, at every position, with neighbours that could carry into it.
func TestHexOf8(t *testing.T) {
	for c := range 256 {
		for at := range 8 {
			for _, around := range []string{"0", "f", "\xff", "\x00"} {
				s := strings.Repeat(around, at) + string([]byte{byte(c)}) + strings.Repeat(around, 7-at)
				digit, letter := hexOf8(load8(s, 0))
				bit := uint64(0x80) << (8 * at)
				if c < 0x80 && around < "\x80" {
					require.Equal(t, isDigit[c], digit&bit != 0, "%q", s)
					require.Equal(t, isHex[c] && isLower[c], letter&bit != 0, "%q", s)
				}
				require.Equal(t, span(s, 0, &isHex) == 8, areHex(load8(s, 0)), "%q", s)
			}
		}
	}
}

func TestIsUUIDBytes(t *testing.T) {
	const id = "0aF9c1d2-3b4c-4d5e-8f60-718293a4b5c6"
	require.True(t, isUUID(id, 0))
	for at := range id {
		for c := range 256 {
			s := id[:at] + string([]byte{byte(c)}) + id[at+1:]
			require.Equal(t, (id[at] == '-') == (c == '-') && (c == '-' || isHex[c]), isUUID(s, 0), "%q", s)
		}
	}
}
