package bloom

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// What was put in is found, at every size; of what was not, about one in fifty.
func TestBuilder(t *testing.T) {
	b := &Builder{}
	for _, n := range []int{1, 10, 1_000, 50_000, 100_000} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			for i := range n {
				b.Add(Key("attr", fmt.Sprint(i)))
			}
			parts := b.Take()
			for i := range n {
				h := Key("attr", fmt.Sprint(i))
				assert.True(t, Has(parts[h.Part()], h))
			}
			wrong := 0
			for i := range 10_000 {
				if h := Key("other", fmt.Sprint(i)); Has(parts[h.Part()], h) {
					wrong++
				}
			}
			assert.Less(t, wrong, 500)
			assert.LessOrEqual(t, len(parts[Parts-1])*8*Parts/2, max(512, n*40), "bits")
			assert.Len(t, parts[0], 8, "no grams")
		})
	}
}

// A filter that is too small for what it holds says yes to everything, and to nothing less.
func TestFull(t *testing.T) {
	b := &Builder{}
	for i := range 2_000_000 {
		b.Add(Key(fmt.Sprint(i)))
	}
	parts := b.Take()
	for i := range 2_000_000 {
		h := Key(fmt.Sprint(i))
		if !Has(parts[h.Part()], h) {
			t.Fatal(i)
		}
	}
	assert.Len(t, parts[Parts-1], partBits/8)
}

func TestTakeEmpties(t *testing.T) {
	b := &Builder{}
	b.Add(Key("a"))
	b.Take()
	parts := b.Take()
	assert.False(t, Has(parts[Key("a").Part()], Key("a")))
	b.Add(Key("a"))
	parts = b.Take()
	assert.True(t, Has(parts[Key("a").Part()], Key("a")))
}

func TestKey(t *testing.T) {
	assert.NotEqual(t, Key("ab", "c"), Key("a", "bc"))
	assert.NotEqual(t, Key("a"), Key("a", ""))
	assert.GreaterOrEqual(t, Key("a").Part(), Parts/2)
}

// FuzzGrams: all pieces of a part of a text are pieces of the text.
func FuzzGrams(f *testing.F) {
	f.Add("a longer text with words", uint8(3), uint8(9))
	f.Add("Grüße 日本語", uint8(0), uint8(200))
	f.Add("abc", uint8(0), uint8(3))
	f.Fuzz(func(t *testing.T, text string, from, to uint8) {
		from, to = min(from, uint8(min(255, len(text)))), min(to, uint8(min(255, len(text))))
		b := &Builder{}
		Grams(text, b.Add)
		parts := b.Take()
		Grams(text[min(from, to):to], func(h Hash) {
			assert.Less(t, h.Part(), Parts/2)
			assert.True(t, Has(parts[h.Part()], h))
		})
	})
}

func TestGramsOfShortText(t *testing.T) {
	for _, text := range []string{"", "a", "abc"} {
		Grams(text, func(Hash) { t.Error(text) })
	}
}

func BenchmarkGrams(b *testing.B) {
	words := strings.Fields("anchor basket candle desk engine flower garden hammer island jacket kettle lantern mirror needle orange")
	var text strings.Builder
	for text.Len() < 1000 {
		text.WriteString(words[rand.IntN(len(words))] + " " + fmt.Sprint(rand.IntN(100_000)))
	}
	f := &Builder{}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		Grams(text.String(), f.Add)
	}
}
