package clickhouse

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"
)

// set are the columns of a table.
type set[T any] []column[T]

func newSet[T any](fields []field[T]) set[T] {
	var s set[T]
	for _, f := range fields {
		s = append(s, columns(f)...)
	}
	return s
}

// names of the columns, in order.
func (s set[T]) names() []string {
	names := make([]string, len(s))
	for i := range s {
		names[i] = s[i].name
	}
	return names
}

// put appends a record to the columns.
func (s set[T]) put(record *T) error {
	for i := range s {
		if err := s[i].put(record); err != nil {
			return fmt.Errorf("column %s: %w", s[i].name, err)
		}
	}
	return nil
}

// get makes a record from a row of the columns.
func (s set[T]) get(row int) (*T, error) {
	record := new(T)
	for i := range s {
		if err := s[i].get(record, row); err != nil {
			return nil, fmt.Errorf("column %s: %w", s[i].name, err)
		}
	}
	return record, nil
}

// pieceBytes bounds what an insert sends at once: columns, what they are encoded to, and that compressed have about this size, for
// each insert that runs. LZ4 looks back 64 KiB, so that larger pieces are not compressed better.
const pieceBytes = 512 << 10

// rowBytes is about what a record takes beside its texts.
const rowBytes = 512

// stream is the query that inserts records piece by piece.
func (s set[T]) stream(table string, settings []ch.Setting, records []*T) ch.Query {
	s.reset()
	q := s.into(table, settings)
	q.OnInput = func(context.Context) error {
		if len(records) == 0 {
			s.reset()
			return io.EOF
		}
		var err error
		if records, err = s.fill(records); err != nil {
			return fmt.Errorf("%w: %w", errEncoding, err)
		}
		return nil
	}
	return q
}

// fill takes as many records as make a piece, in place of those before, and answers the others.
func (s set[T]) fill(records []*T) (rest []*T, err error) {
	s.reset()
	for n := 0; n < len(records); n++ {
		if n*rowBytes+s.text() >= pieceBytes {
			return records[n:], nil
		}
		if err := s.put(records[n]); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// text is the size of the texts that are not repetitive.
func (s set[T]) text() (bytes int) {
	for i := range s {
		if text := s[i].text; text != nil {
			bytes += len(text.Buf)
		}
	}
	return bytes
}

// into is the query that inserts the records.
func (s set[T]) into(table string, settings []ch.Setting) ch.Query {
	sql := "INSERT INTO " + table + " (" + strings.Join(s.names(), ", ") + ") VALUES"
	return ch.Query{Body: sql, Input: s.input(), Settings: settings}
}

func (s set[T]) input() proto.Input {
	in := make(proto.Input, len(s))
	for i := range s {
		in[i] = proto.InputColumn{Name: s[i].name, Data: s[i].data}
	}
	return in
}

func (s set[T]) results() proto.Results {
	out := make(proto.Results, len(s))
	for i := range s {
		out[i] = proto.ResultColumn{Name: s[i].name, Data: s[i].data}
	}
	return out
}

func (s set[T]) reset() {
	for i := range s {
		s[i].data.Reset()
	}
}
