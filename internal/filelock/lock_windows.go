//go:build windows

// Package filelock keeps a second process away from files that one process owns. The kernel lets go of a lock when its
// process ends, however it ends.
package filelock

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// Try takes the file for this process until it is closed; false means that another one has it. The locked byte
// lies behind the text, so that others can read who the owner is.
func Try(f *os.File) (bool, error) {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err := windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, &windows.Overlapped{Offset: 1 << 20})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return false, nil
	}
	return err == nil, err
}
