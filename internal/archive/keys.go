package archive

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Keys of an archive: one signs, the other wraps the data keys.
type Keys struct {
	Signing ed25519.PrivateKey
	Master  [32]byte
}

// The files of generated keys.
const (
	signingFile = "signing.key"
	masterFile  = "master.key"
)

// ParseKeys reads both keys from 32 bytes in base64 each: the seed of the signing key, and the master key.
func ParseKeys(signing, master string) (Keys, error) {
	var k Keys
	seed, err := parseKey(signing)
	if err != nil {
		return k, fmt.Errorf("signing key: %w", err)
	}
	wrap, err := parseKey(master)
	if err != nil {
		return k, fmt.Errorf("master key: %w", err)
	}
	k.Signing, k.Master = ed25519.NewKeyFromSeed(seed[:]), wrap
	return k, nil
}

func parseKey(text string) (key [32]byte, err error) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(raw) != len(key) {
		return key, errors.New("want 32 random bytes in base64, such as `openssl rand -base64 32` prints")
	}
	return [32]byte(raw), nil
}

// LoadKeys reads the keys from their files in a directory, and makes those that are not there.
func LoadKeys(dir string) (Keys, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Keys{}, fmt.Errorf("make the directory of the archive's keys: %w", err)
	}
	signing, err := loadOrMake(filepath.Join(dir, signingFile))
	if err != nil {
		return Keys{}, err
	}
	master, err := loadOrMake(filepath.Join(dir, masterFile))
	if err != nil {
		return Keys{}, err
	}
	return ParseKeys(signing, master)
}

// ReadKey reads a key from its file.
func ReadKey(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read a key of the archive: %w", err)
	}
	return string(text), nil
}

// ReadMaster reads the master key of a directory of generated keys, to look into an archive.
func ReadMaster(path string) (key [32]byte, err error) {
	text, err := ReadKey(path)
	if err != nil {
		return key, err
	}
	return parseKey(text)
}

func loadOrMake(path string) (string, error) {
	text, err := ReadKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return text, err
	}
	var key [32]byte
	if _, err := rand.Read(key[:]); err != nil {
		return "", fmt.Errorf("make a key of the archive: %w", err)
	}
	text = base64.StdEncoding.EncodeToString(key[:]) + "\n"
	if err := replace(path, []byte(text)); err != nil {
		return "", fmt.Errorf("make a key of the archive: %w", err)
	}
	return text, nil
}

func encodePublic(key ed25519.PublicKey) []byte { return []byte(hex.EncodeToString(key) + "\n") }

// ReadPublicKey reads a public key: 64 hex digits on a line.
func ReadPublicKey(path string) (ed25519.PublicKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the public key: %w", err)
	}
	raw, err := hex.DecodeString(strings.TrimSuffix(string(text), "\n"))
	if err != nil || len(raw) != ed25519.PublicKeySize || string(encodePublic(raw)) != string(text) {
		return nil, fmt.Errorf("%s is no public key, want 64 lower-case hex digits on one line", filepath.Base(path))
	}
	return raw, nil
}

// ownPublicKey writes the public key beside the segments, or compares it with the one that is there.
func ownPublicKey(dir string, key ed25519.PublicKey) error {
	path := filepath.Join(dir, publicFile)
	had, err := ReadPublicKey(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return replace(path, encodePublic(key))
	case err != nil:
		return err
	case !had.Equal(key):
		return fmt.Errorf("%w: it was signed with another key than the one configured; give back that key, or begin a new archive directory", ErrDamaged)
	default:
		return nil
	}
}
