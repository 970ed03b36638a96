package pii

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// maker draws specimens for the held-out corpus. It has its own checksums, so
// that a mistake in a detector's is not repeated here.
type maker struct{ r *rand.Rand }

func (m maker) pick(words string) string {
	list := strings.Fields(words)
	return list[m.r.IntN(len(list))]
}

func (m maker) from(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[m.r.IntN(len(alphabet))]
	}
	return string(b)
}

const (
	decimals  = "0123456789"
	hexLower  = "0123456789abcdef"
	upperCase = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	lowerCase = "abcdefghijklmnopqrstuvwxyz"
	base32Set = upperCase + "234567"
	alnumCase = upperCase + lowerCase + decimals
	base64URL = alnumCase + "-_"
)

// shape draws text by a pattern: 9 digit, A capital, a letter, h hex, * letter or
// digit of any case, _ also - and _, 3 base32Set. What stands in ' ' is taken as it is.
func (m maker) shape(pattern string) string {
	var b strings.Builder
	for i, quoted := range strings.Split(pattern, "'") {
		if i%2 == 1 {
			b.WriteString(quoted)
			continue
		}
		for _, c := range quoted {
			if alphabet, ok := shapes[c]; ok {
				b.WriteString(m.from(alphabet, 1))
			} else {
				b.WriteRune(c)
			}
		}
	}
	return b.String()
}

var shapes = map[rune]string{'9': decimals, 'A': upperCase, 'a': lowerCase, 'h': hexLower, '*': alnumCase, '_': base64URL, '3': base32Set, 'U': upperCase + decimals, 'u': lowerCase + decimals}

func (m maker) group(s, sep string, sizes ...int) string {
	var parts []string
	for i := 0; len(s) > 0; i++ {
		n := min(len(s), sizes[min(i, len(sizes)-1)])
		parts, s = append(parts, s[:n]), s[n:]
	}
	return strings.Join(parts, sep)
}

// luhnDigit completes a number by the check of ISO/IEC 7812-1, annex B.
func luhnDigit(s string) string {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 0 {
			d *= 2
			d = d/10 + d%10
		}
		sum += d
	}
	return strconv.Itoa((10 - sum%10) % 10)
}

// oddCard draws a number of a length that needs a word nearby: every tenth
// 13-digit article number would pass the check too.
func (m maker) oddCard() string {
	n := "4" + m.from(decimals, []int{11, 17}[m.r.IntN(2)])
	if m.r.IntN(2) == 0 {
		n = m.pick("5018 5020 5038 6304 6759 6761") + m.from(decimals, 11+m.r.IntN(4))
	}
	return n + luhnDigit(n)
}

// card draws a number in the range of an issuer.
func (m maker) card() string {
	prefix, length := "4", 16
	switch m.r.IntN(14) {
	case 2, 3, 4:
		prefix = m.pick("51 52 53 54 55")
	case 5:
		prefix = m.pick("2221 2350 2604 2719")
	case 6, 7:
		prefix, length = m.pick("34 37"), 15
	case 8:
		prefix = m.pick("6011 65 644 649")
	case 9:
		prefix = m.pick("3528 3540 3589")
	case 10:
		prefix, length = m.pick("36 38 300 305"), 14
	case 11:
		prefix = m.pick("6201 6250 6282")
	}
	n := prefix + m.from(decimals, length-1-len(prefix))
	return n + luhnDigit(n)
}

func (m maker) cardSpaced() string {
	n := m.card()
	sep := m.pick("- . ")
	if m.r.IntN(2) == 0 || sep == "." {
		sep = " "
	}
	switch len(n) {
	case 15:
		return m.group(n, sep, 4, 6, 5)
	case 14:
		return m.group(n, sep, 4, 6, 4)
	case 16, 19:
		return m.group(n, sep, 4)
	}
	return n
}

// ibanShapes are the national structures of the IBAN registry.
var ibanShapes = strings.Fields(`DE999999999999999999 FR9999999999***********99 GBAAAA99999999999999 NLAAAA9999999999 ES99999999999999999999
	ITA9999999999UUUUUUUUUUUU BE999999999999 AT9999999999999999 CH99999UUUUUUUUUUUU PL999999999999999999999999 SE99999999999999999999
	NO99999999999 DK99999999999999 FI99999999999999 IEAAAA99999999999999 PT999999999999999999999 GR9999999UUUUUUUUUUUUUUUU
	CZ99999999999999999999 HU999999999999999999999999 ROAAAAUUUUUUUUUUUUUUUU TR999990UUUUUUUUUUUUUUUU SA99UUUUUUUUUUUUUUUUUU
	AE9999999999999999999 IL9999999999999999999 LU999UUUUUUUUUUUUU HR99999999999999999 SK99999999999999999999 BGAAAA999999UUUUUUUU
	LT9999999999999999 LVAAAAUUUUUUUUUUUUU EE9999999999999999 MTAAAA99999UUUUUUUUUUUUUUUUUU KWAAAAUUUUUUUUUUUUUUUUUUUUUU BR99999999999999999999999AU`)

func (m maker) iban() string {
	pattern := ibanShapes[m.r.IntN(len(ibanShapes))]
	country := pattern[:2]
	body := strings.ToUpper(m.shape("'" + country + "'" + pattern[2:]))[2:]
	return country + mod97Digits(body+country) + body
}

// mod97Digits are the check digits of ISO 7064 mod 97-10.
func mod97Digits(s string) string {
	rest := 0
	for _, c := range s + "00" {
		if c >= 'A' {
			rest = (rest*100 + int(c-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(c-'0')) % 97
		}
	}
	return fmt.Sprintf("%02d", 98-rest)
}

func (m maker) email() string {
	first := m.pick("anna j.smith maria.garcia li.wei o.brien ahmed_k tomasz.nowak x99 sven-erik yuki contact.me f kateryna.b")
	if m.r.IntN(4) == 0 {
		first += m.pick("+news +test1 .jr 2 _old")
	}
	return first + "@" + m.pick("gmail.com outlook.fr mail.ru kunden.example.de corp.example.co.uk posteo.net uni-koeln.de yahoo.co.jp example.museum sub.mail.example.org proton.me")
}

// phones are international notations of numbers; most are of ranges kept for
// fiction, or are the examples of numbering plans.
var phones = strings.Split(`'+1' 212-555-01'99|'+1 (312) 555-01'99|'+1.415.555.01'99|'+44 20 7946 0'999|'+44 7700 900'999|'+4477009009'99|'+49 30 23125 '999|'+49 (0)30 23125'999|'+49-1512-3456'789
'+33 1 99 00 '99 99|'+336399812'99|'+61 491 570 '999|'+614915701'59|'+81 90-1234-'9999|'+81312345'999|'+86 138 0013 '9999|'+91 98765 43'999|'+9198765432'99|'+55 11 98765-'9999|'+5511987654'999
'+34 612 34 '99 99|'+39 312 345 '9999|'+31 6 12345'999|'+31201234'999|'+48 512 345 '999|'+46 70 174 06 '99|'+47 406 12 '999|'+45 32 12 34 '99|'+358 41 234'9999|'+41 78 123 '99 99|'+43 664 123'9999
'+32 470 12 34 '99|'+351 912 345 '999|'+420 601 123 '999|'+90 501 234 '99 99|'+7 912 345-'99-99|'+380 39 123 '9999|'+972 50-234-'9999|'+971 50 123 '9999|'+966 51 234 '9999|'+27 71 123 '9999|'+234 802 123 '9999|'+82 10-2000-'9999|'+65 8123 '9999|'+52 222 123 '9999|'+54 9 11 2345-'9999|'+57 321 123'9999`, "|")

func (m maker) phone() string {
	lines := strings.Split(strings.Join(phones, "\n"), "\n")
	return m.shape(lines[m.r.IntN(len(lines))])
}

func (m maker) ipv4() string {
	return m.pick("8.8 52.14 185.199 91.198 203.0 198.51 81.2 104.16 2.16 217.0") + fmt.Sprintf(".%d.%d", m.r.IntN(255), 1+m.r.IntN(254))
}

func (m maker) ipv6() string {
	return m.shape(m.pick("'2001:db8:'hhhh'::'hhh '2a00:1450:4001:8'hh'::200'e '2001:0db8:'hhhh':'hhhh':'hhhh':'hhhh':'hhhh':'hhhh '2606:4700::'hhhh':'hhhh"))
}

func (m maker) ssn() string {
	area := 1 + m.r.IntN(665)
	return fmt.Sprintf("%03d-%02d-%04d", area, 1+m.r.IntN(99), 1+m.r.IntN(9999))
}

func encode64(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

func (m maker) jwt() string {
	alg := m.pick("HS256 RS256 ES256 PS512 EdDSA HS512")
	header := `{"alg":"` + alg + `","typ":"JWT"}`
	if m.r.IntN(2) == 0 {
		header = `{"typ":"at+jwt","kid":"` + m.from(hexLower, 8) + `","alg":"` + alg + `"}`
	}
	claims := fmt.Sprintf(`{"sub":"%s","iat":%d,"scope":"read write"}`, m.from(decimals, 10), 1700000000+m.r.IntN(1e7))
	return encode64(header) + "." + encode64(claims) + "." + m.from(base64URL, []int{43, 86, 342}[m.r.IntN(3)])
}

// password draws what people and generators choose; it needs no quotes.
func (m maker) password() string {
	switch m.r.IntN(8) {
	case 0:
		return m.pick("hunter dragon letmein sommer qwertz azerty") + m.from(decimals, 3)
	case 1:
		return m.from(decimals, 6+m.r.IntN(5))
	case 2:
		return m.shape("Aaaaa-aaaa-aaaaa-99")
	case 3:
		return m.from(alnumCase, 8+m.r.IntN(24))
	case 4:
		return m.shape("Aaaaaaa99") + m.pick("! !! . ~ *!")
	case 5:
		return m.pick("correct-horse-battery P@ssw0rd Tr0ub4dor.3 Pa55word! changeme s3cr3t iloveyou")
	case 6:
		return m.from(hexLower, 32)
	}
	return m.from(alnumCase+"!@$%^*-_.", 14) + m.from(alnumCase, 2)
}

// phrase is a password that needs quotes.
func (m maker) phrase() string {
	return m.pick("blue; two, (three) #1 a&b") + " " + m.pick("horse, }x{ my$dog l0ng;er p=q") + m.from(alnumCase, 6)
}

func (m maker) plainPassword() string {
	return m.from(lowerCase, 4) + m.from(alnumCase, 8) + m.from(decimals, 2)
}

// pem is the body of a key, in lines.
func (m maker) pem(sep string, lines int) string {
	var out []string
	for range lines {
		out = append(out, m.from(alnumCase+"+/", 64))
	}
	return strings.Join(append(out, m.from(alnumCase, 30)+"=="), sep)
}

func (m maker) date() (y, mo, d int) { return 1945 + m.r.IntN(60), 1 + m.r.IntN(12), 1 + m.r.IntN(28) }
