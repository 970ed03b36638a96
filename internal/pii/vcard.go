package pii

import "strings"

// cardProperties are those of a vCard that tell who somebody is (RFC 6350 chapter 6);
// numbers and addresses of mail are found by themselves.
var cardProperties = map[string]Rule{
	"FN": ruleName, "N": ruleName, "NICKNAME": ruleName, "BDAY": ruleBirthDate, "ADR": ruleAddress, "LABEL": ruleAddress, "TEL": rulePhone,
	"GEO": ruleLocation,
}

const vcardBegin, vcardEnd = "BEGIN:VCARD", "END:VCARD"

// vcard reads the lines behind BEGIN:VCARD, which ends at i, up to END:VCARD.
func (w *work) vcard(t string, i int) int {
	if i >= len(t) || t[i] != '\n' && t[i] != '\r' {
		return 0
	}
	end := len(t)
	if k := strings.Index(t[i:], vcardEnd); k >= 0 {
		end = i + k
	}
	for at := i; at < end; {
		stop := min(end, lineEnd(t, at))
		w.cardLine(strings.TrimRight(t[:stop], "\r"), at)
		at = stop + 1
	}
	return end
}

// cardLine reads TEL;TYPE=cell:x in t[i:].
func (w *work) cardLine(t string, i int) {
	colon := strings.IndexByte(t[i:], ':')
	if colon < 0 {
		w.scan(t, i)
		return
	}
	name, _, _ := strings.Cut(t[i:i+colon], ";")
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 {
		name = name[dot+1:]
	}
	v := i + colon + 1
	w.scan(t[:i+colon], i)
	rule, known := cardProperties[strings.ToUpper(name)]
	switch v = max(v, w.floor); {
	case v >= len(t):
	case !known || !w.e.rules[rule].enabled:
		w.value(t, v, Decision{})
	case !benign(t[v:]):
		w.hit(rule, "", v, len(t))
	}
}
