package record

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/opslog/opslog/examples/shop/internal/planted"
)

const testdata = "../../../../test/e2e/testdata"

func recorded(t *testing.T) []*trace {
	t.Helper()
	lines, err := readLines[traceLine](filepath.Join(testdata, "shop-traces.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	return group(lines)
}

func TestRecordingHoldsEveryScenarioTwice(t *testing.T) {
	if err := complete(pick(recorded(t), perScenario)); err != nil {
		t.Error(err)
	}
}

func TestRecordingHoldsEveryPlantedValue(t *testing.T) {
	var text strings.Builder
	for _, name := range []string{"shop-traces.jsonl", "shop-logs.jsonl"} {
		file, err := os.ReadFile(filepath.Join(testdata, name))
		if err != nil {
			t.Fatal(err)
		}
		text.Write(file)
	}
	for _, value := range planted.Values() {
		if !strings.Contains(text.String(), value) {
			t.Errorf("%q does not occur", value)
		}
	}
}

// Flags tell remote parents from local ones: bit 8 says that bit 9 is known.
const (
	flagKnown  = 0x100
	flagRemote = 0x200
)

func TestRecordedFlagsAgreeWithTheServices(t *testing.T) {
	lines, err := readLines[traceLine](filepath.Join(testdata, "shop-traces.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	service := map[string]string{}
	each(lines, func(resource string, s *span) { service[s.SpanID] = resource })
	each(lines, func(resource string, s *span) {
		var f struct{ Flags int }
		if err := json.Unmarshal(s.raw, &f); err != nil {
			t.Fatal(err)
		}
		remote := s.ParentSpanID != "" && service[s.ParentSpanID] != resource
		if f.Flags&flagKnown == 0 || f.Flags&flagRemote != 0 != remote {
			t.Errorf("span %s %q has flags %#x, parent in another service: %v", s.SpanID, s.Name, f.Flags, remote)
		}
	})
}

func each(lines []traceLine, f func(resource string, s *span)) {
	for _, line := range lines {
		for _, rs := range line.ResourceSpans {
			for _, ss := range rs.ScopeSpans {
				for i := range ss.Spans {
					f(string(rs.Resource), &ss.Spans[i])
				}
			}
		}
	}
}

func TestScenarioFilesHoldOneTraceOfTheirScenario(t *testing.T) {
	for _, name := range golden {
		lines, err := readLines[traceLine](filepath.Join(testdata, "scenarios", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		traces := group(lines)
		if len(traces) != 1 || !traces[0].whole() || !scenarios[name](traces[0]) {
			t.Errorf("%s holds %d traces, or not its scenario whole", name, len(traces))
		}
	}
}

// The selection of a selection is the selection: nothing depends on what was left out.
func TestThinningTwiceChangesNothing(t *testing.T) {
	out := t.TempDir()
	if err := thin(filepath.Join(testdata, "shop-traces.jsonl"), filepath.Join(testdata, "shop-logs.jsonl"), out); err != nil {
		t.Fatal(err)
	}
	files := []string{"shop-traces.jsonl", "shop-logs.jsonl"}
	for _, name := range golden {
		files = append(files, filepath.Join("scenarios", name+".json"))
	}
	for _, name := range files {
		want, err := os.ReadFile(filepath.Join(testdata, name))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("%s differs", name)
		}
	}
}

func TestEveryGoldenFileHasAScenario(t *testing.T) {
	for _, name := range golden {
		if scenarios[name] == nil {
			t.Errorf("no scenario %s among %v", name, slices.Sorted(maps.Keys(scenarios)))
		}
	}
}
