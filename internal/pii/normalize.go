package pii

// maxKey is how much of the end of a key is looked at.
const maxKey = 128

// keyWords is a key cut into lower-case words, joined by _ in text.
type keyWords struct {
	text  [2 * maxKey]byte
	size  int
	start [32]uint8
	n     int
	// segment is the first word behind the last dot.
	segment int
}

// split cuts camelCase, digits' ends and any punctuation: user.passwordHash,
// user-password-hash and UserPassword_HASH become user_password_hash.
func (k *keyWords) split(key string) {
	if len(key) > maxKey {
		key = key[len(key)-maxKey:]
	}
	k.size, k.n, k.segment = 0, 0, 0
	open := false
	for i := 0; i < len(key); i++ {
		c := key[i]
		if !isAlnum[c] && c < 0x80 {
			open = false
			if c == '.' {
				k.segment = k.n
			}
			continue
		}
		if !open || camelEdge(key, i) {
			k.begin()
			open = true
		}
		k.text[k.size] = lower(c)
		k.size++
	}
}

// camelEdge tells whether a new word starts at i: aB, or the last capital of ABc.
func camelEdge(key string, i int) bool {
	if i == 0 || !isUpper[key[i]] {
		return false
	}
	before := key[i-1]
	if isLower[before] || isDigit[before] {
		return true
	}
	// IDs, URLs: a plural s does not start a word.
	plural := i+1 < len(key) && key[i+1] == 's' && (i+2 == len(key) || !isLower[key[i+2]])
	return isUpper[before] && i+1 < len(key) && isLower[key[i+1]] && !plural
}

func (k *keyWords) begin() {
	if k.n == len(k.start) {
		// Far more words than any key has: keep the last ones.
		copy(k.start[:], k.start[1:])
		k.n--
		k.segment--
	}
	if k.size > 0 {
		k.text[k.size] = '_'
		k.size++
	}
	k.start[k.n] = uint8(k.size)
	k.n++
}

// end is where word i ends in text.
func (k *keyWords) end(i int) int {
	if i+1 < k.n {
		return int(k.start[i+1]) - 1
	}
	return k.size
}

// words is the text of words i to j-1, without a number at the end: password2
// means what password means.
func (k *keyWords) words(i, j int) []byte {
	last, end := int(k.start[j-1]), k.end(j-1)
	for end > last+1 && isDigit[k.text[end-1]] {
		end--
	}
	return k.text[k.start[i]:end]
}

// normalize is all words as one string.
func normalize(key string) string {
	var k keyWords
	k.split(key)
	if k.n == 0 {
		return ""
	}
	return string(k.words(0, k.n))
}
