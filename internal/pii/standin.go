package pii

import (
	"encoding/binary"
	"net/netip"
	"strings"
)

// A stand-in has the form of what it replaces and can never be real, so that
// software which checks the form goes on working. It is made with the key: equal
// values give equal stand-ins. What is reserved for nobody marks them, so that a
// second pass leaves them alone.
const (
	standInDomain = "@redacted.invalid" // RFC 2606
	standInCard   = "9999"              // ISO/IEC 7812 gives 9 to national bodies, and 999 to no country
	standInPhone  = "9990"              // no country and no area has the code
	standInMAC    = "0e0d0e"            // locally administered
)

// standInPrefix6 starts IPv6 stand-ins: unique local (RFC 4193) with a fixed id.
var standInPrefix6 = netip.MustParsePrefix("fd0e:db5e::/32")

// standIn replaces a value of a rule that has a form to keep; others get a token.
func (h *hasher) standIn(r Rule, code, match string) string {
	sum := h.sum(h.keys[0].pool, code, canonical(r, match))
	switch r {
	case ruleEmail:
		return "u" + base32Lower.EncodeToString(sum[:tokenBytes])[:16] + standInDomain
	case ruleCard:
		if len(onlyDigits(match)) >= minCard {
			return breakLuhn(fillDigits(match, standInCard, sum[:]))
		}
	case rulePhone:
		if len(onlyDigits(match)) >= 8 {
			return fillDigits(match, standInPhone, sum[:])
		}
	case ruleIP, ruleClientIP:
		return standInAddress(match, sum[:])
	case ruleIBAN:
		if len(onlyAlnum(match)) >= 15 && isLetter[match[0]] && isLetter[match[1]] {
			return match[:2] + fillDigits(match[2:], "00", sum[:])
		}
	case ruleMAC:
		if len(onlyAlnum(match)) >= len(standInMAC)+6 {
			return fillHex(match, standInMAC, sum[:])
		}
	}
	// A value that has not the form.
	return h.token(code, canonical(r, match))
}

// fillDigits writes first, then digits drawn from sum, over the letters and
// digits of s; separators stay.
func fillDigits(s, first string, sum []byte) string {
	return fill(s, first, func(n int) byte { return '0' + sum[n%len(sum)]%10 })
}

func fillHex(s, first string, sum []byte) string {
	return fill(s, first, func(n int) byte { return "0123456789abcdef"[sum[n%len(sum)]&15] })
}

func fill(s, first string, draw func(int) byte) string {
	b := []byte(s)
	n := 0
	for i := 0; i < len(b); i++ {
		if isPercent(s, i) {
			i += 2
			continue
		}
		if !isAlnum[b[i]] {
			continue
		}
		if n < len(first) {
			b[i] = first[n]
		} else {
			b[i] = draw(n)
		}
		n++
	}
	return string(b)
}

// breakLuhn changes the last digit of a number that passes the check by chance.
func breakLuhn(s string) string {
	if !luhn([]byte(onlyDigits(s))) {
		return s
	}
	last := strings.LastIndexAny(s, "0123456789")
	return s[:last] + string('0'+(s[last]-'0'+1)%10) + s[last+1:]
}

// standInAddress draws from 240.0.0.0/4, which is reserved for ever (RFC 1112),
// or from the fixed unique local prefix.
func standInAddress(s string, sum []byte) string {
	addr, err := netip.ParseAddr(s)
	if err != nil || addr.Unmap().Is4() {
		n := binary.BigEndian.Uint32(sum) | 0xf0000000
		n &^= 1 // 255.255.255.255 is the broadcast address
		return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}).String()
	}
	b := standInPrefix6.Addr().As16()
	copy(b[4:], sum)
	return netip.AddrFrom16(b).String()
}

// isStandIn recognises what standIn writes.
func isStandIn(r Rule, s string) bool {
	switch r {
	case ruleEmail:
		local, ok := strings.CutSuffix(s, standInDomain)
		return ok && len(local) == 17 && local[0] == 'u' && span(local, 0, &isAlnum) == len(local)
	case ruleCard:
		d := onlyDigits(s)
		return len(d) >= minCard && strings.HasPrefix(d, standInCard) && !luhn([]byte(d))
	case rulePhone:
		d := onlyDigits(s)
		return len(d) >= 8 && strings.HasPrefix(d, standInPhone)
	case ruleIBAN:
		return len(s) > 4 && isLetter[s[0]] && isLetter[s[1]] && strings.HasPrefix(onlyAlnum(s[2:]), "00")
	case ruleMAC:
		return strings.HasPrefix(strings.ToLower(onlyAlnum(s)), standInMAC)
	case ruleIP, ruleClientIP:
		addr, err := netip.ParseAddr(s)
		return err == nil && (addr.Is4() && addr.As4()[0] >= 0xf0 || standInPrefix6.Contains(addr))
	}
	return false
}
