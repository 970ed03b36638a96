// Package packedconverter lets the operations connector hand its records over packed where nothing but opslog's own
// components reads them, which takes half the work.
package packedconverter // import "github.com/opslog/opslog/converter/packedconverter"

import (
	"context"
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

const key = "packed"

// Convert sets the key for each connector that may. What the configuration says itself stays.
func (converter) Convert(_ context.Context, conf *confmap.Conf) error {
	raw := conf.ToStringMap()
	connectors, _ := raw["connectors"].(map[string]any)
	for id, settings := range connectors {
		if typeOf(id) != "operations" || !onlyOurs(raw, id) {
			continue
		}
		own, _ := settings.(map[string]any)
		if _, said := own[key]; said {
			continue
		}
		patch := map[string]any{"connectors": map[string]any{id: map[string]any{key: true}}}
		if err := conf.Merge(confmap.NewFromStringMap(patch)); err != nil {
			return fmt.Errorf("set connectors::%s::%s: %w", id, key, err)
		}
	}
	return nil
}

// onlyOurs tells whether all that the connector's log records reach reads packed ones.
func onlyOurs(raw map[string]any, connector string) bool {
	service, _ := raw["service"].(map[string]any)
	pipelines, _ := service["pipelines"].(map[string]any)
	found := false
	for name, p := range pipelines {
		pipeline, _ := p.(map[string]any)
		if typeOf(name) != "logs" || !slices.Contains(ids(pipeline["receivers"]), connector) {
			continue
		}
		found = true
		if !all(pipeline["processors"], "error_alert") || !all(pipeline["exporters"], "opslog") {
			return false
		}
	}
	return found
}

func all(list any, kind string) bool {
	return !slices.ContainsFunc(ids(list), func(id string) bool { return typeOf(id) != kind })
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
