//go:build cgo && !noduckdb

package embedded

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store/embedded/bloom"
)

// probe is what a block must have so that a filter can hold for one of its operations: all the hashes, all of and,
// and one of or. A nil probe cannot tell.
type probe struct {
	all     []bloom.Hash
	and, or []*probe
}

// may is false when the block holds nothing that is asked for.
func (p *probe) may(block *[bloom.Parts][]byte) bool {
	has := func(h bloom.Hash) bool { return bloom.Has(block[h.Part()], h) }
	may := func(p *probe) bool { return p.may(block) }
	for _, h := range p.all {
		if !has(h) {
			return false
		}
	}
	return !slices.ContainsFunc(p.and, func(q *probe) bool { return !may(q) }) && (len(p.or) == 0 || slices.ContainsFunc(p.or, may))
}

// parts are those of a block that must be read.
func (p *probe) parts() []string {
	var out []string
	for _, h := range p.all {
		out = append(out, strconv.Itoa(h.Part()))
	}
	for _, q := range slices.Concat(p.and, p.or) {
		out = append(out, q.parts()...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// probeOf is that of a filter; nil when every block may hold something.
func probeOf(filter query.Expr) *probe {
	switch e := filter.(type) {
	case query.And:
		and := slices.DeleteFunc(probesOf(e.Terms), func(p *probe) bool { return p == nil })
		return some(&probe{and: and})
	case query.Or:
		return oneOf(probesOf(e.Terms))
	case query.In:
		var or []*probe
		for _, v := range e.Values {
			or = append(or, probeOf(query.Compare{Field: e.Field, Op: query.Eq, Value: v}))
		}
		return oneOf(or)
	case query.Text:
		return textProbe(strings.ToLower(e.Words))
	case query.Compare:
		return compareProbe(e)
	default:
		return nil
	}
}

func probesOf(terms []query.Expr) []*probe {
	out := make([]*probe, len(terms))
	for i, t := range terms {
		out[i] = probeOf(t)
	}
	return out
}

// some is nil for a probe that asks for nothing.
func some(p *probe) *probe {
	if len(p.all) == 0 && len(p.and) == 0 && len(p.or) == 0 {
		return nil
	}
	return p
}

func oneOf(or []*probe) *probe {
	if slices.Contains(or, nil) {
		return nil
	}
	return some(&probe{or: or})
}

// nul parts the strings of a list.
const nul = "\x00"

func textProbe(text string) *probe {
	p := &probe{}
	bloom.Grams(text, func(h bloom.Hash) { p.all = append(p.all, h) })
	return some(p)
}

// searched are fields that are part of the text that words are looked for in, whatever payload_search says.
var searched = []string{"name", "target", "error_type", "error_message", "status_message"}

// probed are the ids that filters know. Traces and operations are none of them: their columns are read quickly.
var probed = []string{"user_id", "session_id", "request_id", "message_id", "idempotency_key"}

func compareProbe(e query.Compare) *probe {
	text, isText := e.Value.(string)
	switch {
	case e.Field.Name == "attributes" && e.Field.Key != "" && e.Op == query.Eq && !e.Field.Fold:
		return attributeProbe(e.Field.Key, e.Value)
	case termOf(e) != "" && slices.Contains(probed, e.Field.Name) && !strings.Contains(text, nul):
		return &probe{all: []bloom.Hash{bloom.Key(termOf(e))}}
	case isText && isASCII(text) && slices.Contains(searched, e.Field.Name) && (e.Op == query.Eq || e.Op == query.Contains || e.Op == query.StartsWith):
		return textProbe(strings.ToLower(text))
	default:
		return nil
	}
}

// isASCII tells text that all ways of folding letters treat alike: the database's did it for the oldest files.
func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 })
}

// Keys of attributes: of a value that is a number, in whatever notation; of any other text; and of values that the
// database may read as something else than we do.
func numberKey(key string, f float64) bloom.Hash {
	return bloom.Key("attribute", key, "#", strconv.FormatFloat(f+0, 'f', -1, 64)) // no negative zero
}
func textKey(key, text string) bloom.Hash { return bloom.Key("attribute", key, "=", text) }
func anyKey(key string) bloom.Hash        { return bloom.Key("attribute", key, "*") }

// anyAttribute stands for all attributes of an operation that has unusual ones.
var anyAttribute = bloom.Key("attribute")

func attributeProbe(key string, value query.Value) *probe {
	var h bloom.Hash
	switch v := value.(type) {
	case string:
		h = textKey(key, v)
		if f, written := number(v); written == v {
			h = numberKey(key, f)
		}
	case bool:
		h = textKey(key, strconv.FormatBool(v))
	case float64:
		h = numberKey(key, v)
	default:
		return nil
	}
	return &probe{or: []*probe{{all: []bloom.Hash{h}}, {all: []bloom.Hash{anyKey(key)}}, {all: []bloom.Hash{anyAttribute}}}}
}

// number reads text that the database compares with numbers, and answers how we write that number; empty for other
// text.
func number(text string) (f float64, written string) {
	if strings.Trim(text, numeric) != "" {
		return 0, ""
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, ""
	}
	return f, strconv.FormatFloat(f, 'f', -1, 64)
}

// numeric are the characters of text that the database tries to read as a number.
const numeric = "0123456789.eE+-"

// addAttribute adds what attributeProbe looks for. list says that the text is a JSON list, of which each element counts.
func addAttribute(b *bloom.Builder, key, text string, list bool) {
	if list {
		var elements []string
		if json.Unmarshal([]byte(text), &elements) != nil {
			b.Add(anyKey(key)) // not all of them strings
		}
		for _, e := range elements {
			addAttribute(b, key, e, false)
		}
		return
	}
	f, written := number(text)
	switch {
	case written != "":
		b.Add(numberKey(key, f))
	case strings.Trim(text, numeric) == "":
		b.Add(anyKey(key))
	}
	if written != text {
		b.Add(textKey(key, text))
	}
}

// row is what is looked for of one operation; lists are parted by NUL.
type row struct {
	words, keys, values, types, terms string
	attributes                        int
}

func (r *row) add(b *bloom.Builder) {
	bloom.Grams(r.words, b.Add)
	for t := range strings.SplitSeq(r.terms, nul) {
		b.Add(bloom.Key(t))
	}
	if r.attributes > 0 {
		r.addAttributes(b)
	}
}

func (r *row) addAttributes(b *bloom.Builder) {
	if strings.Count(r.keys, nul) != r.attributes-1 || strings.Count(r.values, nul) != r.attributes-1 {
		b.Add(anyAttribute) // there is a NUL in them
		return
	}
	values := r.values
	i := 0
	for key := range strings.SplitSeq(r.keys, nul) {
		value, rest, _ := strings.Cut(values, nul)
		addAttribute(b, key, value, i < len(r.types) && r.types[i] == 'l')
		values = rest
		i++
	}
}
