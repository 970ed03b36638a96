package archive

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Hash is a SHA-256.
type Hash [sha256.Size]byte

func (h Hash) String() string { return hex.EncodeToString(h[:]) }

func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

func (h *Hash) UnmarshalText(text []byte) error {
	if len(text) != 2*len(h) {
		return fmt.Errorf("a hash has %d hex digits, this one has %d", 2*len(h), len(text))
	}
	if _, err := hex.Decode(h[:], text); err != nil {
		return err
	}
	if h.String() != string(text) { // one hash has one form
		return fmt.Errorf("a hash is written in lower-case hex digits")
	}
	return nil
}

// The types of lines.
const (
	typeSegment    = "segment"    // the first of a segment
	typeOperation  = "operation"  // an entry
	typeCheckpoint = "checkpoint" // a signature of the chain up to the line before
	typeRemoved    = "removed"    // old segments that go
	typeErased     = "erased"     // keys that were destroyed
	typeSeal       = "seal"       // the last but one of a segment that ended in order
)

// line is one line of a segment: the hash of (the hash before, the length, the text), a space, the text as JSON, and
// a line feed. Exactly one of the pointers is set, the one of its type.
type line struct {
	Type       string      `json:"type"`
	N          uint64      `json:"n"` // counts the lines of the archive, from 1
	Time       int64       `json:"time,string"`
	Segment    *opening    `json:"segment,omitempty"`
	Operation  *Entry      `json:"operation,omitempty"`
	Checkpoint *Checkpoint `json:"checkpoint,omitempty"`
	Removed    *Removal    `json:"removed,omitempty"`
	Erased     *Erasure    `json:"erased,omitempty"`
	Seal       *Manifest   `json:"seal,omitempty"`
}

// opening begins a segment.
type opening struct {
	Format   int  `json:"format"`
	Number   int  `json:"number"`
	Prev     Hash `json:"prev"`      // the hash of the line before; zero in the first segment
	PrevRoot Hash `json:"prev_root"` // the root of the segment before; zero in the first
	// Unsealed is set when the process that wrote the segment before was killed.
	Unsealed *Unsealed `json:"unsealed,omitempty"`
}

// Unsealed is what was found of a segment without a seal.
type Unsealed struct {
	Recorded int  `json:"recorded"`
	Root     Hash `json:"merkle_root"`
	Torn     int  `json:"torn_bytes"` // a last line that was cut off, and its hash
	TornHash Hash `json:"torn_hash"`
}

// Manifest sums up a segment. Received = Recorded + Duplicates + Dropped, of the life of the process that wrote it.
type Manifest struct {
	Number     int  `json:"number"`
	Received   int  `json:"received"`
	Recorded   int  `json:"recorded"`
	Duplicates int  `json:"duplicates"` // delivered again
	Dropped    int  `json:"dropped"`    // not taken: too large
	Root       Hash `json:"merkle_root"`
}

// Removal says that segments are deleted, for they are older than the retention. It sums up all removals so far.
type Removal struct {
	Through int    `json:"through"` // the last that goes
	N       uint64 `json:"n"`       // its last line
	Head    Hash   `json:"head"`    // and the hash of that
	Root    Hash   `json:"merkle_root"`
}

// Erasure says that keys were destroyed. It does not say whose.
type Erasure struct {
	ID   string `json:"id"`
	Keys int    `json:"keys"`
}

const hashText = 2 * sha256.Size

func hashOf(prev Hash, text []byte) Hash {
	h := sha256.New()
	h.Write([]byte("opslog archive line 1\x00"))
	h.Write(prev[:])
	var length [8]byte
	binary.BigEndian.PutUint64(length[:], uint64(len(text)))
	h.Write(length[:])
	h.Write(text)
	return Hash(h.Sum(nil))
}

// appendLine adds the line to buf and answers its hash.
func appendLine(buf []byte, prev Hash, l *line) ([]byte, Hash, error) {
	text, err := json.Marshal(l)
	if err != nil {
		return buf, prev, fmt.Errorf("encode a line of the archive: %w", err)
	}
	hash := hashOf(prev, text)
	buf = append(append(append(buf, hash.String()...), ' '), text...)
	return append(buf, '\n'), hash, nil
}

// readLine reads a line without its line feed.
func readLine(raw []byte, prev Hash) (*line, Hash, error) {
	if len(raw) < hashText+1 || raw[hashText] != ' ' {
		return nil, prev, fmt.Errorf("is no line of an archive")
	}
	var said Hash
	if err := said.UnmarshalText(raw[:hashText]); err != nil {
		return nil, prev, fmt.Errorf("begins with no hash: %w", err)
	}
	text := raw[hashText+1:]
	if hashOf(prev, text) != said {
		return nil, prev, fmt.Errorf("does not follow the line before: it was changed, or another was, or one is missing")
	}
	l := &line{}
	if err := json.Unmarshal(text, l); err != nil || !l.whole() {
		return nil, prev, fmt.Errorf("cannot be understood")
	}
	return l, said, nil
}

// whole tells that the line holds what its type says, and nothing else.
func (l *line) whole() bool {
	parts := map[string]bool{typeSegment: l.Segment != nil, typeOperation: l.Operation != nil, typeCheckpoint: l.Checkpoint != nil,
		typeRemoved: l.Removed != nil, typeErased: l.Erased != nil, typeSeal: l.Seal != nil}
	for name, there := range parts {
		if there != (name == l.Type) {
			return false
		}
	}
	return parts[l.Type]
}

// cutLine splits off the first line; ok is false when there is no line feed.
func cutLine(data []byte) (first, rest []byte, ok bool) { return bytes.Cut(data, []byte{'\n'}) }
