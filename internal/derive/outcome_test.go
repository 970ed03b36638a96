package derive

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/opslog/opslog/internal/operation"
)

// TestCauses holds for every case of testdata/causes.txt which span is the cause, and the class of the failure.
func TestCauses(t *testing.T) {
	d := newDeriver(t)
	for _, c := range readCases(t, "causes.txt") {
		g := c.group(t, d)
		op := d.Operation(g)
		assert.Equal(t, operation.StatusError, op.Status, c.name)
		name := ""
		for i := range g.Spans {
			if g.Spans[i].ID == op.ErrorSpanID {
				name = g.Spans[i].Name
			}
		}
		assert.Equal(t, strings.Join(c.want, " "), name+" "+op.FailureClass, c.name)
		assert.NotEmpty(t, op.ErrorFingerprint, c.name)
	}
}

func TestEffectsOfTransactions(t *testing.T) {
	d := newDeriver(t)
	tests := map[string]struct {
		steps []string
		want  string
	}{
		"committed":                         {[]string{"sql BEGIN", "sql INSERT INTO a VALUES (1)", "sql COMMIT"}, "done"},
		"rolled back":                       {[]string{"sql BEGIN", "sql INSERT INTO a VALUES (1)", "sql INSERT INTO b VALUES (1) !", "sql ROLLBACK"}, "rolled_back failed"},
		"the commit failed":                 {[]string{"sql BEGIN", "sql INSERT INTO a VALUES (1)", "sql COMMIT !"}, "rolled_back"},
		"one committed, one not":            {[]string{"sql BEGIN", "sql INSERT INTO a VALUES (1)", "sql COMMIT", "sql BEGIN", "sql INSERT INTO b VALUES (1)", "sql ROLLBACK"}, "done rolled_back"},
		"a message does not roll back":      {[]string{"sql BEGIN", "sql INSERT INTO a VALUES (1)", "publish x", "sql ROLLBACK"}, "rolled_back done"},
		"without a begin that was seen":     {[]string{"sql INSERT INTO a VALUES (1)", "sql ROLLBACK"}, "rolled_back"},
		"a write before the transaction":    {[]string{"sql INSERT INTO a VALUES (1)", "sql BEGIN", "sql INSERT INTO b VALUES (1)", "sql ROLLBACK"}, "done rolled_back"},
		"unsafe calls, cache writes, files": {[]string{"http POST https://a/x", "redis SET k v", "file writeFile /x", "http PUT https://a/x !"}, "done done done failed"},
		"reads":                             {[]string{"sql SELECT 1", "http GET https://a/x", "redis GET k"}, ""},
	}
	for name, tt := range tests {
		op := d.Operation(groupOfLine(t, d, "POST /x", tt.steps))
		var got []string
		for _, e := range op.Effects {
			got = append(got, e.Outcome)
			assert.NotEmpty(t, e.Target, name)
			assert.NotEmpty(t, e.Action, name)
		}
		assert.Equal(t, tt.want, strings.Join(got, " "), name)
	}
}
