package archive

import "time"

// Stats are what a writer did since it was opened.
type Stats struct {
	Entries    int64
	Duplicates int64 // delivered again, and not kept twice
	Dropped    int64 // too large
	Bytes      int64 // written to segments
	Failures   int64 // calls that ended with an error
	Signed     time.Time
}

// Stats are of now.
func (w *Writer) Stats() Stats {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := w.stats
	out.Signed = w.checkpoint
	return out
}

// add counts a batch that is written; it is called before the sums of the writer take it over.
func (s *Stats) add(b *batch) {
	s.Entries += int64(len(b.seen))
	s.Duplicates += int64(b.sum.Duplicates - b.w.sum.Duplicates)
	s.Dropped += int64(b.sum.Dropped - b.w.sum.Dropped)
	s.Bytes += int64(len(b.buf))
}

// failing counts an error; it is called with the lock held.
func (w *Writer) failing(err *error) {
	if *err != nil {
		w.stats.Failures++
	}
}
