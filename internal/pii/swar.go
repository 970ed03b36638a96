package pii

// Eight characters are looked at in one step, each in a byte of a word.
const (
	ones   = 0x0101010101010101
	high   = 0x80 * ones
	first6 = high >> 16
)

// hexOf8 sets the highest bit of each byte that is a digit, and of each that is a to f.
// Bytes with the highest bit set themselves are neither.
func hexOf8(x uint64) (digit, letter uint64) {
	digit = (x + (0x80-'0')*ones) &^ (x + (0x80-'9'-1)*ones)
	letter = (x + (0x80-'a')*ones) &^ (x + (0x80-'f'-1)*ones)
	return digit &^ x & high, letter &^ x & high
}

// areHex tells whether all eight bytes are hexadecimal digits in either case.
func areHex(x uint64) bool {
	digit, _ := hexOf8(x)
	_, letter := hexOf8(x | 0x20*ones)
	return digit|letter == high
}
