package archive

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"path/filepath"
)

// VerifyOptions say what to trust.
type VerifyOptions struct {
	// PublicKey is the key to trust; nil takes the one beside the segments, which whoever can forge an archive can
	// replace too.
	PublicKey ed25519.PublicKey
	// Trusted are signed heads that were kept elsewhere: the archive must still hold what they say.
	Trusted []Checkpoint
}

// Report is what an archive holds that was found to be whole.
type Report struct {
	Segments    int    `json:"segments"`
	First       int    `json:"first_segment"`
	Last        int    `json:"last_segment"`
	Lines       uint64 `json:"lines"`
	Entries     int    `json:"entries"`
	Checkpoints int    `json:"checkpoints"`
	Received    int    `json:"received"` // by the seals
	Duplicates  int    `json:"duplicates"`
	Dropped     int    `json:"dropped"`
	Unsealed    int    `json:"unsealed_segments"` // whose process was killed, or still runs
	Torn        int    `json:"torn_bytes"`
	Erasures    int    `json:"erasures"`
	ErasedKeys  int    `json:"erased_keys"`
	Removed     int    `json:"removed_through"` // segments that the retention removed
	Unsigned    uint64 `json:"unsigned_lines"`  // behind the last signature
	From        int64  `json:"from,string"`
	To          int64  `json:"to,string"`
	Head        Hash   `json:"head"`
}

// verifier walks an archive.
type verifier struct {
	key     ed25519.PublicKey
	trusted []Checkpoint // the head first
	removed *Removal
	at      chain
	first   *opening
	firstN  uint64
	number  int
	report  Report
}

// Verify proves that the archive in a directory is complete, in order and signed. The error is a *Broken that names
// the first bad place, or one about reading. It needs no secret key, and works while the archive is written to.
func Verify(dir string, o VerifyOptions) (Report, error) {
	v := &verifier{key: o.PublicKey}
	if err := v.trust(dir, o); err != nil {
		return v.report, err
	}
	numbers, err := segmentsIn(dir)
	if err != nil {
		return v.report, err
	}
	if len(numbers) == 0 {
		return v.report, &Broken{File: filepath.Base(dir), Reason: "has a signed head and no segments"}
	}
	var before *segmentSum
	for i, number := range numbers {
		if i > 0 && number != numbers[i-1]+1 {
			return v.report, &Broken{File: segmentFile(numbers[i-1] + 1), Reason: "is missing"}
		}
		v.number = number
		sum, err := readSegment(dir, number, &v.at, i == 0, v.line)
		if err == nil {
			err = v.joins(before, sum)
		}
		if err != nil {
			return v.report, err
		}
		v.add(sum)
		before = sum
	}
	v.report.First, v.report.Last = numbers[0], numbers[len(numbers)-1]
	v.sumUp()
	return v.report, v.ends()
}

// trust reads the public key and the head.
func (v *verifier) trust(dir string, o VerifyOptions) error {
	var err error
	if v.key == nil {
		if v.key, err = ReadPublicKey(filepath.Join(dir, publicFile)); err != nil {
			return &Broken{File: publicFile, Reason: err.Error()}
		}
	}
	head, err := readHead(dir)
	switch {
	case err != nil:
		return &Broken{File: headFile, Reason: err.Error()}
	case head == nil:
		return &Broken{File: headFile, Reason: "is missing: it says how far the archive goes"}
	}
	v.trusted = append([]Checkpoint{*head}, o.Trusted...)
	for _, c := range v.trusted {
		if err := c.verify(v.key); err != nil {
			return &Broken{File: headFile, Reason: err.Error()}
		}
	}
	return nil
}

// line checks what only the whole archive can tell.
func (v *verifier) line(l *line, before, hash Hash) error {
	if v.first == nil {
		v.first, v.firstN, v.report.From = l.Segment, l.N, l.Time
	}
	v.report.To = l.Time
	for _, c := range v.trusted {
		if c.N == l.N && c.Head != hash {
			return errors.New("is another line than the one that was signed")
		}
	}
	switch {
	case l.Checkpoint != nil:
		v.report.Checkpoints++
		if l.Checkpoint.N != l.N-1 || l.Checkpoint.Head != before || l.Checkpoint.Segment != v.number {
			return errors.New("signs another line than the one before")
		}
		return l.Checkpoint.verify(v.key)
	case l.Removed != nil:
		v.removed = l.Removed
	case l.Erased != nil:
		v.report.Erasures++
		v.report.ErasedKeys += l.Erased.Keys
	}
	return nil
}

// joins checks the seam between two segments.
func (v *verifier) joins(before, sum *segmentSum) error {
	bad := func(reason string) error { return &Broken{File: segmentFile(sum.number), Line: 1, Reason: reason} }
	o := sum.opening
	switch {
	case before == nil && sum.number == 1 && (v.firstN != 1 || o.Prev != Hash{} || o.PrevRoot != Hash{}):
		return bad("is not the beginning of an archive")
	case before == nil:
		return nil
	case o.PrevRoot != before.tree.root():
		return bad("names another root of the segment before")
	case before.seal == nil && (o.Unsealed == nil || *o.Unsealed != *before.unsealed()):
		return &Broken{File: segmentFile(before.number), Reason: "has no seal, and the next segment does not tell of it"}
	case before.seal != nil && o.Unsealed != nil:
		return bad("tells of a segment without a seal; it has one")
	}
	return nil
}

func (v *verifier) add(s *segmentSum) {
	v.report.Segments++
	v.report.Lines += uint64(s.lines)
	v.report.Entries += s.recorded
	v.report.Torn += len(s.torn)
	if s.seal == nil {
		v.report.Unsealed++
		return
	}
	v.report.Received += s.seal.Received
	v.report.Duplicates += s.seal.Duplicates
	v.report.Dropped += s.seal.Dropped
}

func (v *verifier) sumUp() {
	v.report.Head = v.at.prev
	if v.removed != nil {
		v.report.Removed = v.removed.Through
	}
	if head := v.trusted[0]; v.at.n > head.N {
		v.report.Unsigned = v.at.n - head.N
	}
}

// ends checks both ends: that nothing is missing at the beginning that was not removed, and nothing at the end.
func (v *verifier) ends() error {
	for _, c := range v.trusted {
		if c.N > v.at.n {
			return &Broken{File: segmentFile(v.report.Last), Reason: fmt.Sprintf("ends %d lines before the signed head", c.N-v.at.n)}
		}
	}
	if v.report.First == 1 {
		return nil
	}
	bad := func(reason string) error { return &Broken{File: segmentFile(v.report.First - 1), Reason: reason} }
	switch r := v.removed; {
	case r == nil || r.Through < v.report.First-1:
		return bad("is missing, and no line says that it was removed")
	case r.Through == v.report.First-1 && (r.Head != v.first.Prev || r.N != v.firstN-1 || r.Root != v.first.PrevRoot):
		return bad("is not the segment that was removed")
	}
	return nil
}
