package spool

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A dead letter is replayed by moving its file into a folder beside the dead letters; the process that owns the spool
// finds it there. So replaying needs no server and no password, and works while opslog is stopped, too.
const (
	lettersDir = "dead-letters"
	replayDir  = "replay"
	// replayLetters is how many letters are written together.
	replayLetters = 500
	// maxLetter bounds one line.
	maxLetter = 256 << 20
)

// Summary counts letters by record and reason, such as "span constraint".
type Summary map[string]int

// Total is the number of letters.
func (s Summary) Total() (n int) {
	for _, m := range s {
		n += m
	}
	return n
}

// String is one line for each kind.
func (s Summary) String() string {
	var out strings.Builder
	for _, kind := range slices.Sorted(maps.Keys(s)) {
		fmt.Fprintf(&out, "%8d  %s\n", s[kind], kind)
	}
	return out.String()
}

// LetterFiles lists the files of dead letters in a spool directory, oldest first.
func LetterFiles(dir string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, lettersDir, "*"+letterSuffix))
	if err != nil {
		return nil, fmt.Errorf("list dead letters: %w", err)
	}
	slices.Sort(files)
	return files, nil
}

// ReadLetters calls f with each letter of a file. A line that is no letter is an error with its number.
func ReadLetters(path string, f func(Letter) error) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("read dead letters: %w", err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, maxLetter)
	for n := 1; lines.Scan(); n++ {
		var letter Letter
		if err := json.Unmarshal(lines.Bytes(), &letter); err != nil || letter.Record == "" {
			return fmt.Errorf("%s: line %d is no dead letter", filepath.Base(path), n)
		}
		if err := f(letter); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read dead letters: %w", err)
	}
	return nil
}

// Summarize counts the letters of files.
func Summarize(files []string) (Summary, error) {
	out := Summary{}
	for _, path := range files {
		if err := ReadLetters(path, func(l Letter) error {
			out[l.Record+" "+l.Reason]++
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// HandIn gives files to the opslog that owns the spool, and answers where they are until it has written them. Files
// of the spool itself are moved, others are copied.
func HandIn(dir string, files []string) (handed []string, err error) {
	to := filepath.Join(dir, replayDir)
	if err := os.MkdirAll(to, 0o700); err != nil {
		return nil, fmt.Errorf("hand in dead letters: %w", err)
	}
	own, err := filepath.Abs(filepath.Join(dir, lettersDir))
	if err != nil {
		return nil, fmt.Errorf("hand in dead letters: %w", err)
	}
	for _, path := range files {
		target := filepath.Join(to, strings.TrimSuffix(filepath.Base(path), letterSuffix)+letterSuffix)
		from, err := filepath.Abs(path)
		if err == nil && filepath.Dir(from) == own {
			err = os.Rename(path, target)
		} else if err == nil {
			err = copyFile(path, target)
		}
		if err != nil {
			return handed, fmt.Errorf("hand in dead letters: %w", err)
		}
		handed = append(handed, target)
	}
	return handed, nil
}

// copyFile makes the copy appear whole.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.CreateTemp(filepath.Dir(to), "copy-*")
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err = errors.Join(err, out.Close()); err != nil {
		return errors.Join(err, os.Remove(out.Name()))
	}
	return os.Rename(out.Name(), to)
}

// Replay gives the letters that were handed in to f, and removes each file when f took all of it. What f does not
// take comes again with the next call. A file that cannot be read is put aside under the name *.unreadable.
func (d *DeadLetters) Replay(ctx context.Context, f func([]Letter) error) error {
	if !d.replaying.TryLock() {
		return nil // another exporter does it
	}
	defer d.replaying.Unlock()
	files, err := filepath.Glob(filepath.Join(filepath.Dir(d.dir), replayDir, "*"+letterSuffix))
	if err != nil {
		return fmt.Errorf("replay dead letters: %w", err)
	}
	for _, path := range files {
		if err := d.release(path); err != nil {
			return err
		}
		taken, err := replayFile(ctx, path, f)
		switch {
		case taken != nil:
			return taken
		case err != nil:
			err = errors.Join(err, os.Rename(path, path+".unreadable"))
		default:
			err = os.Remove(path)
		}
		if err != nil {
			return fmt.Errorf("replay dead letters: %w", err)
		}
	}
	return nil
}

// replayFile tells apart what f says from what is wrong with the file.
func replayFile(ctx context.Context, path string, f func([]Letter) error) (taken, err error) {
	var some []Letter
	flush := func() error {
		if taken = ctx.Err(); taken == nil && len(some) > 0 {
			taken = f(some)
		}
		some = some[:0]
		return taken
	}
	err = ReadLetters(path, func(l Letter) error {
		some = append(some, l)
		if len(some) < replayLetters {
			return nil
		}
		return flush()
	})
	if taken == nil && err == nil {
		err = flush()
	}
	return taken, err
}

// release stops writing to a file that was moved away while it was being written to.
func (d *DeadLetters) release(path string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.file == nil {
		return nil
	}
	moved, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	ours, statErr := d.file.Stat()
	if err = errors.Join(err, statErr); err != nil {
		return fmt.Errorf("replay dead letters: %w", err)
	}
	if !os.SameFile(moved, ours) {
		return nil
	}
	err = d.file.Close()
	d.file = nil
	return err
}
