package pii

import (
	"fmt"
	"strconv"
)

// sumOf sums the digits of s with weights.
func sumOf(s string, weights ...int) int {
	sum := 0
	for i, w := range weights {
		sum += int(s[i]-'0') * w
	}
	return sum
}

func (m maker) digits(n int) string { return m.from(decimals[1:], 1) + m.from(decimals, n-1) }

// until draws until a number has a check digit at all.
func until(draw func() (string, bool)) string {
	for {
		if s, ok := draw(); ok {
			return s
		}
	}
}

// specimenIDs draw numbers as their issuers' specifications say.
var specimenIDs = map[string]func(m maker) string{
	"pesel": func(m maker) string {
		y, mo, d := m.date()
		s := fmt.Sprintf("%02d%02d%02d", y%100, mo, d)
		if y >= 2000 {
			s = fmt.Sprintf("%02d%02d%02d", y%100, mo+20, d)
		}
		s += m.from(decimals, 4)
		return s + strconv.Itoa((10-sumOf(s, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3)%10)%10)
	},
	"bsn": func(m maker) string {
		return until(func() (string, bool) {
			s := m.digits(8)
			c := sumOf(s, 9, 8, 7, 6, 5, 4, 3, 2) % 11
			return s + strconv.Itoa(c), c < 10
		})
	},
	"nhs": func(m maker) string {
		return until(func() (string, bool) {
			s := "9" + m.from(decimals, 8)
			c := (11 - sumOf(s, 10, 9, 8, 7, 6, 5, 4, 3, 2)%11) % 11
			s += strconv.Itoa(c)
			return s[:3] + " " + s[3:6] + " " + s[6:], c < 10
		})
	},
	"cpf": func(m maker) string {
		s := m.digits(9)
		for range 2 {
			sum := 0
			for i := range len(s) {
				sum += int(s[i]-'0') * (len(s) + 1 - i)
			}
			s += strconv.Itoa(sum * 10 % 11 % 10)
		}
		return s[:3] + "." + s[3:6] + "." + s[6:9] + "-" + s[9:]
	},
	"tckn": func(m maker) string {
		s := m.digits(9)
		odd := sumOf(s, 1, 0, 1, 0, 1, 0, 1, 0, 1)
		even := sumOf(s, 0, 1, 0, 1, 0, 1, 0, 1, 0)
		s += strconv.Itoa(((odd*7-even)%10 + 10) % 10)
		return s + strconv.Itoa(sumOf(s, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)%10)
	},
	"personnummer": func(m maker) string {
		y, mo, d := m.date()
		s := fmt.Sprintf("%02d%02d%02d", y%100, mo, d) + m.from(decimals, 3)
		s += luhnDigit(s)
		return s[:6] + "-" + s[6:]
	},
	"hetu": func(m maker) string {
		y, mo, d := m.date()
		n := 2 + m.r.IntN(890)
		sign, check := "-", "0123456789ABCDEFHJKLMNPRSTUVWXY"
		if y >= 2000 {
			sign = "A"
		}
		v := ((d*100+mo)*100+y%100)*1000 + n
		return fmt.Sprintf("%02d%02d%02d%s%03d%c", d, mo, y%100, sign, n, check[v%31])
	},
	"dni": func(m maker) string {
		n := 10000000 + m.r.IntN(89999999)
		return fmt.Sprintf("%08d%c", n, "TRWAGMYFPDXBNJZSQVHLCKE"[n%23])
	},
	"nino": func(m maker) string {
		return m.pick("AB CE JK PT SW") + m.from(decimals, 6) + m.pick("A B C D")
	},
	"cnid": func(m maker) string {
		y, mo, d := m.date()
		s := m.pick("110101 310104 440305 330106") + fmt.Sprintf("%04d%02d%02d", y, mo, d) + m.from(decimals, 3)
		return s + string("10X98765432"[sumOf(s, 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)%11])
	},
	"sin": func(m maker) string {
		s := m.from("1234567", 1) + m.from(decimals, 7)
		s += luhnDigit(s)
		return s[:3] + " " + s[3:6] + " " + s[6:]
	},
	"isikukood": func(m maker) string {
		y, mo, d := m.date()
		s := strconv.Itoa(3+2*((y-1900)/100)+m.r.IntN(2)) + fmt.Sprintf("%02d%02d%02d", y%100, mo, d) + m.from(decimals, 3)
		c := sumOf(s, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1) % 11
		if c == 10 {
			c = sumOf(s, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3) % 11 % 10
		}
		return s + strconv.Itoa(c)
	},
	"steuerid": func(m maker) string {
		return until(func() (string, bool) {
			s := m.digits(10)
			product := 10
			counts := map[byte]int{}
			for i := range len(s) {
				counts[s[i]]++
				sum := (int(s[i]-'0') + product) % 10
				if sum == 0 {
					sum = 10
				}
				product = sum * 2 % 11
			}
			c := 11 - product
			// One digit stands twice, the others once at most.
			return s + strconv.Itoa(c%10), len(counts) == 9 && c != 11
		})
	},
	"ahv": func(m maker) string {
		s := "756" + m.from(decimals, 9)
		s += strconv.Itoa((10 - sumOf(s, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3)%10) % 10)
		return s[:3] + "." + s[3:7] + "." + s[7:11] + "." + s[11:]
	},
	"aadhaar": func(m maker) string {
		s := m.from("23456789", 1) + m.from(decimals, 10)
		s += verhoeffDigit(s)
		return m.group(s, " ", 4)
	},
	"zaid": func(m maker) string {
		y, mo, d := m.date()
		s := fmt.Sprintf("%02d%02d%02d", y%100, mo, d) + m.from(decimals, 4) + "08"
		return s + luhnDigit(s)
	},
	"rut": func(m maker) string {
		n := 5000000 + m.r.IntN(20000000)
		sum, w := 0, 2
		for k := n; k > 0; k /= 10 {
			sum += k % 10 * w
			if w++; w > 7 {
				w = 2
			}
		}
		c := "0123456789K0"[11-sum%11 : 12-sum%11]
		return fmt.Sprintf("%d.%03d.%03d-%s", n/1000000, n/1000%1000, n%1000, c)
	},
}

// verhoeffDigit computes by the dihedral group of order ten.
func verhoeffDigit(s string) string {
	times := func(a, b int) int {
		switch {
		case a < 5 && b < 5:
			return (a + b) % 5
		case a < 5:
			return 5 + (a+b-5)%5
		case b < 5:
			return 5 + (a-5-b+5)%5
		}
		return (a - b + 5) % 5
	}
	turn := []int{1, 5, 7, 6, 2, 8, 3, 0, 9, 4}
	c := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		for range (i + 1) % 8 {
			d = turn[d]
		}
		c = times(c, d)
	}
	inverse := []int{0, 4, 3, 2, 1, 5, 6, 7, 8, 9}
	return strconv.Itoa(inverse[c])
}
