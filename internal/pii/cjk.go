package pii

// cjkCopulas say is in Japanese, Chinese and Korean, without a space before them.
var cjkCopulas = []string{"は", "是", "为", "為", "는", "은"}

// cjkStated looks at パスワードは x and 密码是 x; a copula may begin at i.
func (w *work) cjkStated(t string, i int) int {
	for _, c := range cjkCopulas {
		if !hasAt(t, i, c) || w.inSQL {
			continue
		}
		lo, hi := keyBefore(t, i, w.floor)
		from := span(t, i+len(c), &isBlank)
		end := from
		for end < len(t) && t[end] > ' ' && t[end] < 0x80 && !bareStop[t[end]] {
			end++
		}
		if lo == hi || !secretLike(t[from:end], true, false) || w.textKey(t[lo:hi]).kind != keyHide {
			return 0
		}
		return w.hit(w.textKey(t[lo:hi]).rule, "", from, end)
	}
	return 0
}
