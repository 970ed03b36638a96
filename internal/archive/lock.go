package archive

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/opslog/opslog/internal/filelock"
)

const lockFile = "archive.lock"

// ErrLocked says that another writer owns the archive, or its keys.
var ErrLocked = errors.New("the archive is in use by another process")

// takeLocks makes the directories and keeps other writers away from them: two would make two chains of one.
func takeLocks(dirs ...string) (locks []*os.File, err error) {
	for _, dir := range dirs {
		lock, err := takeLock(dir)
		if err != nil {
			return nil, errors.Join(err, closeAll(locks))
		}
		locks = append(locks, lock)
	}
	return locks, nil
}

func takeLock(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make a directory of the archive: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open a lock of the archive: %w", err)
	}
	ours, err := filelock.Try(f)
	if err == nil && !ours {
		err = fmt.Errorf("%w: directory %s; stop it, or use another directory", ErrLocked, dir)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func closeAll(files []*os.File) error {
	var errs []error
	for _, f := range files {
		errs = append(errs, f.Close())
	}
	return errors.Join(errs...)
}
