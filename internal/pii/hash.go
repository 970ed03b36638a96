package pii

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"hash"
	"net/netip"
	"strconv"
	"strings"
	"sync"
)

// tokenBytes is how much of the HMAC a token shows: 96 bits, where a collision
// among a billion values is less likely than one in 10^11.
const tokenBytes = 12

// tokenText is the length of tokenBytes in base32.
const tokenText = 20

var base32Lower = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// hasher makes keyed tokens such as em_k1_7f3q…: the rule's code, the key's
// version, and 96 bits of HMAC-SHA-256(key, code || 0x00 || value) in base32.
type hasher struct {
	prefix string
	pool   sync.Pool
}

func newHasher(key []byte, version int) *hasher {
	own := append([]byte(nil), key...)
	h := &hasher{prefix: "_k" + strconv.Itoa(version) + "_"}
	h.pool.New = func() any { return hmac.New(sha256.New, own) }
	return h
}

func (h *hasher) token(code, value string) string {
	mac := h.pool.Get().(hash.Hash)
	mac.Reset()
	mac.Write([]byte(code))
	mac.Write([]byte{0})
	mac.Write([]byte(value))
	var sum [sha256.Size]byte
	mac.Sum(sum[:0])
	h.pool.Put(mac)
	return code + h.prefix + base32Lower.EncodeToString(sum[:tokenBytes])
}

// isHashToken recognises what token writes, so that a second pass leaves it alone.
func isHashToken(s string) bool {
	if len(s) < 2+3+1+tokenText || s[2] != '_' || s[3] != 'k' || !isLower[s[0]] || !isLower[s[1]] {
		return false
	}
	i := 4
	for i < len(s) && isDigit[s[i]] {
		i++
	}
	if i == 4 || i == len(s) || s[i] != '_' || len(s)-i-1 != tokenText {
		return false
	}
	for _, c := range []byte(s[i+1:]) {
		if !isLower[c] && (c < '2' || c > '7') {
			return false
		}
	}
	return true
}

// canonical brings notations of one value together, so that a phone number
// written in two ways gives one token.
func canonical(r Rule, s string) string {
	switch r {
	case ruleEmail:
		return strings.ToLower(decodeAt(s))
	case ruleCard, ruleUSSSN, ruleDevice:
		return onlyDigits(s)
	case rulePhone:
		return canonicalPhone(s)
	case ruleIBAN, ruleBankAccount, ruleNationalID, ruleMAC:
		return strings.ToUpper(onlyAlnum(s))
	case ruleIP, ruleClientIP:
		if addr, err := netip.ParseAddr(s); err == nil {
			return addr.Unmap().String()
		}
	}
	return s
}

// canonicalPhone writes North American numbers with their country code, and
// others as their digits without an international prefix.
func canonicalPhone(s string) string {
	d := strings.TrimPrefix(onlyDigits(s), "00")
	if len(d) == 10 && !strings.HasPrefix(s, "+") && d[0] > '1' {
		return "1" + d
	}
	return d
}

func onlyDigits(s string) string { return keep(s, &isDigit) }

func onlyAlnum(s string) string { return keep(s, &isAlnum) }

func keep(s string, set *[256]bool) string {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if set[s[i]] {
			b = append(b, s[i])
		}
	}
	return string(b)
}
