package operation

import "reflect"

// Column is one field of a flat record of type T under its one name.
type Column[T any] struct {
	Name string
	path int
}

// Columns are the fields of a flat record, in the order of the struct.
func Columns[T any]() []Column[T] {
	t := reflect.TypeFor[T]()
	out := make([]Column[T], t.NumField())
	for i := range out {
		out[i] = Column[T]{Name: t.Field(i).Tag.Get("json"), path: i}
	}
	return out
}

// Ref points to the field inside record.
func (c Column[T]) Ref(record *T) any {
	return reflect.ValueOf(record).Elem().Field(c.path).Addr().Interface()
}
