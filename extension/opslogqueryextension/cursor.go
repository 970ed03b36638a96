package opslogqueryextension

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// cursor is where a list goes on, and what the list was: a cursor of another list is refused.
type cursor struct {
	Range store.Range       `json:"r"`
	After store.Cursor      `json:"a"`
	Span  *store.SpanCursor `json:"s,omitempty"` // instead of After in a list of spans
	Left  int               `json:"n,omitempty"` // how many rows a limit in the query leaves; 0 is no limit
	List  []byte            `json:"l"`
}

// listHash names the list by everything that selects its rows. The range is in the cursor itself.
func (p *parameters) listHash() []byte {
	h := sha256.New()
	for _, name := range []string{"q", "from", "to", "service", "status", "kind", "sort", "actor", "target", "scope"} {
		h.Write([]byte(p.values.Get(name)))
		h.Write([]byte{0})
	}
	return h.Sum(nil)[:8]
}

func (p *parameters) encodeCursor(c cursor) string {
	c.List = p.listHash()
	text, _ := json.Marshal(c) // holds numbers and bytes only
	return base64.RawURLEncoding.EncodeToString(text)
}

// cursor reads the cursor of the request; nil when there is none.
func (p *parameters) cursor() *cursor {
	text := p.get("cursor")
	if text == "" {
		return nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	c := &cursor{}
	if err != nil || json.Unmarshal(raw, c) != nil {
		p.wrong("cursor", "cannot be read; use the next_cursor of the page before as it is")
		return nil
	}
	if string(c.List) != string(p.listHash()) {
		p.problems = append(p.problems, &api.Problem{
			Type: api.ProblemCursorMismatch, Title: "Cursor of another list", Status: http.StatusBadRequest,
			Detail: "q, from, to, sort and all conditions must be those of the page before",
			Errors: []api.ProblemPart{{Parameter: "cursor", Problem: query.Problem{Code: "cursor_mismatch", Message: "belongs to another list"}}},
		})
		return nil
	}
	return c
}
