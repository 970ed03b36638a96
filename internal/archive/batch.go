package archive

import (
	"fmt"
	"time"
)

// seenEntries bounds what is remembered of a segment, to tell what is delivered again.
const seenEntries = 200_000

// batch is lines that are written at once: what it changes counts only after that.
type batch struct {
	w    *Writer
	at   chain
	buf  []byte
	tree merkle
	sum  Manifest
	seen []string
}

func (w *Writer) batch() *batch {
	tree := w.tree
	tree.peaks = append([]Hash{}, tree.peaks...)
	return &batch{w: w, at: w.at, tree: tree, sum: w.sum}
}

// add appends a line.
func (b *batch) add(l *line, now time.Time) error {
	l.N, l.Time = b.at.n+1, now.UnixNano()
	buf, hash, err := appendLine(b.buf, b.at.prev, l)
	if err != nil {
		return err
	}
	b.buf, b.at = buf, chain{prev: hash, n: l.N}
	if l.Operation != nil {
		b.tree.add(hash)
	}
	return nil
}

// record appends an entry, unless there is one already.
func (b *batch) record(r *Record, now time.Time) error {
	b.sum.Received++
	entry := &Entry{Clear: r.Clear}
	identity := entry.identity()
	switch {
	case b.w.seen[0][identity], b.w.seen[1][identity]:
		b.sum.Duplicates++
		return nil
	case len(r.Secret) > maxSecret:
		b.sum.Dropped++
		return nil
	}
	key, err := b.w.vault.keyFor(r)
	if err != nil {
		return fmt.Errorf("encrypt for the archive: %w", err)
	}
	entry.Key, entry.Sealed = key.id, seal(key.aead, r.Secret, r.Clear.about(key.id))
	b.seen = append(b.seen, identity)
	b.w.seen[0][identity] = true
	return b.add(&line{Type: typeOperation, Operation: entry}, now)
}

// forget takes back what was noted as seen.
func (b *batch) forget() {
	for _, identity := range b.seen {
		delete(b.w.seen[0], identity)
	}
}

// commit writes the lines. On an error the file is as it was before.
func (w *Writer) commit(b *batch) error {
	if err := w.vault.write(); err != nil {
		b.forget()
		return err
	}
	if len(b.buf) > 0 {
		if _, err := w.file.WriteAt(b.buf, w.size); err != nil {
			b.forget()
			if undo := w.file.Truncate(w.size); undo != nil {
				w.broken = fmt.Errorf("the archive ends in the middle of a line, so nothing more is taken until a restart: %w", undo)
			}
			return fmt.Errorf("write to the archive: %w", err)
		}
	}
	w.size += int64(len(b.buf))
	w.stats.add(b)
	w.at, w.tree, w.sum = b.at, b.tree, b.sum
	if len(w.seen[0]) > seenEntries {
		w.seen = [2]map[string]bool{{}, w.seen[0]}
	}
	if w.options.Sync && len(b.buf) > 0 {
		if err := w.file.Sync(); err != nil {
			w.broken = fmt.Errorf("the disk did not keep the archive, so nothing more is taken until a restart: %w", err)
			return w.broken
		}
	}
	return nil
}
