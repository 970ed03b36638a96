package operationsconnector

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/consumer"
	"go.uber.org/zap"
)

// sender sends the RED metrics every flush_interval.
type sender struct {
	next consumer.Metrics
	quit chan struct{}
	done chan struct{}
}

func (c *core) sendMetricsTo(next consumer.Metrics) {
	c.metrics = sender{next: next, quit: make(chan struct{}), done: make(chan struct{})}
	go c.runMetrics()
}

func (c *core) runMetrics() {
	defer close(c.metrics.done)
	ticker := time.NewTicker(c.cfg.Metrics.FlushInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			c.flushMetrics(c.ctx)
		case <-c.metrics.quit:
			return
		}
	}
}

// stopMetrics sends the metrics for the last time.
func (c *core) stopMetrics(ctx context.Context) {
	if c == nil {
		return
	}
	close(c.metrics.quit)
	<-c.metrics.done
	c.flushMetrics(ctx)
}

// flushMetrics loses nothing when the next component fails: the next flush says the same and more.
func (c *core) flushMetrics(ctx context.Context) {
	md := c.red.flush(time.Now())
	if md.DataPointCount() == 0 {
		return
	}
	if err := c.metrics.next.ConsumeMetrics(ctx, md); err != nil {
		c.log.Warn("the next component did not take the metrics of operations", zap.Error(err))
	}
}
