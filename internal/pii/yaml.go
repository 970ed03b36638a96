package pii

// maxYAMLLines is how many lines below a key are looked at.
const maxYAMLLines = 32

// yamlMembers looks at the lines below secrets: that are indented more: generated
// values of theirs are secrets, whatever their own keys say. The colon stands at i.
func (w *work) yamlMembers(t string, i int) int {
	if !hasAt(t, i, ":\n") || w.inSQL {
		return 0
	}
	lo, hi := keyBefore(t, i, w.floor)
	start := lo
	for start > 0 && t[start-1] == ' ' {
		start--
	}
	if lo == hi || start > 0 && t[start-1] != '\n' || w.textKey(t[lo:hi]).rule != ruleCredential {
		return 0
	}
	from, end := i+1, i+1
	for range maxYAMLLines {
		line := span(t, end+1, &isBlank)
		if line >= len(t) || line-end-1 <= lo-start {
			break
		}
		end = lineEnd(t, line)
		key := span(t, line, &isKey)
		v := key + len(": ")
		if key == line || !hasAt(t, key, ": ") {
			continue
		}
		v += len(quoteAt(t, v))
		if longSecret(t[:end], v) && !benign(t[v:end]) {
			w.scan(t[:v], from)
			from = max(v, w.hit(ruleCredential, "", v, bareEnd(t[:end], v, keyScan)))
		}
	}
	if from == i+1 {
		return 0
	}
	return from
}
