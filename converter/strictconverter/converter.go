// Package strictconverter refuses configurations that lose acknowledged data, or show tenants each other's, most of them by a default that is easy
// to miss. It changes nothing. Each refusal is one sentence with the key, the value found, what is wanted and why.
package strictconverter // import "github.com/opslog/opslog/converter/strictconverter"

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/featuregate"
)

var gate = featuregate.GlobalRegistry().MustRegister("opslog.strictConfig", featuregate.StageBeta,
	featuregate.WithRegisterDescription("Refuses to start with settings that lose acknowledged data."),
	featuregate.WithRegisterFromVersion("v0.2.0"))

// NewFactory makes the factory of the converter.
func NewFactory() confmap.ConverterFactory {
	return confmap.NewConverterFactory(func(confmap.ConverterSettings) confmap.Converter { return converter{} })
}

type converter struct{}

// Convert answers all that is wrong with the configuration.
func (converter) Convert(_ context.Context, conf *confmap.Conf) error {
	if !gate.IsEnabled() {
		return nil
	}
	return check(conf.ToStringMap())
}

// rules are all checks. Each one looks at the whole configuration.
var rules = []func(*configuration) []string{
	memoryLimiterFirst, memoryLimiterInterval, noBatchProcessor, samplingBehindOperations, journalBehindRedaction,
	journalKeepsHeldData, journalKeepsLongEnough, exportersRetry, exportersWait, queuesSurvive, kafkaMarksAfter,
	tenantsReadTheirOwn,
}

func check(raw map[string]any) error {
	c := read(raw)
	var errs []error
	for _, rule := range rules {
		found := rule(c)
		slices.Sort(found)
		for _, sentence := range found {
			errs = append(errs, errors.New(sentence))
		}
	}
	if len(errs) == 0 {
		return nil
	}
	return fmt.Errorf("this configuration would lose data, or show it to others (--feature-gates=-opslog.strictConfig accepts that):\n%w", errors.Join(errs...))
}
