package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"unsafe"

	"github.com/ebitengine/purego"
)

// libraryDir is where fetch.sh puts the library, below .cache.
const libraryDir = "clickhouse-26.7.3-stable.1"

// findLibrary looks for the cache in the current folder and those above it.
func findLibrary() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		path := filepath.Join(dir, ".cache", libraryDir, "libchdb.so")
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("the ClickHouse engine is not here yet: run `make clickhouse`")
		}
		dir = parent
	}
}

// serve runs the engine on this goroutine's own thread until its script ends.
func serve(library string, args []string) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	lib, err := purego.Dlopen(library, purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		return fmt.Errorf("open library: %w", err)
	}
	var query func(argc int32, argv **byte) uintptr
	var errorOf func(result uintptr) string
	purego.RegisterLibFunc(&query, lib, "chdb_query_cmdline")
	purego.RegisterLibFunc(&errorOf, lib, "chdb_result_error")
	argv := make([]*byte, len(args)+1)
	for i, arg := range args {
		argv[i] = unsafe.StringData(arg + "\x00")
	}
	result := query(int32(len(args)), &argv[0])
	runtime.KeepAlive(argv)
	if result == 0 {
		return errors.New("the engine gave no result")
	}
	if text := errorOf(result); text != "" {
		return errors.New(text)
	}
	return nil
}
