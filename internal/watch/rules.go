package watch

import (
	"context"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// Rules are what a process watches for, as it says at its start.
type Rules struct {
	Instance           string           `json:"instance"`
	Started            operation.Time   `json:"started"`
	EvaluationInterval string           `json:"evaluation_interval"`
	Rules              []map[string]any `json:"rules"`
	Notifiers          []string         `json:"notifiers"` // names
}

// rulesKept is how long the rules of a process that does not come back are shown.
const rulesKept = 30 * 24 * time.Hour

func (w *Watch) publish(ctx context.Context) error {
	names := make([]string, 0, len(w.cfg.Notifiers))
	for _, n := range w.cfg.Notifiers {
		names = append(names, n.Name)
	}
	return w.put(ctx, RulePrefix+w.cfg.Instance, Rules{
		Instance: w.cfg.Instance, Started: operation.TimeOf(w.now()), EvaluationInterval: w.cfg.Alert.EvaluationInterval.String(),
		Rules: w.cfg.Alert.Effective(), Notifiers: names,
	})
}
