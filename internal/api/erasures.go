package api

import (
	"context"
	"net/http"
	"net/url"

	"github.com/opslog/opslog/internal/erasure"
)

// ErasureRequest is the body of POST /erasures.
type ErasureRequest = erasure.Request

// Erasure is how far the erasure of a person is.
type Erasure = erasure.Job

// ErasureDone is the state of an erasure that is complete.
const ErasureDone = erasure.StateDone

// ErasureList answers GET /erasures.
type ErasureList struct {
	Items []Erasure `json:"items"`
}

// Erase begins an erasure.
func (c *Client) Erase(ctx context.Context, r ErasureRequest) (*Erasure, error) {
	out := &Erasure{}
	return out, c.Change(ctx, http.MethodPost, "/erasures", nil, r, out)
}

// Erasure reads how far one is.
func (c *Client) Erasure(ctx context.Context, id string) (*Erasure, error) {
	return get[Erasure](ctx, c, "/erasures/"+url.PathEscape(id), nil)
}

// Erasures lists them.
func (c *Client) Erasures(ctx context.Context) (*ErasureList, error) {
	return get[ErasureList](ctx, c, "/erasures", nil)
}
