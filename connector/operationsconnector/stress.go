package operationsconnector

import (
	"encoding/binary"
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"github.com/opslog/opslog/internal/operation"
)

// StressConfig says what may be left out when there is more than the process can carry.
type StressConfig struct {
	// Enabled lets records of successful queries go under stress. Without it senders are told to try again, and nothing goes.
	Enabled bool `mapstructure:"enabled"`
	// On and Off are shares of the memory at which the stress begins and ends; Least is how long it lasts at least.
	On    float64       `mapstructure:"on"`
	Off   float64       `mapstructure:"off"`
	Least time.Duration `mapstructure:"least"`
	// KeepPercentage is how many of the successful queries stay meanwhile.
	KeepPercentage float64 `mapstructure:"keep_percentage"`
}

func defaultStress() StressConfig {
	return StressConfig{On: 0.9, Off: 0.75, Least: 10 * time.Second, KeepPercentage: 10}
}

func (cfg StressConfig) validate() (errs []error) {
	if cfg.On <= 0 || cfg.On > 1 {
		errs = append(errs, fmt.Errorf("stress::on is %v, want a share of the memory above 0 and up to 1", cfg.On))
	}
	if cfg.Off <= 0 || cfg.Off >= cfg.On {
		errs = append(errs, fmt.Errorf("stress::off is %v, want a share of the memory above 0 and below stress::on, which is %v", cfg.Off, cfg.On))
	}
	if cfg.Least < 0 {
		errs = append(errs, fmt.Errorf("stress::least is %v, want at least 0s", cfg.Least))
	}
	if cfg.KeepPercentage < 0 || cfg.KeepPercentage > 100 {
		errs = append(errs, fmt.Errorf("stress::keep_percentage is %v, want 0 to 100", cfg.KeepPercentage))
	}
	return errs
}

// stress knows whether the process is under stress. It begins above one limit and ends below a lower one, so that it
// does not flutter.
type stress struct {
	cfg    StressConfig
	active atomic.Bool
	began  time.Time // belongs to the goroutine that calls update, as do the next two
	cycles uint64    // of the garbage collector, when last looked at
	looked time.Time // when it had collected last
	shed   atomic.Int64
}

// update takes the share of the memory that is in use, and tells whether the stress began or ended with it.
func (s *stress) update(now time.Time, pressure float64) (changed bool) {
	switch {
	case !s.cfg.Enabled:
		return false
	case !s.active.Load() && pressure >= s.cfg.On:
		s.began = now
		s.active.Store(true)
		return true
	case s.active.Load() && pressure < s.cfg.Off && now.Sub(s.began) >= s.cfg.Least:
		s.active.Store(false)
		return true
	}
	return false
}

// sheds tells whether a record is left out: it succeeded, it is known to have changed nothing, and its trace is not one of
// those that stay. All processes choose the same traces.
func (s *stress) sheds(op *operation.Operation) bool {
	if !s.active.Load() || op.Kind != operation.KindQuery || op.Status == operation.StatusError || !op.Complete {
		return false
	}
	if keeps(op.TraceID, s.cfg.KeepPercentage) {
		return false
	}
	s.shed.Add(1)
	return true
}

// keeps is true for so many percent of the traces, by the random part of their ids.
func keeps(trace operation.TraceID, percentage float64) bool {
	h := binary.BigEndian.Uint64(trace[8:]) * 0x9E3779B97F4A7C15
	return float64(h>>11)/(1<<53) < percentage/100
}

// pressure is the largest share of a bound that is in use: of what may wait for the next component, and of Go's memory limit,
// which opslog sets from memory_limiter. What is garbage does not count, nor what the connector can forget at any time.
func (c *core) pressure() float64 {
	var share float64
	for _, w := range c.workers {
		share = max(share, float64(w.stats.Load().unsent)/float64(w.maxOutBytes))
	}
	if limit := debug.SetMemoryLimit(-1); limit < math.MaxInt64 {
		samples := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/cycles/total:gc-cycles"}}
		metrics.Read(samples)
		share = max(share, float64(samples[0].Value.Uint64())/float64(limit))
		c.stress.collect(time.Now(), samples[1].Value.Uint64())
	}
	return share
}

// oldest is how old the figure of the live heap may be under stress.
const oldest = 5 * time.Second

// collect lets the garbage collector run when it has not for a while, so that the end of the stress is seen: when nothing
// comes any more, it would rest for minutes.
func (s *stress) collect(now time.Time, cycles uint64) {
	if cycles != s.cycles || !s.active.Load() {
		s.cycles, s.looked = cycles, now
	} else if now.Sub(s.looked) >= oldest {
		runtime.GC()
	}
}

// watchStress is called by every worker now and then; the first one does it.
func (c *core) watchStress(w *worker) {
	if !c.cfg.Stress.Enabled || w != c.workers[0] {
		return
	}
	pressure := c.pressure()
	if !c.stress.update(time.Now(), pressure) {
		return
	}
	if c.stress.active.Load() {
		c.log.Warn("too much is coming in: of successful queries only some are kept until it is less; errors and commands all are",
			zap.Float64("memory_share", pressure), zap.Float64("keep_percentage", c.cfg.Stress.KeepPercentage))
		return
	}
	c.log.Info("the stress is over: everything is kept again", zap.Int64("left_out_since_start", c.stress.shed.Load()))
}
