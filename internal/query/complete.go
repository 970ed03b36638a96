package query

import (
	"slices"
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

// Completion is what could stand at a place of a query: the items replace the UTF-16 range From to To.
type Completion struct {
	From  int    `json:"from"`
	To    int    `json:"to"`
	Items []Item `json:"items"`
	// Values is set where values of a field may stand that a store must be asked for.
	Values *ValuesWanted `json:"-"`
}

// Item is one completion. Count is how often a value occurs, when a store told.
type Item struct {
	Label  string `json:"label"`
	Kind   string `json:"kind"` // field, value, operator, keyword, function or stage
	Detail string `json:"detail,omitempty"`
	Insert string `json:"insert"`
	Count  int64  `json:"count,omitempty"`
}

// ValuesWanted asks for the values of a field that start with what was typed.
type ValuesWanted struct {
	Field  Field
	Prefix string
}

// Item is the completion for a value that a store found: in quotes when it needs them.
func (w ValuesWanted) Item(value string, count int64) Item {
	return Item{Label: value, Kind: "value", Insert: bareOrQuoted(value), Count: count}
}

func bareOrQuoted(value string) string {
	t := lexer{value}.read(0, modeValue)
	if t.kind != tokWord || t.text != value || isGlob(value) || strings.ContainsRune("=<>~!&", rune(value[0])) || strings.EqualFold(value, "NULL") {
		return quote(value)
	}
	if _, number := parseNumber(value); number {
		return quote(value)
	}
	return value
}

type wantKind int

const (
	wantCondition wantKind = iota
	wantOperator
	wantValue
	wantConnective
	wantPipe
	wantStage
	wantFunction
	wantArgument
	wantBy
	wantGroup
	wantSortKey
	wantDirection
	wantNull
	wantAnd
)

// want is something that may stand at the end of the text, perhaps about a field.
type want struct {
	kind  wantKind
	field string
	over  string
}

func (p *parser) want(kind wantKind, field string) {
	if p.rows && kind == wantCondition {
		kind = wantSortKey
	}
	if w := (want{kind, field, p.over}); p.watch && p.skip(p.off) == len(p.src) && !slices.Contains(p.wants, w) {
		p.wants = append(p.wants, w)
	}
}

// Complete tells what may stand at pos, which counts UTF-16 code units. The word that ends there is its beginning.
func Complete(text string, pos int) Completion { return complete(text, pos, "") }

func complete(text string, pos int, over string) Completion {
	at := byteAt(text, pos)
	c := Completion{From: units(text[:at]), To: units(text[:at]), Items: []Item{}}
	if checkText(text) != nil {
		return c
	}
	start := lastWord(text[:at])
	prefix := text[start:at]
	c.From = units(text[:start])
	p := &parser{lexer: lexer{text[:start]}, watch: true, over: over}
	// What stands before may be incomplete; the parser's complaint says no more than its wants.
	_ = p.parse()
	for _, w := range p.wants {
		c.add(w, prefix, p)
	}
	return c
}

// lastWord is where the word, or the string without an end, begins that the text ends with.
func lastWord(text string) int {
	w := watcher{end: len(text), start: len(text)}
	p := &parser{lexer: lexer{text}}
	p.seen = w.see
	_ = p.parse()
	return min(w.start, len(text))
}

type watcher struct{ start, end int }

func (w *watcher) see(t token) {
	if t.end == w.end && (t.kind == tokWord || t.kind == tokUnclosed) {
		w.start = t.start
	}
}

func (c *Completion) add(w want, prefix string, p *parser) {
	switch w.kind {
	case wantCondition:
		c.fields(prefix, w.over)
		c.words("keyword", prefix, "NOT")
		if w.over != spanRows {
			c.words("keyword", prefix, "any(", "all(", "none(")
		}
	case wantOperator:
		c.operators(w, prefix)
	case wantValue:
		c.values(w, prefix)
	case wantConnective:
		c.words("keyword", prefix, "AND", "OR")
	case wantPipe:
		c.words("keyword", prefix, "|")
	case wantStage:
		if p.over == spanRows {
			c.words("stage", prefix, "sort", "limit")
			return
		}
		c.functions(prefix)
		c.words("stage", prefix, stageNames...)
	case wantFunction:
		c.functions(prefix)
	case wantArgument:
		c.fields(prefix, w.over)
	case wantBy:
		c.words("keyword", prefix, "by")
	case wantGroup:
		c.words("keyword", prefix, "time", "1m", "5m", "1h", "1d")
		c.fields(prefix, w.over)
	case wantSortKey:
		c.sortKeys(prefix, p)
	case wantDirection:
		c.words("keyword", prefix, "desc", "asc")
	case wantNull:
		c.words("keyword", prefix, "NULL")
		if w.field == "" {
			c.words("keyword", prefix, "NOT NULL")
		}
	case wantAnd:
		c.words("keyword", prefix, "AND")
	}
}

func (c *Completion) words(kind, prefix string, words ...string) {
	for _, w := range words {
		if startsFold(w, prefix) {
			c.Items = append(c.Items, Item{Label: w, Kind: kind, Insert: w})
		}
	}
}

func startsFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

func (c *Completion) functions(prefix string) {
	for _, fn := range functions {
		if startsFold(string(fn), prefix) {
			insert := string(fn) + "("
			if fn == Count || fn == Rate || fn == ErrorRate {
				insert += ")"
			}
			c.Items = append(c.Items, Item{Label: string(fn), Kind: "function", Insert: insert})
		}
	}
}

// fields offers names that begin with the prefix, then names with a part that does; of several names for one
// field, the first.
func (c *Completion) fields(prefix, over string) {
	names, lower := suggestions, strings.ToLower(prefix)
	switch over {
	case spanRows:
		names = append(slices.Clone(spanRowSuggestions), suggestions...)
	case OverSpans:
		names = append(slices.Clone(spanSuggestions), suggestions...)
	}
	offered := map[Field]bool{}
	for _, fits := range []func(name string) bool{
		func(name string) bool { return strings.HasPrefix(name, lower) },
		func(name string) bool {
			return lower != "" && (strings.Contains(name, "."+lower) || strings.Contains(name, "_"+lower))
		},
	} {
		for _, name := range names {
			m, f := lookup(name, over)
			if !fits(name) || f != nil || over != "" && m.guessed || m.offered(offered) {
				continue
			}
			c.Items = append(c.Items, Item{Label: name, Kind: "field", Detail: m.detail(over), Insert: name})
		}
	}
}

// offered tells whether the field was offered before, and notes that it is now.
func (m meaning) offered(before map[Field]bool) bool {
	key := Field{Key: m.name}
	if m.yesNo == nil {
		key = m.alts[0].field
		key.Key += " " + m.alts[0].over // a field of a list's elements is another one
	}
	was := before[key]
	before[key] = true
	return was
}

func (m meaning) detail(over string) string {
	if m.yesNo != nil {
		return typeWords[operation.TypeBool]
	}
	f, key := m.alts[0].field, m.alts[0].field.Name
	if over = m.alts[0].over + elementsOf(over); over != "" {
		key = over + "." + key
	}
	if list := closed[key]; list != nil {
		return strings.Join(list, ", ")
	}
	return typeWords[f.Type]
}

func (c *Completion) operators(w want, prefix string) {
	m, f := lookup(w.field, w.over)
	if f != nil {
		return
	}
	ops := []string{"=", "!=", "IN (", "NOT IN (", "EXISTS", "IS NULL"}
	field := Field{Type: operation.TypeBool}
	if m.yesNo == nil {
		field = m.alts[0].field
	}
	if (condition{field: field}).isText() {
		ops = append(ops, "CONTAINS", "STARTSWITH", "LIKE", "~", "!~")
	}
	if slices.Contains(ordered, field.Type) {
		ops = append(ops, ">", ">=", "<", "<=", "BETWEEN")
	}
	c.words("operator", prefix, ops...)
}

func (c *Completion) values(w want, prefix string) {
	m, f := lookup(w.field, w.over)
	if f != nil {
		return
	}
	prefix = strings.TrimLeft(prefix, `"'`)
	if m.yesNo != nil || m.alts[0].field.Type == operation.TypeBool {
		c.words("value", prefix, "true", "false")
		return
	}
	a := m.alts[0]
	key := a.field.Name
	if over := a.over + elementsOf(w.over); over != "" {
		key = over + "." + key
	}
	switch {
	case closed[key] != nil:
		c.words("value", prefix, closed[key]...)
	case a.field.Type == operation.TypeDuration:
		c.words("value", prefix, "10ms", "100ms", "500ms", "1s", "5s")
	case a.field.Type == operation.TypeTime:
		c.words("value", prefix, "now-5m", "now-1h", "now-1d")
	case key == OverFindings+".kind":
		c.words("value", prefix, findingKinds...)
	case a.over == "" && (w.over == "" || w.over == spanRows && a.field.Name == "service_name") && (condition{field: a.field}).isText():
		c.Values = &ValuesWanted{a.field, prefix}
	}
}

// sortKeys offers the columns of the aggregate, or fields when there is none.
func (c *Completion) sortKeys(prefix string, p *parser) {
	for _, s := range p.stages {
		if agg, ok := s.(*Aggregate); ok {
			(&resolver{}).aggregate(agg)
			c.words("field", prefix, names(agg.Columns())...)
			return
		}
	}
	c.fields(prefix, p.over)
}
