package archive

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// vaultKeys bounds the data keys in memory. A subject beyond it gets a second key.
const vaultKeys = 10_000

// dataKey is a line of a key file. Tags say whose it is, as HMACs under the master key. A destroyed key keeps its id.
type dataKey struct {
	ID        string   `json:"id"`
	Wrapped   []byte   `json:"wrapped,omitempty"`
	Tags      []string `json:"tags,omitempty"`
	Destroyed string   `json:"destroyed,omitempty"` // by which erasure
}

// vault makes the data keys of one segment: one for each subject within each trace. They are on disk before they are
// used, wrapped by the master key.
type vault struct {
	dir    string
	wrap   cipher.AEAD
	master [32]byte
	sync   bool

	segment int
	file    *os.File
	size    int64 // of the whole lines in the file
	cache   map[[3]string]usedKey
	pending []byte // lines of new keys that are not in the file yet
}

type usedKey struct {
	id   string
	aead cipher.AEAD
}

func newVault(dir string, master [32]byte, sync bool) (*vault, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the directory of data keys: %w", err)
	}
	wrap, err := sealer(derive(master, "opslog archive wrap 1"))
	return &vault{dir: dir, wrap: wrap, master: derive(master, "opslog archive tags 1"), sync: sync}, err
}

func derive(master [32]byte, purpose string) [32]byte {
	h := hmac.New(sha256.New, master[:])
	h.Write([]byte(purpose))
	return [32]byte(h.Sum(nil))
}

func sealer(key [32]byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// begin goes on with the keys of a new segment.
func (v *vault) begin(segment int) error {
	if err := v.close(); err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(v.dir, keyFile(segment)), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("begin a file of data keys: %w", err)
	}
	text, err := io.ReadAll(f)
	if err != nil {
		return errors.Join(fmt.Errorf("begin a file of data keys: %w", err), f.Close())
	}
	whole := int64(bytes.LastIndexByte(text, '\n') + 1) // a kill may have cut off the last line
	v.segment, v.file, v.size, v.cache, v.pending = segment, f, whole, map[[3]string]usedKey{}, nil
	return nil
}

func (v *vault) close() error {
	if v.file == nil {
		return nil
	}
	err := v.file.Close()
	v.file, v.cache, v.pending = nil, nil, nil
	return err
}

// keyFor is the key of the subject of a record.
func (v *vault) keyFor(r *Record) (usedKey, error) {
	who := [3]string{r.Clear.TraceID, r.User, r.Tenant}
	if k, ok := v.cache[who]; ok {
		return k, nil
	}
	var key [32]byte
	var id [16]byte
	if _, err := rand.Read(key[:]); err != nil {
		return usedKey{}, err
	}
	if _, err := rand.Read(id[:]); err != nil {
		return usedKey{}, err
	}
	aead, err := sealer(key)
	if err != nil {
		return usedKey{}, err
	}
	k := usedKey{id: hex.EncodeToString(id[:]), aead: aead}
	if err := v.keep(k.id, key, v.tags(r)); err != nil {
		return usedKey{}, err
	}
	if len(v.cache) >= vaultKeys {
		clear(v.cache)
	}
	v.cache[who] = k
	return k, nil
}

func (v *vault) keep(id string, key [32]byte, tags []string) error {
	text, err := json.Marshal(dataKey{ID: id, Wrapped: seal(v.wrap, key[:], id), Tags: tags})
	if err != nil {
		return err
	}
	v.pending = append(append(v.pending, text...), '\n')
	return nil
}

// write puts new keys into the file. It must come before what they encrypt is written.
func (v *vault) write() error {
	if len(v.pending) == 0 {
		return nil
	}
	n, err := v.file.WriteAt(v.pending, v.size)
	v.pending = v.pending[:0]
	if err != nil {
		clear(v.cache) // they may not be there
		return errors.Join(fmt.Errorf("keep data keys: %w", err), v.file.Truncate(v.size))
	}
	v.size += int64(n)
	return nil
}

func (v *vault) tags(r *Record) []string {
	tags := []string{v.tag("trace", r.Clear.TraceID)}
	if r.User != "" {
		tags = append(tags, v.tag("user", r.User))
	}
	if r.Tenant != "" {
		tags = append(tags, v.tag("tenant", r.Tenant))
	}
	return tags
}

func (v *vault) tag(kind, value string) string {
	h := hmac.New(sha256.New, v.master[:])
	h.Write([]byte(kind + "\x00" + value))
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// flush makes the keys survive a power failure.
func (v *vault) flush() error {
	if v.file == nil {
		return nil
	}
	return v.file.Sync()
}

// Whose says which keys are to be destroyed: those of any of these.
type Whose struct {
	Users, Tenants []string
	Traces         []string // hex
}

// destroy removes the keys from all key files and answers how many there were; with dry it only counts.
func (v *vault) destroy(w Whose, erasure string, dry bool) (n int, err error) {
	wanted := map[string]bool{}
	for kind, values := range map[string][]string{"user": w.Users, "tenant": w.Tenants, "trace": w.Traces} {
		for _, value := range values {
			wanted[v.tag(kind, value)] = true
		}
	}
	files, err := filepath.Glob(filepath.Join(v.dir, "*.keys"))
	if err != nil {
		return 0, err
	}
	for _, path := range files {
		some, err := v.destroyIn(path, wanted, erasure, dry)
		n += some
		if err != nil {
			return n, fmt.Errorf("destroy data keys: %w", err)
		}
	}
	return n, nil
}

func (v *vault) destroyIn(path string, wanted map[string]bool, erasure string, dry bool) (n int, err error) {
	keys, err := readKeys(path)
	if err != nil {
		return 0, err
	}
	var out bytes.Buffer
	for _, k := range keys {
		if slices.ContainsFunc(k.Tags, func(tag string) bool { return wanted[tag] }) {
			k, n = dataKey{ID: k.ID, Destroyed: erasure}, n+1
		}
		text, err := json.Marshal(k)
		if err != nil {
			return 0, err
		}
		out.Write(append(text, '\n'))
	}
	if n == 0 || dry {
		return n, nil
	}
	current := v.file != nil && path == filepath.Join(v.dir, keyFile(v.segment))
	if err := replace(path, out.Bytes()); err != nil {
		return 0, err
	}
	if current {
		return n, v.begin(v.segment) // the old file is not there any more
	}
	return n, nil
}

// readKeys reads a key file. A last line that was cut off holds a key that was never used.
func readKeys(path string) ([]dataKey, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var out []dataKey
	for n := 1; len(data) > 0; n++ {
		raw, rest, whole := cutLine(data)
		var k dataKey
		if err := json.Unmarshal(raw, &k); err != nil {
			if !whole {
				break
			}
			return nil, fmt.Errorf("%s: line %d is no data key", filepath.Base(path), n)
		}
		out, data = append(out, k), rest
	}
	return out, nil
}

// forget removes the keys of a removed segment.
func (v *vault) forget(segment int) error {
	err := os.Remove(filepath.Join(v.dir, keyFile(segment)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// seal encrypts; about is what the text belongs to and must be told again to open it.
func seal(aead cipher.AEAD, text []byte, about string) []byte {
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(text)+aead.Overhead())
	if _, err := rand.Read(nonce); err != nil {
		panic(err) // crypto/rand never fails on the systems that Go supports
	}
	return aead.Seal(nonce, nonce, text, []byte(about))
}

func unseal(aead cipher.AEAD, sealed []byte, about string) ([]byte, error) {
	if len(sealed) < aead.NonceSize() {
		return nil, errors.New("is too short to be encrypted text")
	}
	return aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], []byte(about))
}

// about binds a sealed text to its entry.
func (c *Clear) about(key string) string {
	return strings.Join([]string{key, c.OperationID, strconv.FormatInt(c.Revision, 10), c.TraceID}, " ")
}
