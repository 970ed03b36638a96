package assemble

// pool keeps traces and operations that were given back, so that a steady flow of them allocates nothing.
type pool struct {
	traces []*trace
	ops    []*op
}

const (
	// keepParts is up to how many parts of a trace its lists are kept for the next one.
	keepParts = 16
	// spares is how many are kept of each: more than come and go between two ticks, and few enough that memory falls again
	// when less comes.
	spares = 4096
)

func (p *pool) trace() *trace {
	n := len(p.traces)
	if n == 0 {
		return &trace{}
	}
	t := p.traces[n-1]
	p.traces = p.traces[:n-1]
	return t
}

// giveTrace takes back a trace that nothing points to any more.
func (p *pool) giveTrace(t *trace) {
	if len(p.traces) == spares || cap(t.ops) > keepParts || cap(t.parties) > keepParts {
		return
	}
	*t = trace{ops: t.ops[:0], parties: t.parties[:0]}
	p.traces = append(p.traces, t)
}

func (p *pool) op() *op {
	n := len(p.ops)
	if n == 0 {
		return &op{}
	}
	o := p.ops[n-1]
	p.ops = p.ops[:n-1]
	return o
}

func (p *pool) giveOp(o *op) {
	if len(p.ops) == spares {
		return
	}
	*o = op{}
	p.ops = append(p.ops, o)
}

// addParty makes use of what a former party at this place left.
func (t *trace) addParty(identity string) int {
	i := len(t.parties)
	if i == cap(t.parties) {
		t.parties = append(t.parties, party{identity: identity})
		return i
	}
	t.parties = t.parties[:i+1]
	loose := t.parties[i].loose[:0]
	if cap(loose) > keepParts {
		loose = nil
	}
	t.parties[i] = party{identity: identity, loose: loose}
	return i
}
