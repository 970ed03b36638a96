package quality

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

func sum(check, subject string, total, failed, value int64) *store.QualitySum {
	s := &store.QualitySum{ServiceName: "shop", Environment: "prod", Check: check, Subject: subject, Total: total, Failed: failed, Value: value}
	if failed > 0 {
		s.ExampleTrace, s.FirstFailed, s.LastFailed = operation.TraceID{1}, 1, 2
	}
	return s
}

// Each defect trips its check, and of the rules the one that says the same.
func TestEachDefectTripsItsCheck(t *testing.T) {
	healthy := map[string]*store.QualitySum{}
	for _, k := range catalogue {
		healthy[k.source()] = sum(k.source(), "", 1000, 0, 0)
	}
	debug := sum(operation.RuleDebugLogs, "", 1000, 10, 0)
	debug.LastFailed = debug.FirstFailed + 15*24*60*operation.Minute
	for name, defect := range map[string]*store.QualitySum{
		operation.CheckOrphan + " " + operation.RuleNoOrphans: sum(operation.CheckOrphan, "", 1000, 51, 0),
		operation.CheckRootless:                               sum(operation.CheckRootless, "", 1000, 60, 0),
		operation.CheckSingleSpan:                             sum(operation.CheckSingleSpan, "GET /", 1000, 300, 9),
		operation.CheckBrokenEdge:                             sum(operation.CheckBrokenEdge, "shop -> payments", 100, 95, 0),
		operation.CheckMissingStep:                            sum(operation.CheckMissingStep, "GET /: SELECT", 20, 15, 0),
		operation.CheckGap:                                    sum(operation.CheckGap, "GET /", 1000, 400, 0),
		operation.CheckGenericName:                            sum(operation.CheckGenericName, "handler", 1000, 200, 0),
		operation.CheckHighCardinality:                        sum(operation.CheckHighCardinality, "GET /{id}", 1000, 600, 0),
		operation.CheckNoise:                                  sum(operation.CheckNoise, "GET /", 1000, 600, 0),
		operation.CheckMissingAttribute:                       sum(operation.CheckMissingAttribute, "http.route", 1000, 600, 0),
		operation.CheckOverhead:                               sum(operation.CheckOverhead, "GET /", 5, 1, 0),
		operation.RuleInstanceID:                              sum(operation.RuleInstanceID, "", 1000, 1, 0),
		operation.RuleInstanceUnique:                          sum(operation.RuleInstanceUnique, "", 1000, 1, 0),
		operation.RulePodUID:                                  sum(operation.RulePodUID, "", 1000, 1, 0),
		operation.RuleAttributeLevel:                          sum(operation.RuleAttributeLevel, "service.name", 1000, 1, 0),
		operation.RuleServiceName:                             sum(operation.RuleServiceName, "", 1000, 1, 0),
		operation.RuleInternalSpans:                           sum(operation.RuleInternalSpans, "", 1000, 1, 0),
		operation.RuleRootClient:                              sum(operation.RuleRootClient, "", 1000, 1, 0),
		operation.RuleShortSpans:                              sum(operation.RuleShortSpans, "", 1000, 1, 0),
		operation.RuleDebugLogs:                               debug,
		operation.RuleSeverityIsNotSet:                        sum(operation.RuleSeverityIsNotSet, "", 1000, 1, 0),
	} {
		sums := []*store.QualitySum{defect}
		for check, s := range healthy {
			if check != defect.Check {
				sums = append(sums, s)
			}
		}
		got := Evaluate(sums, store.Range{})
		require.Len(t, got, 1)
		tripped := ""
		for _, c := range got[0].Checks {
			if c.Status != StatusPass {
				tripped += " " + c.ID
				assert.NotEmpty(t, c.Examples, c.ID)
				assert.NotEmpty(t, c.Fix)
			}
		}
		assert.Equal(t, " "+name, tripped)
	}
}

func TestScore(t *testing.T) {
	all := []*store.QualitySum{}
	for _, k := range catalogue {
		if k.impact != "" {
			all = append(all, sum(k.source(), "", 10, 0, 0))
		}
	}
	got := Evaluate(all, store.Range{})[0]
	assert.InDelta(t, 100, *got.Score, 0)
	assert.Equal(t, BandExcellent, got.Band)

	// Without service.name, a critical rule, 40 are missing.
	for _, s := range all {
		if s.Check == operation.RuleServiceName {
			s.Failed = 1
		}
	}
	got = Evaluate(all, store.Range{})[0]
	total := 0
	for _, k := range catalogue {
		total += weights[k.impact]
	}
	assert.InDelta(t, 100*float64(total-40)/float64(total), *got.Score, 0.01)
	assert.Equal(t, 1, got.FailedRuleCount)

	// A rule that cannot be judged counts neither way.
	got = Evaluate([]*store.QualitySum{sum(operation.RuleServiceName, "", 10, 0, 0), sum(operation.RuleInstanceID, "", 10, 4, 0)}, store.Range{})[0]
	assert.InDelta(t, 66.67, *got.Score, 0.001)
	assert.Equal(t, BandNeedsWork, got.Band)
	assert.Nil(t, Evaluate([]*store.QualitySum{sum(operation.CheckVolume, "", 4, 0, 40)}, store.Range{To: 10e9})[0].Score)
}

func TestVolumeAndOrder(t *testing.T) {
	bad := sum(operation.RuleServiceName, "", 10, 1, 0)
	bad.ServiceName = "zebra"
	got := Evaluate([]*store.QualitySum{sum(operation.CheckVolume, "", 4, 0, 40), sum(operation.RuleServiceName, "", 1, 0, 0), bad}, store.Range{From: 0, To: 10e9})
	require.Len(t, got, 2)
	assert.Equal(t, "zebra", got[0].ServiceName)
	assert.Equal(t, BandPoor, got[0].Band)
	assert.InDelta(t, 10, got[1].SpansPerOp, 0)
	assert.InDelta(t, 4096, got[1].BytesPerSecond, 0)
	assert.Empty(t, Evaluate(nil, store.Range{}))
}

func TestBands(t *testing.T) {
	for score, want := range map[float64]string{100: BandExcellent, 90: BandExcellent, 89.99: BandGood, 75: BandGood, 74.9: BandNeedsWork, 50: BandNeedsWork, 49: BandPoor} {
		assert.Equal(t, want, Band(score))
	}
}
