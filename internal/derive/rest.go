package derive

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/semconv"
)

// kept is an attribute that stays in the record. Of those with the same key the last one holds.
type kept struct {
	key    string
	form   keptForm
	value  pcommon.Value
	text   string // of keptText
	number int64  // of keptNumber
}

type keptForm byte

const (
	keptValue  keptForm = iota // as it came, text cut to the length of a payload
	keptText                   // composed
	keptNumber                 // composed
	keptHeader                 // as a list, whatever it came as
)

// rest keeps every attribute without a field of its own, under its current name.
func (d *Deriver) rest(op *draft, f *fields, attributes pcommon.Map, kind ptrace.SpanKind) {
	stay := op.Attributes
	for key, v := range attributes.All() {
		sp, known := d.dict[key]
		switch {
		case known && vocabulary[sp.attr].Kept == semconv.Field && f.rank[sp.attr] == sp.rank:
		case !known && d.isHeader(key):
		case !known || vocabulary[sp.attr].Kept == semconv.AsSent:
			stay = append(stay, kept{key: key, value: v})
		case vocabulary[sp.attr].Kept == semconv.Renamed && f.rank[sp.attr] == sp.rank:
			stay = append(stay, kept{key: vocabulary[sp.attr].Name(), value: v})
		case sp.attr >= requestBody && f.rank[sp.attr] != sp.rank && !isEmpty(v) && !f.value[sp.attr].Equal(v) && !d.isHeader(key):
			stay = append(stay, kept{key: key, value: v}) // two configured keys that disagree: both are worth keeping
		}
	}
	op.Attributes = stay
	op.compose(f, kind)
}

func (op *draft) has(key string) bool {
	for i := range op.Attributes {
		if op.Attributes[i].key == key {
			return true
		}
	}
	return false
}

func (op *draft) addText(key, value string) {
	if value != "" && !op.has(key) {
		op.Attributes = append(op.Attributes, kept{key: key, form: keptText, text: value})
	}
}

func (op *draft) addNumber(key string, n int64, known bool) {
	if known && !op.has(key) {
		op.Attributes = append(op.Attributes, kept{key: key, form: keptNumber, number: n})
	}
}

// compose puts what older conventions said in other pieces under the current names.
func (op *draft) compose(f *fields, kind ptrace.SpanKind) {
	if _, query, found := strings.Cut(f.str(httpTarget), "?"); found {
		op.addText("url.query", query)
	}
	addPort := func(key string, a attr) {
		n, ok := f.num(a)
		op.addNumber(key, n, ok)
	}
	if kind == ptrace.SpanKindClient || kind == ptrace.SpanKindProducer {
		op.addText("server.address", f.str(netPeerName))
		addPort("server.port", netPeerPort)
	} else {
		op.addText("server.address", f.str(netHostName))
		addPort("server.port", netHostPort)
		addPort("network.peer.port", netPeerPort)
	}
	host, port, found := strings.Cut(f.str(httpHost), ":")
	op.addText("server.address", host)
	if found {
		n, ok := parseNumber(port)
		op.addNumber("server.port", n, ok)
	}
	if namespace, function := f.str(codeNamespace), f.str(codeFunction); namespace != "" && !strings.HasPrefix(function, namespace) {
		op.Attributes = append(op.Attributes, kept{key: "code.function.name", form: keptText, text: strings.Trim(namespace+"."+function, ".")})
	}
}

func (d *Deriver) packKept(p *packer, list []kept) {
	p.count(len(list))
	for i := range list {
		k := &list[i]
		p.text(k.key)
		switch k.form {
		case keptText:
			p.form(packedText)
			p.text(k.text)
		case keptNumber:
			p.form(packedNumber)
			p.number(k.number)
		case keptHeader:
			packHeader(p, k.value)
		default:
			d.packLimited(p, k.key, k.value)
		}
	}
}

// packLimited packs the value, text cut to the length of a payload.
func (d *Deriver) packLimited(p *packer, key string, v pcommon.Value) {
	if v.Type() != pcommon.ValueTypeStr {
		p.value(v)
		return
	}
	text := cut(v.Str(), d.cfg.PayloadMaxBytes)
	switch key {
	case "network.transport":
		text = strings.TrimPrefix(text, "ip_")
	case "db.system.name":
		text = systemName(text)
	}
	p.form(packedText)
	p.text(text)
}
