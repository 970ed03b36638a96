package archive

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// maxSecret bounds an entry; what is larger is dropped, and counted.
const maxSecret = 16 << 20

// Writer owns an archive until Close. It is safe for concurrent use.
type Writer struct {
	options Options
	vault   *vault

	mu       sync.Mutex
	at       chain
	root     Hash // of the segment before
	unsealed *Unsealed
	next     int // number of the next segment
	seen     [2]map[string]bool
	broken   error

	file       *os.File // of the segment that is written to; nil before the first line
	number     int
	size       int64
	began      time.Time
	tree       merkle
	sum        Manifest
	sealed     bool      // the seal is written; its signature may not be
	signed     uint64    // the line that the head names
	checkpoint time.Time // when that was
	copyErr    error     // of the second head
	stats      Stats
	locks      []*os.File
}

// Open takes the archive in a directory, or makes it. What a killed process left stays as it is; the next segment
// tells of it. An archive that is not what was signed is ErrDamaged and is not touched.
func Open(o Options) (*Writer, error) {
	locks, err := takeLocks(o.Directory, o.KeyDirectory)
	if err != nil {
		return nil, fmt.Errorf("open the archive: %w", err)
	}
	w, err := open(o)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the archive: %w", err), closeAll(locks))
	}
	w.locks = locks
	return w, nil
}

func open(o Options) (*Writer, error) {
	if err := ownPublicKey(o.Directory, o.Keys.Signing.Public().(ed25519.PublicKey)); err != nil {
		return nil, err
	}
	v, err := newVault(o.KeyDirectory, o.Keys.Master, o.Sync)
	if err != nil {
		return nil, err
	}
	w := &Writer{options: o, vault: v, next: 1, seen: [2]map[string]bool{{}, {}}}
	return w, w.takeUp()
}

// takeUp reads where the archive ends.
func (w *Writer) takeUp() error {
	numbers, err := segmentsIn(w.options.Directory)
	if err != nil {
		return err
	}
	if numbers, err = w.dropUnbegun(numbers); err != nil {
		return err
	}
	head, err := readHead(w.options.Directory)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if len(numbers) == 0 {
		if head != nil {
			return fmt.Errorf("%w: it has a signed head and no segments", ErrDamaged)
		}
		return nil
	}
	var last *segmentSum
	for i, number := range numbers[max(0, len(numbers)-2):] {
		last, err = readSegment(w.options.Directory, number, &w.at, i == 0, func(l *line, _, hash Hash) error {
			if l.Operation != nil {
				w.seen[0][l.Operation.identity()] = true
			}
			if head != nil && head.N == l.N && head.Head != hash {
				return errors.New("is another line than the one that was signed")
			}
			return nil
		})
		if err != nil {
			return damaged(err)
		}
	}
	if head != nil && head.N > w.at.n {
		return fmt.Errorf("%w: it ends %d lines before the signed head; `opslog audit verify` tells more", ErrDamaged, head.N-w.at.n)
	}
	w.next, w.root = last.number+1, last.tree.root()
	if last.seal == nil {
		w.unsealed = last.unsealed()
	}
	return nil
}

// damaged says where a person can look.
func damaged(err error) error {
	if errors.Is(err, ErrDamaged) {
		return fmt.Errorf("%w: %w; `opslog audit verify` tells more", ErrDamaged, err)
	}
	return err
}

// dropUnbegun deletes a last segment in which not even the first line is whole: nobody was told of anything in it.
func (w *Writer) dropUnbegun(numbers []int) ([]int, error) {
	if len(numbers) == 0 {
		return numbers, nil
	}
	last := len(numbers) - 1
	path := filepath.Join(w.options.Directory, segmentFile(numbers[last]))
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if _, _, whole := cutLine(data); whole {
		return numbers, nil
	}
	return numbers[:last], os.Remove(path)
}

func (e *Entry) identity() string { return fmt.Sprint(e.OperationID, " ", e.Revision) }

// Append keeps records. When it returns nil, they survive the end of the process; on an error none of them is kept,
// and they may come again. A record that is kept already is counted and not kept twice.
func (w *Writer) Append(now time.Time, records []Record) (err error) {
	if len(records) == 0 {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	defer w.failing(&err)
	if err := w.ready(now); err != nil {
		return err
	}
	b := w.batch()
	for i := range records {
		if err := b.record(&records[i], now); err != nil {
			b.forget()
			return err
		}
	}
	if err := w.commit(b); err != nil {
		return err
	}
	if w.at.n > w.signed && now.Sub(w.checkpoint) >= w.options.Checkpoint {
		return w.signHead(now)
	}
	return nil
}

// ready makes sure that there is a segment with room.
func (w *Writer) ready(now time.Time) error {
	if w.broken != nil {
		return w.broken
	}
	if w.file != nil && (w.sealed || w.size >= w.options.SegmentBytes || now.Sub(w.began) >= w.options.SegmentAge) {
		if err := w.seal(now); err != nil {
			return err
		}
	}
	if w.file != nil {
		return nil
	}
	return w.begin(now)
}

func (w *Writer) begin(now time.Time) error {
	if err := w.vault.begin(w.next); err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(w.options.Directory, segmentFile(w.next)), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("begin a segment of the archive: %w", err)
	}
	if err := syncDirectory(w.options.Directory); err != nil {
		return errors.Join(fmt.Errorf("begin a segment of the archive: %w", err), f.Close())
	}
	w.file, w.number, w.size, w.began, w.checkpoint = f, w.next, 0, now, now
	w.tree, w.sum, w.sealed = merkle{}, Manifest{Number: w.next}, false
	w.next++
	w.seen = [2]map[string]bool{{}, w.seen[0]}
	b := w.batch()
	open := &opening{Format: format, Number: w.number, Prev: w.at.prev, PrevRoot: w.root, Unsealed: w.unsealed}
	if err := b.add(&line{Type: typeSegment, Segment: open}, now); err != nil {
		return err
	}
	if err := w.commit(b); err != nil {
		return errors.Join(err, w.undo())
	}
	w.unsealed = nil
	return w.signHead(now)
}

// undo takes back a segment that could not begin.
func (w *Writer) undo() error {
	err := errors.Join(w.file.Close(), os.Remove(filepath.Join(w.options.Directory, segmentFile(w.number))))
	w.file, w.next = nil, w.number
	return err
}

// seal ends a segment in order.
func (w *Writer) seal(now time.Time) error {
	if !w.sealed {
		b := w.batch()
		sum := w.sum
		sum.Recorded, sum.Root = w.tree.count, w.tree.root()
		if err := b.add(&line{Type: typeSeal, Seal: &sum}, now); err != nil {
			return err
		}
		if err := w.commit(b); err != nil {
			return err
		}
		w.sealed, w.root = true, sum.Root
	}
	if err := w.signHead(now); err != nil {
		return err
	}
	err := w.file.Close()
	w.file = nil
	return err
}

// signHead signs all lines so far, in the segment and in the head.
func (w *Writer) signHead(now time.Time) error {
	c := Checkpoint{Segment: w.number, N: w.at.n, Head: w.at.prev, Time: now.UnixNano()}.sign(w.options.Keys.Signing)
	b := w.batch()
	if err := b.add(&line{Type: typeCheckpoint, Checkpoint: &c}, now); err != nil {
		return err
	}
	if err := w.commit(b); err != nil {
		return err
	}
	if err := errors.Join(w.vault.flush(), w.file.Sync()); err != nil {
		// The kernel may have dropped the pages: a second sync that succeeds would prove nothing.
		w.broken = fmt.Errorf("the disk did not keep the archive, so nothing more is taken until a restart: %w", err)
		return w.broken
	}
	head := Checkpoint{Segment: w.number, N: w.at.n, Head: w.at.prev, Time: now.UnixNano()}.sign(w.options.Keys.Signing)
	if err := replace(filepath.Join(w.options.Directory, headFile), head.encode()); err != nil {
		return fmt.Errorf("sign the archive: %w", err)
	}
	w.signed, w.checkpoint = w.at.n, now
	if w.options.HeadCopy != "" {
		w.copyErr = replace(w.options.HeadCopy, head.encode())
	}
	return nil
}

// Destroy makes unreadable what is kept of somebody, and notes that it was done under the id of an erasure. With dry
// it only counts the keys.
func (w *Writer) Destroy(now time.Time, whose Whose, erasure string, dry bool) (keys int, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	defer w.failing(&err)
	keys, err = w.vault.destroy(whose, erasure, dry)
	if err != nil || keys == 0 || dry {
		return keys, err
	}
	if err := w.ready(now); err != nil {
		return keys, err
	}
	b := w.batch()
	if err := b.add(&line{Type: typeErased, Erased: &Erasure{ID: erasure, Keys: keys}}, now); err != nil {
		return keys, err
	}
	if err := w.commit(b); err != nil {
		return keys, err
	}
	return keys, w.signHead(now)
}

// Tick does what time asks for: it signs what is not signed yet, ends an old segment, removes what is too old.
func (w *Writer) Tick(now time.Time) (err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	defer w.failing(&err)
	if w.broken != nil {
		return w.broken
	}
	if w.file != nil && (w.sealed || now.Sub(w.began) >= w.options.SegmentAge) {
		if err := w.seal(now); err != nil {
			return err
		}
	}
	if w.file != nil && w.at.n > w.signed && now.Sub(w.checkpoint) >= w.options.Checkpoint {
		if err := w.signHead(now); err != nil {
			return err
		}
	}
	if err := w.expire(now); err != nil {
		return fmt.Errorf("remove old segments of the archive: %w", err)
	}
	if w.copyErr != nil {
		return fmt.Errorf("copy the signed head of the archive: %w", w.copyErr)
	}
	return nil
}

// Close seals the segment.
func (w *Writer) Close(now time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	var err error
	if w.file != nil && w.broken == nil {
		err = w.seal(now)
	}
	w.broken = errors.New("the archive is closed")
	err = errors.Join(err, w.vault.close(), closeAll(w.locks))
	w.locks = nil
	return err
}
