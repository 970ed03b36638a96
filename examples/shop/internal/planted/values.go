package planted

import (
	"encoding/base64"
	"slices"
	"strings"
)

// Values lists every planted value in each spelling that the telemetry of a long enough run contains, sorted.
// Redacted data holds none of them.
func Values() []string {
	all := []string{
		IBANGerman, Digits(IBANGerman), IBANBritish,
		ProviderKey, PartnerKey, MailKey, CarrierKeyID, CarrierSecret, ServiceToken, SessionCookie, ReportingPass, PasswordHash, OnCall,
		GitHubToken(), Basic(), strings.Split(PrivateKey, "\n")[1],
		CardDeclined, Digits(CardDeclined), CardTimeout, CardCrash, CardLimit,
	}
	for _, c := range Customers {
		all = append(all, c.Email, Escaped(c.Email), c.Phone, Escaped(c.Phone), c.Name, Escaped(c.Name), c.Street, Escaped(c.Street),
			c.Card, Digits(c.Card), Dashed(c.Card), c.Password, JWT(c), base64.StdEncoding.EncodeToString(RawPayload(c)))
	}
	slices.Sort(all)
	return slices.Compact(all)
}
