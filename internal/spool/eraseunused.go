package spool

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// eraseUnused goes through the queues and journals that nobody has open: those of components that have not started
// yet, or are not configured any more. It answers those that are open.
func (s *Spool) eraseUnused(e Eraser, sum *EraseSum) (tables []*Table, journals []*Journal, err error) {
	s.opening.Lock() // nobody opens anything meanwhile
	defer s.opening.Unlock()
	if err := s.removeHalfWritten(); err != nil {
		return nil, nil, err
	}
	s.mu.Lock()
	tables, journals = slices.Collect(maps.Keys(s.tables)), slices.Collect(maps.Keys(s.journals))
	s.mu.Unlock()
	used := map[string]bool{}
	for _, t := range tables {
		used[t.log.options.dir] = true
	}
	for _, j := range journals {
		used[j.log.options.dir] = true
	}
	err = s.eachUnused("queue", used, func(o logOptions, name string) error {
		n, err := eraseTable(o, s.options.MaxBytes, func(key string, value []byte) ([]byte, error) { return e.Queue(name, key, value) })
		sum.Queue += n
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("erase in a queue that is not in use: %w", err)
	}
	err = s.eachUnused("journal", used, func(o logOptions, name string) error {
		n, err := eraseLog(o, func(data []byte) ([]byte, error) { return e.Journal(name, data) })
		sum.Journal += n
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("erase in a journal that is not in use: %w", err)
	}
	return tables, journals, nil
}

// eachUnused calls f with each directory of a kind that is not used. Damage is left for who opens it to count.
func (s *Spool) eachUnused(kind string, used map[string]bool, f func(o logOptions, name string) error) error {
	dirs, err := filepath.Glob(filepath.Join(s.options.Directory, kind, "*"))
	if err != nil {
		return err
	}
	for _, dir := range dirs {
		if used[dir] {
			continue
		}
		o := logOptions{dir: dir, sync: s.options.Sync, segmentBytes: segmentBytes, quarantine: filepath.Join(s.options.Directory, "quarantine"), damage: &damageCount{}}
		if err := f(o, filepath.Base(dir)); err != nil {
			return err
		}
	}
	return nil
}

func eraseTable(o logOptions, maxBytes int64, f func(string, []byte) ([]byte, error)) (changed int, err error) {
	t, err := openTable(o, maxBytes)
	if err != nil {
		return 0, err
	}
	changed, err = t.rewrite(f)
	return changed, errors.Join(err, t.Close())
}

// eraseLog changes a journal without taking it up: it is replayed as before.
func eraseLog(o logOptions, f func([]byte) ([]byte, error)) (changed int, err error) {
	l, err := openLog(o, func(*segment, int64, []byte) {})
	if err != nil {
		return 0, err
	}
	for _, s := range l.segments {
		n, failed := l.rewriteSegment(s, f)
		if changed += n; failed != nil {
			err = failed
			break
		}
	}
	return changed, errors.Join(err, l.close())
}

// removeHalfWritten deletes what a kill left in the middle of an erasure: nobody would look into it again.
func (s *Spool) removeHalfWritten() error {
	for _, pattern := range []string{"journal/*/*.new", lettersDir + "/*.new", replayDir + "/*.new"} {
		files, err := filepath.Glob(filepath.Join(s.options.Directory, filepath.FromSlash(pattern)))
		if err != nil {
			return err
		}
		for _, path := range files {
			if err := os.Remove(path); err != nil {
				return fmt.Errorf("remove what an erasure left: %w", err)
			}
		}
	}
	return nil
}
