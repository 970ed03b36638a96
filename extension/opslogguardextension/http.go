package opslogguardextension

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"go.opentelemetry.io/collector/extension/extensionmiddleware"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/opslog/opslog/extension/opslogguardextension/internal/scan"
)

const (
	typeProto = "application/x-protobuf"
	typeJSON  = "application/json"
)

// GetHTTPHandler puts the scan behind decompression and before the receiver.
func (g *guard) GetHTTPHandler(context.Context) (extensionmiddleware.WrapHTTPHandlerFunc, error) {
	return func(_ context.Context, next http.Handler) (http.Handler, error) {
		return &handler{guard: g, next: next, buffers: sync.Pool{New: func() any { return new(bytes.Buffer) }}}, nil
	}, nil
}

type handler struct {
	guard   *guard
	next    http.Handler
	buffers sync.Pool
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || r.Method != http.MethodPost || (kind != typeProto && kind != typeJSON) {
		h.next.ServeHTTP(w, r) // the receiver refuses it unread
		return
	}
	if reason := h.guard.tooMuch(); reason != "" {
		h.refuseForNow(w, r, kind, reason)
		return
	}
	body := h.buffers.Get().(*bytes.Buffer)
	defer h.buffers.Put(body)
	body.Reset()
	if _, err := body.ReadFrom(r.Body); err != nil {
		h.refuseUnread(w, r, kind, err)
		return
	}
	_ = r.Body.Close() // it was read to its end
	if err := h.guard.gate.enter(r.Context(), body.Len()); err != nil {
		h.refuseForNow(w, r, kind, busy)
		return
	}
	defer h.guard.gate.leave()
	refusal := h.guard.scanHTTP(kind, r.URL.Path, body.Bytes())
	if refusal != nil {
		h.guard.count(r.Context(), overHTTP, refusal.Reason)
		answer(w, kind, http.StatusBadRequest, codes.InvalidArgument, refusal.Error())
		return
	}
	h.guard.count(r.Context(), overHTTP, "")
	r.Body = io.NopCloser(bytes.NewReader(body.Bytes()))
	h.next.ServeHTTP(w, r)
}

// refuseForNow answers 429, which senders repeat.
func (h *handler) refuseForNow(w http.ResponseWriter, r *http.Request, kind string, reason scan.Reason) {
	h.guard.count(r.Context(), overHTTP, reason)
	w.Header().Set("Retry-After", strconv.Itoa(again))
	answer(w, kind, http.StatusTooManyRequests, codes.Unavailable, tryAgain(reason))
}

// refuseUnread answers a body that is too large, or that cannot be read or decompressed.
func (h *handler) refuseUnread(w http.ResponseWriter, r *http.Request, kind string, err error) {
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		h.guard.count(r.Context(), overHTTP, tooLarge)
		answer(w, kind, http.StatusRequestEntityTooLarge, codes.InvalidArgument, "the request is larger than max_request_body_size")
		return
	}
	h.guard.count(r.Context(), overHTTP, scan.Malformed)
	answer(w, kind, http.StatusBadRequest, codes.InvalidArgument, "the request cannot be read")
}

// scanHTTP looks at JSON wherever it is sent, at protobuf where the path tells what it is.
func (g *guard) scanHTTP(kind, path string, body []byte) *scan.Refusal {
	if kind == typeJSON {
		return scan.JSON(body, g.limits)
	}
	switch {
	case strings.HasSuffix(path, "traces"):
		return scan.Proto(scan.Traces, body, g.limits)
	case strings.HasSuffix(path, "logs"):
		return scan.Proto(scan.Logs, body, g.limits)
	case strings.HasSuffix(path, "metrics"):
		return scan.Proto(scan.Metrics, body, g.limits)
	}
	return nil
}

// answer is an error as OTLP wants it: a Status in the encoding of the request.
func answer(w http.ResponseWriter, kind string, code int, grpcCode codes.Code, text string) {
	s := status.New(grpcCode, text).Proto()
	body, err := proto.Marshal(s)
	if kind == typeJSON {
		body, err = protojson.Marshal(s)
	}
	if err != nil {
		code = http.StatusInternalServerError
	}
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(code)
	_, _ = w.Write(body) // the sender may have gone
}
