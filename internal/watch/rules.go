package watch

import (
	"context"
	"time"

	"github.com/opslog/opslog/internal/alert"
	"github.com/opslog/opslog/internal/operation"
)

// rulesKept is how long the rules of a process that does not come back are shown.
const rulesKept = 30 * 24 * time.Hour

func (w *Watch) publish(ctx context.Context) error {
	names := make([]string, 0, len(w.cfg.Notifiers))
	for _, n := range w.cfg.Notifiers {
		names = append(names, n.Name)
	}
	return w.put(ctx, RulePrefix+w.cfg.Instance, alert.RuleSet{
		Instance: w.cfg.Instance, Started: operation.TimeOf(w.now()), EvaluationInterval: w.cfg.Alert.EvaluationInterval.String(),
		Rules: w.cfg.Alert.Effective(), Notifiers: names,
	})
}
