package opslogqueryextension

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// held is a store whose lists take until nobody wants them any more.
type held struct {
	store.Backend
	began, ended chan struct{}
}

func (h *held) Operations(ctx context.Context, q store.OperationQuery) ([]*operation.Operation, error) {
	close(h.began)
	<-ctx.Done()
	close(h.ended)
	return h.Backend.Operations(ctx, q)
}

// A caller who leaves ends the work that was done for it.
func TestWorkEndsWithItsCaller(t *testing.T) {
	h := &held{Backend: openStore(t), began: make(chan struct{}), ended: make(chan struct{})}
	base := serve(t, h, nil) + api.Prefix
	ctx, leave := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/operations?q=duration+%3E+1s", http.NoBody)
	require.NoError(t, err)
	gone := make(chan error, 1)
	go func() {
		resp, err := http.DefaultClient.Do(r)
		if err == nil {
			_ = resp.Body.Close()
		}
		gone <- err
	}()
	<-h.began
	leave()
	require.ErrorIs(t, <-gone, context.Canceled)
	<-h.ended
}
