package alert

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
)

// incident is something that went wrong in the month, on purpose.
type incident struct {
	kind     string
	service  string
	at       time.Duration // since the month began
	lasts    time.Duration
	rate     float64 // of failures; a single failure when 0
	alerted  int     // alerts that were told for it
	detected time.Duration
}

// month is thirty days of twelve services: traffic with days, nights and weekends, half a percent of failures that are
// known, deploys, services with a handful of requests an hour, an operation whose failures hover around the threshold,
// and jobs. The incidents stand apart from each other.
type month struct {
	random    *rand.Rand
	incidents []*incident
	version   int
}

const (
	monthDays  = 30
	monthStep  = 10 * time.Second
	afterglow  = 20 * time.Minute // an alert so long after an incident still belongs to it
	chainDepth = 6
)

func newMonth(seed uint64) *month {
	m := &month{random: rand.New(rand.NewPCG(seed, 2))}
	day := func(d float64) time.Duration { return time.Duration(d * 24 * float64(time.Hour)) }
	for i := range 10 {
		m.incidents = append(m.incidents, &incident{
			kind: "failures of a known kind", service: fmt.Sprintf("shop-%d", i%6), at: day(3.4 + 2.5*float64(i)), lasts: time.Duration(15+5*(i%4)) * time.Minute,
			rate: 0.2 + 0.08*float64(i%5),
		})
	}
	for i := range 8 {
		m.incidents = append(m.incidents, &incident{kind: "new error after a deploy", service: fmt.Sprintf("shop-%d", (i+2)%6), at: day(4.6 + 3*float64(i)), lasts: 10 * time.Minute, rate: 0.03})
	}
	m.incidents = append(m.incidents,
		&incident{kind: "outage through six services", service: "chain-0", at: day(9.9), lasts: 12 * time.Minute, rate: 0.9},
		&incident{kind: "job that does not run", service: "jobs", at: day(13), lasts: 5 * time.Hour},
		&incident{kind: "job that does not run", service: "jobs", at: day(24), lasts: 5 * time.Hour},
		&incident{kind: "low-traffic service is down", service: "rare-0", at: day(17.2), lasts: 4 * time.Hour, rate: 1},
	)
	return m
}

func (m *month) during(service string, at time.Duration) *incident {
	for _, i := range m.incidents {
		if i.service == service && at >= i.at && at < i.at+i.lasts {
			return i
		}
	}
	return nil
}

// season is the share of the busiest hour's traffic.
func season(at time.Duration) float64 {
	hour := math.Mod(at.Hours(), 24)
	share := 0.55 - 0.45*math.Cos((hour-3)/24*2*math.Pi)
	if day := int(at.Hours()/24) % 7; day >= 5 {
		share *= 0.4
	}
	return share
}

// step makes the operations of one step.
func (m *month) step(s *scene, at time.Duration) (ops []*operation.Operation) {
	for service := range 6 {
		ops = append(ops, m.service(s, fmt.Sprintf("shop-%d", service), at, 4*season(at))...)
	}
	for service := range 3 {
		ops = append(ops, m.service(s, fmt.Sprintf("rare-%d", service), at, 0.02)...)
	}
	ops = append(ops, m.hovering(s, at)...)
	ops = append(ops, m.chain(s, at)...)
	if at%time.Hour == 0 && m.during("jobs", at) == nil {
		ops = append(ops, s.op(of("jobs", "job hourly"), job))
	}
	return ops
}

func job(op *operation.Operation) { op.Transport = operation.TransportJob }

func (m *month) count(mean float64) (n int) {
	for limit, p := math.Exp(-mean), m.random.Float64(); p > limit; n++ { // Poisson, by Knuth
		p *= m.random.Float64()
	}
	return n
}

func (m *month) service(s *scene, service string, at time.Duration, mean float64) (ops []*operation.Operation) {
	i := m.during(service, at)
	for range m.count(mean) {
		op := s.op(of(service, "GET /"+service), func(op *operation.Operation) { op.ServiceVersion = fmt.Sprint(m.version) })
		rate, fingerprint := 0.005, "fp1:"+service+"-known"
		if i != nil {
			rate = i.rate
			if i.kind == "new error after a deploy" {
				fingerprint = fmt.Sprintf("fp1:%s-%d", service, i.at)
			}
		}
		if m.random.Float64() < rate {
			failing(fingerprint)(op)
		}
		ops = append(ops, op)
	}
	return ops
}

// hovering fails in 3.5 % to 4.5 % of its runs, for ever: close to the threshold, and nothing to wake somebody for.
func (m *month) hovering(s *scene, at time.Duration) (ops []*operation.Operation) {
	rate := 0.04 + 0.005*math.Sin(at.Hours())
	for range m.count(5) {
		op := s.op(of("hover", "GET /hover"))
		if m.random.Float64() < rate {
			failing("fp1:hover")(op)
		}
		ops = append(ops, op)
	}
	return ops
}

// chain is a call through six services, each with an operation of its own; chain-0 is the innermost.
func (m *month) chain(s *scene, at time.Duration) (ops []*operation.Operation) {
	i := m.during("chain-0", at)
	for range m.count(season(at)) {
		failed := i != nil && m.random.Float64() < i.rate
		var trace operation.TraceID
		for depth := range chainDepth {
			op := s.op(of(fmt.Sprintf("chain-%d", depth), "GET /chain"))
			if depth == 0 {
				trace = op.TraceID
			}
			op.TraceID = trace
			if failed {
				failing(fmt.Sprintf("fp1:chain-%d", depth))(op)
				op.ErrorService = "chain-0"
			}
			ops = append(ops, op)
		}
	}
	return ops
}

// known are the failures that everybody has got used to.
func (m *month) known() (out []Group) {
	for service := range 6 {
		out = append(out, knownGroup(fmt.Sprintf("shop-%d", service)))
	}
	for service := range 3 {
		out = append(out, knownGroup(fmt.Sprintf("rare-%d", service)))
	}
	return append(out, Group{GroupKey: GroupKey{"prod", "hover", "fp1:hover"}, State: GroupOngoing, LastSeen: begin})
}

func knownGroup(service string) Group {
	return Group{GroupKey: GroupKey{"prod", service, "fp1:" + service + "-known"}, State: GroupOngoing, LastSeen: begin}
}

// belongs finds the incident behind an alert.
func (m *month) belongs(a *Alert, at time.Duration) *incident {
	for _, i := range m.incidents {
		service := a.Labels["service"]
		if at >= i.at && at <= i.at+i.lasts+afterglow && (service == i.service || i.service == "chain-0" && service[:5] == "chain") {
			return i
		}
	}
	return nil
}

func TestAMonth(t *testing.T) {
	m := newMonth(1)
	cfg := DefaultConfig()
	cfg.Rules = append(DefaultRules(), Rule{Name: "JobSilent", Type: TypeSilence, Match: "transport = job"})
	s := playWith(t, cfg)
	s.engine.Restore(nil, m.known())
	var strays []string
	for at := time.Duration(0); at < monthDays*24*time.Hour; at += monthStep {
		if at%(12*time.Hour) == 0 {
			m.version++
		}
		s.now = begin + operation.Time(at)
		s.engine.Observe(m.step(s, at), s.now)
		s.engine.Evaluate(s.now)
		s.collect()
		for _, tr := range s.told {
			if tr.To != StateFiring || tr.Alert.Suppressed != "" {
				continue
			}
			if i := m.belongs(&tr.Alert, at); i == nil {
				strays = append(strays, fmt.Sprintf("day %.1f: %s %s", at.Hours()/24, tr.Alert.Rule, tr.Alert.Labels["service"]))
			} else if i.alerted++; i.alerted == 1 {
				i.detected = at - i.at
			}
		}
		s.told = s.told[:0]
	}
	found := 0
	slices.SortFunc(m.incidents, func(a, b *incident) int { return int(a.at - b.at) })
	for _, i := range m.incidents {
		t.Logf("day %4.1f  %-28s %-8s alerts %d, first after %s", i.at.Hours()/24, i.kind, i.service, i.alerted, i.detected)
		if i.alerted > 0 {
			found++
		}
		if i.service == "chain-0" {
			assert.Equal(t, 1, i.alerted, "a cascade is one alert")
		}
	}
	t.Logf("%d of %d incidents alerted, %d false alerts in %d days, %d operations", found, len(m.incidents), len(strays), monthDays, s.engine.Stats().Operations)
	require.GreaterOrEqual(t, float64(found), 0.95*float64(len(m.incidents)))
	assert.LessOrEqual(t, len(strays), monthDays/7, "at most one a week: %v", strays[:min(len(strays), 12)])
}
