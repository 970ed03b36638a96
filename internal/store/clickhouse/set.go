package clickhouse

import (
	"fmt"
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
