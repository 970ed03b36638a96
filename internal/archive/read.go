package archive

import (
	"crypto/cipher"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

// Read calls f with each entry, oldest first, and the time at which it was kept (ns since the epoch). It follows the
// chain and ends at the first line that is damaged.
func Read(dir string, f func(segment int, kept int64, e *Entry) error) error {
	numbers, err := segmentsIn(dir)
	if err != nil {
		return err
	}
	var at chain
	for i, number := range numbers {
		if _, err := readSegment(dir, number, &at, i == 0, func(l *line, _, _ Hash) error {
			if l.Operation == nil {
				return nil
			}
			return f(number, l.Time, l.Operation)
		}); err != nil {
			return err
		}
	}
	return nil
}

// Reader opens sealed entries.
type Reader struct {
	dir     string
	wrap    cipher.AEAD
	segment int
	keys    map[string]dataKey
}

// NewReader reads data keys from their directory with the master key.
func NewReader(keyDirectory string, master [32]byte) (*Reader, error) {
	wrap, err := sealer(derive(master, "opslog archive wrap 1"))
	return &Reader{dir: keyDirectory, wrap: wrap}, err
}

// Open answers the secret part of an entry, or ErrErased.
func (r *Reader) Open(segment int, e *Entry) ([]byte, error) {
	if r.keys == nil || r.segment != segment {
		if err := r.load(segment); err != nil {
			return nil, err
		}
	}
	k, ok := r.keys[e.Key]
	if !ok || k.Destroyed != "" {
		return nil, ErrErased
	}
	raw, err := unseal(r.wrap, k.Wrapped, k.ID)
	if err != nil || len(raw) != 32 {
		return nil, errors.New("the master key does not fit the data keys")
	}
	aead, err := sealer([32]byte(raw))
	if err != nil {
		return nil, err
	}
	text, err := unseal(aead, e.Sealed, e.about(e.Key))
	if err != nil {
		return nil, fmt.Errorf("entry %s does not fit its key: %w", e.OperationID, err)
	}
	return text, nil
}

func (r *Reader) load(segment int) error {
	keys, err := readKeys(filepath.Join(r.dir, keyFile(segment)))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read data keys: %w", err)
	}
	r.segment, r.keys = segment, map[string]dataKey{}
	for _, k := range keys {
		r.keys[k.ID] = k
	}
	return nil
}
