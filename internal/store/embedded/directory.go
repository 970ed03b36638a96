//go:build cgo && !noduckdb

package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/opslog/opslog/internal/filelock"
	"github.com/opslog/opslog/internal/store"
)

// Names in the directory.
const (
	lockFile = "opslog.lock"
	metaFile = "meta.duckdb"
	tempDir  = "temp" // where the database puts what does not fit into memory; emptied at start
	newFile  = "new.duckdb"
)

var segmentFile = regexp.MustCompile(`^(operations|spans|logs|edges|quality|rollups|error_days)-(\d{8})\.duckdb$`)

// directory is the place of the data, owned by this process until close.
type directory struct {
	path string // absolute
	lock *os.File
}

// openDirectory makes the directory if need be, takes it for this process, and refuses one that is not ours.
func openDirectory(path string) (*directory, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("find data directory: %w", err)
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("make data directory: %w", err)
	}
	d := &directory{path: path}
	if err := d.refuseForeign(); err != nil {
		return nil, err
	}
	if err := d.take(); err != nil {
		return nil, err
	}
	if err := d.tidy(); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

func (d *directory) file(name string) string { return filepath.Join(d.path, name) }

// refuseForeign accepts a directory that has our meta file, or nothing but what a start of ours leaves behind.
func (d *directory) refuseForeign() error {
	entries, err := os.ReadDir(d.path)
	if err != nil {
		return fmt.Errorf("read data directory: %w", err)
	}
	foreign := ""
	for _, e := range entries {
		switch name := e.Name(); name {
		case metaFile:
			return nil
		case lockFile, tempDir, newFile, newFile + ".wal", "spool", "lost+found":
		default:
			foreign = name
		}
	}
	if foreign != "" {
		return fmt.Errorf("%w: directory %s holds %q and no %s; give opslog an empty directory of its own", store.ErrForeign, d.path, foreign, metaFile)
	}
	return nil
}

// take locks the directory and writes who we are into the lock file.
func (d *directory) take() error {
	f, err := os.OpenFile(d.file(lockFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("open the lock of the data directory: %w", err)
	}
	ours, err := filelock.Try(f)
	switch {
	case err != nil:
		err = fmt.Errorf("lock data directory %s: %w", d.path, err)
	case !ours:
		err = fmt.Errorf("%w: directory %s belongs to the running opslog with process id %s; stop it, or use another directory",
			store.ErrLocked, d.path, owner(f))
	default:
		err = writeOwner(f)
	}
	if err != nil {
		return errors.Join(err, f.Close())
	}
	d.lock = f
	return nil
}

func owner(f *os.File) string {
	text := make([]byte, 20)
	n, _ := f.ReadAt(text, 0)
	if pid := strings.TrimSpace(string(text[:n])); pid != "" {
		return pid
	}
	return "unknown"
}

func writeOwner(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return fmt.Errorf("write the lock of the data directory: %w", err)
	}
	if _, err := f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0); err != nil {
		return fmt.Errorf("write the lock of the data directory: %w", err)
	}
	return nil
}

// tidy removes what an unclean end left: files half made, and the database's temporary ones.
func (d *directory) tidy() error {
	if err := os.RemoveAll(d.file(tempDir)); err != nil {
		return fmt.Errorf("remove temporary files: %w", err)
	}
	return errors.Join(d.remove(newFile), d.remove(eraseFile))
}

// remove deletes a database file with its log.
func (d *directory) remove(name string) error {
	for _, path := range []string{d.file(name) + ".wal", d.file(name)} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove data file: %w", err)
		}
	}
	return nil
}

// rename gives a finished database file its name and makes that last.
func (d *directory) rename(from, to string) error {
	if err := os.Rename(d.file(from), d.file(to)); err != nil {
		return fmt.Errorf("name data file: %w", err)
	}
	dir, err := os.Open(d.path)
	if err != nil {
		return fmt.Errorf("name data file: %w", err)
	}
	defer dir.Close()
	if err := dir.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return fmt.Errorf("name data file: %w", err)
	}
	return nil
}

// bytes is the size of the database files with their logs.
func (d *directory) bytes() (int64, error) {
	entries, err := os.ReadDir(d.path)
	if err != nil {
		return 0, fmt.Errorf("read data directory: %w", err)
	}
	var sum int64
	for _, e := range entries {
		if !strings.Contains(e.Name(), ".duckdb") {
			continue
		}
		if info, err := e.Info(); err == nil { // one may just have been deleted
			sum += info.Size()
		}
	}
	return sum, nil
}

func (d *directory) close() error {
	if err := d.lock.Close(); err != nil { // the lock goes with it; the file stays, or two could own it
		return fmt.Errorf("release data directory: %w", err)
	}
	return nil
}

// refuseOtherFiles tells a file that only has the name of ours: DuckDB's mark is at the ninth byte.
func refuseOtherFiles(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open data file: %w", err)
	}
	defer f.Close()
	mark := make([]byte, 12)
	if _, err := f.ReadAt(mark, 0); err != nil || string(mark[8:]) != "DUCK" {
		return fmt.Errorf("%w: %s is no DuckDB file", store.ErrForeign, path)
	}
	return nil
}
