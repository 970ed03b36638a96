package planted

import "hash/crc32"

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// githubToken appends the CRC-32 of the 30 random characters in base 62, six digits, to them.
func githubToken(random string) string {
	sum := crc32.ChecksumIEEE([]byte(random))
	var tail [6]byte
	for i := len(tail) - 1; i >= 0; i-- {
		tail[i] = base62[sum%62]
		sum /= 62
	}
	return "ghp_" + random + string(tail[:])
}
