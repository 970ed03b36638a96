package erasure

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

func matchOf(kind string, values ...string) *Match {
	return NewMatch(store.Subject{Kind: kind, Values: values})
}

func TestWhatIsTheirs(t *testing.T) {
	user, tenant, anybody := matchOf(store.SubjectUser, "ann", "u1"), matchOf(store.SubjectTenant, "acme"), matchOf(store.SubjectAny, "ann@b.com")
	known := operation.TraceID{7}
	for _, m := range []*Match{user, tenant, anybody} {
		m.Learn(known)
		m.Learn(operation.TraceID{})
		assert.False(t, m.Trace(operation.TraceID{}), "no trace is nobody's")
		assert.Equal(t, []operation.TraceID{known}, m.Traces())
		assert.True(t, m.Operation(&operation.Operation{TraceID: known}))
		assert.True(t, m.Span(&operation.Span{TraceID: known}))
		assert.True(t, m.Log(&operation.LogRecord{TraceID: known}))
		assert.False(t, m.Operation(&operation.Operation{UserID: "ann2", TenantID: "acmes", RequestBody: "joann@b.com1"}))
		assert.False(t, m.Log(&operation.LogRecord{Body: "ann"}))
	}
	assert.True(t, user.Operation(&operation.Operation{UserID: "u1"}))
	assert.False(t, user.Operation(&operation.Operation{TenantID: "ann", RequestBody: "ann"}))
	assert.True(t, tenant.Operation(&operation.Operation{TenantID: "acme"}))
	assert.True(t, user.Span(&operation.Span{Attributes: operation.Attributes{"enduser.id": "ann"}}))
	assert.False(t, user.Span(&operation.Span{Attributes: operation.Attributes{"tenant.id": "ann"}}))
	assert.True(t, tenant.Log(&operation.LogRecord{Attributes: operation.Attributes{"tenant.id": "acme"}}))
	assert.True(t, anybody.Operation(&operation.Operation{ErrorMessage: "no mail to ann@b.com."}))
	assert.True(t, anybody.Span(&operation.Span{Attributes: operation.Attributes{"deep": []any{map[string]any{"x": "<ann@b.com>"}}}}))
	assert.True(t, anybody.Log(&operation.LogRecord{Body: "ann@b.com"}))
}

// A document of the state keeps its form; only who it was is gone, and what tells of their operations.
func TestDocumentsAreCleaned(t *testing.T) {
	m := matchOf(store.SubjectUser, "canary-1", "42")
	id := operation.TraceID{7}
	m.Learn(id)
	for name, c := range map[string]struct{ text, want string }{
		"nothing of theirs":  {`{"a":1,"text":"x"}`, ""},
		"no JSON":            {`canary-1`, ""},
		"a value":            {`{"user":"canary-1","n":12345678901234567890}`, `{"n":12345678901234567890,"user":"[ERASED]"}`},
		"a word":             {`["user_id = \"canary-1\"","canary-12"]`, `["user_id = \"[ERASED]\"","canary-12"]`},
		"a short name alone": {`["42","42 rows"]`, `["[ERASED]","42 rows"]`},
		"words side by side": {`["canary-1 canary-1,canary-1"]`, `["[ERASED] [ERASED],[ERASED]"]`},
		"evidence":           {`{"trace_id":"` + id.String() + `","error_message":"of theirs","count":3}`, `{"count":3,"trace_id":"` + id.String() + `"}`},
		"others' evidence":   {`{"trace_id":"` + operation.TraceID{8}.String() + `","error_message":"of others"}`, ""},
		"a key":              {`{"canary-1":{"seen":1}}`, `{"[ERASED]":{"seen":1}}`},
	} {
		t.Run(name, func(t *testing.T) {
			got, changed := m.Document([]byte(c.text))
			assert.Equal(t, c.want != "", changed)
			if c.want == "" {
				c.want = c.text
			}
			assert.Equal(t, c.want, string(got))
		})
	}
}

func TestRequestsAreChecked(t *testing.T) {
	long := make([]byte, maxID+1)
	for i := range long {
		long[i] = 'a'
	}
	for _, c := range []struct {
		r    Request
		want string
	}{
		{Request{Kind: store.SubjectUser, ID: "4"}, ""},
		{Request{Kind: store.SubjectTenant, ID: `o'neil "& co`}, ""},
		{Request{Kind: store.SubjectAny, ID: "ann@b.com"}, ""},
		{Request{Kind: "person", ID: "ann"}, "kind must be user, tenant or subject"},
		{Request{Kind: store.SubjectUser}, "id has 0 bytes"},
		{Request{Kind: store.SubjectUser, ID: string(long)}, "id has 401 bytes"},
		{Request{Kind: store.SubjectUser, ID: "a\nb"}, "control characters"},
		{Request{Kind: store.SubjectUser, ID: " ann"}, "spaces around it"},
		{Request{Kind: store.SubjectAny, ID: "short"}, "want at least 6"},
		{Request{Kind: store.SubjectAny, ID: `secret"quote`}, "may not have quotes"},
	} {
		err := c.r.Validate()
		if c.want == "" {
			assert.NoError(t, err)
			continue
		}
		require.ErrorIs(t, err, ErrRequest)
		assert.ErrorContains(t, err, c.want)
		if len(c.r.ID) > 3 {
			assert.NotContains(t, err.Error(), c.r.ID)
		}
	}
}

// FuzzDocument: a document stays a document, and the name of a user is not in it any more as a whole word.
func FuzzDocument(f *testing.F) {
	for _, seed := range []string{`{"a":["canary-1",{"b":"x canary-1 y"}]}`, `"canary-1 canary-1"`, `{"canary-1":1}`, `1`, `{"trace_id":"07000000000000000000000000000000","text":"x"}`} {
		f.Add([]byte(seed))
	}
	m := matchOf(store.SubjectUser, "canary-1")
	m.Learn(operation.TraceID{7})
	f.Fuzz(func(t *testing.T, text []byte) {
		out, changed := m.Document(text)
		if !changed {
			assert.Equal(t, text, out)
			return
		}
		require.True(t, json.Valid(out))
		_, again := m.Document(out)
		assert.False(t, again, "%s became %s", text, out)
	})
}
