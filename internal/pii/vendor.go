package pii

import "strings"

// vendor is the shape of one kind of token: a prefix that starts a word, then at
// least min characters of set.
type vendor struct {
	prefix string
	label  string
	set    *[256]bool
	min    int
	// exact tokens end after min characters, where a word ends.
	exact bool
	// keep leaves the prefix in place: a webhook's URL stays readable.
	keep bool
	// digits is how many the token must have, which words and names do not, unless its case is mixed.
	digits int
	// match takes over where the shape needs more than this table says.
	match func(w *work, t string, i int) int
}

// vendorIndex finds the vendors of a word by its first two characters.
type vendorIndex struct {
	pair  [128 * 128]uint8
	lists [][]vendor
	// third has a bit for each third character of a list's prefixes, modulo 64.
	third []uint64
}

var vendors = newVendorIndex(vendorTable)

func newVendorIndex(table []vendor) *vendorIndex {
	x := &vendorIndex{lists: make([][]vendor, 1), third: make([]uint64, 1)}
	for _, v := range table {
		at := int(v.prefix[0])*128 + int(v.prefix[1])
		if x.pair[at] == 0 {
			x.pair[at] = uint8(len(x.lists))
			x.lists, x.third = append(x.lists, nil), append(x.third, 0)
		}
		x.third[x.pair[at]] |= thirdBits(v.prefix)
		x.lists[x.pair[at]] = append(x.lists[x.pair[at]], v)
	}
	return x
}

// thirdBits is the bit of a prefix's third character, or all where it has none.
func thirdBits(prefix string) uint64 {
	if len(prefix) == 2 {
		return ^uint64(0)
	}
	return 1 << (prefix[2] & 63)
}

// known tells whether any vendor's tokens begin with these two characters.
func (x *vendorIndex) known(a, b byte) bool {
	return a|b < 128 && x.pair[int(a)*128+int(b)] != 0
}

// find returns those whose tokens may begin at i.
func (x *vendorIndex) find(t string, i int) []vendor {
	if i+2 >= len(t) || t[i]|t[i+1] >= 128 {
		return nil
	}
	list := x.pair[int(t[i])*128+int(t[i+1])]
	if x.third[list]>>(t[i+2]&63)&1 == 0 {
		return nil
	}
	return x.lists[list]
}

// prefixed looks for a vendor's token at i.
func (w *work) prefixed(t string, i int) int {
	list := vendors.find(t, i)
	for k := range list {
		v := &list[k]
		if !strings.HasPrefix(t[i:], v.prefix) {
			continue
		}
		if v.match != nil {
			return v.match(w, t, i)
		}
		if end := w.vendorToken(t, i, v); end > 0 {
			return end
		}
	}
	return 0
}

func (w *work) vendorToken(t string, i int, v *vendor) int {
	from := i + len(v.prefix)
	end := span(t, from, v.set)
	if v.exact && end != from+v.min {
		return 0
	}
	for end > from && (t[end-1] == '.' || t[end-1] == '-' && !v.exact) {
		end--
	}
	if end-from < v.min || (countDigits(t[from:end]) < v.digits && !mixedCase(t[from:end])) {
		return 0
	}
	if v.keep {
		i = from
	}
	return w.hit(ruleVendorToken, v.label, i, end)
}

// mixedCase tells letters drawn at random, some of which have no digit among them, from words.
func mixedCase(s string) bool {
	changes := 0
	for i := 1; i < len(s); i++ {
		if isLower[s[i-1]] && isUpper[s[i]] {
			changes++
		}
	}
	return changes >= 4
}

// telegram finds bot tokens: the bot's number, a colon, 35 characters.
func (w *work) telegram(t string, i, j int) int {
	end := span(t, j+1, &isURLSafe)
	if end-j-1 < 33 {
		return 0
	}
	return w.hit(ruleVendorToken, "[SECRET:telegram]", i, end)
}

// mailchimp finds API keys: 32 hexadecimal digits, a hyphen, the data center.
func (w *work) mailchimp(t string, i int) int {
	lo, end := i-32, span(t, i+3, &isDigit)
	if lo < w.floor || end == i+3 || end > i+5 || (end < len(t) && isWord[t[end]]) || span(t, lo, &isHex) != i || (lo > 0 && isWord[t[lo-1]]) {
		return 0
	}
	return w.hit(ruleVendorToken, "[SECRET:mailchimp]", lo, end)
}

// azureSecret finds client secrets of Microsoft Entra: three characters, digit Q~, 34 more.
func (w *work) azureSecret(t string, i int) int {
	if i-5 < w.floor || t[i-1] != 'Q' || !isDigit[t[i-2]] {
		return 0
	}
	lo := i - 5
	end := span(t, i+1, &isAzure)
	if end-i-1 < 31 || (lo > 0 && isWord[t[lo-1]]) || span(t, lo, &isAzure) < i {
		return 0
	}
	return w.hit(ruleVendorToken, "[SECRET:azure]", lo, end)
}

var isAzure = charset("a-zA-Z0-9_.~\\-")
