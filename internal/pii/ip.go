package pii

import (
	"net/netip"
)

// ipv4 finds public addresses in dotted form. Versions look the same, so what
// stands behind a slash, a v or the word version is left alone.
func (w *work) ipv4(t string, g *digitGroups) int {
	lo, hi := g.start[0], g.end[3]
	if hi < len(t) && t[hi] == '.' && hi+1 < len(t) && isDigit[t[hi+1]] {
		return 0
	}
	addr, err := netip.ParseAddr(t[lo:hi])
	if err != nil || !w.telling(addr) || versionBefore(t, lo) || isNetwork(t, hi) {
		return 0
	}
	return w.hit(ruleIP, "", lo, hi)
}

// isNetwork tells whether a prefix length follows: 192.0.2.0/24 is no one's address.
func isNetwork(t string, end int) bool {
	if end >= len(t) || t[end] != '/' {
		return false
	}
	j := span(t, end+1, &isDigit)
	return j > end+1 && j <= end+4 && (j == len(t) || !isWord[t[j]])
}

// telling tells which addresses are hidden in text: public ones, and with the
// strict profile private ones too.
func (w *work) telling(a netip.Addr) bool {
	if w.e.strict && a.Unmap().IsPrivate() {
		return true
	}
	return public(a)
}

// public tells addresses that may be a person's from those of machines and ranges.
func public(a netip.Addr) bool {
	a = a.Unmap()
	if a.IsPrivate() || a.IsLoopback() || a.IsUnspecified() || a.IsMulticast() || a.IsLinkLocalUnicast() {
		return false
	}
	if !a.Is4() {
		return true
	}
	b := a.As4()
	shared := b[0] == 100 && b[1]&0xc0 == 64 // RFC 6598, carrier NAT and clusters
	return b[0] != 0 && b[0] < 224 && !shared && !(b[3] == 0 && b[2] == 0)
}

func versionBefore(t string, lo int) bool {
	if lo == 0 {
		return false
	}
	if t[lo-1] == '/' && (lo < 2 || t[lo-2] != '/') {
		return true
	}
	if t[lo-1] == '.' || t[lo-1] == '-' || t[lo-1] == '_' {
		return true
	}
	k := lo
	for k > 0 && (t[k-1] == ' ' || t[k-1] == '=' || t[k-1] == ':' || t[k-1] == '"') {
		k--
	}
	return k >= 3 && (hasFold(t, k-3, "ver") || (k >= 7 && hasFold(t, k-7, "version")) || (k >= 7 && hasFold(t, k-7, "release")))
}

// ipv6 finds public addresses that start at i; the word there is at most four digits long.
func (w *work) ipv6(t string, i int) int {
	if w.key.kind == keyIdent || (i > 0 && (t[i-1] == ':' || t[i-1] == '.')) {
		return 0
	}
	j, colons := i, 0
	for j < len(t) && j-i < 46 && (isHex[t[j]] || t[j] == ':' || (t[j] == '.' && colons > 1)) {
		if t[j] == ':' {
			colons++
		}
		j++
	}
	for j > i && (t[j-1] == '.' || (t[j-1] == ':' && (j < i+2 || t[j-2] != ':'))) {
		j--
	}
	if colons < 2 || (j < len(t) && isWord[t[j]]) {
		return 0
	}
	addr, err := netip.ParseAddr(t[i:j])
	if err != nil || !w.telling(addr) || (colons < 4 && onlyShort(t[i:j])) || isNetwork(t, j) {
		return 0
	}
	return w.hit(ruleIP, "", i, j)
}

// onlyShort tells times and scopes such as 12::30 from addresses.
func onlyShort(s string) bool {
	run := 0
	for i := 0; i < len(s); i++ {
		if s[i] == ':' {
			run = 0
		} else if run++; run == 4 {
			return false
		}
	}
	return true
}

// hexGroups finds hardware addresses, six octets with : or -. Longer runs are
// fingerprints of keys.
func (w *work) hexGroups(t string, i int) int {
	sep := t[i+2]
	j, n := i, 0
	for len(t)-j >= 2 && isHex[t[j]] && isHex[t[j+1]] {
		n++
		j += 2
		if j >= len(t) || t[j] != sep {
			break
		}
		j++
	}
	if n > 0 && t[j-1] == sep {
		j--
	}
	if n < 6 || (j < len(t) && isWord[t[j]]) {
		return 0
	}
	if n > 6 {
		return j
	}
	if w.key.kind == keyIdent || sameDigit16(t[i:j]) {
		return 0
	}
	return w.hit(ruleMAC, "", i, j)
}

// sameDigit16 tells broadcast and empty addresses.
func sameDigit16(s string) bool {
	for i := 0; i < len(s); i++ {
		if isHex[s[i]] && lower(s[i]) != lower(s[0]) {
			return false
		}
	}
	return true
}

// clientAddress walks the value of a key such as client.address: every address
// in it is hidden, private ones too; what is no address is scanned.
func (w *work) clientAddress(t string, i int, d Decision) {
	for i < len(t) {
		j := i
		for j < len(t) && (isHex[t[j]] || t[j] == ':' || t[j] == '.') {
			j++
		}
		if j > i && (i == 0 || !isWord[t[i-1]]) && (j == len(t) || !isWord[t[j]]) {
			w.oneAddress(t, i, j, d.rule)
		}
		i = max(j, i+1)
	}
}

// clientV4 cuts the last part of an address of four that is all there is under a
// client's key, which is by far the most common of them. It changes what
// clientAddress would change, in one step.
func (s *Session) clientV4(text string, r Rule) (string, Outcome) {
	c := &s.e.rules[r]
	if len(text) > len("255.255.255.255") || !c.enabled || c.action != ActionPartial || s.e.mode == ModeReport {
		return text, Kept
	}
	last, dots := 0, 0
	for i := range len(text) {
		if text[i] == '.' {
			last = i
			dots++
		} else if !isDigit[text[i]] {
			return text, Kept
		}
	}
	addr, err := netip.ParseAddr(text)
	if err != nil || dots != 3 || !ofClient(addr) {
		return text, Kept
	}
	s.recordBytes += len(text)
	s.found(r, text)
	return text[:last+1] + "x", Changed
}

// ofClient tells addresses that may be a client's from those of the machine itself and of groups.
func ofClient(a netip.Addr) bool {
	return !a.IsLoopback() && !a.IsUnspecified() && !a.IsMulticast() && !a.IsLinkLocalUnicast()
}

// oneAddress hides t[i:j] where it is an address, also in front of :port.
func (w *work) oneAddress(t string, i, j int, r Rule) {
	if addr, err := netip.ParseAddr(t[i:j]); err == nil {
		if ofClient(addr) {
			w.hit(r, "", i, j)
		}
		return
	}
	if ap, err := netip.ParseAddrPort(t[i:j]); err == nil && !ap.Addr().IsLoopback() {
		w.hit(r, "", i, i+len(ap.Addr().String()))
	}
}
