package pii

// Checks of identity numbers of the Americas. Each takes letters in upper case and
// digits, without separators; the shapes guarantee the length.

func isITIN(d []byte) bool {
	group := num(d[3:5])
	return d[0] == '9' && (group >= 50 && group <= 65 || group >= 70 && group <= 88 || group >= 90 && group <= 92 || group >= 94)
}

// isNPI is Luhn with the prefix 80840.
func isNPI(d []byte) bool {
	return (d[0] == '1' || d[0] == '2') && luhn(append([]byte("80840"), d...))
}

// isMBI is the format of the US Medicare beneficiary identifier, which leaves out S, L, O, I, B and Z.
func isMBI(s []byte) bool {
	for _, c := range s {
		switch c {
		case 'S', 'L', 'O', 'I', 'B', 'Z':
			return false
		}
	}
	return s[0] != '0'
}

func isDEA(s []byte) bool {
	d := s[2:]
	return (weighted(d, 1, 0, 1, 0, 1)+2*weighted(d, 0, 1, 0, 1, 0, 1))%10 == int(d[6]-'0')
}

func isABA(d []byte) bool {
	first := num(d[:2])
	return (first <= 12 || first >= 21 && first <= 32 || first >= 61 && first <= 72 || first == 80) &&
		!repeated(d) && weighted(d, 3, 7, 1, 3, 7, 1, 3, 7, 1)%10 == 0
}

func isSIN(d []byte) bool { return d[0] != '8' && !repeated(d) && luhn(d) }

// isCURP follows RENAPO: Ñ has a place of its own in the alphabet.
func isCURP(s []byte) bool {
	if !validDay(num(s[6:8]), num(s[8:10])) || (s[10] != 'H' && s[10] != 'M' && s[10] != 'X') {
		return false
	}
	sum := 0
	for i, c := range s[:17] {
		v := int(c - '0')
		if c >= 'A' {
			v = int(c-'A') + 10
			if c > 'N' {
				v++
			}
		}
		sum += v * (18 - i)
	}
	return (10-sum%10)%10 == int(s[17]-'0')
}

func isRFC(s []byte) bool {
	at := len(s) - 9
	return validDay(num(s[at+2:at+4]), num(s[at+4:at+6]))
}

func isCPF(d []byte) bool {
	if repeated(d) {
		return false
	}
	return mod11Digit(weighted(d, 10, 9, 8, 7, 6, 5, 4, 3, 2)) == int(d[9]-'0') &&
		mod11Digit(weighted(d, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2)) == int(d[10]-'0')
}

func isCNPJ(d []byte) bool {
	if repeated(d) {
		return false
	}
	return mod11Digit(weighted(d, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) == int(d[12]-'0') &&
		mod11Digit(weighted(d, 6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) == int(d[13]-'0')
}

func isCUIT(d []byte) bool {
	check := 11 - weighted(d, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11
	switch num(d[:2]) {
	case 20, 23, 24, 25, 26, 27, 30, 33, 34:
		return check%11 == int(d[10]-'0')
	}
	return false
}

func isRUT(s []byte) bool {
	d, check := s[:len(s)-1], s[len(s)-1]
	sum, factor := 0, 2
	for i := len(d) - 1; i >= 0; i-- {
		sum += int(d[i]-'0') * factor
		if factor++; factor == 8 {
			factor = 2
		}
	}
	return "0K987654321"[sum%11] == check
}
