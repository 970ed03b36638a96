package store

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

func sortOf(t *testing.T, text string) []query.SortKey {
	t.Helper()
	q, err := query.Parse("| sort "+text, now)
	require.NoError(t, err)
	return q.Stages[0].(*query.Sort).Keys
}

// Any order puts all operations in one sequence, and a cursor names a place in it that survives its JSON.
func TestOrderIsTotal(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	var ops []*operation.Operation
	for i := range 60 {
		op := &operation.Operation{
			ID: operation.ID{byte(i + 1)}, StartTime: now + operation.Time(rnd.IntN(5)), Duration: time.Duration(rnd.IntN(4)), ServiceName: []string{"", "a", "b"}[rnd.IntN(3)],
			Complete: rnd.IntN(2) == 0, Parallelism: float64(rnd.IntN(3)) / 2, Attributes: operation.Attributes{},
		}
		if rnd.IntN(3) > 0 {
			op.Attributes["x"] = []any{int64(10), 9.5, "9", "text", true, "1e999"}[rnd.IntN(6)]
		}
		ops = append(ops, op)
	}
	for _, text := range []string{"duration", "duration desc, service", "service desc, complete", "attr.x", "attr.x desc, time", "parallelism, trace, id desc"} {
		keys := sortOf(t, text)
		order := Order(keys)
		slices.SortFunc(ops, order)
		for i, a := range ops {
			for j, b := range ops {
				require.Equal(t, i < j, order(a, b) < 0, text)
			}
			data, err := json.Marshal(CursorAt(a, keys))
			require.NoError(t, err)
			var c Cursor
			require.NoError(t, json.Unmarshal(data, &c))
			require.Equal(t, CursorAt(a, keys), c)
			for k, key := range keys {
				_, err := SortValue(key, c.Keys[k])
				require.NoError(t, err)
			}
		}
	}
	numbers := sortOf(t, "attr.x")
	assert.Negative(t, Order(numbers)(&operation.Operation{Attributes: operation.Attributes{"x": "9"}}, &operation.Operation{Attributes: operation.Attributes{"x": int64(10)}}))
}

func TestSortValueRefusesWhatAnotherListSaid(t *testing.T) {
	for text, value := range map[string]string{"duration": "x", "complete": "maybe", "parallelism": "", "time": "1.5"} {
		_, err := SortValue(sortOf(t, text)[0], value)
		assert.Error(t, err, text)
	}
}
