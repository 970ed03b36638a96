// Package archive is an append-only ledger of operations on disk, made to be checked by somebody who does not trust
// the machine that it is on. Its lines form one chain of hashes over all segment files; signed checkpoints pin the
// chain; what is personal is encrypted under keys that live elsewhere, so that destroying a key erases a subject and
// leaves the chain whole. The format is in docs/adr/007-archive.md.
package archive

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"time"
)

// Errors that callers decide by.
var (
	// ErrDamaged: the archive is not what was signed. Nothing is written to it any more.
	ErrDamaged = errors.New("the archive is damaged")
	// ErrErased: the key of an entry was destroyed.
	ErrErased = errors.New("erased")
)

// Names in the directory.
const (
	headFile   = "head"
	publicFile = "signing.pub"
	format     = 1
)

// Options of an archive.
type Options struct {
	// Directory holds the segments, the signed head and the public key.
	Directory string
	// KeyDirectory holds the data keys, wrapped by the master key. It must lie elsewhere.
	KeyDirectory string
	// Keys sign and wrap.
	Keys Keys
	// SegmentBytes and SegmentAge end a segment.
	SegmentBytes int64
	SegmentAge   time.Duration
	// Checkpoint is the longest time between signatures while something comes.
	Checkpoint time.Duration
	// Retention removes whole segments that are older; 0 keeps them for ever.
	Retention time.Duration
	// HeadCopy, when set, is a second file for the signed head, best on another machine.
	HeadCopy string
	// Sync forces every batch to the disk itself, not only every checkpoint.
	Sync bool
}

// Record is an operation to be kept. Clear is readable by everybody who has the archive; Secret only with the key of
// the subject. An operation belongs to a trace and, where known, to a user and a tenant.
type Record struct {
	Clear  Clear
	Secret []byte
	User   string
	Tenant string
}

// Clear is the part of an entry that is not encrypted. It names no person.
type Clear struct {
	OperationID string `json:"operation_id"`
	Revision    int64  `json:"revision"` // of several entries of an operation the highest counts
	TraceID     string `json:"trace_id"`
	StartTime   int64  `json:"start_time,string"` // ns since the epoch
	Service     string `json:"service_name"`
	Environment string `json:"environment,omitempty"`
	Name        string `json:"name"`
	Kind        string `json:"kind"`
	Status      string `json:"status"`
	Destructive bool   `json:"destructive,omitempty"`
}

// Entry is a kept operation.
type Entry struct {
	Clear
	Key    string `json:"key"`    // id of the data key
	Sealed []byte `json:"sealed"` // nonce and AES-256-GCM of the secret part
}

var segmentName = regexp.MustCompile(`^(\d{8})\.segment$`)

func segmentFile(n int) string { return fmt.Sprintf("%08d.segment", n) }
func keyFile(n int) string     { return fmt.Sprintf("%08d.keys", n) }

// segmentsIn lists the numbers of the segments in a directory, ascending.
func segmentsIn(dir string) ([]int, error) {
	entries, err := os.ReadDir(dir) // sorted by name, and so by number
	if err != nil {
		return nil, fmt.Errorf("read the archive: %w", err)
	}
	var out []int
	for _, e := range entries {
		if m := segmentName.FindStringSubmatch(e.Name()); m != nil {
			n, _ := strconv.Atoi(m[1])
			out = append(out, n)
		}
	}
	return out, nil
}

// replace writes a file so that it is there whole or as it was before, also after a power failure.
func replace(path string, data []byte) error {
	temp := path + ".new"
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	if err := os.Rename(temp, path); err != nil {
		return err
	}
	return syncDirectory(filepath.Dir(path))
}

func syncDirectory(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	defer dir.Close()
	if err := dir.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}
