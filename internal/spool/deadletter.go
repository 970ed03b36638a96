package spool

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Letter is a record that the database refused: one line of JSON in a file of dead letters.
type Letter struct {
	Time   time.Time       `json:"time"`
	Record string          `json:"record"` // operation, span, edge, quality or log_record
	Reason string          `json:"reason"` // a word, see the exporter
	Error  string          `json:"error"`
	Data   json.RawMessage `json:"data"` // the record, as the API shows it
}

const (
	letterSuffix = ".ndjson"
	// letterFileShare is the part of the bound that one file may take: the oldest file goes as a whole.
	letterFileShare = 8
)

// DeadLetters are files of letters, named by the time of their first one. It is safe for concurrent use.
type DeadLetters struct {
	dir      string
	maxBytes int64
	maxAge   time.Duration

	mu      sync.Mutex
	file    *os.File
	size    int64
	began   time.Time
	removed int64

	replaying sync.Mutex
}

func openDeadLetters(dir string, maxBytes int64, maxAge time.Duration) (*DeadLetters, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the directory of dead letters: %w", err)
	}
	return &DeadLetters{dir: dir, maxBytes: maxBytes, maxAge: maxAge}, nil
}

// Write keeps the letters. When it returns nil they are in a file, and what was beyond the bounds is gone.
func (d *DeadLetters) Write(now time.Time, letters []Letter) error {
	if len(letters) == 0 {
		return nil
	}
	var lines []byte
	for i := range letters {
		line, err := encodeLetter(&letters[i])
		if err != nil {
			return err
		}
		lines = append(lines, line...)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.open(now, int64(len(lines))); err != nil {
		return err
	}
	if _, err := d.file.Write(lines); err != nil {
		return errors.Join(fmt.Errorf("write a dead letter: %w", err), d.file.Truncate(d.size))
	}
	d.size += int64(len(lines))
	return d.bound(now)
}

func encodeLetter(l *Letter) ([]byte, error) {
	line, err := json.Marshal(l)
	if err != nil {
		return nil, fmt.Errorf("write a dead letter: %w", err)
	}
	return append(line, '\n'), nil
}

// open begins a file when there is none, or when it is large or a day old.
func (d *DeadLetters) open(now time.Time, more int64) error {
	if d.file != nil && (d.size+more > d.maxBytes/letterFileShare || now.Sub(d.began) > 24*time.Hour) {
		if err := d.file.Close(); err != nil {
			return fmt.Errorf("end a file of dead letters: %w", err)
		}
		d.file = nil
	}
	if d.file != nil {
		return nil
	}
	name := now.UTC().Format("20060102T150405.000000000Z") + letterSuffix
	f, err := os.OpenFile(filepath.Join(d.dir, name), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("begin a file of dead letters: %w", err)
	}
	d.file, d.size, d.began = f, 0, now
	return nil
}

// bound removes the oldest files beyond the bounds, and counts their letters.
func (d *DeadLetters) bound(now time.Time) error {
	files, err := d.list()
	if err != nil {
		return err
	}
	var sum int64
	for _, f := range files {
		sum += f.Size()
	}
	for _, f := range files[:max(0, len(files)-1)] { // never the one being written
		if sum <= d.maxBytes && now.Sub(f.ModTime()) <= d.maxAge {
			return nil
		}
		path := filepath.Join(d.dir, f.Name())
		text, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("remove old dead letters: %w", err)
		}
		if err := os.Remove(path); err != nil {
			return fmt.Errorf("remove old dead letters: %w", err)
		}
		d.removed += int64(strings.Count(string(text), "\n"))
		sum -= f.Size()
	}
	return nil
}

// list is the files, oldest first.
func (d *DeadLetters) list() ([]fs.FileInfo, error) {
	entries, err := os.ReadDir(d.dir)
	if err != nil {
		return nil, fmt.Errorf("list dead letters: %w", err)
	}
	var out []fs.FileInfo
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), letterSuffix) {
			continue
		}
		if info, err := e.Info(); err == nil { // it may just have been replayed and removed
			out = append(out, info)
		}
	}
	slices.SortFunc(out, func(a, b fs.FileInfo) int { return strings.Compare(a.Name(), b.Name()) })
	return out, nil
}

// Stats tells how many bytes wait, and how many letters went because of the bounds since the start.
func (d *DeadLetters) Stats() (bytes, removed int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	files, err := d.list()
	if err != nil {
		return 0, d.removed
	}
	for _, f := range files {
		bytes += f.Size()
	}
	return bytes, d.removed
}

func (d *DeadLetters) close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.file == nil {
		return nil
	}
	return d.file.Close()
}
