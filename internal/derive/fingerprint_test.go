package derive

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// errorCase is one error of the labelled corpus: those of one group are one error to a developer.
type errorCase struct {
	Group, Service, Operation, Type, Message, Stack, Code, Fingerprint string
	Call                                                               map[string]any
}

// group builds the operation: a request that failed with an exception, or a call under it that failed.
func (c errorCase) group(t testing.TB, d *Deriver) *Group {
	t.Helper()
	resource := pcommon.NewResource()
	resource.Attributes().PutStr("service.name", c.Service)
	r := d.Resource(resource)
	entry := ptrace.NewSpan()
	entry.SetSpanID(pcommon.SpanID{1})
	entry.SetName(c.Operation)
	entry.SetKind(ptrace.SpanKindServer)
	entry.SetEndTimestamp(1000)
	entry.Status().SetCode(ptrace.StatusCodeError)
	if c.Call == nil {
		event := entry.Events().AppendEmpty()
		event.SetName("exception")
		for key, value := range map[string]string{"exception.type": c.Type, "exception.message": c.Message, "exception.stacktrace": c.Stack, "error.fingerprint": c.Fingerprint} {
			event.Attributes().PutStr(key, value)
		}
	}
	g := &Group{Complete: true, Spans: []Span{d.Span(r, pcommon.NewInstrumentationScope(), entry)}}
	if c.Call != nil {
		child := ptrace.NewSpan()
		child.SetSpanID(pcommon.SpanID{2})
		child.SetParentSpanID(pcommon.SpanID{1})
		child.SetKind(ptrace.SpanKindClient)
		child.SetEndTimestamp(900)
		child.Status().SetCode(ptrace.StatusCodeError)
		child.Status().SetMessage(c.Message)
		require.NoError(t, child.Attributes().FromRaw(c.Call))
		g.Spans = append(g.Spans, d.Span(r, pcommon.NewInstrumentationScope(), child))
	}
	entryCopy := g.Spans[0]
	g.Entry = &entryCopy
	return g
}

// TestErrorCorpus measures the grouping of testdata/errors.json: of all pairs of errors, how many that have one
// fingerprint belong together (precision), and how many that belong together have one (recall).
func TestErrorCorpus(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "errors.json"))
	require.NoError(t, err)
	var corpus []errorCase
	require.NoError(t, json.Unmarshal(data, &corpus))
	d := newDeriver(t)
	prints := make([]string, len(corpus))
	for i, c := range corpus {
		op := d.Operation(c.group(t, d))
		prints[i] = op.ErrorFingerprint
		assert.Regexp(t, `^fp1:[0-9a-f]{16}$`, op.ErrorFingerprint)
		assert.Regexp(t, `^[0-9a-f]{16}$`, op.ErrorVariant)
	}
	var together, same, both int
	for i := range corpus {
		for j := range i {
			belong, equal := corpus[i].Group == corpus[j].Group, prints[i] == prints[j]
			if belong {
				together++
			}
			if equal {
				same++
			}
			if belong && equal {
				both++
			}
			if belong != equal && testing.Verbose() {
				t.Logf("belong %v, equal %v:\n%+v\n%+v", belong, equal, corpus[i], corpus[j])
			}
		}
	}
	precision, recall := float64(both)/float64(same), float64(both)/float64(together)
	t.Logf("%d errors: pairwise precision %.3f, recall %.3f", len(corpus), precision, recall)
	assert.GreaterOrEqual(t, precision, 0.98)
	assert.GreaterOrEqual(t, recall, 0.95)
}

func TestVariantsLieBelowOneFingerprint(t *testing.T) {
	d := newDeriver(t)
	a := errorCase{Service: "s", Operation: "GET /", Type: "AssertionError", Message: "expected 3 to equal 4", Stack: "AssertionError\n    at check (/src/check.js:3:9)"}
	b := a
	b.Message = "expected list to be empty"
	first, second := d.Operation(a.group(t, d)), d.Operation(b.group(t, d))
	assert.Equal(t, first.ErrorFingerprint, second.ErrorFingerprint)
	assert.NotEqual(t, first.ErrorVariant, second.ErrorVariant)
}

// TestFingerprintsAreForever pins the algorithm: a change makes every known error new and needs a new version.
func TestFingerprintsAreForever(t *testing.T) {
	d := newDeriver(t)
	c := errorCase{Service: "shop", Operation: "POST /orders", Type: "AppError", Message: "order 17 is gone"}
	assert.Equal(t, "fp1:fe7562c4e557837c", d.Operation(c.group(t, d)).ErrorFingerprint)
}
