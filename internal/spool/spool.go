// Package spool keeps on disk what was acknowledged and is not in the database yet: queues, the journal of spans
// that wait for their operation, and dead letters. All of them survive a process that is killed at any point.
package spool

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/opslog/opslog/internal/filelock"
)

// Errors that callers decide by.
var (
	// ErrFull: what waits has reached its bound. Nothing was written.
	ErrFull = errors.New("the spool is full")
	// ErrLocked: another process owns the spool.
	ErrLocked = errors.New("spool is in use by another process")
)

// Options of a spool.
type Options struct {
	// Directory holds the spool; it is made when it does not exist.
	Directory string
	// Sync forces every write to the disk itself, so that it survives a power failure and not only a killed process.
	Sync bool
	// MaxBytes bounds one queue, and one journal.
	MaxBytes int64
	// DeadLetterBytes and DeadLetterAge bound the dead letters: beyond them the oldest go.
	DeadLetterBytes int64
	DeadLetterAge   time.Duration
	// OnDamage, when set, is told of every file that could not be read whole.
	OnDamage func(file string, places int)
}

const (
	lockFile  = "spool.lock"
	cleanFile = "clean"
)

// Spool is a directory that belongs to this process until Close.
type Spool struct {
	options Options
	lock    *os.File
	clean   bool // the process before ended in order

	letters *DeadLetters
	trouble trouble
	damage  damageCount

	opening  sync.Mutex // held while a queue or a journal is opened
	mu       sync.Mutex
	opened   map[string]bool // logs that were opened, by directory
	tables   members[*Table] // in use
	journals members[*Journal]
	pending  map[string]bool // journals of a process that did not end in order and that are not replayed yet
}

// Open takes the directory for this process.
func Open(o Options) (*Spool, error) {
	if err := os.MkdirAll(o.Directory, 0o700); err != nil {
		return nil, fmt.Errorf("make the spool directory: %w", err)
	}
	lock, err := takeLock(filepath.Join(o.Directory, lockFile), o.Directory)
	if err != nil {
		return nil, err
	}
	s := &Spool{options: o, lock: lock, opened: map[string]bool{}, tables: members[*Table]{}, journals: members[*Journal]{}, pending: map[string]bool{}}
	if s.clean, err = s.wasClean(); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	if err = s.findPending(); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	if s.letters, err = openDeadLetters(filepath.Join(o.Directory, lettersDir), o.DeadLetterBytes, o.DeadLetterAge); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return s, nil
}

// wasClean tells whether the last owner ended in order, and forgets it: this process has not ended yet.
func (s *Spool) wasClean() (bool, error) {
	err := os.Remove(filepath.Join(s.options.Directory, cleanFile))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read how the last process ended: %w", err)
	}
	return true, nil
}

// findPending notes the journals that must be replayed before this process may count as ended in order: it may end
// before it has come to them, because another part of it does not start.
func (s *Spool) findPending() error {
	if s.clean {
		return nil
	}
	files, err := filepath.Glob(filepath.Join(s.options.Directory, "journal", "*", "*"+logSuffix))
	if err != nil {
		return fmt.Errorf("look for journals: %w", err)
	}
	for _, file := range files {
		s.pending[filepath.Dir(file)] = true
	}
	return nil
}

func (s *Spool) replayed(dir string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.pending, dir)
}

func (s *Spool) allReplayed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.pending) == 0
}

// DeadLetters is where records go that the database refuses.
func (s *Spool) DeadLetters() *DeadLetters { return s.letters }

// Damage counts the places in queue and journal files that could not be read at start. Each may have held a batch.
func (s *Spool) Damage() int64 { return s.damage.total() }

// Queue opens a table for a queue, by a name that is unique in the spool.
func (s *Spool) Queue(name string) (*Table, error) {
	s.opening.Lock()
	defer s.opening.Unlock()
	o, _ := s.logOptions("queue", name)
	t, err := openTable(o, s.options.MaxBytes)
	if err != nil {
		return nil, err
	}
	t.name, t.closed = name, join(s, s.tables, t)
	return t, nil
}

// Journal opens a journal, by a name that is unique in the spool. Entries are kept for at least keep.
func (s *Spool) Journal(name string, keep time.Duration, now func() time.Time) (*Journal, error) {
	s.opening.Lock()
	defer s.opening.Unlock()
	o, first := s.logOptions("journal", name)
	if !first {
		return nil, fmt.Errorf("journal %s is in use in another pipeline; give each pipeline one with a name of its own, such as opslog_journal/2", name)
	}
	j, err := openJournal(o, s.options.MaxBytes, keep, now, &s.trouble, s.clean)
	if err != nil {
		return nil, err
	}
	j.replayed = func() { s.replayed(o.dir) }
	j.name, j.closed = name, join(s, s.journals, j)
	return j, nil
}

// logOptions are those of a log, and whether it was not opened before. What is damaged counts once.
func (s *Spool) logOptions(kind, name string) (o logOptions, first bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	dir := filepath.Join(s.options.Directory, kind, fileName(name))
	first = !s.opened[dir]
	s.opened[dir] = true
	o = logOptions{dir: dir, sync: s.options.Sync, segmentBytes: segmentBytes, quarantine: filepath.Join(s.options.Directory, "quarantine"), damage: &s.damage, onDamage: s.options.OnDamage}
	if !first {
		o.damage = &damageCount{}
	}
	return o, first
}

// members are the tables or journals in use.
type members[T comparable] map[T]bool

// join notes a member and answers what forgets it.
func join[T comparable](s *Spool, m members[T], one T) (leave func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m[one] = true
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(m, one)
	}
}

// fileName keeps letters, digits, '-' and '_' and writes everything else as its number, so that no name leaves the
// directory and no two names meet.
func fileName(name string) string {
	var out strings.Builder
	for i := range len(name) {
		switch c := name[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_':
			out.WriteByte(c)
		default:
			fmt.Fprintf(&out, "~%02x", c)
		}
	}
	return out.String()
}

// Handing notes that something is being handed to a queue; call the result when that ended. While a call does not
// come through, and for a while after it, journals keep what they have: somebody up the line still holds it in memory.
func (s *Spool) Handing(at time.Time) func(end time.Time, err error) { return s.trouble.begin(at) }

// Close lets go of the directory. When everything was handed over, the next process need not replay the journals.
func (s *Spool) Close(now time.Time) error {
	var err error
	if s.allReplayed() && !s.trouble.since(now.Add(-time.Minute), now) {
		err = os.WriteFile(filepath.Join(s.options.Directory, cleanFile), nil, 0o600)
	}
	return errors.Join(err, s.letters.close(), s.lock.Close())
}

func takeLock(path, dir string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the lock of the spool: %w", err)
	}
	ours, err := filelock.Try(f)
	switch {
	case err != nil:
		err = fmt.Errorf("lock the spool %s: %w", dir, err)
	case !ours:
		err = fmt.Errorf("%w: directory %s belongs to the running opslog with process id %s; stop it, or use another directory", ErrLocked, dir, owner(f))
	default:
		if err = f.Truncate(0); err == nil {
			_, err = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
		}
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func owner(f *os.File) string {
	text := make([]byte, 20)
	n, _ := f.ReadAt(text, 0)
	if pid := strings.TrimSpace(string(text[:n])); pid != "" {
		return pid
	}
	return "unknown"
}
