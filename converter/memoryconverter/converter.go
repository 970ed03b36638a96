// Package memoryconverter tells the garbage collector what memory_limiter allows. It changes nothing in the
// configuration.
//
// By default Go collects when the heap has doubled, whether that is at 8 MiB or beyond the limit. Here it waits longer
// while there is room, and collects more often before memory_limiter would refuse data because of garbage.
package memoryconverter // import "github.com/opslog/opslog/converter/memoryconverter"

import (
	"context"
	"os"
	"runtime/debug"
	"strings"

	"go.opentelemetry.io/collector/confmap"
)

const (
	// growth is how far the heap may grow between collections while the limit is far, in percent.
	growth = 300
	// spikeShare is the default of spike_limit_mib, and limitShare what of the soft limit the runtime aims at, which
	// counts more than memory_limiter does: stacks, and memory that is free but not given back.
	spikeShare, limitShare = 0.2, 0.9
	bytesMiB               = 1 << 20
)

// NewFactory makes the factory of the converter.
func NewFactory() confmap.ConverterFactory {
	return confmap.NewConverterFactory(func(confmap.ConverterSettings) confmap.Converter { return converter{} })
}

type converter struct{}

// Convert sets the runtime's limits, unless the environment variables GOGC and GOMEMLIMIT do. Without a
// memory_limiter that has limit_mib nothing changes.
func (converter) Convert(_ context.Context, conf *confmap.Conf) error {
	limit, ok := limitOf(conf.ToStringMap())
	if !ok {
		return nil
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(limit)
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(growth)
	}
	return nil
}

// limitOf is the least that any memory_limiter of the configuration allows, in bytes.
func limitOf(raw map[string]any) (limit int64, ok bool) {
	processors, _ := raw["processors"].(map[string]any)
	for id, settings := range processors {
		if name, _, _ := strings.Cut(id, "/"); name != "memory_limiter" {
			continue
		}
		s, _ := settings.(map[string]any)
		hard, spike := mib(s["limit_mib"]), mib(s["spike_limit_mib"])
		if hard <= 0 {
			continue
		}
		if spike <= 0 {
			spike = hard * spikeShare
		}
		if own := int64((hard - spike) * limitShare * bytesMiB); own > 0 && (!ok || own < limit) {
			limit, ok = own, true
		}
	}
	return limit, ok
}

func mib(v any) float64 {
	switch n := v.(type) {
	case int:
		return float64(n)
	case int64:
		return float64(n)
	case float64:
		return n
	default:
		return 0
	}
}
