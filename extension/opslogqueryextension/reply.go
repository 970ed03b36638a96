package opslogqueryextension

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
)

// reply is an answer with a status and headers of its own. Its JSON is that of Body.
type reply struct {
	Body     any
	Status   int    // 0 is 200
	Tag      string // names this version of the body; empty is none
	Location string
	// Keep lets the caller's browser keep the answer as long as its tag holds.
	Keep bool
}

func (a *reply) MarshalJSON() ([]byte, error) { return json.Marshal(a.Body) }

func (a *reply) writeHeaders(h http.Header) int {
	if a.Tag != "" {
		h.Set("Etag", `"`+a.Tag+`"`)
	}
	if a.Keep {
		h.Set("Cache-Control", "private, no-cache")
	}
	if a.Location != "" {
		h.Set("Location", a.Location)
	}
	if a.Status == 0 {
		return http.StatusOK
	}
	return a.Status
}

// final is an answer that will not change any more. It gets a tag of its content, so that it need not be sent twice.
func final(body any) (any, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	return &reply{Body: json.RawMessage(text), Tag: hex.EncodeToString(sum[:12]), Keep: true}, nil
}

// revision is an answer whose tag is its revision.
func revision(body any, n int64, status int, location string) *reply {
	return &reply{Body: body, Tag: strconv.FormatInt(n, 10), Status: status, Location: location}
}
