package derive

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
)

// study derives a case of findings.txt's form and lets the learner see it.
func study(t *testing.T, d *Deriver, l *Learner, entry string, steps ...string) *operation.Operation {
	t.Helper()
	op, lesson := d.Derive(findingCase{entry: entry, steps: steps}.group(t, d))
	l.Learn(op, &lesson)
	return op
}

func confidence(t *testing.T, op *operation.Operation) string {
	t.Helper()
	for _, f := range op.Findings {
		if f.Kind == findingSequential {
			require.Contains(t, f.Evidence, f.Confidence+" confidence")
			return f.Confidence
		}
	}
	return "no finding"
}

const (
	card  = "http GET https://users.internal/card"
	posts = "http GET https://posts.internal/posts"
)

func oneAfterTheOther(first string) []string { return []string{"@0+100 " + first, "@100+100 " + posts} }

func TestConfidenceGrowsWithFailures(t *testing.T) {
	d, l := newDeriver(t), NewLearner(100)
	for range pairRuns {
		assert.Equal(t, operation.ConfidenceLow, confidence(t, study(t, d, l, "GET /dashboard 210", oneAfterTheOther(card)...)))
	}
	for range despiteRuns {
		study(t, d, l, "GET /dashboard 210", oneAfterTheOther(card+" !")...)
	}
	assert.Equal(t, operation.ConfidenceMedium, confidence(t, study(t, d, l, "GET /dashboard 210", oneAfterTheOther(card)...)))
	assert.Equal(t, operation.ConfidenceLow, confidence(t, study(t, d, l, "GET /profile 210", oneAfterTheOther(card)...)), "another operation may need the answer")
}

func TestConfidenceStaysLowWhenTheSecondNeedsTheFirst(t *testing.T) {
	d, l := newDeriver(t), NewLearner(100)
	for range 2 * pairRuns {
		study(t, d, l, "GET /dashboard 210", oneAfterTheOther(card)...)
		study(t, d, l, "GET /dashboard 110", "@0+100 "+card+" !", "@101+1 work")
	}
	for range despiteRuns {
		study(t, d, l, "GET /dashboard 210", oneAfterTheOther(card+" !")...)
	}
	assert.Equal(t, operation.ConfidenceLow, confidence(t, study(t, d, l, "GET /dashboard 210", oneAfterTheOther(card)...)))
}

func TestConfidenceIsHighWhenSeenSideBySide(t *testing.T) {
	d, l := newDeriver(t), NewLearner(100)
	study(t, d, l, "GET /start 110", "@0+100 "+posts, "@5+95 "+card)
	assert.Equal(t, operation.ConfidenceHigh, confidence(t, study(t, d, l, "GET /dashboard 210", oneAfterTheOther(card)...)))
	three := append(oneAfterTheOther(card), "@200+100 http GET https://mail.internal/count")
	assert.Equal(t, operation.ConfidenceLow, confidence(t, study(t, d, l, "GET /dashboard 310", three...)), "as sure as the weakest pair")
}

func TestNestedCallsAreNotSideBySide(t *testing.T) {
	d, l := newDeriver(t), NewLearner(100)
	for range 3 {
		study(t, d, l, "GET /dashboard 230", "@0+225 "+card, "@50+175 > "+posts)
	}
	assert.Equal(t, operation.ConfidenceLow, confidence(t, study(t, d, l, "GET /dashboard 210", oneAfterTheOther(card)...)))
}

func TestPairHabitsAreBounded(t *testing.T) {
	l := NewLearner(100)
	for i := range uint64(10_000) {
		l.pairs.learn(&operation.Operation{}, &Lesson{calls: []uint64{i, i + 1}, pairs: []pair{{first: 0, second: 1}}})
	}
	assert.LessOrEqual(t, len(l.pairs.young)+len(l.pairs.old), 100)
}
