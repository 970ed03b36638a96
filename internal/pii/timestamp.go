package pii

// timestampShape is the beginning of RFC 3339: what follows are a fraction and a zone.
const timestampShape = "dddd-dd-ddTdd:dd:dd"

// timestamp returns the end of a time such as 2024-01-15T10:30:00.123Z that
// starts at i, or 0. Its digits are those of no number.
func timestamp(t string, i int) int {
	if len(t)-i < len(timestampShape) || t[i+4] != '-' || t[i+13] != ':' || (t[i+10] != 'T' && t[i+10] != ' ') {
		return 0
	}
	for k := range len(timestampShape) {
		if c := timestampShape[k]; c == 'd' && !isDigit[t[i+k]] || (c == '-' || c == ':') && t[i+k] != c {
			return 0
		}
	}
	end := i + len(timestampShape)
	if end < len(t) && (isDigit[t[end]] || isLetter[t[end]] && t[end] != 'Z') {
		return 0
	}
	return end
}

// isTimestamp tells whether a text is a time of RFC 3339 and nothing else.
func isTimestamp(s string) bool {
	end := timestamp(s, 0)
	if end == 0 {
		return false
	}
	if end < len(s) && s[end] == '.' {
		digits := span(s, end+1, &isDigit)
		if n := digits - end - 1; n == 0 || n > 9 {
			return false
		}
		end = digits
	}
	switch rest := s[end:]; len(rest) {
	case 0:
		return true
	case 1:
		return rest == "Z"
	case len("+01:00"):
		return (rest[0] == '+' || rest[0] == '-') && rest[3] == ':' && isDigit[rest[1]] && isDigit[rest[2]] && isDigit[rest[4]] && isDigit[rest[5]]
	}
	return false
}
