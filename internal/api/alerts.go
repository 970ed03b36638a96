package api

import (
	"github.com/opslog/opslog/internal/alert"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// AlertList answers GET /alerts.
type AlertList struct {
	Items []alert.Alert `json:"items"`
}

// AlertDetail answers GET /alerts/{id}: its transitions, the latest first.
type AlertDetail struct {
	Alert   alert.Alert        `json:"alert"`
	History []alert.Transition `json:"history"`
}

// Mute is what POST /alerts/{id}/mute takes: one of Until and Duration.
type Mute struct {
	Until    string `json:"until,omitempty"`    // a time as in ranges
	Duration string `json:"duration,omitempty"` // such as 2h
	Reason   string `json:"reason,omitempty"`
}

// RuleList answers GET /alerts/rules: those of each process that watches.
type RuleList struct {
	Items []alert.RuleSet `json:"items"`
}

// RuleTest is what POST /alerts/rules/test takes. Rule is an object, or the text of one rule in YAML.
type RuleTest struct {
	Rule any    `json:"rule"`
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
}

// RuleTested answers it.
type RuleTested struct {
	Rule        map[string]any     `json:"rule"` // with its defaults
	Range       store.Range        `json:"range"`
	Operations  int64              `json:"operations"` // counted
	Transitions []alert.Transition `json:"transitions"`
	Firings     []alert.Firing     `json:"firings"` // the longest first
	Told        int                `json:"told"`    // transitions that somebody would have been told of
	Messages    []TestMessage      `json:"messages"`
	// Through is how far the range was looked at; Partial says why not further.
	Through operation.Time `json:"through"`
	Partial *store.Partial `json:"partial,omitempty"`
	Stats   *ScanStats     `json:"stats,omitempty"`
}

// TestMessage is what somebody would have been told.
type TestMessage struct {
	Time  operation.Time `json:"time"`
	Title string         `json:"title"`
	Text  string         `json:"text"`
}
