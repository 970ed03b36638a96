package pii

import (
	"maps"
	"math"
	"net/netip"
	"slices"
)

// validators prove a match of a user's pattern.
var validators = map[string]func(string) bool{
	"luhn":      func(s string) bool { d := onlyDigits(s); return len(d) > 1 && luhn([]byte(d)) },
	"mod97":     func(s string) bool { b := []byte(upper(onlyAlnum(s))); return len(b) > 4 && mod97(b) },
	"verhoeff":  func(s string) bool { d := onlyDigits(s); return len(d) > 1 && verhoeff([]byte(d)) },
	"entropy":   highEntropy,
	"public_ip": func(s string) bool { a, err := netip.ParseAddr(s); return err == nil && public(a) },
}

func validatorNames() []string { return slices.Sorted(maps.Keys(validators)) }

func upper(s string) string {
	b := []byte(s)
	for i, c := range b {
		if isLower[c] {
			b[i] = c &^ 0x20
		}
	}
	return string(b)
}

// minEntropy is the least Shannon entropy of a random secret, in bits a
// character; English text has about 4 over its whole alphabet but far less
// within one word (the threshold that gitleaks' generic rule uses).
const minEntropy = 3.5

// highEntropy tells a random text of mixed characters from words, digests and ids.
func highEntropy(s string) bool {
	var counts [256]uint8
	var lowers, uppers, digits int
	for i := range len(s) {
		switch c := s[i]; {
		case isLower[c]:
			lowers++
		case isUpper[c]:
			uppers++
		case isDigit[c]:
			digits++
		}
		counts[s[i]]++
	}
	if len(s) > math.MaxUint8 || lowers == 0 || uppers == 0 || digits < 2 {
		return false
	}
	bits := 0.0
	for _, n := range counts {
		if n > 0 {
			p := float64(n) / float64(len(s))
			bits -= p * math.Log2(p)
		}
	}
	return bits >= minEntropy
}
