package strictconverter

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// configuration is what the rules need of a collector's configuration. What is misspelled or has the wrong type is
// not there; the collector complains about that itself.
type configuration struct {
	raw       map[string]any
	pipelines map[string]pipeline
}

type pipeline struct{ receivers, processors, exporters []string }

func read(raw map[string]any) *configuration {
	c := &configuration{raw: raw, pipelines: map[string]pipeline{}}
	for name, p := range mapOf(lookup(raw, "service", "pipelines")) {
		c.pipelines[name] = pipeline{
			receivers: stringsOf(lookup(p, "receivers")), processors: stringsOf(lookup(p, "processors")), exporters: stringsOf(lookup(p, "exporters")),
		}
	}
	return c
}

// lookup follows keys down; nil when there is nothing.
func lookup(value any, keys ...string) any {
	for _, key := range keys {
		m, _ := value.(map[string]any)
		value = m[key]
	}
	return value
}

func mapOf(value any) map[string]any {
	m, _ := value.(map[string]any)
	return m
}

func stringsOf(value any) (out []string) {
	list, _ := value.([]any)
	for _, v := range list {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// typeOf is the type in a component's id.
func typeOf(id string) string {
	name, _, _ := strings.Cut(id, "/")
	return name
}

// of answers the ids of the components of a class that are of one of the types and used in a pipeline, in order.
func (c *configuration) of(class string, types ...string) (out []string) {
	for _, id := range slices.Sorted(maps.Keys(mapOf(c.raw[class]))) {
		if slices.Contains(types, typeOf(id)) && c.used(class, id) {
			out = append(out, id)
		}
	}
	return out
}

func (c *configuration) used(class, id string) bool {
	for _, p := range c.pipelines {
		list := map[string][]string{"receivers": p.receivers, "processors": p.processors, "exporters": p.exporters, "connectors": p.exporters}[class]
		if slices.Contains(list, id) {
			return true
		}
	}
	return false
}

func (c *configuration) isConnector(id string) bool {
	_, ok := mapOf(c.raw["connectors"])[id]
	return ok
}

// fromOutside tells whether a pipeline gets data that this process was sent.
func (c *configuration) fromOutside(p pipeline) bool {
	return slices.ContainsFunc(p.receivers, func(id string) bool { return !c.isConnector(id) })
}

// reaches are the processors and exporters of pipelines that data of one gets into, through connectors, itself included.
func (c *configuration) reaches(name string) (out []string) {
	seen := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		if seen[name] {
			return
		}
		seen[name] = true
		p := c.pipelines[name]
		out = append(append(out, p.processors...), p.exporters...)
		for other, q := range c.pipelines {
			if slices.ContainsFunc(q.receivers, func(id string) bool { return c.isConnector(id) && slices.Contains(p.exporters, id) }) {
				visit(other)
			}
		}
	}
	visit(name)
	return out
}

func hasType(ids []string, types ...string) bool {
	return slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(types, typeOf(id)) })
}

// duration reads a duration as YAML gives it.
func duration(value any, otherwise time.Duration) time.Duration {
	switch v := value.(type) {
	case time.Duration:
		return v
	case string:
		if d, err := time.ParseDuration(v); err == nil {
			return d
		}
	case int:
		return time.Duration(v)
	}
	return otherwise
}

func falsy(value any) bool  { return fmt.Sprint(value) == "false" }
func truthy(value any) bool { return fmt.Sprint(value) == "true" }
