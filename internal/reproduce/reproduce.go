// Package reproduce writes the request of an operation down so that somebody can send it again. Nothing here sends
// anything: secrets are placeholders, and a command that already changed something is refused unless it is forced.
package reproduce

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/opslog/opslog/internal/operation"
)

// Forms are what a request can be written as.
var Forms = []string{"curl", "http", "grpcurl", "json"}

// Options say how to write a request.
type Options struct {
	As      string    // one of Forms; by itself curl, or grpcurl for an RPC
	BaseURL string    // where to send it instead of where it was sent
	Force   bool      // a command that already changed something, too
	Random  io.Reader // of the new trace id
}

// Text is a request in its form, and what the person who sends it must know.
type Text struct {
	As       string   `json:"as"`
	Text     string   `json:"text"`
	Warnings []string `json:"warnings"`
}

// InputError is an option that cannot be used.
type InputError struct{ Option, Message string }

// Error is one sentence.
func (e InputError) Error() string { return e.Option + " " + e.Message }

// RefusedError says why an operation must not be repeated lightly.
type RefusedError struct{ Why string }

// Error is one sentence.
func (e RefusedError) Error() string { return e.Why + ": sending it again may do so a second time" }

// ErrNoRequest is told of operations that nobody asked for over a protocol that can be printed.
var ErrNoRequest = errors.New("was not asked for over HTTP or RPC, so there is no request to print; as json prints what is recorded of it")

// Write writes the request of an operation. Errors are an InputError, a RefusedError or ErrNoRequest, wrapped.
func Write(op *operation.Operation, o Options) (*Text, error) {
	if why := refusal(op); why != "" && !o.Force {
		return nil, RefusedError{why}
	}
	form := o.As
	if form == "" {
		form = "curl"
		if op.Transport == operation.TransportRPC {
			form = "grpcurl"
		}
	}
	write, ok := map[string]func(*request) (string, error){"curl": asCurl, "http": asHTTP, "grpcurl": asGRPCurl, "json": asJSON}[form]
	if !ok {
		return nil, InputError{Option: "as", Message: fmt.Sprintf("is %q, want one of %s", clip(o.As), strings.Join(Forms, ", "))}
	}
	var trace [24]byte
	if _, err := io.ReadFull(o.Random, trace[:]); err != nil {
		return nil, fmt.Errorf("make a trace id: %w", err)
	}
	req, err := requestOf(op, o.BaseURL, trace)
	if err != nil {
		return nil, err
	}
	text, err := write(req)
	if err != nil {
		return nil, err
	}
	return &Text{As: form, Text: text, Warnings: append([]string{}, req.warnings()...)}, nil
}

// refusal says why an operation must not be repeated lightly, "" when it may.
func refusal(op *operation.Operation) string {
	done := slices.DeleteFunc(slices.Clone(op.Effects), func(e operation.Effect) bool { return e.Outcome != operation.EffectDone })
	switch {
	case op.Kind != operation.KindQuery && len(done) > 0:
		text := "this operation changed something: " + clip(strings.TrimSpace(done[0].Action+" "+done[0].Target))
		if len(done) > 1 {
			text += fmt.Sprintf(" and %d more", len(done)-1)
		}
		return text
	case op.Destructive:
		return "this operation destroys data"
	case op.Kind == operation.KindCommand && op.Status == operation.StatusOK:
		return "this operation is a command that succeeded"
	default:
		return ""
	}
}

// clip is text from strangers on one line: no control characters, at most 80 runes.
func clip(s string) string {
	const most = 80
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return '·'
		default:
			return r
		}
	}, s)
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return s
}
