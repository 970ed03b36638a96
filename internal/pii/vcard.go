package pii

import "strings"

// cardProperties are those of a vCard that tell who somebody is (RFC 6350 chapter 6);
// numbers and addresses of mail are found by themselves.
var cardProperties = map[string]Rule{
	"FN": ruleName, "N": ruleName, "NICKNAME": ruleName, "BDAY": ruleBirthDate, "ADR": ruleAddress, "LABEL": ruleAddress, "TEL": rulePhone,
	"GEO": ruleLocation,
}

const vcardBegin, vcardEnd = "BEGIN:VCARD", "END:VCARD"

// vcard reads the lines from BEGIN:VCARD at i to END:VCARD.
func (w *work) vcard(t string, i int) int {
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
	rule, known := cardProperties[strings.ToUpper(name)]
	if !known {
		w.value(t, v, Decision{})
		return
	}
	if w.e.rules[rule].enabled && v < len(t) && !benign(t[v:]) {
		w.hit(rule, "", v, len(t))
	}
}
