package piiredactionprocessor

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// TestEveryTextFieldIsHandled lists all methods of pdata that take text or bytes
// and compares them with the fields that the walker visits, in
// testdata/text_fields.txt. A field that a new version of pdata brings makes it
// fail: let walk.go visit it, then add it to the file.
func TestEveryTextFieldIsHandled(t *testing.T) {
	found := map[string]bool{}
	seen := map[reflect.Type]bool{}
	for _, root := range []reflect.Type{reflect.TypeFor[ptrace.Traces](), reflect.TypeFor[plog.Logs](), reflect.TypeFor[pmetric.Metrics]()} {
		textFields(root, seen, found)
	}
	b, err := os.ReadFile("testdata/text_fields.txt")
	require.NoError(t, err)
	var handled []string
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			handled = append(handled, line)
		}
	}
	var all []string
	for name := range found {
		all = append(all, name)
	}
	slices.Sort(all)
	require.Equal(t, handled, all)
}

// textFields visits every type of pdata that t's methods lead to.
func textFields(t reflect.Type, seen map[reflect.Type]bool, found map[string]bool) {
	if !isData(t) || seen[t] {
		return
	}
	seen[t] = true
	for i := range t.NumMethod() {
		m := t.Method(i)
		for k := 1; k < m.Type.NumIn(); k++ {
			if holdsText(m.Type.In(k)) && !asks(m.Name) {
				found[t.String()+"."+m.Name] = true
			}
		}
		for k := range m.Type.NumOut() {
			textFields(m.Type.Out(k), seen, found)
		}
	}
}

// asks tells whether a method's text is a question and not a value.
func asks(name string) bool { return name == "Get" || name == "Remove" || name == "GetOrPutEmpty" }

func holdsText(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String, reflect.Interface:
		return true
	case reflect.Slice, reflect.Map:
		return t.Elem().Kind() == reflect.Uint8 || holdsText(t.Elem())
	}
	return false
}

// TestEveryKindIsHandled fails when pdata brings another type of value or metric.
func TestEveryKindIsHandled(t *testing.T) {
	require.Equal(t, "Bytes", pcommon.ValueTypeBytes.String())
	require.Empty(t, (pcommon.ValueTypeBytes + 1).String(), "walkValue needs a case for it")
	require.Equal(t, "Summary", pmetric.MetricTypeSummary.String())
	require.Empty(t, (pmetric.MetricTypeSummary + 1).String(), "points needs a case for it")
}
