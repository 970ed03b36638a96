package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

const profileConfig = "test/bench/config/opslog-profile.yaml"

// profile makes the chain leave a CPU profile in a file, and one of memory in a second one.
func (c *chain) profile(path string) {
	c.command = append(c.command, "--config", profileConfig)
	c.cpu = path
}

// takeProfile profiles the process while it gets load and while it settles. The channel gives one answer, at once when path is empty.
func (p *process) takeProfile(ctx context.Context, path string, during time.Duration) <-chan error {
	done := make(chan error, 1)
	if path == "" {
		done <- nil
		return done
	}
	go func() { done <- p.fetchProfile(ctx, path, during) }()
	return done
}

// fetchProfile leaves the CPU profile at path, and beside it what memory was in use and allocated at its end.
func (p *process) fetchProfile(ctx context.Context, path string, during time.Duration) error {
	if err := p.fetch(ctx, fmt.Sprintf("profile?seconds=%d", max(1, int(during.Seconds())-1)), path); err != nil {
		return err
	}
	return p.fetch(ctx, "heap", path+".heap")
}

func (p *process) fetch(ctx context.Context, what, path string) error {
	url := fmt.Sprintf("http://%s/debug/pprof/%s", p.pprof, what)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", url, response.Status)
	}
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, response.Body); err != nil {
		return errors.Join(err, out.Close())
	}
	return out.Close()
}
