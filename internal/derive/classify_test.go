package derive

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/operation"
)

// buildEntry makes the entry span of a line such as "POST /orders error", "rpc pkg.Service/Method" or "job nightly".
func buildEntry(span ptrace.Span, text string) {
	text, failed := strings.CutSuffix(text, " error")
	if failed {
		span.Status().SetCode(ptrace.StatusCodeError)
	}
	word, rest, _ := strings.Cut(text, " ")
	attributes := span.Attributes()
	span.SetName(text)
	switch word {
	case "rpc":
		span.SetName(rest)
		span.SetKind(ptrace.SpanKindServer)
		attributes.PutStr("rpc.system.name", "grpc")
		attributes.PutStr("rpc.method", rest)
	case "consume":
		span.SetKind(ptrace.SpanKindConsumer)
		attributes.PutStr("messaging.destination.name", rest)
		attributes.PutStr("messaging.operation.type", "process")
	case "publish":
		span.SetKind(ptrace.SpanKindProducer)
		attributes.PutStr("messaging.destination.name", rest)
	case "job":
		span.SetKind(ptrace.SpanKindInternal)
		attributes.PutStr("job.name", rest)
	case "internal":
		span.SetName(rest)
		span.SetKind(ptrace.SpanKindInternal)
	default:
		rest, graph, _ := strings.Cut(rest, " gql:")
		span.SetName(word + " " + rest)
		span.SetKind(ptrace.SpanKindServer)
		attributes.PutStr("http.request.method", word)
		attributes.PutStr("http.route", rest)
		if graph != "" {
			attributes.PutStr("graphql.operation.type", graph)
		}
	}
}

var textSystems = map[string]string{"mongo": "mongodb", "es": "elasticsearch", "dynamo": "aws.dynamodb"}

// buildStep makes a call of "sql SELECT ...", "http POST https://host/path", "mongo find users" and the like.
func buildStep(t *testing.T, span ptrace.Span, text string) {
	t.Helper()
	text, failed := strings.CutSuffix(text, " !")
	if failed {
		span.Status().SetCode(ptrace.StatusCodeError)
	}
	word, rest, _ := strings.Cut(text, " ")
	span.SetName(word)
	span.SetKind(ptrace.SpanKindClient)
	attributes := span.Attributes()
	switch word {
	case "sql", "redis", "memcached", "neo4j", "cassandra", "clickhouse", "couchbase":
		system := map[string]string{"sql": "postgresql"}[word]
		attributes.PutStr("db.system.name", firstText(system, word))
		attributes.PutStr("db.query.text", rest)
	case "mongo", "es", "dynamo":
		action, object, _ := strings.Cut(rest, " ")
		attributes.PutStr("db.system.name", textSystems[word])
		attributes.PutStr("db.operation.name", action)
		attributes.PutStr("db.collection.name", object)
	case "http":
		method, url, _ := strings.Cut(rest, " ")
		attributes.PutStr("http.request.method", method)
		attributes.PutStr("url.full", url)
	case "rpc":
		attributes.PutStr("rpc.system.name", "grpc")
		attributes.PutStr("rpc.method", rest)
	case "publish":
		span.SetKind(ptrace.SpanKindProducer)
		attributes.PutStr("messaging.destination.name", rest)
	case "cache":
		span.SetKind(ptrace.SpanKindInternal)
		attributes.PutStr("cache.key", rest)
	case "file":
		span.SetKind(ptrace.SpanKindInternal)
		action, path, _ := strings.Cut(rest, " ")
		attributes.PutStr("file.operation", action)
		attributes.PutStr("file.path", path)
	default:
		require.Fail(t, "no such step", text)
	}
}

// groupOfLine builds the operation of one line of a corpus.
func groupOfLine(t *testing.T, d *Deriver, entry string, steps []string) *Group {
	t.Helper()
	r := d.Resource(pcommon.NewResource())
	spans := ptrace.NewSpanSlice()
	root := spans.AppendEmpty()
	root.SetSpanID(pcommon.SpanID(spanID(1)))
	root.SetEndTimestamp(1_000_000)
	buildEntry(root, entry)
	for i, step := range steps {
		span := spans.AppendEmpty()
		span.SetSpanID(pcommon.SpanID(spanID(uint64(i + 2))))
		span.SetParentSpanID(root.SpanID())
		span.SetStartTimestamp(pcommon.Timestamp(i * 1000))
		span.SetEndTimestamp(pcommon.Timestamp(i*1000 + 900))
		buildStep(t, span, step)
	}
	g := &Group{Complete: true}
	for _, span := range spans.All() {
		g.Spans = append(g.Spans, d.Span(r, pcommon.NewInstrumentationScope(), span))
	}
	g.Entry = &g.Spans[0]
	return g
}

// corpusLine is "want | entry | step ; step".
func corpusLine(t *testing.T, line string) (want, entry string, steps []string) {
	t.Helper()
	parts := strings.SplitN(line, "|", 3)
	require.Len(t, parts, 3, line)
	for step := range strings.SplitSeq(parts[2], " ; ") {
		if step = strings.TrimSpace(step); step != "" {
			steps = append(steps, step)
		}
	}
	return strings.TrimSpace(parts[0]), strings.TrimSpace(parts[1]), steps
}

func readCorpus(t *testing.T, name string, each func(want, entry string, steps []string)) {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	require.NoError(t, err)
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if line := strings.TrimSpace(lines.Text()); line != "" && line[0] != '#' {
			each(corpusLine(t, line))
		}
	}
	require.NoError(t, lines.Err())
}

// score counts labels against answers.
type score struct{ right, said, labelled map[string]int }

func (s *score) add(what string, labelled, said bool) {
	if labelled {
		s.labelled[what]++
	}
	if said {
		s.said[what]++
	}
	if labelled && said {
		s.right[what]++
	}
}

func (s *score) precision(what string) float64 { return float64(s.right[what]) / float64(s.said[what]) }
func (s *score) recall(what string) float64 {
	return float64(s.right[what]) / float64(s.labelled[what])
}

// TestClassificationCorpus measures kind and destructive against the labels of two corpora: the one the rules were
// made with, and one that was written afterwards.
func TestClassificationCorpus(t *testing.T) {
	for name, least := range map[string]struct {
		lines int
		score float64
		what  []string
	}{
		"classification.txt":          {300, 0.95, []string{operation.KindQuery, operation.KindCommand, "destructive"}},
		"classification_held_out.txt": {50, 0.85, []string{operation.KindQuery, operation.KindCommand}},
	} {
		t.Run(name, func(t *testing.T) {
			lines, s := measure(t, name)
			assert.GreaterOrEqual(t, lines, least.lines)
			for _, what := range least.what {
				t.Logf("%s: %d labelled, precision %.3f, recall %.3f", what, s.labelled[what], s.precision(what), s.recall(what))
				assert.GreaterOrEqual(t, s.precision(what), least.score, what)
				assert.GreaterOrEqual(t, s.recall(what), least.score, what)
			}
		})
	}
}

func measure(t *testing.T, name string) (lines int, s score) {
	t.Helper()
	d := newDeriver(t)
	s = score{map[string]int{}, map[string]int{}, map[string]int{}}
	readCorpus(t, name, func(want, entry string, steps []string) {
		lines++
		op := d.Operation(groupOfLine(t, d, entry, steps))
		kind, destroys := strings.CutSuffix(want, "!")
		for _, k := range []string{operation.KindQuery, operation.KindCommand, operation.KindUnknown} {
			s.add(k, k == kind, k == op.Kind)
		}
		s.add("destructive", destroys, op.Destructive)
		if kind != op.Kind || destroys != op.Destructive {
			t.Logf("want %s, is %s (destructive %v, %.2f, %s): %s | %s", want, op.Kind, op.Destructive, op.KindConfidence, op.KindEvidence, entry, strings.Join(steps, " ; "))
		}
		assert.NotEmpty(t, op.KindEvidence)
		assert.True(t, op.KindConfidence >= 0 && op.KindConfidence <= 1)
	})
	return lines, s
}
