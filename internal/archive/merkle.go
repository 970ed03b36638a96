package archive

import "crypto/sha256"

// merkle computes the root of a Merkle tree (RFC 6962, section 2.1) over hashes as they come, in memory that grows
// with the logarithm of their number.
type merkle struct {
	count int
	peaks []Hash // roots of whole subtrees, the largest first
}

func (m *merkle) add(entry Hash) {
	node := leaf(entry)
	for n := m.count; n&1 == 1; n >>= 1 {
		last := len(m.peaks) - 1
		node = inner(m.peaks[last], node)
		m.peaks = m.peaks[:last]
	}
	m.peaks = append(m.peaks, node)
	m.count++
}

// root is the hash of nothing when there are no entries.
func (m *merkle) root() Hash {
	if m.count == 0 {
		return sha256.Sum256(nil)
	}
	node := m.peaks[len(m.peaks)-1]
	for i := len(m.peaks) - 2; i >= 0; i-- {
		node = inner(m.peaks[i], node)
	}
	return node
}

func leaf(h Hash) Hash { return sha256.Sum256(append([]byte{0}, h[:]...)) }

func inner(a, b Hash) Hash {
	return sha256.Sum256(append(append([]byte{1}, a[:]...), b[:]...))
}
