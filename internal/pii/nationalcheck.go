package pii

// Checks of identity numbers, in the order of the table. Each takes letters in
// upper case and digits, without separators; the shapes guarantee the length.

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
		if i%2 == 0 {
			sum += odd[v]
		} else if v >= 10 {
			sum += v - 10
		} else {
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

func isAadhaar(d []byte) bool { return d[0] >= '2' && !repeated(d) && verhoeff(d) }

func isIndianPAN(s []byte) bool {
	switch s[3] {
	case 'A', 'B', 'C', 'F', 'G', 'H', 'J', 'L', 'P', 'T':
		return true
	}
	return false
}

func isGSTIN(s []byte) bool {
	state := num(s[:2])
	if state < 1 || state > 38 || !isIndianPAN(s[2:]) || s[13] != 'Z' {
		return false
	}
	sum := 0
	for i, c := range s[:14] {
		v := base36(c) * (1 + i%2)
		sum += v/36 + v%36
	}
	return (36-sum%36)%36 == base36(s[14])
}

func base36(c byte) int {
	if c >= 'A' {
		return int(c-'A') + 10
	}
	return int(c - '0')
}

// isChineseID is GB 11643, with ISO 7064 MOD 11-2.
func isChineseID(s []byte) bool {
	year := num(s[6:10])
	if !allDigits(s[:17]) || year < 1900 || year > 2100 || !validDay(num(s[10:12]), num(s[12:14])) {
		return false
	}
	sum := weighted(s, 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
	return "10X98765432"[sum%11] == s[17]
}

func isHongKongID(s []byte) bool {
	sum := 36 * 9
	at := len(s) - 7
	if at > 1 {
		sum = base36(s[0]) * 9
	}
	sum += base36(s[at-1]) * 8
	sum += weighted(s[at:], 7, 6, 5, 4, 3, 2)
	switch check := (11 - sum%11) % 11; check {
	case 10:
		return s[len(s)-1] == 'A'
	default:
		return s[len(s)-1] == byte('0'+check)
	}
}

func isTaiwanID(s []byte) bool {
	const order = "ABCDEFGHJKLMNPQRSTUVXYWZIO"
	code := 0
	for i := range len(order) {
		if order[i] == s[0] {
			code = 10 + i
		}
	}
	sum := code/10 + code%10*9 + weighted(s[1:], 8, 7, 6, 5, 4, 3, 2, 1, 1)
	return (s[1] == '1' || s[1] == '2' || s[1] == '8' || s[1] == '9') && sum%10 == 0
}

// isKorean checks date and century only: numbers since October 2020 have no check digit.
func isKorean(d []byte) bool { return isYearMonthDay(d) && d[6] >= '1' && d[6] <= '8' }

func isMyNumber(d []byte) bool {
	check := 11 - weighted(d, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11
	if check >= 10 {
		check = 0
	}
	return !repeated(d) && check == int(d[11]-'0')
}

func isNRIC(s []byte) bool {
	sum := weighted(s[1:], 2, 7, 6, 5, 4, 3, 2)
	switch s[0] {
	case 'S':
		return "JZIHGFEDCBA"[sum%11] == s[8]
	case 'T':
		return "JZIHGFEDCBA"[(sum+4)%11] == s[8]
	case 'F':
		return "XWUTRQPNMLK"[sum%11] == s[8]
	case 'G':
		return "XWUTRQPNMLK"[(sum+4)%11] == s[8]
	case 'M':
		return "KLJNPQRTUWX"[(sum+3)%11] == s[8] || "XWUTRQPNJLK"[(sum+3)%11] == s[8]
	}
	return false
}

func isThai(d []byte) bool {
	return d[0] != '0' && (11-weighted(d, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2)%11)%10 == int(d[12]-'0')
}

// isNIK: Indonesian women's days are 40 higher.
func isNIK(d []byte) bool { return validDay(num(d[8:10]), num(d[6:8])%40) && num(d[:2]) >= 11 }

func isCCCD(d []byte) bool { return num(d[:3]) >= 1 && num(d[:3]) <= 96 }

func isTFN(d []byte) bool {
	return !repeated(d) && weighted(d, 1, 4, 3, 7, 5, 8, 6, 9, 10)%11 == 0
}

func isMedicare(d []byte) bool {
	return d[0] >= '2' && d[0] <= '6' && weighted(d, 1, 3, 7, 9, 1, 3, 7, 9)%10 == int(d[8]-'0')
}

func isABN(d []byte) bool {
	return (weighted(d, 10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)-10)%89 == 0
}

func isIRD(d []byte) bool {
	if len(d) == 8 {
		d = append([]byte{'0'}, d...)
	}
	check := 11 - weighted(d, 3, 2, 7, 6, 5, 4, 3, 2)%11
	if check == 10 {
		check = 11 - weighted(d, 7, 4, 3, 2, 5, 2, 7, 6)%11
	}
	return num(d) >= 10000000 && check%11 == int(d[8]-'0')
}

func isTCKN(d []byte) bool {
	odd := weighted(d, 1, 0, 1, 0, 1, 0, 1, 0, 1)
	even := weighted(d, 0, 1, 0, 1, 0, 1, 0, 1)
	return d[0] != '0' && ((odd*7-even)%10+10)%10 == int(d[9]-'0') && weighted(d, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)%10 == int(d[10]-'0')
}

func isEmirates(d []byte) bool { return string(d[:3]) == "784" && luhn(d) }

func isSaudi(d []byte) bool { return (d[0] == '1' || d[0] == '2') && luhn(d) }

func isSouthAfrican(d []byte) bool { return isYearMonthDay(d) && luhn(d) }

func isEgyptian(d []byte) bool {
	return (d[0] == '2' || d[0] == '3') && validDay(num(d[3:5]), num(d[5:7]))
}

// isDocument wants a digit: a word of capitals is none.
func isDocument(s []byte) bool { return countDigits(string(s)) >= 4 }

// isVIN is the check digit of ISO 3779 as North America uses it.
func isVIN(s []byte) bool {
	const letters = "12345678 12345 7 923456789"
	sum := 0
	for i, c := range s {
		v := int(c - '0')
		if c >= 'A' {
			if c == 'I' || c == 'O' || c == 'Q' {
				return false
			}
			v = int(letters[c-'A'] - '0')
		}
		sum += v * [17]int{8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2}[i]
	}
	return "0123456789X"[sum%11] == s[8]
}

func isICCID(d []byte) bool { return string(d[:2]) == "89" && luhn(d) }

func isBIC(s []byte) bool {
	_, ok := ibanLengths[string(s[4:6])]
	return ok || string(s[4:6]) == "US" || string(s[4:6]) == "JP" || string(s[4:6]) == "AU" || string(s[4:6]) == "CA" || string(s[4:6]) == "CN" || string(s[4:6]) == "IN"
}
