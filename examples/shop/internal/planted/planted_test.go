package planted

import (
	"encoding/base64"
	"math/big"
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestFileListsTheValues(t *testing.T) {
	file, err := os.ReadFile("../../planted.txt")
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Join(Values(), "\n") + "\n"; string(file) != want {
		t.Error("planted.txt is stale: go run ./cmd/shop planted > planted.txt")
	}
}

func TestCardsPassLuhn(t *testing.T) {
	cards := []string{CardDeclined, CardTimeout, CardCrash, CardLimit}
	for _, c := range Customers {
		cards = append(cards, c.Card)
	}
	for _, card := range cards {
		sum, digits := 0, Digits(card)
		for i := range digits {
			d := int(digits[len(digits)-1-i] - '0')
			if i%2 == 1 {
				d = d*2/10 + d*2%10
			}
			sum += d
		}
		if sum%10 != 0 {
			t.Errorf("card %s fails the Luhn check", card)
		}
	}
}

func TestIBANsPassMod97(t *testing.T) {
	for _, iban := range []string{IBANGerman, IBANBritish} {
		text := Digits(iban)
		var digits strings.Builder
		for _, r := range text[4:] + text[:4] {
			if r >= 'A' {
				digits.WriteString(big.NewInt(int64(r - 'A' + 10)).String())
			} else {
				digits.WriteRune(r)
			}
		}
		n, _ := new(big.Int).SetString(digits.String(), 10)
		if n.Mod(n, big.NewInt(97)).Int64() != 1 {
			t.Errorf("IBAN %s fails mod 97", iban)
		}
	}
}

// The shapes are those that the vendors publish; a value of another shape would test nothing.
func TestSecretsHaveTheShapeOfRealOnes(t *testing.T) {
	shapes := map[string]string{
		ProviderKey:           `^sk_test_[0-9a-zA-Z]{24,}$`,
		PartnerKey:            `^AIza[0-9A-Za-z_-]{35}$`,
		MailKey:               `^SG\.[\w-]{22}\.[\w-]{43}$`,
		CarrierKeyID:          `^AKIA[A-Z2-7]{16}$`,
		CarrierSecret:         `^[A-Za-z0-9/+]{40}$`,
		PasswordHash:          `^\$2a\$10\$[./A-Za-z0-9]{53}$`,
		GitHubToken():         `^ghp_[0-9A-Za-z]{36}$`,
		JWT(Customers[0]):     `^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{43}$`,
		Digits(IBANGerman):    `^DE\d{20}$`,
		Customers[0].Password: `^\S{12,}$`,
	}
	for value, shape := range shapes {
		if !regexp.MustCompile(shape).MatchString(value) {
			t.Errorf("%s (%d characters) does not match %s", value, len(value), shape)
		}
	}
	if text, err := base64.StdEncoding.DecodeString(Basic()); err != nil || string(text) != "support:"+SupportPass {
		t.Errorf("basic credentials decode to %q, %v", text, err)
	}
}
