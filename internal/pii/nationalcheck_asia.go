package pii

// Checks of identity numbers of Asia, Oceania and Africa, and of documents. Each takes letters in upper case and
// digits, without separators; the shapes guarantee the length.

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
