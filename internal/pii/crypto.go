package pii

import (
	"bytes"
	"crypto/sha256"
)

// cryptoAddress finds addresses of crypto currencies in the word [i, j): Bitcoin
// by checksum, Ethereum where a word nearby says so, for 40 hexadecimal digits
// are also a commit.
func (w *work) cryptoAddress(t string, i, j int) int {
	n := j - i
	switch {
	case n == 42 && t[i] == '0' && t[i+1] == 'x':
		if span(t, i+2, &isHex) == j && w.near(t, i, j, ctxWallet) {
			return w.hit(ruleCryptoAddress, "", i, j)
		}
	case n >= 26 && n <= 35 && (t[i] == '1' || t[i] == '3' || t[i] == 'L' || t[i] == 'M'):
		if isBase58Check(t[i:j]) {
			return w.hit(ruleCryptoAddress, "", i, j)
		}
	case n >= 40 && n <= 64 && (hasFold(t, i, "bc1") || hasFold(t, i, "ltc1")):
		if isBech32(t[i:j]) {
			return w.hit(ruleCryptoAddress, "", i, j)
		}
	}
	return 0
}

const base58Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

var base58Value = func() [256]int16 {
	var v [256]int16
	for i := range v {
		v[i] = -1
	}
	for i := range len(base58Alphabet) {
		v[base58Alphabet[i]] = int16(i)
	}
	return v
}()

// isBase58Check decodes 25 bytes whose last four are the checksum of the rest.
func isBase58Check(s string) bool {
	var out [25]byte
	for i := range len(s) {
		carry := int(base58Value[s[i]])
		if carry < 0 {
			return false
		}
		for k := len(out) - 1; k >= 0; k-- {
			carry += 58 * int(out[k])
			out[k] = byte(carry)
			carry >>= 8
		}
		if carry != 0 {
			return false
		}
	}
	once := sha256.Sum256(out[:21])
	twice := sha256.Sum256(once[:])
	return bytes.Equal(twice[:4], out[21:])
}

const bech32Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

// isBech32 checks the polynomial of BIP 173 and BIP 350.
func isBech32(s string) bool {
	check := uint32(1)
	one := 0
	for s[one] != '1' {
		one++
	}
	for i := range one {
		check = polymod(check, lower(s[i])>>5)
	}
	check = polymod(check, 0)
	for i := range one {
		check = polymod(check, lower(s[i])&31)
	}
	for i := one + 1; i < len(s); i++ {
		v := bytes.IndexByte([]byte(bech32Alphabet), lower(s[i]))
		if v < 0 {
			return false
		}
		check = polymod(check, byte(v))
	}
	return check == 1 || check == 0x2bc830a3
}

func polymod(check uint32, v byte) uint32 {
	top := check >> 25
	check = (check&0x1ffffff)<<5 ^ uint32(v)
	for i, g := range [5]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
		if top>>i&1 == 1 {
			check ^= g
		}
	}
	return check
}
