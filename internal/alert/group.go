package alert

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// GroupState is where the life of a known error stands.
type GroupState string

// The states of a known error. New ones are at most a week old, as in Sentry.
const (
	GroupNew        GroupState = "new"
	GroupOngoing    GroupState = "ongoing"
	GroupEscalating GroupState = "escalating"
	GroupRegressed  GroupState = "regressed"
	GroupResolved   GroupState = "resolved"
	GroupIgnored    GroupState = "ignored"
)

const (
	newFor            = 7 * 24 * time.Hour
	maxVersions       = 20
	regressionGrace   = 5 * time.Minute // an error under way when somebody resolves it is no regression
	hoursKept         = 7 * 24
	escalatingBetween = time.Hour
)

// GroupKey is the identity of a known error.
type GroupKey struct {
	Environment string `json:"environment"`
	Service     string `json:"service"`
	Fingerprint string `json:"fingerprint"`
}

// Group is an error that was seen: everything with one fingerprint in one service and environment.
type Group struct {
	GroupKey
	State         GroupState     `json:"state"`
	ErrorType     string         `json:"error_type"`
	ErrorMessage  string         `json:"error_message"`
	Operation     string         `json:"operation"`
	FirstSeen     operation.Time `json:"first_seen"`
	LastSeen      operation.Time `json:"last_seen"`
	Count         int64          `json:"count"`
	FirstVersion  string         `json:"first_version,omitempty"`
	Versions      []string       `json:"versions,omitempty"`
	Example       operation.ID   `json:"example"`
	Hours         []Hour         `json:"hours,omitempty"` // of the last week, oldest first, empty ones left out
	ChangedAt     operation.Time `json:"changed_at"`
	ResolvedAt    operation.Time `json:"resolved_at"`
	ResolvedIn    string         `json:"resolved_in,omitempty"` // the version that holds the mend
	IgnoredUntil  operation.Time `json:"ignored_until"`
	Expected      *Expected      `json:"expected,omitempty"`
	Note          string         `json:"note,omitempty"`
	DecidedAt     operation.Time `json:"decided_at"` // when a person last said something of it
	DecidedBy     string         `json:"decided_by,omitempty"`
	Decisions     int64          `json:"decisions,omitempty"` // how many
	EscalatedAt   operation.Time `json:"escalated_at"`
	ReplacedPrint string         `json:"replaced_fingerprint,omitempty"` // of an earlier version of the algorithm
}

// Hour counts the errors of one hour since the epoch.
type Hour struct {
	Hour  int64 `json:"hour"`
	Count int64 `json:"count"`
}

// Expected marks an error that is part of the business, up to a share of the service's operations.
type Expected struct {
	Reason  string  `json:"reason"`
	MaxRate float64 `json:"max_rate"` // 0 to 1; 0 is no limit
}

// seen counts an occurrence.
func (g *Group) seen(op *operation.Operation) {
	g.Count++
	if g.FirstSeen == 0 || op.StartTime < g.FirstSeen {
		g.FirstSeen = op.StartTime
	}
	if op.StartTime >= g.LastSeen {
		g.LastSeen, g.Example, g.ErrorMessage = op.StartTime, op.ID, op.ErrorMessage
	}
	if v := op.ServiceVersion; v != "" && !slices.Contains(g.Versions, v) {
		if len(g.Versions) >= maxVersions {
			g.Versions = slices.Delete(g.Versions, 0, 1)
		}
		g.Versions = append(g.Versions, v)
	}
	g.countHour(int64(op.StartTime) / int64(time.Hour))
}

func (g *Group) countHour(hour int64) {
	i, found := slices.BinarySearchFunc(g.Hours, hour, func(h Hour, hour int64) int { return int(h.Hour - hour) })
	if found {
		g.Hours[i].Count++
		return
	}
	g.Hours = slices.Insert(g.Hours, i, Hour{hour, 1})
	newest := g.Hours[len(g.Hours)-1].Hour
	for len(g.Hours) > 0 && g.Hours[0].Hour <= newest-hoursKept {
		g.Hours = g.Hours[1:]
	}
}

// age moves a group on that time alone changes.
func (g *Group) age(now operation.Time) bool {
	switch {
	case g.State == GroupIgnored && g.IgnoredUntil != 0 && now >= g.IgnoredUntil:
		g.State = GroupOngoing
	case g.State == GroupNew && operation.Duration(now-g.FirstSeen) > newFor:
		g.State = GroupOngoing
	case g.State == GroupEscalating && operation.Duration(now-g.EscalatedAt) > 24*time.Hour:
		g.State = GroupOngoing
	default:
		return false
	}
	g.ChangedAt = now
	return true
}

// back tells whether an occurrence means that a resolved error, or one that was quiet for long, has come back. What
// began before it was resolved, or runs a version from before the one that mends it, is the old error still.
func (g *Group) back(op *operation.Operation, quiet time.Duration) bool {
	if g.State == GroupResolved {
		switch {
		case op.StartTime <= g.ResolvedAt:
			return false
		case g.ResolvedIn != "":
			return op.ServiceVersion == g.ResolvedIn || op.ServiceVersion != "" && !slices.Contains(g.Versions, op.ServiceVersion)
		case op.ServiceVersion != "" && len(g.Versions) > 0 && !slices.Contains(g.Versions, op.ServiceVersion):
			return true
		default:
			return operation.Duration(op.StartTime-g.ResolvedAt) > regressionGrace
		}
	}
	return quiet > 0 && g.LastSeen > 0 && operation.Duration(op.StartTime-g.LastSeen) > quiet
}

// escalates applies Sentry's forecast to the hour that runs: for a week-old error the larger of a spike and a burst
// limit over the hours of the last week, for a younger one ten times its busiest hour.
func (g *Group) escalates(now operation.Time) (limit float64, yes bool) {
	current := int64(now) / int64(time.Hour)
	var sum, squares, busiest, weighted, weights, running float64
	for _, h := range g.Hours {
		n := float64(h.Count)
		if h.Hour == current {
			running = n
			continue
		}
		sum += n
		squares += n * n
		busiest = max(busiest, n)
	}
	age := operation.Duration(now - g.FirstSeen)
	if age < escalatingBetween || busiest == 0 {
		return 0, false
	}
	if age < newFor {
		limit = 10 * busiest
		return limit, running > limit
	}
	for i := int64(1); i <= hoursKept; i++ {
		w := math.Exp(-float64(i) / 24) // recent hours weigh more
		weights += w
		weighted += w * g.hour(current-i)
	}
	mean := sum / hoursKept
	deviation := math.Sqrt(max(squares/hoursKept-mean*mean, 0))
	spike := weighted/weights + min(max((mean+5*deviation)/mean, 5), 8)*mean
	burst := busiest * min(max(2, 5*math.Exp(-0.65*deviation/mean)), 5)
	limit = max(spike, burst)
	return limit, running > limit
}

func (g *Group) hour(hour int64) float64 {
	i, found := slices.BinarySearchFunc(g.Hours, hour, func(h Hour, hour int64) int { return int(h.Hour - hour) })
	if !found {
		return 0
	}
	return float64(g.Hours[i].Count)
}

func (g *Group) copied() Group {
	out := *g
	out.Versions, out.Hours = slices.Clone(g.Versions), slices.Clone(g.Hours)
	return out
}

// fingerprintVersion is the part before the colon: "fp1".
func fingerprintVersion(fingerprint string) string {
	version, _, _ := strings.Cut(fingerprint, ":")
	return version
}
