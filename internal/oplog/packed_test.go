package oplog

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/opslog/opslog/internal/operation"
)

// partly is a filled operation of which a random half is kept.
func partly(t testing.TB, r *rand.Rand) *operation.Operation {
	op, whole := &operation.Operation{}, filled(t)
	for _, f := range operation.Fields() {
		if r.IntN(2) == 0 {
			switch p := f.Ref(op).(type) {
			case *string:
				*p = *f.Ref(whole).(*string)
			case *int64:
				*p = -r.Int64()
			case *operation.ID:
				*p = *f.Ref(whole).(*operation.ID)
			case *operation.Attributes:
				*p = *f.Ref(whole).(*operation.Attributes)
			case *[]operation.Effect:
				*p = []operation.Effect{{Kind: "db"}, {}}
			case *[]operation.Step:
				*p = []operation.Step{{Category: strings.Repeat("long", 100)}, {Count: -1}}
			}
		}
	}
	return op
}

func packedCases(t testing.TB) []*operation.Operation {
	strange := filled(t)
	strange.Attributes = operation.Attributes{
		"": "no name", "nothing": nil, "int": 7, "small": float32(1.5), "empty": []any{}, "no keys": map[string]any{}, "other": struct{ A int }{1},
		"long": strings.Repeat("x", 70_000), "mixed": []any{nil, 1.5, []byte{}, map[string]any{"a": nil}},
	}
	failed := filled(t)
	failed.Status = operation.StatusError
	bare := &operation.Operation{ID: operation.ID{1}}
	cases := []*operation.Operation{filled(t), strange, failed, bare, {}}
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		cases = append(cases, partly(t, r))
	}
	return cases
}

// single orders what pdata leaves in the order of Go's maps.
func single(op *operation.Operation) bool {
	return len(op.Attributes) < 2 || op.Attributes["map"] != nil
}

func TestPackedIsTheSame(t *testing.T) {
	for _, op := range packedCases(t) {
		if !single(op) {
			continue
		}
		want, err := (&plog.ProtoMarshaler{}).MarshalLogs(Encode([]*operation.Operation{op}))
		require.NoError(t, err)
		got, err := Marshal(EncodePacked([]*operation.Operation{op}))
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

func TestPackedReadsTheSame(t *testing.T) {
	cases := packedCases(t)
	want, got := Read(Encode(cases)), Read(EncodePacked(cases))
	assert.Equal(t, want.Operations, got.Operations)
	data, err := Marshal(EncodePacked(cases[:4]))
	require.NoError(t, err)
	var b Batch
	require.NoError(t, b.AddEncoded(data))
	assert.Equal(t, want.Operations[:4], b.Operations)
	n, err := CountItems(data)
	require.NoError(t, err)
	assert.Equal(t, 4, n)
	assert.Equal(t, len(cases), Count(EncodePacked(cases)))
}

func TestMarshalMixed(t *testing.T) {
	op := filled(t)
	logs := EncodePacked([]*operation.Operation{op, {ID: operation.ID{9}, Resource: operation.Attributes{"service.name": "b"}}})
	record := logs.ResourceLogs().At(1).ScopeLogs().At(0).LogRecords().AppendEmpty()
	record.Body().SetStr("of an application")
	logs.ResourceLogs().AppendEmpty() // empty
	logs.ResourceLogs().At(0).SetSchemaUrl("schema")
	data, err := Marshal(logs)
	require.NoError(t, err)
	var b Batch
	require.NoError(t, b.AddEncoded(data))
	want := Read(logs)
	assert.Equal(t, want, b)
	assert.Len(t, b.Operations, 2)
	assert.Len(t, b.Logs, 1)
	back, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(data)
	require.NoError(t, err)
	assert.Equal(t, "schema", back.ResourceLogs().At(0).SchemaUrl())
	assert.Equal(t, 3, back.ResourceLogs().Len())

	data, err = Marshal(plog.NewLogs())
	require.NoError(t, err)
	assert.Empty(t, data)
}

// Attributes in each other deeper than the short way reads go over pdata.
func TestPackedDeep(t *testing.T) {
	var value any = "bottom"
	for range 2 * deepest {
		value = []any{value}
	}
	op := &operation.Operation{ID: operation.ID{1}, Attributes: operation.Attributes{"deep": value}}
	assert.Equal(t, Read(Encode([]*operation.Operation{op})).Operations, Read(EncodePacked([]*operation.Operation{op})).Operations)
}

func TestPackedDamaged(t *testing.T) {
	logs := EncodePacked([]*operation.Operation{filled(t)})
	logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Body().SetEmptyBytes().FromRaw([]byte{0xff})
	b := Read(logs)
	assert.Empty(t, b.Operations)
	assert.Len(t, b.Logs, 1) // not lost
	Outlines(t.Context(), logs, false, func(*operation.Operation) { t.Error("must be left out") })
}

func TestOutlinesPacked(t *testing.T) {
	cases := packedCases(t)
	for _, whole := range []bool{false, true} {
		want, got := outlines(t.Context(), Encode(cases), whole), outlines(t.Context(), EncodePacked(cases), whole)
		require.Equal(t, want, got)
	}
}

func outlines(ctx context.Context, logs plog.Logs, whole bool) (out []operation.Operation) {
	Outlines(ctx, logs, whole, func(op *operation.Operation) { out = append(out, *op) })
	return out
}

func BenchmarkHandOver(b *testing.B) {
	ops := make([]*operation.Operation, 100)
	for i := range ops {
		ops[i] = filled(b)
	}
	ways := map[string]func() ([]byte, error){
		"pdata":  func() ([]byte, error) { return (&plog.ProtoMarshaler{}).MarshalLogs(Encode(ops)) },
		"packed": func() ([]byte, error) { return Marshal(EncodePacked(ops)) },
		"handed": func() ([]byte, error) { _, _, h := HandOver(b.Context(), ops); return h.Request(), nil },
	}
	for name, way := range ways {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := way(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*len(ops))/b.Elapsed().Seconds(), "operations/s")
		})
	}
}
