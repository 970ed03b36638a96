package pii

import "strings"

// codeText are the words that spokenCode looks at.
const codeText = `code is ` + cardCodeText

const cardCodeText = `cvv cvv2 cvc cvc2 csc cvn `

var cardCodes = newWordList(cardCodeText)

// cardCode hides three or four digits behind such a word that ends at j.
func (w *work) cardCode(t string, j int) int {
	from := j + 1
	if end := sureValue(t, j); end > 0 {
		from = end
	}
	end := span(t, from, &isDigit)
	if n := end - from; n < 3 || n > 4 || end < len(t) && isWord[t[end]] {
		return 0
	}
	return w.hit(ruleCardCode, "", from, end)
}

// spokenCode looks at the word [i, j): a code to log in with follows or went before.
func (w *work) spokenCode(t string, i, j int) int {
	switch {
	case w.inSQL || t[j] != ' ':
	case j-i == 2 && hasFold(t, i, "is"):
		return w.codeFirst(t, i, j)
	case j-i == 4 && hasFold(t, i, "code") && isLoginCode(t, i):
		return w.stated(t, j, true)
	case cardCodes.has(t[i:j]):
		return w.cardCode(t, j)
	}
	return 0
}

// codeWord tells words for such a code in one, whose first letters may not be ASCII:
// Sicherheitscode, Bestätigungscode.
func codeWord(t string, i, j int) bool {
	if j-i < 9 || !hasFold(t, j-4, "code") {
		return false
	}
	for _, stem := range codeStems {
		if hasFold(t, j-4-len(stem), stem) && j-4-len(stem) >= i {
			return true
		}
	}
	return false
}

var codeStems = []string{"tigungs", "sicherheits", "zugangs", "anmelde", "einmal", "verifizierungs", "verificatie", "bevestigings", "verifierings", "bekreftelses", "login"}

// codeSorts stand before "code" where a code to log in with follows or went before.
var codeSorts = newWordList(`verification security login confirmation sign-in signin otp sms 2fa mfa one-time onetime`)

// isLoginCode tells whether the word at i, which is code, has such a word before it.
func isLoginCode(t string, i int) bool {
	if i == 0 || t[i-1] != ' ' {
		return false
	}
	lo := i - 1
	for lo > 0 && isKey[t[lo-1]] {
		lo--
	}
	return codeSorts.has(t[lo : i-1])
}

// codeFirst looks at `123456 is your code`, as messages to telephones begin; is
// ends at j.
func (w *work) codeFirst(t string, i, j int) int {
	if !hasFold(t, j, " your ") || i < 5 || t[i-1] != ' ' {
		return 0
	}
	lo := i - 1
	for lo > w.floor && isDigit[t[lo-1]] {
		lo--
	}
	if n := i - 1 - lo; n < 4 || n > 8 || lo > 0 && isWord[t[lo-1]] {
		return 0
	}
	rest := t[j:min(len(t), j+maxCodeName)]
	if stop := strings.IndexAny(rest, ".,;:\n"); stop >= 0 {
		rest = rest[:stop]
	}
	for _, word := range []string{" code", " otp", " pin", " passcode", " one-time"} {
		if indexFold(rest, word) >= 0 {
			return w.hit(ruleCredential, "", lo, i-1)
		}
	}
	return 0
}

// maxCodeName is how much text may name the code: your Example Shop verification code.
const maxCodeName = 48
