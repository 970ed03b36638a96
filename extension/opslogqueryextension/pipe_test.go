package opslogqueryextension

import (
	"io"
	"net/http"
	"time"
)

// pipeWriter is an answer that a test reads while it is written.
type pipeWriter struct {
	*io.PipeWriter
	reader *io.PipeReader
	header http.Header
}

func newPipeWriter() *pipeWriter {
	r, w := io.Pipe()
	return &pipeWriter{PipeWriter: w, reader: r, header: http.Header{}}
}

func (w *pipeWriter) Header() http.Header              { return w.header }
func (w *pipeWriter) WriteHeader(int)                  {}
func (w *pipeWriter) Flush()                           {}
func (w *pipeWriter) SetWriteDeadline(time.Time) error { return nil }
