// Package alert decides when people should hear of something: it counts operations, knows the errors it has seen, and
// moves alerts through ok, pending, firing and resolved. It is pure: time comes in as a parameter, state goes out and
// in as a snapshot, and what must be told comes out as transitions. Sending them is somebody else's work.
package alert

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"

	"github.com/opslog/opslog/internal/operation"
)

// State is where an alert stands. An alert that is ok is not kept.
type State string

// The states.
const (
	StateOK       State = "ok"
	StatePending  State = "pending"
	StateFiring   State = "firing"
	StateResolved State = "resolved"
)

// Reason says why an alert changed its state.
type Reason string

// The reasons.
const (
	ReasonFirstSeen     Reason = "first_seen"     // an error with a fingerprint that was never seen
	ReasonRegressed     Reason = "regressed"      // a resolved error is back
	ReasonEscalating    Reason = "escalating"     // a known error comes far more often than it used to
	ReasonExpectedRate  Reason = "expected_rate"  // an expected error comes more often than was expected
	ReasonThreshold     Reason = "threshold"      // the value is beyond the threshold
	ReasonForElapsed    Reason = "for_elapsed"    // and has been for as long as the rule's `for`
	ReasonSilent        Reason = "silent"         // nothing came when something was due
	ReasonDestructive   Reason = "destructive"    // a command removed more than is usual
	ReasonStorm         Reason = "storm"          // too many new errors for one alert each
	ReasonBelow         Reason = "below"          // the value stayed under the threshold
	ReasonNotSeenAgain  Reason = "not_seen_again" // the event did not recur
	ReasonSeenAgain     Reason = "seen_again"     // what was silent spoke
	ReasonNoTraffic     Reason = "no_traffic"     // there was nothing left to judge by, for a long time
	ReasonErrorResolved Reason = "error_resolved" // a person resolved or ignored the error
	ReasonRuleRemoved   Reason = "rule_removed"   // the configuration has the rule no more
)

// Suppression says why a transition is recorded but not told.
type Suppression string

// The suppressions.
const (
	SuppressLearning Suppression = "learning" // the store was empty a moment ago: everything is new
	SuppressStorm    Suppression = "storm"    // the storm's own alert tells it
	SuppressCascade  Suppression = "cascade"  // the alert of the service that caused it tells it
	SuppressMuted    Suppression = "muted"
)

// Alert is one thing that is, or was, wrong. Its labels are its identity.
type Alert struct {
	ID          string            `json:"id"` // hash of the labels
	Rule        string            `json:"rule"`
	Type        string            `json:"type"`
	Severity    string            `json:"severity"`
	Labels      map[string]string `json:"labels"`
	State       State             `json:"state"`
	Reason      Reason            `json:"reason"`
	Suppressed  Suppression       `json:"suppressed,omitempty"`
	Generation  int64             `json:"generation"` // when it left ok: tells one occurrence of the alert from the next
	PendingAt   operation.Time    `json:"pending_at"`
	FiringAt    operation.Time    `json:"firing_at"`
	ResolvedAt  operation.Time    `json:"resolved_at"`
	ActiveAt    operation.Time    `json:"active_at"` // when the condition last held
	ClearAt     operation.Time    `json:"clear_at"`  // since when it does not; 0 while it does
	Value       float64           `json:"value"`
	Threshold   float64           `json:"threshold"`
	Errors      int64             `json:"errors"` // in the window, or since the alert began
	Total       int64             `json:"total"`
	Evidence    Evidence          `json:"evidence"`
	AckedBy     string            `json:"acked_by,omitempty"`
	AckedAt     operation.Time    `json:"acked_at"`
	MutedUntil  operation.Time    `json:"muted_until"`
	MutedReason string            `json:"muted_reason,omitempty"`
}

// Transition is a change of an alert's state. The alert is a copy as it was behind the change.
type Transition struct {
	Alert Alert          `json:"alert"`
	From  State          `json:"from"`
	To    State          `json:"to"`
	At    operation.Time `json:"at"`
	// Key is the same for the same change of the same alert, however often it is told.
	Key string `json:"key"`
}

// Muted tells whether somebody asked not to hear of the alert now.
func (a *Alert) Muted(now operation.Time) bool { return now < a.MutedUntil }

// identity is the hash of labels.
func identity(labels map[string]string) string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		h.Write([]byte(name))
		h.Write([]byte{0})
		h.Write([]byte(labels[name]))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

func (a *Alert) copied() Alert {
	out := *a
	out.Labels = maps.Clone(a.Labels)
	out.Evidence = a.Evidence.copied()
	return out
}
