package cli

import (
	"context"
	"strings"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
)

// critical is what a trace's skeleton says about where the time of its spans went.
type critical struct {
	share map[operation.SpanID]operation.Duration // of the critical path
	gaps  map[operation.SpanID]operation.Duration // that no span explains
}

// readCritical asks for the skeleton of a trace.
func readCritical(ctx context.Context, client *api.Client, id operation.TraceID, around api.Around) (*critical, error) {
	v := values("from", nanoseconds(around.From), "to", nanoseconds(around.To))
	var t api.Trace
	if err := client.Get(ctx, "/traces/"+id.String(), v, &t); err != nil {
		return nil, err
	}
	out := &critical{share: map[operation.SpanID]operation.Duration{}, gaps: map[operation.SpanID]operation.Duration{}}
	for _, stretch := range t.Critical {
		if i := stretch[0]; i >= 0 && i < int64(len(t.ID)) {
			out.share[t.ID[i]] += operation.Duration(stretch[2])
		}
	}
	for _, gap := range t.Gaps {
		if gap.Parent >= 0 && gap.Parent < len(t.ID) {
			out.gaps[t.ID[gap.Parent]] += gap.Duration
		}
	}
	return out, nil
}

// marks are what is to be said of a span.
func (c *critical) marks(id operation.SpanID) []string {
	var out []string
	if c == nil {
		return nil
	}
	if share := c.share[id]; share > 0 {
		out = append(out, "★ "+duration(share)+" critical")
	}
	if gap := c.gaps[id]; gap > 0 {
		out = append(out, "╱ "+duration(gap)+" not instrumented")
	}
	return out
}

// bar draws when a line's span ran within its operation: room characters are the whole of it.
func bar(op *operation.Operation, span *operation.Span, room int) string {
	if room <= 0 || op.Duration <= 0 {
		return ""
	}
	place := func(at operation.Time) int {
		return min(room, max(0, int(float64(at-op.StartTime)/float64(op.Duration)*float64(room)+0.5)))
	}
	from, to := place(span.StartTime), place(span.StartTime+operation.Time(span.Duration))
	if to > from {
		return strings.Repeat(" ", from) + strings.Repeat("█", to-from)
	}
	return strings.Repeat(" ", min(from, room-1)) + "▏"
}
