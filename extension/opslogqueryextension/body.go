package opslogqueryextension

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/opslog/opslog/internal/api"
)

// readJSON reads a body of one JSON value into the target, whose unknown fields are refused.
func readJSON(r *http.Request, target any) error {
	if err := mustBeJSON(r); err != nil {
		return err
	}
	dec := json.NewDecoder(http.MaxBytesReader(nil, r.Body, maxJSON))
	dec.UseNumber()
	dec.DisallowUnknownFields()
	err := dec.Decode(target)
	if err == nil {
		if _, more := dec.Token(); errors.Is(more, io.EOF) {
			return nil
		}
		return api.BadRequest("", "the body has something behind its JSON")
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return err
	}
	return api.BadRequest("", "the body cannot be read as JSON: %s", clip(err.Error()))
}
