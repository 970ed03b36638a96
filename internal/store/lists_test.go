package store_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

func TestListsComeBackAsWritten(t *testing.T) {
	rows := int64(1<<62 + 1)
	attrs := operation.Attributes{"int": rows, "float": 2.0, "bytes": []byte{0, 255}, "text": "<a> & 'b'", "list": []any{int64(1), 1.0}}
	for _, list := range []any{
		&[]operation.Step{{Category: "db", Template: "SELECT ?", Count: 3, Total: 5}},
		&[]operation.Effect{{Kind: "db", Rows: &rows, SpanID: operation.SpanID{1}}, {Kind: "http"}},
		&[]operation.Finding{{Kind: "n_plus_one", SpanIDs: []operation.SpanID{{1}, {2}}}},
		&[]operation.Link{{TraceID: operation.TraceID{9}, SpanID: operation.SpanID{8}, Attributes: attrs}, {}},
		&[]operation.Event{{Time: operation.Time(rows), Name: "exception", Attributes: attrs}, {}},
	} {
		text, err := store.AppendList(nil, list)
		require.NoError(t, err)
		assert.NotContains(t, string(text), `\u003c`)
		got := reflect.New(reflect.TypeOf(list).Elem())
		require.NoError(t, store.DecodeList(string(text), got.Interface()))
		assert.Equal(t, list, got.Interface())
	}
}

func TestEmptyListIsEmptyText(t *testing.T) {
	text, err := store.AppendList(nil, &[]operation.Link{})
	require.NoError(t, err)
	assert.Empty(t, text)
	var links []operation.Link
	require.NoError(t, store.DecodeList(string(text), &links))
	assert.Nil(t, links)
}

func TestListMistakesAreErrors(t *testing.T) {
	_, err := store.AppendList(nil, &[]string{"x"})
	require.ErrorContains(t, err, "[]string")
	for _, text := range []string{"[", `[{"attributes": 1}]`, `[{"trace_id": "zz"}]`} {
		assert.Error(t, store.DecodeList(text, &[]operation.Link{}), text)
	}
}
