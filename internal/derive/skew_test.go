package derive

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/operation"
)

func TestSkewOf(t *testing.T) {
	shop, stock := &Resource{ServiceName: "shop", Identity: "shop"}, &Resource{ServiceName: "stock", Identity: "stock"}
	span := func(r *Resource, kind ptrace.SpanKind, from, to operation.Time) *Span {
		return &Span{ID: operation.SpanID{9}, Resource: r, Kind: kind, Start: from * ms, End: to * ms}
	}
	failed := span(shop, ptrace.SpanKindClient, 100, 200)
	failed.failed = true
	for name, c := range map[string]struct {
		caller, entry *Span
		want          time.Duration
	}{
		"fits":                        {span(shop, ptrace.SpanKindClient, 100, 200), span(stock, ptrace.SpanKindServer, 110, 190), 0},
		"fits exactly":                {span(shop, ptrace.SpanKindClient, 100, 200), span(stock, ptrace.SpanKindServer, 100, 200), 0},
		"begins before the call":      {span(shop, ptrace.SpanKindClient, 100, 200), span(stock, ptrace.SpanKindServer, 50, 130), -60 * time.Millisecond},
		"ends after the answer":       {span(shop, ptrace.SpanKindClient, 100, 200), span(stock, ptrace.SpanKindServer, 400, 480), 290 * time.Millisecond},
		"longer, and begins before":   {span(shop, ptrace.SpanKindClient, 100, 200), span(stock, ptrace.SpanKindServer, 40, 240), -60 * time.Millisecond},
		"longer than the call":        {span(shop, ptrace.SpanKindClient, 100, 200), span(stock, ptrace.SpanKindServer, 110, 400), 0},
		"the caller gave up":          {failed, span(stock, ptrace.SpanKindServer, 150, 240), 0},
		"a message waits":             {span(shop, ptrace.SpanKindProducer, 100, 110), span(stock, ptrace.SpanKindConsumer, 9_000, 9_010), 0},
		"a message before it is sent": {span(shop, ptrace.SpanKindProducer, 100, 110), span(stock, ptrace.SpanKindConsumer, 50, 60), -50 * time.Millisecond},
		"one process":                 {span(shop, ptrace.SpanKindClient, 100, 200), span(shop, ptrace.SpanKindServer, 50, 130), 0},
	} {
		t.Run(name, func(t *testing.T) {
			got := SkewOf(c.caller, c.entry)
			assert.Equal(t, c.want, got.By)
			assert.Equal(t, c.want != 0, got.Service == "shop")
		})
	}
}

// TestSkewIsAnnotated holds that times stay as they came.
func TestSkewIsAnnotated(t *testing.T) {
	d := newDeriver(t)
	g := groupOfLine(t, d, "GET /stock", []string{"sql SELECT * FROM stock"})
	plain := d.Operation(g)
	g.Skew = Skew{By: -340 * time.Millisecond, Service: "gateway", Span: operation.SpanID{7}}
	op := d.Operation(g)
	assert.Equal(t, []operation.Finding{{Kind: findingSkew, Severity: severityInfo, Count: 1, SpanIDs: []operation.SpanID{op.SpanID, {7}},
		Evidence: "the clock is about 340ms behind that of gateway, which called: the two spans do not fit into each other; times are shown as they were sent"}},
		op.Findings)
	op.Findings = plain.Findings
	assert.Equal(t, plain, op)
	g.Skew.By = 9 * time.Millisecond
	assert.Equal(t, plain, d.Operation(g), "less than clock_skew is usual")
}
