package operationsconnector

import (
	"context"
	"fmt"
	"sync"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/contexts/ottlspan"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/ottlfuncs"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.uber.org/zap"
)

// entries are the user's conditions for entry spans. Without any it is nil.
type entries struct {
	log        *zap.Logger
	conditions []*ottl.Condition[*ottlspan.TransformContext]
	complain   sync.Once
}

// newEntries refuses what is no condition in OTTL on a span.
func newEntries(tel component.TelemetrySettings, conditions []string) (*entries, error) {
	if len(conditions) == 0 {
		return nil, nil
	}
	parser, err := ottlspan.NewParser(ottlfuncs.StandardConverters[*ottlspan.TransformContext](), tel)
	if err != nil {
		return nil, fmt.Errorf("make a parser of conditions: %w", err)
	}
	e := &entries{log: tel.Logger}
	for i, text := range conditions {
		c, err := parser.ParseCondition(text)
		if err != nil {
			return nil, fmt.Errorf("entries[%d] is %q, want a condition on a span in OTTL: %w", i, text, err)
		}
		e.conditions = append(e.conditions, c)
	}
	return e, nil
}

// match tells whether one of the conditions holds. One that cannot be decided, as a comparison of different types
// cannot, does not hold; the log says so the first time.
func (e *entries) match(ctx context.Context, rs ptrace.ResourceSpans, ss ptrace.ScopeSpans, span ptrace.Span) bool {
	if e == nil {
		return false
	}
	tc := ottlspan.NewTransformContextPtr(rs, ss, span)
	defer tc.Close()
	for i, c := range e.conditions {
		holds, err := c.Eval(ctx, tc)
		if err != nil {
			e.complain.Do(func() {
				e.log.Warn("a condition under entries cannot be decided; it counts as not met", zap.Int("condition", i), zap.Error(err))
			})
			continue
		}
		if holds {
			return true
		}
	}
	return false
}
