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
// version, and 96 bits of HMAC-SHA-256(key, code || 0x00 || value) in base32,
// with the domain and another 0x00 in front where one is set. During a rotation
// the previous key's digest follows: em_k2_…_k1_….
type hasher struct {
	domain string
	keys   []hashKey
}

type hashKey struct {
	prefix string
	pool   *sync.Pool
}

func newHasher(cfg Hash) *hasher {
	h := &hasher{domain: cfg.Domain, keys: []hashKey{newHashKey(cfg.Key, cfg.Version)}}
	if len(cfg.Previous) > 0 {
		h.keys = append(h.keys, newHashKey(cfg.Previous, cfg.PreviousVersion))
	}
	return h
}

func newHashKey(key []byte, version int) hashKey {
	own := append([]byte(nil), key...)
	return hashKey{
		prefix: "_k" + strconv.Itoa(version) + "_",
		pool:   &sync.Pool{New: func() any { return hmac.New(sha256.New, own) }},
	}
}

func (h *hasher) token(code, value string) string {
	out := make([]byte, 0, 2+len(h.keys)*(7+tokenText))
	out = append(out, code...)
	for _, k := range h.keys {
		sum := h.sum(k.pool, code, value)
		out = append(out, k.prefix...)
		out = base32Lower.AppendEncode(out, sum[:tokenBytes])
	}
	return string(out)
}

func (h *hasher) sum(pool *sync.Pool, code, value string) (sum [sha256.Size]byte) {
	mac := pool.Get().(hash.Hash)
	mac.Reset()
	if h.domain != "" {
		mac.Write([]byte(h.domain))
		mac.Write([]byte{0})
	}
	mac.Write([]byte(code))
	mac.Write([]byte{0})
	mac.Write([]byte(value))
	mac.Sum(sum[:0])
	pool.Put(mac)
	return sum
}

// The shortest and the longest token: one key with one digit, two with three.
const (
	minToken = 2 + 3 + 1 + tokenText
	maxToken = 2 + 2*(2+3+1+tokenText)
)

// isHashToken recognises what token writes, so that a second pass leaves it alone.
func isHashToken(s string) bool {
	if len(s) < minToken || len(s) > maxToken || !isLower[s[0]] || !isLower[s[1]] {
		return false
	}
	end := digestEnd(s, 2)
	if end > 0 && end < len(s) {
		end = digestEnd(s, end)
	}
	return end == len(s)
}

// digestEnd reads _k1_ and a digest at i and returns the position behind it, or 0.
func digestEnd(s string, i int) int {
	if !hasAt(s, i, "_k") {
		return 0
	}
	j := span(s, i+2, &isDigit)
	if j == i+2 || j > i+5 || !hasAt(s, j, "_") || len(s) < j+1+tokenText {
		return 0
	}
	if end := j + 1 + tokenText; span(s, j+1, &isBase32) >= end {
		return end
	}
	return 0
}

var isBase32 = charset("a-z2-7")

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
		if isPercent(s, i) {
			i += 2
			continue
		}
		if set[s[i]] {
			b = append(b, s[i])
		}
	}
	return string(b)
}

// isPercent tells whether an encoded character, such as %20 between groups,
// stands at i.
func isPercent(s string, i int) bool {
	return s[i] == '%' && i+2 < len(s) && isHex[s[i+1]] && isHex[s[i+2]]
}
