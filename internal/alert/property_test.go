package alert

import (
	"encoding/json"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
)

// minute is what one evaluation sees: operations of some services, among them failures of several kinds, revisions,
// cascades and late ones.
func minute(s *scene, random *rand.Rand) (ops []*operation.Operation) {
	for range 120 {
		op := s.op(of("service-"+strconv.Itoa(random.IntN(4)), "GET /"+strconv.Itoa(random.IntN(3))))
		op.StartTime -= operation.Time(random.Int64N(int64(50 * time.Second)))
		if random.IntN(4) == 0 {
			failing("fp1:" + strconv.Itoa(random.IntN(6)))(op)
			op.ErrorType = "E" + op.ErrorFingerprint
		}
		ops = append(ops, op)
		if random.IntN(10) == 0 {
			again := *op
			again.Revision = 2
			ops = append(ops, &again)
		}
	}
	return ops
}

// shuffled changes the order of operations, but not that of the revisions of one.
func shuffled(ops []*operation.Operation, random *rand.Rand) []*operation.Operation {
	out := slices.Clone(ops)
	random.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	first := map[operation.ID]int{}
	for i, op := range out {
		if at, seen := first[op.ID]; seen && out[at].Revision > op.Revision {
			out[at], out[i] = out[i], out[at]
		} else if !seen {
			first[op.ID] = i
		}
	}
	return out
}

// outcome is what of the alerts must not depend on the order in which operations came.
func outcome(t *testing.T, e *Engine) string {
	t.Helper()
	type line struct {
		ID            string
		State         State
		Errors, Total int64
		Value         float64
		Suppressed    Suppression
	}
	lines := []line{}
	for _, a := range e.Alerts() {
		lines = append(lines, line{a.ID, a.State, a.Errors, a.Total, a.Value, a.Suppressed})
	}
	slices.SortFunc(lines, func(a, b line) int { return strings.Compare(a.ID, b.ID) })
	text, err := json.Marshal(lines)
	require.NoError(t, err)
	return string(text)
}

// Neither the order of operations within an evaluation nor how they are cut into batches changes the alerts.
func TestOrderAndBatchesDoNotMatter(t *testing.T) {
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 1))
		rules := []Rule{{Name: "New", Type: TypeNewError}, {Name: "Rate", Type: TypeErrorRate}, {Name: "Slow", Type: TypeLatency, Above: 10 * time.Millisecond}, {Name: "Silent", Type: TypeSilence}}
		cfg := DefaultConfig()
		cfg.LearningPeriod, cfg.Rules, cfg.StormLimit = 0, rules, 1000
		straight, mixed := playWith(t, cfg), playWith(t, cfg)
		for range 12 {
			ops := minute(straight, random)
			straight.engine.Observe(ops, straight.now)
			for part := range slices.Chunk(shuffled(ops, random), 1+random.IntN(50)) {
				mixed.engine.Observe(part, mixed.now)
			}
			straight.pass(time.Minute)
			mixed.pass(time.Minute)
			require.Equal(t, outcome(t, straight.engine), outcome(t, mixed.engine), "seed %d", seed)
		}
		assert.NotEmpty(t, straight.engine.Alerts())
	}
}

// TestMemoryOfASeries prints what a series takes, and holds it to ten kilobytes.
func TestMemoryOfASeries(t *testing.T) {
	const n = 5000
	for name, rules := range map[string][]Rule{
		"the default rules":                  DefaultRules(),
		"and a burn rate over days":          append(DefaultRules(), Rule{Name: "Budget", Type: TypeBurnRate, Objective: 0.99}),
		"and a latency":                      append(DefaultRules(), Rule{Name: "Slow", Type: TypeLatency, Above: time.Second}),
		"and silence on the same operations": append(DefaultRules(), Rule{Name: "Silent", Type: TypeSilence}),
	} {
		cfg := DefaultConfig()
		cfg.MaxSeries, cfg.Rules = n, rules
		before := heapBytes()
		s := playWith(t, cfg)
		for i := range n {
			op := s.op(of("service-"+strconv.Itoa(i%50), "GET /things/"+strconv.Itoa(i)))
			if i%10 == 0 {
				failing("fp1:" + strconv.Itoa(i%100))(op)
			}
			s.engine.Observe([]*operation.Operation{op}, s.now)
		}
		s.engine.Changes()
		bytes := (heapBytes() - before) / n
		t.Logf("%-36s %5d bytes a series", name, bytes)
		assert.Less(t, bytes, int64(10_000), name)
		assert.Equal(t, n, s.engine.Stats().Series)
	}
}

func heapBytes() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
