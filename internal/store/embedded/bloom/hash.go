package bloom

// gram is the length of the pieces, in bytes, by which text is found: any longer text that contains a searched one
// contains all its pieces.
const gram = 4

// Key is the hash of strings that are looked up whole, one behind the other.
func Key(strings ...string) Hash {
	const offset, prime = 14695981039346656037, 1099511628211 // FNV-1a
	h := uint64(offset)
	for _, s := range strings {
		for i := range len(s) {
			h = (h ^ uint64(s[i])) * prime
		}
		h = (h ^ 0xff) * prime // no byte of UTF-8
	}
	return Hash(mix(h) | kind)
}

// Grams answers the hashes of the pieces of a text; none of one that is shorter than a piece.
func Grams(text string, into func(Hash)) {
	if len(text) < gram {
		return
	}
	piece := uint32(text[0])<<16 | uint32(text[1])<<8 | uint32(text[2])
	for i := gram - 1; i < len(text); i++ {
		piece = piece<<8 | uint32(text[i])
		into(Hash(mix(uint64(piece)) &^ kind))
	}
}

// mix spreads a number over all bits: the finalizer of MurmurHash3.
func mix(h uint64) uint64 {
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}
