package spool

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// errReplaying: what a killed process left is being passed on; it must be asked again.
var errReplaying = errors.New("a journal is being replayed")

// Eraser decides what stays of what waits. Each function answers the value to keep in place of the given one, which
// may be the same; nil removes it with its key. An error ends the erasure; nothing that was decided before is undone.
type Eraser struct {
	Queue   func(queue, key string, value []byte) ([]byte, error)
	Journal func(journal string, data []byte) ([]byte, error)
	Letter  func(Letter) bool // whether it stays
	// Raw tells whether the text names who is to be erased: for copies of damaged files, which are removed whole.
	Raw func(text []byte) bool
}

// EraseSum counts what was changed or removed.
type EraseSum struct {
	Queue       int `json:"queue"`        // batches
	Journal     int `json:"journal"`      // batches
	DeadLetters int `json:"dead_letters"` // records
	Damaged     int `json:"damaged"`      // copies of damaged files
}

// Erase goes through everything in the spool, also through what no component has opened. When it returns nil, no file
// of the spool has what was to go.
func (s *Spool) Erase(e Eraser) (sum EraseSum, err error) {
	tables, journals, err := s.eraseUnused(e, &sum)
	if err != nil {
		return sum, err
	}
	for _, t := range tables {
		n, err := t.rewrite(func(key string, value []byte) ([]byte, error) { return e.Queue(t.name, key, value) })
		if sum.Queue += n; err != nil {
			return sum, fmt.Errorf("erase in a queue: %w", err)
		}
	}
	for _, j := range journals {
		n, err := j.rewrite(func(data []byte) ([]byte, error) { return e.Journal(j.name, data) })
		if sum.Journal += n; err != nil {
			return sum, fmt.Errorf("erase in a journal: %w", err)
		}
	}
	if sum.DeadLetters, err = s.letters.rewrite(e.Letter, e.Raw); err != nil {
		return sum, fmt.Errorf("erase in dead letters: %w", err)
	}
	sum.Damaged, err = removeWith(filepath.Join(s.options.Directory, "quarantine", "*"), e.Raw)
	return sum, err
}

// rewrite gives each value that changes its new one, and then leaves only the values that count in the files. The
// table is locked for one value at a time, since the queue deletes what was sent.
func (t *Table) rewrite(f func(string, []byte) ([]byte, error)) (changed int, err error) {
	t.mu.Lock()
	keys := make([]string, 0, len(t.index))
	for key := range t.index {
		keys = append(keys, key)
	}
	t.mu.Unlock()
	for _, key := range keys {
		did, err := t.rewriteKey(key, f)
		if err != nil {
			return changed, err
		}
		if did {
			changed++
		}
	}
	return changed, t.compact()
}

func (t *Table) rewriteKey(key string, f func(string, []byte) ([]byte, error)) (changed bool, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	value, err := t.read(key)
	if err != nil || value == nil {
		return false, err
	}
	next, err := f(key, value)
	if err != nil || bytes.Equal(next, value) {
		return false, err
	}
	op := &Op{Kind: Set, Key: key, Value: next}
	if next == nil {
		op.Kind = Delete
	}
	return true, t.put(encode(nil, []*Op{op}))
}

// put appends a payload, also beyond the bound: it takes the place of a larger one.
func (t *Table) put(payload []byte) error {
	s, offset, err := t.log.append(payload)
	if err != nil {
		return err
	}
	for e := range entries(payload) {
		t.apply(s, offset, e)
	}
	return nil
}

// compact writes what counts into new files and deletes all others: deleted and replaced values are gone then.
func (t *Table) compact() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.log
	old := len(l.segments)
	if old == 0 {
		return nil
	}
	if err := l.rotate(); err != nil {
		return err
	}
	for ; old > 0; old-- {
		if oldest := l.segments[0]; oldest.live > 0 && !t.move(oldest) {
			return errors.New("what waits could not be moved to a new file")
		}
		if err := l.removeOldest(); err != nil {
			return err
		}
	}
	return nil
}

// rewrite changes the entries of all files; each file is replaced whole, or stays.
func (j *Journal) rewrite(f func([]byte) ([]byte, error)) (changed int, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.replaying {
		return 0, errReplaying
	}
	j.log.writing = nil // what comes next begins a new file
	for _, s := range j.log.segments {
		n, err := j.log.rewriteSegment(s, f)
		if changed += n; err != nil {
			return changed, err
		}
	}
	return changed, nil
}

func (l *log) rewriteSegment(s *segment, f func([]byte) ([]byte, error)) (changed int, err error) {
	data := make([]byte, s.size)
	if _, err := s.file.ReadAt(data, 0); err != nil && s.size > 0 {
		return 0, fmt.Errorf("read a log: %w", err)
	}
	var out []byte
	scan(data, func(_ int64, payload []byte) {
		if err != nil || len(payload) == 0 {
			return
		}
		var next []byte
		if next, err = f(payload[1:]); err != nil {
			return
		}
		if !bytes.Equal(next, payload[1:]) {
			changed++
		}
		if next != nil {
			out = appendRecord(out, append([]byte{payload[0]}, next...))
		}
	})
	if err != nil || changed == 0 && len(out) == len(data) { // what cannot be read goes too
		return 0, err
	}
	return changed, l.replace(s, out)
}

// replace gives a segment other content, by another file of the same name.
func (l *log) replace(s *segment, data []byte) error {
	path := l.path(s.number)
	if err := writeWhole(path, data); err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open a log: %w", err)
	}
	err = s.file.Close()
	s.file, s.size = f, int64(len(data))
	return err
}

// writeWhole replaces a file; a kill leaves the old one or the new one.
func writeWhole(path string, data []byte) error {
	temp := path + ".new"
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	return errors.Join(os.Rename(temp, path), syncDirectory(filepath.Dir(path)))
}

// rewrite goes through the letters that wait, and those that are handed in.
func (d *DeadLetters) rewrite(stays func(Letter) bool, raw func([]byte) bool) (removed int, err error) {
	d.replaying.Lock()
	defer d.replaying.Unlock()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.file != nil {
		err := d.file.Close()
		if d.file = nil; err != nil {
			return 0, err
		}
	}
	for _, dir := range []string{d.dir, filepath.Join(filepath.Dir(d.dir), replayDir)} {
		files, err := filepath.Glob(filepath.Join(dir, "*"+letterSuffix))
		if err != nil {
			return removed, err
		}
		for _, path := range files {
			n, err := rewriteLetters(path, stays, raw)
			if removed += n; err != nil {
				return removed, err
			}
		}
		if _, err := removeWith(filepath.Join(dir, "*.unreadable"), raw); err != nil {
			return removed, err
		}
	}
	return removed, nil
}

// rewriteLetters leaves out letters. A line that is none, such as one that a kill cut off, goes when raw says so.
func rewriteLetters(path string, stays func(Letter) bool, raw func([]byte) bool) (removed int, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, fmt.Errorf("read dead letters: %w", err)
	}
	var out []byte
	for line := range bytes.Lines(text) {
		var l Letter
		readable := json.Unmarshal(line, &l) == nil && l.Record != ""
		if readable && stays(l) || !readable && !raw(line) {
			out = append(out, line...)
			continue
		}
		removed++
	}
	switch {
	case removed == 0:
		return 0, nil
	case len(out) == 0:
		return removed, os.Remove(path)
	default:
		return removed, writeWhole(path, out)
	}
}

// removeWith deletes the files that hold what is looked for.
func removeWith(pattern string, holds func([]byte) bool) (removed int, err error) {
	files, err := filepath.Glob(pattern)
	if err != nil {
		return 0, err
	}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return removed, err
		}
		if !holds(text) {
			continue
		}
		if err := os.Remove(path); err != nil {
			return removed, err
		}
		removed++
	}
	return removed, nil
}
