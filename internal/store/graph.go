package store

import "github.com/opslog/opslog/internal/operation"

// EdgeQuery selects edges of the service graph.
type EdgeQuery struct {
	Range       Range  // of the minutes in which calls began
	Environment string // "" is all
	Service     string // edges that begin or end at this node; "" is all
	Tenant      string // operation.TenantKey of one; "" is the sum of all
}

// QualityQuery selects counters of trace quality.
type QualityQuery struct {
	Range   Range
	Service string // "" is all
	Tenant  string // operation.TenantKey of one; "" is the sum of all
}

// QualitySum is the sum of all counters of one check on one subject. FirstFailed and LastFailed are the minutes of the
// first and the last failure, 0 when there was none.
type QualitySum struct {
	ServiceName  string
	Environment  string
	Check        string
	Subject      string
	Total        int64
	Failed       int64
	Value        int64
	FirstFailed  operation.Time
	LastFailed   operation.Time
	ExampleTrace operation.TraceID
}
