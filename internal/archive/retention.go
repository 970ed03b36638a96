package archive

import (
	"os"
	"path/filepath"
	"time"
)

// expire removes whole segments that were last written to before the retention began, the oldest first. A line tells
// of it before it is done; what a kill leaves in between goes the next time.
func (w *Writer) expire(now time.Time) error {
	if w.options.Retention == 0 {
		return nil
	}
	numbers, err := segmentsIn(w.options.Directory)
	if err != nil {
		return err
	}
	old, err := w.old(numbers, now.Add(-w.options.Retention))
	if err != nil || len(old) == 0 {
		return err
	}
	var at chain
	sum, err := readSegment(w.options.Directory, old[len(old)-1], &at, true, func(*line, Hash, Hash) error { return nil })
	if err != nil {
		return err
	}
	if err := w.ready(now); err != nil {
		return err
	}
	b := w.batch()
	removal := &Removal{Through: sum.number, N: at.n, Head: at.prev, Root: sum.tree.root()}
	if err := b.add(&line{Type: typeRemoved, Removed: removal}, now); err != nil {
		return err
	}
	if err := w.commit(b); err != nil {
		return err
	}
	if err := w.signHead(now); err != nil {
		return err
	}
	for _, number := range old {
		if err := os.Remove(filepath.Join(w.options.Directory, segmentFile(number))); err != nil {
			return err
		}
		if err := w.vault.forget(number); err != nil {
			return err
		}
	}
	return nil
}

// old are the segments that ended before a time; never the last, nor the one that is written to.
func (w *Writer) old(numbers []int, limit time.Time) ([]int, error) {
	for i, number := range numbers {
		info, err := os.Stat(filepath.Join(w.options.Directory, segmentFile(number)))
		if err != nil {
			return nil, err
		}
		if !info.ModTime().Before(limit) || number == w.number && w.file != nil || number == w.next-1 {
			return numbers[:i], nil
		}
	}
	return numbers, nil
}
