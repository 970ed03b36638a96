//go:build unix

// Package filelock keeps a second process away from files that one process owns. The kernel lets go of a lock when its
// process ends, however it ends.
package filelock

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// Try takes the file for this process until it is closed; false means that another one has it.
func Try(f *os.File) (bool, error) {
	err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}
