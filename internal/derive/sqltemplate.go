package derive

import "strings"

// emit writes the token to the template.
func (p *sqlParser) emit(t token) {
	if len(p.out) >= maxTemplate {
		return
	}
	if t.space && len(p.out) > 0 {
		p.out = append(p.out, ' ')
	}
	switch t.kind {
	case tokenLiteral, tokenPlaceholder:
		p.st.parameters = true
		p.st.literals = p.st.literals || t.kind == tokenLiteral
		p.value()
	case tokenPunct:
		p.punctOut(t.text)
	default:
		p.out = append(p.out, t.text...)
	}
}

// punctOut writes punctuation and makes one of equal rows of VALUES.
func (p *sqlParser) punctOut(text string) {
	if text == "(" && p.depth == 0 {
		p.row = len(p.out)
	}
	p.out = append(p.out, text...)
	if text != ")" || p.depth != 1 {
		return
	}
	row, last := p.out[p.row:], p.last
	between := strings.TrimSpace(string(p.out[last[1]:max(p.row, last[1])]))
	if between == "," && string(p.out[last[0]:last[1]]) == string(row) {
		p.out = p.out[:last[1]]
		return
	}
	p.last = [2]int{p.row, len(p.out)}
}

// value writes ? and makes one of a list.
func (p *sqlParser) value() {
	if n := len(p.out); n > 0 && (p.out[n-1] == '-' || p.out[n-1] == '+') && p.before[1].kind == tokenPunct {
		p.out = p.out[:n-1] // a sign
	}
	p.out = append(p.out, '?')
	p.collapse("?, ?", "?")
	p.collapse("?,?", "?")
}

func (p *sqlParser) collapse(long, short string) {
	if n := len(p.out) - len(long); n >= 0 && string(p.out[n:]) == long {
		p.out = append(p.out[:n], short...)
	}
}
