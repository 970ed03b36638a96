package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
)

const (
	stockManifest = "test/bench/stock/builder-config.yaml"
	stockTools    = "test/bench/stock/tools/go.mod"
	stockFolder   = ".cache/stock-0.161.0" // as in the manifest
)

// buildStock builds the stock chain once; that takes some minutes.
func buildStock(ctx context.Context) error {
	if _, err := os.Stat(stockBinary); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(stockFolder, 0o755); err != nil {
		return fmt.Errorf("build the stock chain: %w", err)
	}
	fmt.Println("building the stock chain; this is done once and takes some minutes")
	cmd := exec.CommandContext(ctx, "go", "tool", "-modfile="+stockTools, "builder", "--config", stockManifest)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build the stock chain: %w\n%s", err, out)
	}
	return nil
}
