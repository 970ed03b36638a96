package assemble

// list is a queue of traces, the oldest first.
type list struct{ front, back *trace }

func (l *list) push(t *trace) {
	t.in, t.older, t.newer = l, l.back, nil
	if l.back != nil {
		l.back.newer = t
	} else {
		l.front = t
	}
	l.back = t
}

// move puts t at the end of l unless it is in l already.
func (l *list) move(t *trace) {
	if t.in == l {
		return
	}
	t.leave()
	l.push(t)
}

func (t *trace) leave() {
	l := t.in
	if l == nil {
		return
	}
	if t.older != nil {
		t.older.newer = t.newer
	} else {
		l.front = t.newer
	}
	if t.newer != nil {
		t.newer.older = t.older
	} else {
		l.back = t.older
	}
	t.in, t.older, t.newer = nil, nil, nil
}
