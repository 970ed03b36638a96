package operation

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFieldNamesAreUniqueAndSnakeCase(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range Fields() {
		assert.Regexp(t, `^[a-z][a-z_]*$`, f.Name)
		assert.False(t, seen[f.Name], "field %s occurs twice", f.Name)
		seen[f.Name] = true
		assert.Equal(t, f.Name, FieldByName(f.Name).Name)
	}
	assert.Nil(t, FieldByName("no_such_field"))
}

func TestRefReachesNestedFields(t *testing.T) {
	op := &Operation{Cache: Calls{Calls: 3}}
	ref, ok := FieldByName("cache_calls").Ref(op).(*int64)
	require.True(t, ok)
	assert.EqualValues(t, 3, *ref)
	*ref = 4
	assert.EqualValues(t, 4, op.Cache.Calls)
}

func TestJSONRoundTripIsFlat(t *testing.T) {
	rows := int64(7)
	op := &Operation{
		ID: NewID(1_763_719_331_482_000_001, TraceID{1}, SpanID{2}), TraceID: TraceID{1}, SpanID: SpanID{2},
		StartTime: 1_763_719_331_482_000_001, Duration: 1204, Name: "POST /checkout", Complete: true,
		DB:         Calls{Calls: 2, Time: 5},
		Attributes: Attributes{"a": "b", "n": 1.5},
		Effects:    []Effect{{Kind: "db", Rows: &rows, SpanID: SpanID{9}}},
	}
	data, err := json.Marshal(op)
	require.NoError(t, err)

	var flat map[string]any
	require.NoError(t, json.Unmarshal(data, &flat))
	assert.Equal(t, "1763719331482000001", flat["start_time"], "nanoseconds are strings")
	assert.EqualValues(t, 2, flat["db_calls"])
	assert.Equal(t, false, flat["destructive"], "booleans are always there")
	assert.NotContains(t, flat, "error_type", "empty strings are left out")

	var back Operation
	require.NoError(t, json.Unmarshal(data, &back))
	assert.Equal(t, op, &back)
}

func TestUnmarshalNamesTheField(t *testing.T) {
	var op Operation
	err := json.Unmarshal([]byte(`{"span_count":"many"}`), &op)
	assert.ErrorContains(t, err, "span_count")
	require.NoError(t, json.Unmarshal([]byte(`{"from_the_future":1}`), &op))
}

func TestIDCarriesTheStart(t *testing.T) {
	start := Time(1_763_719_331_482_999_999)
	id := NewID(start, TraceID{1}, SpanID{2})
	assert.Equal(t, Time(1_763_719_331_482_000_000), id.Start())
	assert.Equal(t, id, NewID(start, TraceID{1}, SpanID{2}), "the same entry span gives the same id")
	assert.NotEqual(t, id, NewID(start, TraceID{1}, SpanID{3}))
	assert.Less(t, id.String(), NewID(start+1_000_000, TraceID{}, SpanID{}).String(), "ids sort by time")
}

func TestParseID(t *testing.T) {
	tests := map[string]string{
		"":                                  "operation_id is empty",
		"abc":                               "has 3 characters",
		"zz000000000000000000000000000000":  "is not hex",
		"00000000000000000000000000000000a": "has 33 characters",
	}
	for in, want := range tests {
		_, err := ParseID(in)
		assert.ErrorContains(t, err, want, in)
	}
	id := NewID(1, TraceID{1}, SpanID{1})
	back, err := ParseID(id.String())
	require.NoError(t, err)
	assert.Equal(t, id, back)
}

func FuzzIDText(f *testing.F) {
	f.Add("00000000000000000000000000000001")
	f.Fuzz(func(t *testing.T, in string) {
		id, err := ParseID(in)
		if err == nil && !id.IsZero() {
			again, err := ParseID(id.String())
			require.NoError(t, err)
			require.Equal(t, id, again)
		}
	})
}

func BenchmarkMarshalJSON(b *testing.B) {
	op := &Operation{ID: NewID(1, TraceID{1}, SpanID{1}), Name: "GET /", Attributes: Attributes{"a": "b"}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := json.Marshal(op); err != nil {
			b.Fatal(err)
		}
	}
}
