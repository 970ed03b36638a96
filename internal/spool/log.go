package spool

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// A log is a directory of segment files. A segment is a sequence of records: mark, length, checksum of length and
// payload, payload. A record is there whole or not at all: a kill in the middle of a write leaves a record that is
// too short, at the end of its segment, and no later life writes to that segment again.
const (
	mark       = 0x6c70736f // "ospl"
	headBytes  = 12
	logSuffix  = ".log"
	maxPayload = 1 << 30

	// segmentBytes is when a log begins a new file, and so how much is freed at a time.
	segmentBytes = 16 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// damageCount counts unreadable places, with an upper bound of one batch each.
type damageCount struct{ places atomic.Int64 }

func (d *damageCount) total() int64 { return d.places.Load() }

type logOptions struct {
	dir          string
	sync         bool
	flush        func(*os.File) error // how a file is synced; nil is by the system
	segmentBytes int64
	quarantine   string // where copies of damaged segments go
	damage       *damageCount
	onDamage     func(file string, places int)
}

// segment is one file.
type segment struct {
	number uint64
	file   *os.File
	size   int64
	live   int64     // bytes that are still needed; the owner of the log counts them
	begun  time.Time // of the first and the last record of this life; the owner sets them
	last   time.Time
}

// log is not safe for concurrent use; its owner has a lock.
type log struct {
	options  logOptions
	segments []*segment // oldest first
	next     uint64
	writing  *segment // the last one, once this life has written
	broken   error    // after a failed sync: what is on disk is not known any more
}

// openLog reads all records in the order in which they were written. visit must not keep the payload.
func openLog(o logOptions, visit func(s *segment, offset int64, payload []byte)) (*log, error) {
	if err := os.MkdirAll(o.dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the directory of a log: %w", err)
	}
	entries, err := os.ReadDir(o.dir) // sorted by name, and so by number
	if err != nil {
		return nil, fmt.Errorf("read the directory of a log: %w", err)
	}
	l := &log{options: o, next: 1}
	var buf []byte
	for _, e := range entries {
		number, err := strconv.ParseUint(strings.TrimSuffix(e.Name(), logSuffix), 16, 64)
		if err != nil || !strings.HasSuffix(e.Name(), logSuffix) {
			continue
		}
		l.next = number + 1
		if buf, err = l.load(number, buf, visit); err != nil {
			return nil, errors.Join(err, l.close())
		}
	}
	return l, nil
}

func (l *log) path(number uint64) string {
	return filepath.Join(l.options.dir, fmt.Sprintf("%016x%s", number, logSuffix))
}

// load reads a segment into buf, which it answers for the next one: a queue may have thousands.
func (l *log) load(number uint64, buf []byte, visit func(*segment, int64, []byte)) ([]byte, error) {
	f, err := os.Open(l.path(number))
	if err != nil {
		return nil, fmt.Errorf("open a log: %w", err)
	}
	data, err := readWhole(f, buf)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read a log: %w", err), f.Close())
	}
	s := &segment{number: number, file: f, size: int64(len(data))}
	l.segments = append(l.segments, s)
	damaged := scan(data, func(offset int64, payload []byte) { visit(s, offset, payload) })
	if damaged > 0 {
		l.options.damage.places.Add(int64(damaged))
		if l.options.onDamage != nil {
			l.options.onDamage(l.path(number), damaged)
		}
		return data, l.keepCopy(number, data)
	}
	return data, nil
}

// readWhole reads a file into buf, or into more when that is too small.
func readWhole(f *os.File, buf []byte) ([]byte, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	buf = slices.Grow(buf[:0], int(info.Size()))[:info.Size()]
	n, err := io.ReadFull(f, buf)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil // shorter than it was
	}
	return buf[:n], err
}

// scan finds the records. Behind an unreadable place it goes on at the next readable record. It answers how many such
// places there were, apart from a record at the end that was cut off: nobody was told that it had been written.
func scan(data []byte, visit func(offset int64, payload []byte)) (damaged int) {
	hurt := -1 // where the unreadable place began, if we are in one
	for at := 0; at < len(data); {
		n, ok := recordAt(data[at:])
		if ok {
			if hurt >= 0 {
				damaged, hurt = damaged+1, -1
			}
			visit(int64(at+headBytes), data[at+headBytes:at+n])
			at += n
			continue
		}
		if hurt < 0 {
			hurt = at
		}
		at += nextMark(data[at:])
	}
	if hurt >= 0 && !cutOff(data[hurt:]) {
		damaged++
	}
	return damaged
}

// recordAt answers the size of the record at the beginning of data, if there is a sound one.
func recordAt(data []byte) (size int, ok bool) {
	if len(data) < headBytes || binary.LittleEndian.Uint32(data) != mark {
		return 0, false
	}
	n := int(binary.LittleEndian.Uint32(data[4:]))
	if n > maxPayload || headBytes+n > len(data) {
		return 0, false
	}
	return headBytes + n, binary.LittleEndian.Uint32(data[8:]) == checksum(data[4:8], data[headBytes:headBytes+n])
}

func checksum(length, payload []byte) uint32 {
	return crc32.Update(crc32.Checksum(length, castagnoli), castagnoli, payload)
}

// cutOff tells whether data is the beginning of a record that goes beyond the end of the file.
func cutOff(data []byte) bool {
	if len(data) < headBytes {
		var want [4]byte
		binary.LittleEndian.PutUint32(want[:], mark)
		n := min(4, len(data))
		return string(data[:n]) == string(want[:n])
	}
	n := int(binary.LittleEndian.Uint32(data[4:]))
	return binary.LittleEndian.Uint32(data) == mark && n <= maxPayload && headBytes+n > len(data)
}

// nextMark answers how far the next place is where a record may begin, or the end.
func nextMark(data []byte) int {
	for i := 1; i+4 <= len(data); i++ {
		if binary.LittleEndian.Uint32(data[i:]) == mark {
			return i
		}
	}
	return len(data)
}

// keepCopy puts a damaged segment aside for a person to look at. The copy is not needed to go on.
func (l *log) keepCopy(number uint64, data []byte) error {
	if err := os.MkdirAll(l.options.quarantine, 0o700); err != nil {
		return fmt.Errorf("keep a copy of a damaged log: %w", err)
	}
	name := fmt.Sprintf("%s-%016x%s", filepath.Base(l.options.dir), number, logSuffix)
	if err := os.WriteFile(filepath.Join(l.options.quarantine, name), data, 0o600); err != nil {
		return fmt.Errorf("keep a copy of a damaged log: %w", err)
	}
	return nil
}

// headOf is what stands before a payload.
func headOf(payload []byte) (head [headBytes]byte) {
	binary.LittleEndian.PutUint32(head[:], mark)
	binary.LittleEndian.PutUint32(head[4:], uint32(len(payload)))
	binary.LittleEndian.PutUint32(head[8:], checksum(head[4:8], payload))
	return head
}

func appendRecord(buf, payload []byte) []byte {
	head := headOf(payload)
	return append(append(buf, head[:]...), payload...)
}

// append writes one record and answers where its payload is. On an error the record is not there.
func (l *log) append(payload []byte) (*segment, int64, error) {
	if l.broken != nil {
		return nil, 0, l.broken
	}
	if l.writing == nil || l.writing.size >= l.options.segmentBytes {
		if err := l.rotate(); err != nil {
			return nil, 0, err
		}
	}
	s := l.writing
	head := headOf(payload)
	if err := l.write(s, head[:], payload); err != nil {
		if s.file.Truncate(s.size) != nil {
			l.writing = nil // what is at its end stays; nothing may come behind it
		}
		return nil, 0, fmt.Errorf("write a log: %w", err)
	}
	if l.options.sync {
		if err := l.flush(s.file); err != nil {
			// The kernel may have dropped the pages: a second sync that succeeds would prove nothing.
			l.broken = fmt.Errorf("the disk did not keep what was written, so nothing more is accepted until a restart: %w", err)
			return nil, 0, l.broken
		}
	}
	offset := s.size + headBytes
	s.size = offset + int64(len(payload))
	return s, offset, nil
}

func (l *log) flush(f *os.File) error {
	if l.options.flush != nil {
		return l.options.flush(f)
	}
	return f.Sync()
}

func (l *log) write(s *segment, head, payload []byte) error {
	if _, err := s.file.WriteAt(head, s.size); err != nil {
		return err
	}
	_, err := s.file.WriteAt(payload, s.size+headBytes)
	return err
}

// rotate begins a new segment.
func (l *log) rotate() error {
	f, err := os.OpenFile(l.path(l.next), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("begin a log file: %w", err)
	}
	if l.options.sync {
		if err := syncDirectory(l.options.dir); err != nil {
			return errors.Join(fmt.Errorf("begin a log file: %w", err), f.Close())
		}
	}
	l.writing = &segment{number: l.next, file: f}
	l.next++
	l.segments = append(l.segments, l.writing)
	return nil
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

// removeOldest deletes the first segment.
func (l *log) removeOldest() error {
	s := l.segments[0]
	if s == l.writing {
		l.writing = nil
	}
	l.segments = slices.Delete(l.segments, 0, 1)
	err := errors.Join(s.file.Close(), os.Remove(l.path(s.number)))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove a log file: %w", err)
	}
	return nil
}

// bytes is the size on disk.
func (l *log) bytes() (sum int64) {
	for _, s := range l.segments {
		sum += s.size
	}
	return sum
}

func (l *log) close() error {
	var errs []error
	for _, s := range l.segments {
		errs = append(errs, s.file.Close())
	}
	l.segments, l.writing = nil, nil
	l.broken = errors.New("the log is closed")
	return errors.Join(errs...)
}
