package derive

import (
	"bufio"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

const ms = 1_000_000

// stepLine is "@START+LENGTH [xN or ||N] [>] call [key=value,...] [!]".
var stepLine = regexp.MustCompile(`^@(\d+)\+(\d+)(?: (x|\|\|)(\d+))?( >)? (.*?)(?: \[([^\]]*)\])?( !)?$`)

// findingCase is one case of testdata/findings.txt or causes.txt.
type findingCase struct {
	name  string
	want  []string
	entry string
	steps []string
}

func readCases(t *testing.T, name string) (cases []findingCase) {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	require.NoError(t, err)
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		word, rest, _ := strings.Cut(lines.Text(), " ")
		switch {
		case word == "case":
			cases = append(cases, findingCase{name: rest})
		case word == "want":
			cases[len(cases)-1].want = strings.Fields(rest)
		case word == "entry":
			cases[len(cases)-1].entry = rest
		case strings.HasPrefix(word, "@"):
			cases[len(cases)-1].steps = append(cases[len(cases)-1].steps, lines.Text())
		}
	}
	return cases
}

func putAttributes(t *testing.T, span ptrace.Span, text string) {
	t.Helper()
	for pair := range strings.SplitSeq(text, ",") {
		if key, value, ok := strings.Cut(pair, "="); ok {
			span.Attributes().PutStr(key, value) // numbers as text must do
		}
	}
}

func (c findingCase) group(t *testing.T, d *Deriver) *Group {
	t.Helper()
	r := d.Resource(pcommon.NewResource())
	g := &Group{Complete: true}
	add := func(parent uint64, from, length int, build func(ptrace.Span), attributes string) {
		span := ptrace.NewSpan()
		span.SetSpanID(pcommon.SpanID(spanID(uint64(len(g.Spans) + 1))))
		span.SetParentSpanID(pcommon.SpanID(spanID(parent)))
		span.SetStartTimestamp(pcommon.Timestamp(from * ms))
		span.SetEndTimestamp(pcommon.Timestamp((from + length) * ms))
		build(span)
		putAttributes(t, span, attributes)
		g.Spans = append(g.Spans, d.Span(r, pcommon.NewInstrumentationScope(), span))
	}
	entry, attributes, _ := strings.Cut(strings.TrimSuffix(c.entry, "]"), " [")
	i := strings.LastIndexByte(entry, ' ')
	add(0, 0, number(t, entry[i+1:]), func(span ptrace.Span) { buildEntry(span, entry[:i]) }, attributes)
	for _, line := range c.steps {
		m := stepLine.FindStringSubmatch(line)
		require.NotNil(t, m, line)
		from, length, count, parent := number(t, m[1]), number(t, m[2]), 1, uint64(1)
		if m[4] != "" {
			count = number(t, m[4])
		}
		if m[5] != "" {
			parent = uint64(len(g.Spans))
		}
		for n := range count {
			text := strings.ReplaceAll(m[6], "{i}", strconv.Itoa(100+n)) + m[8]
			add(parent, from, length, func(span ptrace.Span) { buildAny(t, span, text) }, m[7])
			if m[3] == "x" {
				from += length
			}
		}
	}
	g.Entry = &g.Spans[0]
	return g
}

func buildAny(t *testing.T, span ptrace.Span, text string) {
	t.Helper()
	switch {
	case text == "work" || text == "work !":
		span.SetName("work")
		if text != "work" {
			span.Status().SetCode(ptrace.StatusCodeError)
		}
		span.SetKind(ptrace.SpanKindInternal)
	case strings.HasPrefix(text, "sqlcontrol "):
		span.SetName(text)
		span.SetKind(ptrace.SpanKindClient)
		span.Attributes().PutStr("db.system.name", "postgresql")
	default:
		buildStep(t, span, text)
	}
}

func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	require.NoError(t, err)
	return n
}

// TestFindings holds for every case that exactly the wanted findings are there, whatever the order of the spans.
func TestFindings(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, c := range readCases(t, "findings.txt") {
		t.Run(c.name, func(t *testing.T) {
			d := newDeriver(t)
			g := c.group(t, d)
			entry := g.Spans[0]
			g.Entry = &entry
			op := d.Operation(g)
			var got []string
			for _, f := range op.Findings {
				got = append(got, f.Kind)
				assert.NotEmpty(t, f.Evidence)
				assert.Contains(t, []string{severityInfo, severityWarning, severityHigh}, f.Severity)
			}
			slices.Sort(got)
			assert.Equal(t, c.want, append([]string{}, got...), "%+v", op.Findings)
			random.Shuffle(len(g.Spans), func(i, j int) { g.Spans[i], g.Spans[j] = g.Spans[j], g.Spans[i] })
			assert.Equal(t, asJSON(t, op), asJSON(t, d.Operation(g)))
		})
	}
}
