package pii

// ibanLengths holds the length of IBANs by country (SWIFT IBAN registry, release 99).
var ibanLengths = map[string]int{
	"AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BI": 27, "BR": 29, "BY": 28,
	"CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
	"FK": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HN": 28, "HR": 21, "HU": 28,
	"IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20,
	"LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28,
	"NL": 18, "NO": 15, "OM": 23, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24,
	"SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "SO": 23, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26,
	"UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
}

// iban finds account numbers that start at i, in one piece or in groups.
func (w *work) iban(t string, i int) int {
	if !isLetter[t[i]] || !isLetter[t[i+1]] {
		return 0
	}
	country := [2]byte{t[i] &^ 0x20, t[i+1] &^ 0x20}
	want := ibanLengths[string(country[:])]
	if want == 0 {
		return 0
	}
	var text [34]byte
	n, k := 0, i
	for k < len(t) && n < want {
		c := t[k]
		switch {
		case isAlnum[c]:
			text[n] = c
			if isLower[c] {
				text[n] &^= 0x20
			}
			n++
			k++
		case n > 0 && n%4 == 0 && groupGap(t, k) > 0:
			k += groupGap(t, k)
		default:
			return 0
		}
	}
	if n < want || (k < len(t) && isWord[t[k]]) || !mod97(text[:n]) {
		return 0
	}
	if span(t, i, &isLowerHex) == k && !w.near(t, i, k, ctxBank) {
		// The id of a machine or an object.
		return 0
	}
	return w.hit(ruleIBAN, "", i, k)
}

var isLowerHex = charset("0-9a-f")

// groupGap is the width of a separator in front of more letters or digits.
func groupGap(t string, k int) int {
	sep := separatorAt(t, k)
	if sep != "" && sep != "." && sep != "/" && k+len(sep) < len(t) && isAlnum[t[k+len(sep)]] {
		return len(sep)
	}
	return 0
}

// mod97 is the check of ISO 13616: the first four go to the end, letters count
// from 10, and the rest of a division by 97 is 1.
func mod97(s []byte) bool {
	rest := 0
	for k := range s {
		c := s[(k+4)%len(s)]
		if c >= 'A' {
			rest = (rest*100 + int(c-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(c-'0')) % 97
		}
	}
	return rest == 1
}
