package semconv

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shared are names that stand for two things of a resource where it says nothing better.
var shared = map[string]bool{"host.name": true, "k8s.pod.name": true, "faas.name": true}

// TestNamesAreUnique reads the tables: a name that two attributes claim would mean what stands first.
func TestNamesAreUnique(t *testing.T) {
	owner := map[string]string{}
	for _, file := range []string{"http.go", "database.go", "messaging.go", "code.go", "resource.go", "person.go"} {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		require.NoError(t, err)
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			ast.Inspect(spec, func(n ast.Node) bool {
				if lit, ok := n.(*ast.BasicLit); ok {
					name, err := strconv.Unquote(lit.Value)
					require.NoError(t, err)
					if !shared[name] {
						assert.Empty(t, owner[name], "%q means two things", name)
					}
					owner[name] = spec.Names[0].Name
				}
				return true
			})
			return false
		})
	}
	assert.Greater(t, len(owner), 200)
}
