package archive

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Checkpoint is a signed statement that the archive had this many lines, the last of which had this hash.
type Checkpoint struct {
	Segment   int    `json:"segment"`
	N         uint64 `json:"n"`
	Head      Hash   `json:"head"`
	Time      int64  `json:"time,string"`
	Signature []byte `json:"signature"` // Ed25519 of the prefix and this document with an empty signature
}

func (c Checkpoint) signed() []byte {
	c.Signature = nil
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // numbers and text only
	}
	return append([]byte("opslog archive checkpoint 1\n"), text...)
}

func (c Checkpoint) verify(key ed25519.PublicKey) error {
	if !ed25519.Verify(key, c.signed(), c.Signature) {
		return errors.New("the signature does not fit the public key")
	}
	return nil
}

func (c Checkpoint) sign(key ed25519.PrivateKey) Checkpoint {
	c.Signature = ed25519.Sign(key, c.signed())
	return c
}

// encode is the one form of a checkpoint in a file of its own.
func (c Checkpoint) encode() []byte {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // as above
	}
	return append(text, '\n')
}

// ReadCheckpoint reads a signed head, such as a copy that is kept elsewhere.
func ReadCheckpoint(path string) (Checkpoint, error) {
	var c Checkpoint
	data, err := os.ReadFile(path)
	if err != nil {
		return c, fmt.Errorf("read the signed head: %w", err)
	}
	if err := json.Unmarshal(data, &c); err != nil || !bytes.Equal(c.encode(), data) {
		return c, fmt.Errorf("%s is no signed head as opslog writes them", filepath.Base(path))
	}
	return c, nil
}

// readHead is the head in the directory, or nil when there is none.
func readHead(dir string) (*Checkpoint, error) {
	c, err := ReadCheckpoint(filepath.Join(dir, headFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return &c, err
}
