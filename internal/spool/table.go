package spool

import (
	"encoding/binary"
	"fmt"
	"sync"
)

// Kind of an operation on a table.
type Kind byte

// The kinds.
const (
	Get Kind = iota
	Set
	Delete
)

// Op is one operation of a batch. A Get finds its Value here afterwards, nil when the key is not there.
type Op struct {
	Kind  Kind
	Key   string
	Value []byte
}

// maxSegments is how many files a table keeps beyond those that full ones would need, before it moves what is left in the
// oldest: every life begins a new one.
const maxSegments = 64

// maxHeld bounds the values that a table keeps in memory, too. A queue that is emptied as fast as it is filled asks for
// them at once, the oldest first: what comes when there is no more room is read from disk.
const maxHeld = 16 << 20

// Table is a map from keys to values on disk, made for queues: a batch costs one write, nothing is ever overwritten,
// and files whose keys are all deleted or set again go away. Values stay on disk, apart from a few that are new; keys
// are in memory. A batch is there whole or not at all. A Table is safe for concurrent use. Nobody may change a value
// that was set.
type Table struct {
	mu       sync.Mutex
	log      *log
	index    map[string]place
	live     int64             // bytes of the entries that count
	held     map[string][]byte // values that were set a moment ago, as they are on disk; each for one Get
	heldSize int64
	maxBytes int64
	buf      []byte
	name     string
	closed   func() // called by Close
}

// place is where a value is. cost is what its entry takes in the segment.
type place struct {
	segment *segment
	offset  int64
	size    int
	cost    int64
}

func openTable(o logOptions, maxBytes int64) (*Table, error) {
	t := &Table{index: map[string]place{}, held: map[string][]byte{}, maxBytes: maxBytes, closed: func() {}}
	l, err := openLog(o, func(s *segment, offset int64, payload []byte) {
		for e := range entries(payload) {
			t.apply(s, offset, e)
		}
	})
	if err != nil {
		return nil, fmt.Errorf("open a queue: %w", err)
	}
	t.log = l
	return t, nil
}

// entry is a Set or Delete inside a payload; from and to bound the value.
type entry struct {
	kind     Kind
	key      string
	from, to int
	cost     int64
}

// entries reads a payload. It stops at what it cannot read; the checksum makes that a mistake of the writer.
func entries(payload []byte) func(yield func(entry) bool) {
	return func(yield func(entry) bool) {
		for at := 0; at < len(payload); {
			e, next, ok := readEntry(payload, at)
			if !ok || !yield(e) {
				return
			}
			at = next
		}
	}
}

func readEntry(payload []byte, at int) (e entry, next int, ok bool) {
	e.kind = Kind(payload[at])
	from, to, ok := readBytes(payload, at+1)
	if !ok {
		return e, 0, false
	}
	e.key, next = string(payload[from:to]), to
	if e.kind == Set {
		if e.from, e.to, ok = readBytes(payload, to); !ok {
			return e, 0, false
		}
		next = e.to
	}
	e.cost = int64(next - at)
	return e, next, true
}

// readBytes finds a length and as many bytes behind it.
func readBytes(payload []byte, at int) (from, to int, ok bool) {
	n, width := binary.Uvarint(payload[min(at, len(payload)):])
	from = at + width
	if width <= 0 || n > uint64(len(payload)-from) {
		return 0, 0, false
	}
	return from, from + int(n), true
}

func encode(buf []byte, ops []*Op) []byte {
	for _, op := range ops {
		if op.Kind == Get {
			continue
		}
		buf = append(buf, byte(op.Kind))
		buf = append(binary.AppendUvarint(buf, uint64(len(op.Key))), op.Key...)
		if op.Kind == Set {
			buf = append(binary.AppendUvarint(buf, uint64(len(op.Value))), op.Value...)
		}
	}
	return buf
}

// Batch does the operations in order. On an error nothing was written; only deletes count all the same, in memory:
// a delete that is forgotten means a delivery too many, and deletes are what frees a full disk.
func (t *Table) Batch(ops ...*Op) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = encode(t.buf[:0], ops)
	if len(t.buf) > 0 {
		if err := t.write(ops); err != nil {
			return err
		}
	}
	for _, op := range ops {
		if op.Kind != Get {
			continue
		}
		var err error
		if op.Value = t.release(op.Key); op.Value != nil {
			continue
		}
		if op.Value, err = t.read(op.Key); err != nil {
			return err
		}
	}
	return nil
}

func (t *Table) write(ops []*Op) error {
	gets, sets, deletes := count(ops)
	if gets+deletes == 0 && t.live+int64(len(t.buf)) > t.maxBytes {
		return fmt.Errorf("%w: %d bytes wait", ErrFull, t.live)
	}
	s, offset, err := t.log.append(t.buf)
	if err != nil && (sets > 0 || t.log.broken != nil) {
		return err
	}
	for e := range entries(t.buf) {
		t.apply(s, offset, e)
	}
	for _, op := range ops {
		if p := t.index[op.Key]; op.Kind == Set && p.size == len(op.Value) {
			t.hold(op.Key, op.Value)
		}
	}
	t.shrink()
	return nil
}

func count(ops []*Op) (gets, sets, deletes int) {
	for _, op := range ops {
		switch op.Kind {
		case Get:
			gets++
		case Set:
			sets++
		case Delete:
			deletes++
		}
	}
	return gets, sets, deletes
}

// apply notes an entry whose payload begins at offset.
func (t *Table) apply(s *segment, offset int64, e entry) {
	t.release(e.key)
	if had, ok := t.index[e.key]; ok {
		had.segment.live -= had.cost
		t.live -= had.cost
		delete(t.index, e.key)
	}
	if e.kind != Set {
		return
	}
	t.index[e.key] = place{segment: s, offset: offset + int64(e.from), size: e.to - e.from, cost: e.cost}
	s.live += e.cost
	t.live += e.cost
}

// hold keeps a value in memory, if there is room.
func (t *Table) hold(key string, value []byte) {
	t.release(key)
	if size := int64(len(value)); size > 0 && t.heldSize+size <= maxHeld {
		t.held[key] = value
		t.heldSize += size
	}
}

// release answers a value that was held, or nil.
func (t *Table) release(key string) []byte {
	value := t.held[key]
	delete(t.held, key)
	t.heldSize -= int64(len(value))
	return value
}

func (t *Table) read(key string) ([]byte, error) {
	p, ok := t.index[key]
	if !ok {
		return nil, nil
	}
	value := make([]byte, p.size)
	if _, err := p.segment.file.ReadAt(value, p.offset); err != nil && p.size > 0 {
		return nil, fmt.Errorf("read a queue: %w", err)
	}
	return value, nil
}

// shrink deletes the oldest files as long as nothing in them counts. Deletes live in later files than what they
// delete, so files go from the oldest on. What keeps too many of them is written again at the end.
func (t *Table) shrink() {
	l := t.log
	for rest := len(l.segments); rest > 1; rest-- {
		oldest := l.segments[0]
		if oldest.live > 0 {
			if !t.wasteful() || !t.move(oldest) {
				return
			}
		}
		if l.removeOldest() != nil {
			return // it is gone from the list; the next start finds it again and reads nothing new in it
		}
	}
}

// wasteful says that less than half of the bytes on disk count, or that they are in far more files than they fill.
func (t *Table) wasteful() bool {
	segment := t.log.options.segmentBytes
	return t.log.bytes() > 2*t.live+2*segment || int64(len(t.log.segments)) > maxSegments+2*t.live/segment
}

// move writes what counts in a segment again.
func (t *Table) move(s *segment) bool {
	for key, p := range t.index {
		if p.segment != s {
			continue
		}
		value, err := t.read(key)
		if err != nil {
			return false
		}
		payload := encode(nil, []*Op{{Kind: Set, Key: key, Value: value}})
		to, offset, err := t.log.append(payload)
		if err != nil {
			return false
		}
		for e := range entries(payload) {
			t.apply(to, offset, e)
		}
	}
	return s.live == 0
}

// Bytes is what waits.
func (t *Table) Bytes() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.live
}

// Close lets go of the files.
func (t *Table) Close() error {
	t.closed()
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.log.close()
}
