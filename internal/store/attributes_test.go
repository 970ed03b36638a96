package store_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

func TestAttributesComeBackAsWritten(t *testing.T) {
	attrs := operation.Attributes{
		"string": "a\x00b ü '\"\\\n", "empty": "", "": "empty key", "looks like int": "42",
		"int": int64(math.MaxInt64), "min": int64(math.MinInt64),
		"float": 1.5, "whole float": 2.0, "tiny": math.SmallestNonzeroFloat64, "inf": math.Inf(-1), "minus zero": math.Copysign(0, -1),
		"true": true, "false": false, "bytes": []byte{0, 255, 1}, "no bytes": []byte{}, "nil": nil,
		"list": []any{"<a>", int64(1), 1.0, 1e300, true, nil, []byte{7}, math.Inf(1), []any{}, map[string]any{"k": int64(math.MaxInt64)}},
		"map":  map[string]any{"$bytes": "not bytes", "n": int64(1), "deep": map[string]any{"$float": "NaN"}},
		"odd":  map[string]any{"$bytes": "no bytes"}, "odder": map[string]any{"$$bytes": []byte("x")}, "no map": map[string]any{},
	}
	keys, values, types := store.FlattenAttributes(attrs)
	assert.IsIncreasing(t, keys)
	assert.Len(t, values, len(keys))
	assert.Len(t, types, len(keys))
	assert.Equal(t, attrs, store.UnflattenAttributes(keys, values, types))
}

func TestFlattenedTextIsSearchable(t *testing.T) {
	for want, value := range map[string]any{
		"plain": "plain", "-7": int64(-7), "0.25": 0.25, "true": true, "AAE=": []byte{0, 1},
		`["<a>",1,1.0]`: []any{"<a>", int64(1), 1.0}, `{"a":1,"b":null}`: map[string]any{"b": nil, "a": int64(1)},
		"{3}": struct{ n int }{3},
	} {
		_, values, _ := store.FlattenAttributes(operation.Attributes{"k": value})
		assert.Equal(t, []string{want}, values)
	}
}

func TestUnflattenKeepsDamagedValuesAsText(t *testing.T) {
	keys := []string{"int", "float", "bool", "bytes", "list", "untyped"}
	values := []string{"x", "x", "x", "?", "[1", "text"}
	want := operation.Attributes{"int": "x", "float": "x", "bool": "x", "bytes": "?", "list": "[1", "untyped": "text"}
	assert.Equal(t, want, store.UnflattenAttributes(keys, values, "idbyl"))
	assert.Nil(t, store.UnflattenAttributes(nil, nil, "s"))
}

func TestNaNComesBack(t *testing.T) {
	got := store.UnflattenAttributes(store.FlattenAttributes(operation.Attributes{"a": math.NaN(), "b": []any{math.NaN()}}))
	require.Len(t, got, 2)
	assert.True(t, math.IsNaN(got["a"].(float64)))
	assert.True(t, math.IsNaN(got["b"].([]any)[0].(float64)))
}

// Whatever structure arrives, it comes back equal after the first trip through the codec.
func FuzzAttributes(f *testing.F) {
	f.Add(`{"a":[1,2.5,"x",{"$bytes":"eA=="}],"b":{"$$x":null}}`)
	f.Fuzz(func(t *testing.T, text string) {
		var attrs map[string]any
		if json.Unmarshal([]byte(text), &attrs) != nil || len(attrs) == 0 {
			return
		}
		once := store.UnflattenAttributes(store.FlattenAttributes(attrs))
		assert.Equal(t, operation.Attributes(attrs), once)
	})
}

func BenchmarkFlattenAttributes(b *testing.B) {
	attrs := operation.Attributes{"url.path": "/orders/17", "http.route": "/orders/{id}", "port": int64(8080), "ok": true,
		"ratio": 0.5, "server.address": "shop.example", "tags": []any{"a", "b"}}
	b.ReportAllocs()
	for b.Loop() {
		store.FlattenAttributes(attrs)
	}
}
