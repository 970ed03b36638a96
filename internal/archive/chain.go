package archive

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Broken is the first place where an archive is not what it should be.
type Broken struct {
	File   string
	Line   int // in the file, from 1; 0 is the file as a whole
	Reason string
}

func (b *Broken) Error() string {
	if b.Line == 0 {
		return b.File + " " + b.Reason
	}
	return fmt.Sprintf("%s: line %d %s", b.File, b.Line, b.Reason)
}

// Unwrap makes it ErrDamaged.
func (b *Broken) Unwrap() error { return ErrDamaged }

// chain is where one is in the archive: the hash and the number of the last line.
type chain struct {
	prev Hash
	n    uint64
}

// segmentSum is what a segment holds, as counted by reading it.
type segmentSum struct {
	number   int
	opening  *opening
	recorded int
	tree     merkle
	seal     *Manifest
	torn     []byte // a last line without a line feed
	lines    int
}

// unsealed describes a segment without a seal.
func (s *segmentSum) unsealed() *Unsealed {
	return &Unsealed{Recorded: s.recorded, Root: s.tree.root(), Torn: len(s.torn), TornHash: sha256.Sum256(s.torn)}
}

// readSegment follows the chain through a segment. With resume it takes where the chain stands from the segment itself.
func readSegment(dir string, number int, c *chain, resume bool, visit func(l *line, before, hash Hash) error) (*segmentSum, error) {
	name := segmentFile(number)
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return nil, fmt.Errorf("read the archive: %w", err)
	}
	s := &segmentSum{number: number}
	if resume {
		if err := c.resume(data); err != nil {
			return s, &Broken{File: name, Line: 1, Reason: err.Error()}
		}
	}
	for len(data) > 0 {
		raw, rest, whole := cutLine(data)
		if !whole {
			s.torn = data
			break
		}
		s.lines++
		before := c.prev
		l, err := c.follow(raw)
		if err == nil {
			err = s.take(l, c.prev)
		}
		if err == nil {
			err = visit(l, before, c.prev)
		}
		if err != nil {
			return s, &Broken{File: name, Line: s.lines, Reason: err.Error()}
		}
		data = rest
	}
	switch {
	case s.opening == nil:
		return s, &Broken{File: name, Reason: "does not begin"}
	case s.seal != nil && len(s.torn) > 0:
		return s, &Broken{File: name, Line: s.lines + 1, Reason: "stands behind the seal of the segment"}
	}
	return s, nil
}

// resume reads from the first line of a segment what came before it; that it is true is for the caller to find out.
func (c *chain) resume(data []byte) error {
	raw, _, _ := cutLine(data)
	if len(raw) <= hashText {
		return fmt.Errorf("is no line of an archive")
	}
	var l line
	if err := json.Unmarshal(raw[hashText+1:], &l); err != nil || l.Segment == nil || l.N == 0 {
		return fmt.Errorf("does not begin a segment")
	}
	c.prev, c.n = l.Segment.Prev, l.N-1
	return nil
}

func (c *chain) follow(raw []byte) (*line, error) {
	l, hash, err := readLine(raw, c.prev)
	if err != nil {
		return nil, err
	}
	if l.N != c.n+1 {
		return nil, fmt.Errorf("has the number %d, want %d", l.N, c.n+1)
	}
	if l.Segment != nil && l.Segment.Prev != c.prev {
		return nil, fmt.Errorf("names another line as the one before")
	}
	c.prev, c.n = hash, l.N
	return l, nil
}

// take notes a line of the segment.
func (s *segmentSum) take(l *line, hash Hash) error {
	switch {
	case (l.Segment != nil) != (s.lines == 1):
		return fmt.Errorf("begins a segment in the wrong place, or does not where one begins")
	case s.seal != nil && l.Checkpoint == nil:
		return fmt.Errorf("stands behind the seal of the segment")
	case l.Segment != nil && (l.Segment.Number != s.number || l.Segment.Format != format):
		return fmt.Errorf("begins segment %d in format %d, want segment %d in format %d", l.Segment.Number, l.Segment.Format, s.number, format)
	case l.Segment != nil:
		s.opening = l.Segment
	case l.Operation != nil:
		s.recorded++
		s.tree.add(hash)
	case l.Seal != nil:
		if l.Seal.Number != s.number || l.Seal.Recorded != s.recorded || l.Seal.Root != s.tree.root() {
			return fmt.Errorf("seals %d entries, the segment has %d; or its root is another", l.Seal.Recorded, s.recorded)
		}
		s.seal = l.Seal
	}
	return nil
}
