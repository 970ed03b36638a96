package erasure

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	keyFile  = "token.key"
	keyBytes = 32
)

// token stands for an id in the books: the same for the same id, and of no use to somebody who has not the key.
func (e *Executor) token(id string) string {
	h := hmac.New(sha256.New, e.tokenKey)
	h.Write([]byte(id))
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// key reads the key of the tokens, or makes it.
func (d jobFiles) key() ([]byte, error) {
	path := filepath.Join(string(d), keyFile)
	key, err := os.ReadFile(path)
	if err == nil && len(key) == keyBytes {
		return key, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the key of erasures: %w", err)
	}
	key = make([]byte, keyBytes)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("make the key of erasures: %w", err)
	}
	if err := d.replace(path, key); err != nil {
		return nil, fmt.Errorf("keep the key of erasures: %w", err)
	}
	return key, nil
}
