package pii

import (
	"net/netip"
	"strings"
)

// partialEmail keeps the first letter and the domain.
func partialEmail(s string) string {
	s = decodeAt(s)
	at := strings.LastIndexByte(s, '@')
	if at < 1 {
		return mask(s)
	}
	return firstRune(s) + "***" + s[at:]
}

func firstRune(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

// partialCard keeps the issuer's six and the last four digits (PCI DSS 3.4.1).
func partialCard(s string) string { return keepDigits(s, 6, 4) }

// partialPhone keeps up to two leading digits, which hold the country code, and the last two.
func partialPhone(s string) string { return keepDigits(s, 2, 2) }

// partialLast4 keeps the last four letters or digits.
func partialLast4(s string) string { return keepDigits(s, 0, 4) }

// partialIBAN keeps the country and the last four.
func partialIBAN(s string) string { return keepDigits(s, 2, 4) }

// partialMAC keeps the vendor half.
func partialMAC(s string) string { return keepDigits(s, 6, 0) }

// partialYear keeps a four-digit year.
func partialYear(s string) string {
	for i := 0; i+4 <= len(s); i++ {
		year := s[i : i+4]
		alone := (i == 0 || !isDigit[s[i-1]]) && (i+4 == len(s) || !isDigit[s[i+4]])
		if alone && countDigits(year) == 4 {
			return strings.Repeat("*", i) + year + strings.Repeat("*", len(s)-i-4)
		}
	}
	return mask(s)
}

// keepDigits hides letters and digits with *, except the first and last few.
// With fewer than first+last+4 of them everything is hidden: what stays must
// not be most of the value.
func keepDigits(s string, first, last int) string {
	total := 0
	for i := 0; i < len(s); i++ {
		if isAlnum[s[i]] || s[i] == '*' {
			total++
		}
	}
	if total < first+last+4 {
		first, last = 0, 0
	}
	b := []byte(s)
	seen := 0
	for i, c := range b {
		if !isAlnum[c] && c != '*' {
			continue
		}
		if seen >= first && seen < total-last {
			b[i] = '*'
		}
		seen++
	}
	return string(b)
}

// partialIP keeps the /24 of IPv4 and the /48 of IPv6.
func partialIP(s string) string {
	addr, err := netip.ParseAddr(s)
	if err != nil {
		return partialAddressList(s)
	}
	addr = addr.Unmap()
	var b [48]byte
	if addr.Is4() {
		p, _ := addr.Prefix(24)
		out := p.Addr().AppendTo(b[:0])
		out[len(out)-1] = 'x'
		return string(out)
	}
	p, _ := addr.Prefix(48)
	return string(append(p.Addr().WithZone("").AppendTo(b[:0]), 'x'))
}

// partialAddressList is for text that is not one bare address.
func partialAddressList(s string) string {
	if strings.HasSuffix(s, "x") {
		return s
	}
	return mask(s)
}
