package alert

import (
	"fmt"
	"reflect"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// RuleSet is what a process watches for, as it says at its start.
type RuleSet struct {
	Instance           string           `json:"instance"`
	Started            operation.Time   `json:"started"`
	EvaluationInterval string           `json:"evaluation_interval"`
	Rules              []map[string]any `json:"rules"`
	Notifiers          []string         `json:"notifiers"` // names
}

// Settings are the rule as its configuration would say it, with the defaults of its type filled in: keys as in the
// YAML, durations as text, what is empty left out.
func (r Rule) Settings() map[string]any {
	return settingsOf(reflect.ValueOf(r.withDefaults())).(map[string]any)
}

// Effective are the rules with their defaults filled in.
func (c *Config) Effective() []map[string]any {
	out := make([]map[string]any, len(c.Rules))
	for i, r := range c.Rules {
		out[i] = r.Settings()
	}
	return out
}

// Validate tells everything that is wrong with the rule.
func (r Rule) Validate() error {
	c := DefaultConfig()
	c.Rules = []Rule{r}
	return c.Validate()
}

func settingsOf(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Struct:
		out := map[string]any{}
		for i := range v.NumField() {
			if f := v.Field(i); !f.IsZero() {
				out[v.Type().Field(i).Tag.Get("mapstructure")] = settingsOf(f)
			}
		}
		return out
	case reflect.Slice:
		out := make([]any, v.Len())
		for i := range out {
			out[i] = settingsOf(v.Index(i))
		}
		return out
	case reflect.String:
		return v.String()
	default:
		if d, ok := v.Interface().(time.Duration); ok {
			return fmt.Sprint(d)
		}
		return v.Interface()
	}
}
