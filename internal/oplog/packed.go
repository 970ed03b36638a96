package oplog

import (
	"errors"
	"slices"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/opslog/opslog/internal/operation"
)

// PackedEventName marks a log record whose body is an operation's log record as OTLP has it on the wire. Inside of one
// process that spares building pdata, taking it apart, and encoding it: what is on disk is the same. Only this package
// reads it, so nothing else may be on its way.
const PackedEventName = "opslog.operation.packed"

// writers are kept, up to a size, because growing one to thousands of records costs more than writing them.
var writers = make(chan *backward, 4)

const largestWriter = 8 << 20

func newWriter() *backward {
	select {
	case w := <-writers:
		w.inexact, w.at = false, len(w.buf)
		return w
	default:
		return &backward{buf: make([]byte, 64<<10), at: 64 << 10}
	}
}

func (w *backward) free() {
	if len(w.buf) > largestWriter {
		return
	}
	select {
	case writers <- w:
	default:
	}
}

// EncodePacked is Encode with packed records.
func EncodePacked(ops []*operation.Operation) plog.Logs {
	w := newWriter()
	defer w.free()
	groups := byResource(ops)
	w.groups(groups)
	return w.packed(groups)
}

// groups writes operations as a request.
func (w *backward) groups(groups [][]written) {
	for _, group := range slices.Backward(groups) {
		w.group(group)
	}
}

// packed are log records with what was written.
func (w *backward) packed(groups [][]written) plog.Logs {
	logs := plog.NewLogs()
	for _, group := range groups {
		records := begin(logs, group[0].op.Resource)
		records.EnsureCapacity(len(group))
		for _, one := range group {
			record := records.AppendEmpty()
			record.SetEventName(PackedEventName)
			record.Body().SetEmptyBytes().FromRaw(w.buf[len(w.buf)-one.begin : len(w.buf)-one.end])
		}
	}
	return logs
}

// written is an operation, and where it begins and ends in what was written, as marks.
type written struct {
	op         *operation.Operation
	begin, end int
}

// byResource groups operations that share a resource map.
func byResource(ops []*operation.Operation) (groups [][]written) {
	places := make(map[uintptr]int, 1)
	group, sizes := make([]int, len(ops)), []int(nil)
	for i, op := range ops {
		at, known := places[place(op.Resource)]
		if !known {
			at = len(sizes)
			places[place(op.Resource)] = at
			sizes = append(sizes, 0)
		}
		group[i] = at
		sizes[at]++
	}
	room := make([]written, len(ops))
	for _, n := range sizes {
		groups, room = append(groups, room[:0:n]), room[n:]
	}
	for i, op := range ops {
		groups[group[i]] = append(groups[group[i]], written{op: op})
	}
	return groups
}

// group writes the operations of a resource.
func (w *backward) group(ops []written) {
	whole := w.mark()
	for i := len(ops) - 1; i >= 0; i-- {
		ops[i].end = w.mark()
		w.record(ops[i].op)
		ops[i].begin = w.mark()
		w.close(0x12, ops[i].end)
	}
	scope := w.mark()
	w.text(0x0a, scopeName)
	w.close(0x0a, scope)
	w.close(0x12, whole)
	resource := w.mark()
	w.keyValues(ops[0].op.Resource)
	w.close(0x0a, resource)
	w.close(0x0a, whole)
}

// packed is the encoded record in a packed one; it is empty when that only stands for what was handed over.
func packed(record plog.LogRecord) ([]byte, bool) {
	if record.EventName() != PackedEventName {
		return nil, false
	}
	if record.Body().Type() != pcommon.ValueTypeBytes {
		return nil, true
	}
	return record.Body().Bytes().AsRaw(), true
}

// Marshal encodes log records as OTLP, with what is packed in its place.
func Marshal(logs plog.Logs) ([]byte, error) {
	if !hasPacked(logs) {
		return (&plog.ProtoMarshaler{}).MarshalLogs(logs)
	}
	return marshalPacked(logs)
}

func hasPacked(logs plog.Logs) bool {
	for _, rl := range logs.ResourceLogs().All() {
		for _, sl := range rl.ScopeLogs().All() {
			for _, record := range sl.LogRecords().All() {
				if record.EventName() == PackedEventName {
					return true
				}
			}
		}
	}
	return false
}

// marshalPacked encodes everything but what is packed with pdata, and puts that into the encoded scopes.
func marshalPacked(logs plog.Logs) ([]byte, error) {
	records, shell, size, err := unpack(logs)
	if err != nil {
		return nil, err
	}
	rest, err := (&plog.ProtoMarshaler{}).MarshalLogs(shell)
	if err != nil {
		return nil, err
	}
	size += len(rest)
	w := &backward{buf: make([]byte, size), at: size}
	resources, _ := fieldsOf(rest, 1)
	for i := len(resources) - 1; i >= 0; i-- {
		whole := w.mark()
		scopes, others := fieldsOf(resources[i], 2)
		w.bytes(others)
		for j := len(scopes) - 1; j >= 0; j-- {
			w.scope(scopes[j], records[i][j])
		}
		w.close(0x0a, whole)
	}
	return w.buf[w.at:], nil
}

// scope writes a scope with more records: fields that are lists may come in pieces.
func (w *backward) scope(rest []byte, records [][]byte) {
	whole := w.mark()
	w.bytes(rest)
	for i := len(records) - 1; i >= 0; i-- {
		w.data(0x12, records[i])
	}
	w.close(0x12, whole)
}

// mostOverhead is what a record, a scope or a resource takes beside its content.
const mostOverhead = 8

var errStandIn = errors.New("operations came without what was handed over beside them")

// unpack takes logs apart: what is packed by resource and scope, and a copy of all the rest. size bounds the bytes
// that what is packed takes.
func unpack(logs plog.Logs) (records [][][][]byte, shell plog.Logs, size int, err error) {
	shell = plog.NewLogs()
	for _, rl := range logs.ResourceLogs().All() {
		resource := shell.ResourceLogs().AppendEmpty()
		rl.Resource().CopyTo(resource.Resource())
		resource.SetSchemaUrl(rl.SchemaUrl())
		var scopes [][][]byte
		for _, sl := range rl.ScopeLogs().All() {
			scope := resource.ScopeLogs().AppendEmpty()
			sl.Scope().CopyTo(scope.Scope())
			scope.SetSchemaUrl(sl.SchemaUrl())
			var inside [][]byte
			for _, record := range sl.LogRecords().All() {
				if data, ok := packed(record); ok {
					if len(data) == 0 {
						err = errStandIn
					}
					inside = append(inside, data)
					size += len(data) + mostOverhead
				} else {
					record.CopyTo(scope.LogRecords().AppendEmpty())
				}
			}
			size += mostOverhead
			scopes = append(scopes, inside)
		}
		size += mostOverhead
		records = append(records, scopes)
	}
	return records, shell, size, err
}

// fieldsOf answers the contents of a field that holds messages, and what else there is as it is.
func fieldsOf(data []byte, number protowire.Number) (contents [][]byte, others []byte) {
	for m := (message{data: data}); ; {
		if !m.next() {
			return contents, others
		}
		if m.number == number && m.kind == protowire.BytesType {
			contents = append(contents, m.bytes())
		} else {
			others = append(others, m.field()...)
		}
	}
}

// unpack reads a packed record; one that the short way does not take goes over pdata.
func (r *wireReader) unpack(data []byte, resource operation.Attributes) (*operation.Operation, error) {
	op, err := r.operation(data)
	if err == nil {
		op.Resource = resource
		return op, nil
	}
	w := &backward{}
	w.scope(nil, [][]byte{data})
	w.close(0x0a, 0)
	logs, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(w.buf[w.at:])
	if err != nil {
		return nil, err
	}
	return decode(logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0), resource)
}
