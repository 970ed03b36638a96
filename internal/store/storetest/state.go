package storetest

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/store"
)

func testState(t *testing.T, f *fixture) {
	ctx := t.Context()
	_, err := f.GetState(ctx, "saved/1")
	require.ErrorIs(t, err, store.ErrNotFound)
	require.ErrorIs(t, f.DeleteState(ctx, "saved/1", store.AnyRevision), store.ErrNotFound)
	_, err = f.PutState(ctx, "saved/1", []byte("x"), 1)
	require.ErrorIs(t, err, store.ErrConflict, "there is no revision 1")

	first, err := f.PutState(ctx, "saved/1", []byte("one"), 0)
	require.NoError(t, err)
	assert.EqualValues(t, 1, first.Revision)
	assert.Positive(t, int64(first.Updated))
	got, err := f.GetState(ctx, "saved/1")
	require.NoError(t, err)
	assert.Equal(t, first, got)

	_, err = f.PutState(ctx, "saved/1", []byte("x"), 0)
	require.ErrorIs(t, err, store.ErrConflict, "it exists")
	second, err := f.PutState(ctx, "saved/1", []byte("two"), first.Revision)
	require.NoError(t, err)
	_, err = f.PutState(ctx, "saved/1", []byte("x"), first.Revision)
	require.ErrorIs(t, err, store.ErrConflict, "the first revision is gone")
	require.ErrorIs(t, f.DeleteState(ctx, "saved/1", first.Revision), store.ErrConflict)
	third, err := f.PutState(ctx, "saved/1", []byte("three"), store.AnyRevision)
	require.NoError(t, err)
	assert.Greater(t, third.Revision, second.Revision)

	require.NoError(t, f.DeleteState(ctx, "saved/1", third.Revision))
	_, err = f.GetState(ctx, "saved/1")
	require.ErrorIs(t, err, store.ErrNotFound)
	_, err = f.PutState(ctx, "saved/1", []byte("x"), third.Revision)
	require.ErrorIs(t, err, store.ErrConflict, "it was deleted")
	again, err := f.PutState(ctx, "saved/1", []byte("again"), 0)
	require.NoError(t, err)
	assert.Greater(t, again.Revision, third.Revision, "revisions go on")
}

// Keys and values come back as they were, whatever is in them.
func testStateHostile(t *testing.T, f *fixture) {
	keys := []string{"a/%", "a/_", `a/\`, "a/'; DROP TABLE state; --", "a/{x:String}", "a/ü\n\t", "b", "a", strings.Repeat("k", store.MaxStateKey)}
	for _, key := range keys {
		value := []byte(key + "\x00\xff'\\\n")
		_, err := f.PutState(t.Context(), key, value, 0)
		require.NoError(t, err, key)
		got, err := f.GetState(t.Context(), key)
		require.NoError(t, err, key)
		assert.Equal(t, value, got.Value, key)
	}
	for _, key := range []string{"", "\xff", strings.Repeat("k", store.MaxStateKey+1)} {
		_, err := f.PutState(t.Context(), key, nil, 0)
		assert.ErrorContains(t, err, "a key of state must be UTF-8")
	}
	_, err := f.PutState(t.Context(), "large", make([]byte, store.MaxStateValue), 0)
	require.NoError(t, err)
	_, err = f.PutState(t.Context(), "larger", make([]byte, store.MaxStateValue+1), 0)
	assert.ErrorContains(t, err, "a value of state has at most")
	for prefix, want := range map[string]int{"a/%": 1, "a/_": 1, `a/\`: 1, "a/": 6, "a": 7, "": len(keys) + 1, "nothing": 0} {
		got, err := f.ListState(t.Context(), store.StateQuery{Prefix: prefix, Limit: 100})
		require.NoError(t, err)
		assert.Len(t, got, want, prefix)
	}
}

func testStateList(t *testing.T, f *fixture) {
	var want []string
	for i := range 25 {
		key := fmt.Sprintf("list/%02d", i)
		_, err := f.PutState(t.Context(), key, []byte("1"), 0)
		require.NoError(t, err)
		_, err = f.PutState(t.Context(), key, []byte("2"), 1)
		require.NoError(t, err)
		if i%5 == 0 {
			require.NoError(t, f.DeleteState(t.Context(), key, 2))
			continue
		}
		want = append(want, key)
	}
	_, err := f.PutState(t.Context(), "other", []byte("1"), 0)
	require.NoError(t, err)
	var got []string
	for after := ""; ; {
		page, err := f.ListState(t.Context(), store.StateQuery{Prefix: "list/", After: after, Limit: 7})
		require.NoError(t, err)
		for _, e := range page {
			assert.Equal(t, "2", string(e.Value))
			assert.EqualValues(t, 2, e.Revision)
			got = append(got, e.Key)
		}
		if len(page) < 7 {
			break
		}
		after = page[6].Key
	}
	assert.Equal(t, want, got)
}

// Of many who change the same revision one succeeds; of those who expect nothing, all.
func testStateConcurrent(t *testing.T, f *fixture) {
	const writers, rounds = 6, 5
	var won, lost, forced atomic.Int64
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for revision := range int64(rounds) {
				_, err := f.PutState(t.Context(), "raced", []byte("x"), revision)
				switch {
				case err == nil:
					won.Add(1)
				case assert.ErrorIs(t, err, store.ErrConflict):
					lost.Add(1)
				}
				if _, err := f.PutState(t.Context(), "forced", []byte("x"), store.AnyRevision); assert.NoError(t, err) {
					forced.Add(1)
				}
			}
		})
	}
	wg.Wait()
	assert.EqualValues(t, writers*rounds, won.Load()+lost.Load())
	e, err := f.GetState(t.Context(), "raced")
	require.NoError(t, err)
	assert.Equal(t, e.Revision, won.Load(), "each success made one revision")
	e, err = f.GetState(t.Context(), "forced")
	require.NoError(t, err)
	assert.EqualValues(t, writers*rounds, e.Revision)
}
