package store

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
)

// texts that JSON writes as they are, and such that it does not.
var texts = []string{"", "db", "SELECT * FROM a WHERE b = '?' AND c < 1 & d > 2", `a "quoted" \ path`, "line\nbreak\ttab\x00", "für 日本 \u2028", "\xff broken", "\x7f"}

func TestListTextIsJSON(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	text := func() string { return texts[r.IntN(len(texts))] }
	number := func() int64 { return []int64{0, 1, -1, r.Int64()}[r.IntN(4)] }
	id := func() operation.SpanID { return []operation.SpanID{{}, {byte(r.IntN(256)), 0, 9}}[r.IntN(2)] }
	for range 1000 {
		var steps []operation.Step
		var effects []operation.Effect
		var findings []operation.Finding
		for range r.IntN(4) {
			rows := number()
			effect := operation.Effect{Kind: text(), Target: text(), Action: text(), Outcome: text(), Offset: operation.Duration(number()), SpanID: id()}
			if rows != 0 {
				effect.Rows = &rows
			}
			finding := operation.Finding{Kind: text(), Severity: text(), Confidence: text(), Count: number(), Saving: operation.Duration(number()), Evidence: text()}
			for range r.IntN(3) {
				finding.SpanIDs = append(finding.SpanIDs, id())
			}
			steps = append(steps, operation.Step{Category: text(), System: text(), Target: text(), Template: text(), Count: number(), Errors: number(),
				Total: operation.Duration(number()), Max: operation.Duration(number()), FirstOffset: operation.Duration(number())})
			effects, findings = append(effects, effect), append(findings, finding)
		}
		same(t, steps, &steps)
		same(t, effects, &effects)
		same(t, findings, &findings)
	}
}

func same[T any](t *testing.T, list []T, ref any) {
	t.Helper()
	want, err := encodeList([]byte("before"), list)
	require.NoError(t, err)
	got, err := AppendList([]byte("before"), ref)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got))
}
