package pii

import "strings"

// hl7Fields are the fields of HL7 v2 segments that tell who somebody is, by
// position (chapter 3 of the standard: PID, NK1; chapter 6: GT1, IN1).
var hl7Fields = map[string]map[int]Rule{
	"PID": {2: ruleHealth, 3: ruleHealth, 4: ruleHealth, 5: ruleName, 6: ruleName, 7: ruleBirthDate, 9: ruleName, 11: ruleAddress, 13: rulePhone, 14: rulePhone,
		18: ruleBankAccount, 19: ruleUSSSN, 20: ruleNationalID},
	"NK1": {2: ruleName, 4: ruleAddress, 5: rulePhone, 6: rulePhone},
	"GT1": {3: ruleName, 5: ruleAddress, 6: rulePhone, 7: rulePhone, 8: ruleBirthDate, 12: ruleUSSSN},
	"IN1": {16: ruleName, 18: ruleBirthDate, 19: ruleAddress},
}

// hl7 reads a segment whose name is t[i:j], in front of a bar.
func (w *work) hl7(t string, i, j int) int {
	fields := hl7Fields[t[i:j]]
	if fields == nil || i > 0 && t[i-1] != '\n' && t[i-1] != '\r' && t[i-1] != ' ' && t[i-1] != '"' && !hasAt(t, i-2, `\r`) && !hasAt(t, i-2, `\n`) {
		return 0
	}
	line := line(t, j)
	if cut := strings.IndexAny(line, "\r\""); cut >= 0 {
		line = line[:cut]
	}
	if cut := strings.Index(line, `\r`); cut >= 0 {
		line = line[:cut]
	}
	if strings.Count(line, "|") < 5 {
		return 0
	}
	at := j
	for n, field := range strings.Split(line, "|") {
		rule, known := fields[n]
		switch {
		case field == "":
		case !known || !w.e.rules[rule].enabled:
			w.value(t[:at+len(field)], at, Decision{})
		case !benign(field):
			w.hit(rule, "", at, at+len(field))
		}
		w.floor = max(w.floor, at+len(field))
		at += len(field) + 1
	}
	return j + len(line)
}
