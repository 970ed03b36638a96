package pii

// Checks of identity numbers of Europe. Each takes letters in upper case and
// digits, without separators; the shapes guarantee the length.

// isNINO follows HMRC: the letters and prefixes that are not given out.
func isNINO(s []byte) bool {
	switch s[0] {
	case 'D', 'F', 'I', 'Q', 'U', 'V':
		return false
	}
	switch s[1] {
	case 'D', 'F', 'I', 'O', 'Q', 'U', 'V':
		return false
	}
	switch string(s[:2]) {
	case "BG", "GB", "KN", "NK", "NT", "TN", "ZZ":
		return false
	}
	return s[8] >= 'A' && s[8] <= 'D'
}

func isNHS(d []byte) bool {
	check := 11 - weighted(d, 10, 9, 8, 7, 6, 5, 4, 3, 2)%11
	return !repeated(d) && check%11 == int(d[9]-'0') && check != 10
}

func isPPS(s []byte) bool {
	sum := weighted(s, 8, 7, 6, 5, 4, 3, 2)
	if len(s) == 9 && s[8] != 'W' {
		sum += 9 * (int(s[8]-'A') + 1)
	}
	return "WABCDEFGHIJKLMNOPQRSTUV"[sum%23] == s[7]
}

// isSteuerID also wants one digit to come twice or three times in the first ten.
func isSteuerID(d []byte) bool {
	if d[0] == '0' || !mod11x10(d) {
		return false
	}
	var seen [10]int
	most := 0
	for _, c := range d[:10] {
		seen[c-'0']++
		most = max(most, seen[c-'0'])
	}
	return most == 2 || most == 3
}

func isKVNR(s []byte) bool {
	letter := int(s[0]-'A') + 1
	d := [11]byte{}
	d[0], d[1] = byte('0'+letter/10), byte('0'+letter%10)
	copy(d[2:], s[1:])
	sum := 0
	for i, c := range d[:10] {
		v := int(c-'0') * (1 + i%2)
		sum += v/10 + v%10
	}
	return sum%10 == int(d[10]-'0')
}

// isNIR checks the French social security number; Corsica writes 2A and 2B.
func isNIR(s []byte) bool {
	body := append([]byte(nil), s[:13]...)
	minus := 0
	switch body[6] {
	case 'A':
		body[6], minus = '0', 1000000
	case 'B':
		body[6], minus = '0', 2000000
	}
	if !allDigits(body) || !allDigits(s[13:]) {
		return false
	}
	month := num(body[3:5])
	sex := body[0] == '1' || body[0] == '2' || body[0] == '7' || body[0] == '8'
	valid := month >= 1 && month <= 12 || month >= 20 && month <= 42 || month >= 50
	return sex && valid && 97-(num(body)-minus)%97 == num(s[13:15])
}

const dniLetters = "TRWAGMYFPDXBNJZSQVHLCKE"

func isDNI(s []byte) bool { return dniLetters[num(s[:8])%23] == s[8] }

func isNIE(s []byte) bool {
	if s[0] < 'X' {
		return false
	}
	return dniLetters[(int(s[0]-'X')*10000000+num(s[1:8]))%23] == s[8]
}

func isNUSS(d []byte) bool { return !repeated(d) && num(d[:10])%97 == num(d[10:]) }

// isCodiceFiscale sums odd and even places by different tables (D.M. 12 March 1974).
func isCodiceFiscale(s []byte) bool {
	odd := [36]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}
	sum := 0
	for i, c := range s[:15] {
		v := int(c - '0')
		if c >= 'A' {
			v = int(c-'A') + 10
		}
		switch {
		case i%2 == 0:
			sum += odd[v]
		case v >= 10:
			sum += v - 10
		default:
			sum += v
		}
	}
	return byte('A'+sum%26) == s[15]
}

func isPortugueseNIF(d []byte) bool {
	check := 11 - weighted(d, 9, 8, 7, 6, 5, 4, 3, 2)%11
	if check >= 10 {
		check = 0
	}
	return d[0] != '0' && d[0] != '4' && d[0] != '7' && check == int(d[8]-'0')
}

func isBSN(d []byte) bool {
	return !repeated(d) && weighted(d, 9, 8, 7, 6, 5, 4, 3, 2, -1)%11 == 0
}

func isBelgianNRN(d []byte) bool {
	if month := num(d[2:4]); month%20 > 12 || num(d[4:6]) > 31 {
		return false
	}
	check := num(d[9:])
	return 97-num(d[:9])%97 == check || 97-(2000000000+num(d[:9]))%97 == check
}

func isLuxembourgNIN(d []byte) bool {
	year := num(d[:4])
	return year >= 1900 && year <= 2100 && validDay(num(d[4:6]), num(d[6:8])) && luhn(d[:12])
}

func isSVNR(d []byte) bool {
	sum := weighted(d, 3, 7, 9, 0, 5, 8, 4, 2, 1, 6) % 11
	return d[0] != '0' && sum != 10 && sum == int(d[3]-'0')
}

func isAHV(d []byte) bool { return string(d[:3]) == "756" && ean13(d) }

func isPersonnummer(d []byte) bool {
	if len(d) == 12 {
		if century := num(d[:2]); century < 18 || century > 20 {
			return false
		}
		d = d[2:]
	}
	day := num(d[4:6])
	if day > 60 {
		day -= 60 // coordination number
	}
	return validDay(num(d[2:4]), day) && luhn(d)
}

func isFodselsnummer(d []byte) bool {
	day, month := num(d[:2]), num(d[2:4])
	if !validDay(month%40, day%40) {
		return false
	}
	return weighted(d, 3, 7, 6, 1, 8, 9, 4, 5, 2, 1)%11 == 0 && weighted(d, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)%11 == 0
}

func isDayMonthYear(d []byte) bool { return validDay(num(d[2:4]), num(d[:2])) }

func isYearMonthDay(d []byte) bool { return validDay(num(d[2:4]), num(d[4:6])) }

// isHetu checks the Finnish personal identity code, with the century signs of 2023.
func isHetu(s []byte) bool {
	day, month := num(s[:2]), num(s[2:4])
	rest := s[len(s)-4:]
	if len(s) == 11 && (s[6] < 'A' || s[6] > 'F') && (s[6] < 'U' || s[6] > 'Y') {
		return false
	}
	if !validDay(month, day) || !allDigits(s[:6]) || !allDigits(rest[:3]) {
		return false
	}
	return "0123456789ABCDEFHJKLMNPRSTUVWXY"[(num(s[:6])*1000+num(rest[:3]))%31] == rest[3]
}

// isBaltic is the code of Estonia and Lithuania.
func isBaltic(d []byte) bool {
	if d[0] < '1' || d[0] > '8' || !validDay(num(d[3:5]), num(d[5:7])) {
		return false
	}
	check := weighted(d, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1) % 11
	if check == 10 {
		check = weighted(d, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3) % 11 % 10
	}
	return check == int(d[10]-'0')
}

func isLatvian(d []byte) bool {
	return string(d[:2]) == "32" || validDay(num(d[2:4]), num(d[:2]))
}

func isPESEL(d []byte) bool {
	return validDay(num(d[2:4])%20, num(d[4:6])) && weighted(d, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)%10 == 0
}

// isCzech also holds for Slovakia; women's months are 50 higher.
func isCzech(d []byte) bool {
	month := num(d[2:4]) % 50
	if month > 20 {
		month -= 20
	}
	return validDay(month, num(d[4:6])) && (num(d)%11 == 0 || num(d[:9])%11 == 10 && d[9] == '0')
}

func isTAJ(d []byte) bool {
	return !repeated(d) && weighted(d, 3, 7, 3, 7, 3, 7, 3, 7)%10 == int(d[8]-'0')
}

func isCNP(d []byte) bool {
	check := weighted(d, 2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9) % 11
	if check == 10 {
		check = 1
	}
	return d[0] >= '1' && validDay(num(d[3:5]), num(d[5:7])) && check == int(d[12]-'0')
}

func isEGN(d []byte) bool {
	month := num(d[2:4])
	return validDay(month%20, num(d[4:6])) && month <= 52 && weighted(d, 2, 4, 8, 5, 10, 9, 7, 3, 6)%11%10 == int(d[9]-'0')
}
