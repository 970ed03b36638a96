// Package planted holds the synthetic personal data and secrets that the shop's traffic carries. Nothing here
// belongs to anybody: the domains are reserved for examples, the cards and IBANs are the published test numbers,
// and the tokens only have the shape of real ones. planted.txt lists every value in each spelling that occurs.
package planted

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
)

// Customer is one of the shop's customers.
type Customer struct {
	ID, Name, Email, Phone, Street, City, Card, Password string
}

// Customers are those whose payments succeed.
var Customers = []Customer{
	{"u_1001", "Anneliese Brandt", "anneliese.brandt@example.com", "+49 171 5550123", "Lindenallee 42", "Berlin", "4111 1111 1111 1111", "Sonnenblume-1987-x"},
	{"u_1002", "Jonas Weberknecht", "jonas.weberknecht+shop@example.org", "+1 415 555 0134", "1420 Marigold Terrace", "Oakland", "5105 1051 0510 5100", "Wanderfalke-2044-q"},
	{"u_1003", "Carla Romanelli", "carla.romanelli@example.net", "+39 06 6982 1234", "Via delle Ginestre 8", "Roma", "4012 8888 8888 1881", "Pomodoro-Verde-31"},
	{"u_1004", "Moses Oduyale", "m.oduyale@mail.example.co.uk", "+44 20 7946 0958", "17 Fennimore Crescent", "Leeds", "6011 1111 1111 1117", "Harmattan-9917-z"},
	{"u_1005", "Zoe Lindqvist", "zoe.lindqvist@example.se", "+46 70 174 06 35", "Björkhagsgatan 5", "Malmö", "4000 0566 5566 5556", "Midsommar-4408-k"},
	{"u_1006", "Priya Nairaja", "priya.nairaja@example.in", "+91 98765 43210", "63 Jasmine Cross Road", "Pune", "5200 8282 8282 8210", "Monsoon-7261-w"},
}

// Cards that the payment provider answers in a special way.
const (
	CardDeclined = "4000 0000 0000 0002"
	CardTimeout  = "4000 0000 0000 0119"
	CardCrash    = "5555 5555 5555 4444"
	CardLimit    = "3782 822463 10005"
)

// Bank accounts that the nightly invoices collect from.
const (
	IBANGerman  = "DE89 3704 0044 0532 0130 00"
	IBANBritish = "GB29 NWBK 6016 1331 9268 19"
)

// Secrets of the shop's own systems.
const (
	ProviderKey   = "sk_test_51OpsLogShopDemo7RkQ2vXw9ZbN4mTyPc"
	PartnerKey    = "AIzaSyD3m0Sh0pQ7xKvR2bLw8NfTzYcUeHjGp4s"
	MailKey       = "SG.shopDemoMailKey0123456.q1W2e3R4t5Y6u7I8o9P0aSdFgHjKlZxCvBnM1234567"
	CarrierKeyID  = "AKIAQ3SHOPDEMO5LOG7T"
	CarrierSecret = "wJalrXUtnFEMIK7MDENGbPxRfiCYSHOPDEMOKEY7"
	ServiceToken  = "shp_at_9f8e7d6c5b4a39281706f5e4d3c2b1a0"
	SessionCookie = "s3ss10n-9b1cfd0c5e7a4f21a8d3"
	ReportingPass = "Kaktusfeige-7716-j"
	SupportPass   = "Geheimfach-5530-b"
	PasswordHash  = "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"
	PrivateKey    = "-----BEGIN PRIVATE KEY-----\nMIIBVgIBADANBgkqhkiG9w0BAQEFAASCAUAwggE8shopdemokeynotreal7Q\n-----END PRIVATE KEY-----"
	OnCall        = "oncall.shop@example.com"
)

// Find is the customer with the id.
func Find(id string) Customer {
	for _, c := range Customers {
		if c.ID == id {
			return c
		}
	}
	return Customers[0]
}

// Digits is a card or account number without its spaces.
func Digits(number string) string { return strings.ReplaceAll(number, " ", "") }

// JWT is the customer's access token: HS256, always the same.
func JWT(c Customer) string {
	enc := base64.RawURLEncoding.EncodeToString
	head := enc([]byte(`{"alg":"HS256","typ":"JWT"}`))
	body := enc(fmt.Appendf(nil, `{"sub":%q,"tenant":"acme","email":%q,"exp":4102444800}`, c.ID, c.Email))
	mac := hmac.New(sha256.New, []byte("shop-demo-signing-key"))
	mac.Write([]byte(head + "." + body))
	return head + "." + body + "." + enc(mac.Sum(nil))
}

// Basic is the support desk's credentials as in an Authorization header.
func Basic() string { return base64.StdEncoding.EncodeToString([]byte("support:" + SupportPass)) }

// GitHubToken has the shape and the checksum of a personal access token.
func GitHubToken() string { return githubToken("ShopDemo0pslogNotARealToken042") }

// RawPayload is a message as bytes, as a byte attribute holds it.
func RawPayload(c Customer) []byte {
	return fmt.Appendf(nil, `{"email":%q,"card_number":%q}`, c.Email, Digits(c.Card))
}

// Dashed is a card number as it appears in one log text.
func Dashed(number string) string { return strings.ReplaceAll(number, " ", "-") }

// Escaped is text as it stands in a query string.
func Escaped(text string) string { return url.QueryEscape(text) }
