// Package storehost finds the store that an opslog_storage extension owns.
package storehost

import (
	"fmt"
	"sort"
	"strings"

	"go.opentelemetry.io/collector/component"

	"github.com/opslog/opslog/internal/erasure"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/spool"
	"github.com/opslog/opslog/internal/store"
)

// Provider is what an extension that owns a store offers. Backend is never nil between the extension's Start
// and Shutdown; after Shutdown its calls answer store.ErrClosed.
type Provider interface {
	Backend() store.Backend
}

// SpoolProvider is what the same extension offers for what waits on disk. Spool is never nil between the extension's
// Start and Shutdown.
type SpoolProvider interface {
	Spool() *spool.Spool
}

// ErasureProvider is what the same extension offers to erase people on request.
type ErasureProvider interface {
	Erasures() *erasure.Executor
}

// Archiver keeps commands where they cannot be changed. It does nothing where no archive is configured.
type Archiver interface {
	Archive(ops []*operation.Operation) error
}

// FindArchiver gives the archive of the extension with the given id. Call it in Start, too.
func FindArchiver(host component.Host, id component.ID) (Archiver, error) {
	return find[Archiver](host, id)
}

// FindErasures gives the executor of the extension with the given id. Call it in Start, too.
func FindErasures(host component.Host, id component.ID) (*erasure.Executor, error) {
	provider, err := find[ErasureProvider](host, id)
	if err != nil {
		return nil, err
	}
	return provider.Erasures(), nil
}

// Find gives the store of the extension with the given id. Call it in Start: extensions are up by then.
func Find(host component.Host, id component.ID) (store.Backend, error) {
	provider, err := find[Provider](host, id)
	if err != nil {
		return nil, err
	}
	return provider.Backend(), nil
}

// FindSpool gives the spool of the extension with the given id. Call it in Start, too.
func FindSpool(host component.Host, id component.ID) (*spool.Spool, error) {
	provider, err := find[SpoolProvider](host, id)
	if err != nil {
		return nil, err
	}
	return provider.Spool(), nil
}

func find[T any](host component.Host, id component.ID) (provider T, err error) {
	extensions := host.GetExtensions()
	ext, ok := extensions[id]
	if !ok {
		return provider, fmt.Errorf("storage: %q is not a running extension; add it under extensions and service::extensions (running: %s)", id, running(extensions))
	}
	provider, ok = ext.(T)
	if !ok {
		return provider, fmt.Errorf("storage: extension %q holds no operations log, want one of type opslog_storage", id)
	}
	return provider, nil
}

func running(extensions map[component.ID]component.Component) string {
	names := make([]string, 0, len(extensions))
	for id := range extensions {
		names = append(names, id.String())
	}
	if len(names) == 0 {
		return "none"
	}
	sort.Strings(names)
	return strings.Join(names, ", ")
}
