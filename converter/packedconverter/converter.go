// Package packedconverter lets the operations connector and opslog_sampling hand over what they have packed where nothing
// but opslog's own components reads it, which takes half the work.
package packedconverter // import "github.com/opslog/opslog/converter/packedconverter"

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/confmap"
)

// NewFactory makes the factory of the converter.
func NewFactory() confmap.ConverterFactory {
	return confmap.NewConverterFactory(func(confmap.ConverterSettings) confmap.Converter { return converter{} })
}

type converter struct{}

// Keys of components that only this package sets, as a rule.
const (
	packed  = "packed"
	encoded = "encoded"
)

// Convert sets the keys for each component that may. What the configuration says itself stays.
func (converter) Convert(_ context.Context, conf *confmap.Conf) error {
	raw := conf.ToStringMap()
	for id := range section(raw, "connectors") {
		if typeOf(id) == "operations" && onlyOurs(raw, id) {
			if err := set(conf, raw, "connectors", id, packed); err != nil {
				return err
			}
		}
	}
	for id := range section(raw, "processors") {
		if typeOf(id) != "opslog_sampling" {
			continue
		}
		in, out := sampling(raw, id)
		if err := errors.Join(setIf(in, conf, raw, "processors", id, encoded), setIf(out, conf, raw, "processors", id, packed)); err != nil {
			return err
		}
	}
	return nil
}

func setIf(may bool, conf *confmap.Conf, raw map[string]any, kind, id, key string) error {
	if !may {
		return nil
	}
	return set(conf, raw, kind, id, key)
}

// set sets a key to true unless the configuration says something itself.
func set(conf *confmap.Conf, raw map[string]any, kind, id, key string) error {
	own, _ := section(raw, kind)[id].(map[string]any)
	if _, said := own[key]; said {
		return nil
	}
	patch := map[string]any{kind: map[string]any{id: map[string]any{key: true}}}
	if err := conf.Merge(confmap.NewFromStringMap(patch)); err != nil {
		return fmt.Errorf("set %s::%s::%s: %w", kind, id, key, err)
	}
	return nil
}

// sampling tells whether all that reaches a processor comes from a journal as it is there, and whether all that it
// passes on goes to an opslog exporter as it is.
func sampling(raw map[string]any, processor string) (in, out bool) {
	all := pipelines(raw)
	in, out = true, true
	for _, p := range all {
		if at := slices.Index(p.processors, processor); at >= 0 {
			in = in && at == 0 && fromJournal(all, p)
			out = out && at == len(p.processors)-1 && each(p.exporters, "opslog")
		}
	}
	return in, out
}

// fromJournal tells whether all that p receives is forwarded by pipelines that end in a journal.
func fromJournal(all map[string]path, p path) bool {
	for _, receiver := range p.receivers {
		if typeOf(receiver) != "forward" {
			return false
		}
		for name, from := range all {
			last := len(from.processors) - 1
			if typeOf(name) == "traces" && slices.Contains(from.exporters, receiver) && (last < 0 || typeOf(from.processors[last]) != "opslog_journal") {
				return false
			}
		}
	}
	return len(p.receivers) > 0
}

// onlyOurs tells whether all that the connector's log records reach reads packed ones.
func onlyOurs(raw map[string]any, connector string) (ours bool) {
	for name, p := range pipelines(raw) {
		if typeOf(name) != "logs" || !slices.Contains(p.receivers, connector) {
			continue
		}
		if ours = each(p.processors, "error_alert") && each(p.exporters, "opslog"); !ours {
			return false
		}
	}
	return ours
}

// path is a pipeline: it has the ids of its components.
type path struct{ receivers, processors, exporters []string }

func pipelines(raw map[string]any) map[string]path {
	out := map[string]path{}
	for name, p := range section(section(raw, "service"), "pipelines") {
		parts, _ := p.(map[string]any)
		out[name] = path{ids(parts["receivers"]), ids(parts["processors"]), ids(parts["exporters"])}
	}
	return out
}

func section(raw map[string]any, name string) map[string]any {
	part, _ := raw[name].(map[string]any)
	return part
}

// each tells whether all are of a type.
func each(list []string, kind string) bool {
	return !slices.ContainsFunc(list, func(id string) bool { return typeOf(id) != kind })
}

func ids(list any) (out []string) {
	items, _ := list.([]any)
	for _, item := range items {
		out = append(out, fmt.Sprint(item))
	}
	return out
}

// typeOf is the type in a component's or a pipeline's id.
func typeOf(id string) string {
	name, _, _ := strings.Cut(id, "/")
	return name
}
