package pii

// Rule is one kind of thing that is hidden. Its name is used in configuration
// and metrics; its label is what a reader sees in place of the value.
type Rule uint8

// The built-in rules. User patterns get the numbers behind them.
const (
	ruleNone Rule = iota
	ruleCredential
	ruleVendorToken
	ruleJWT
	ruleAuthScheme
	rulePrivateKey
	ruleURLCredentials
	ruleCookie
	ruleSession
	rulePasswordHash
	ruleEmail
	rulePhone
	ruleCard
	ruleCardCode
	ruleIBAN
	ruleBankAccount
	ruleNationalID
	ruleUSSSN
	ruleIP
	ruleClientIP
	ruleMAC
	ruleName
	ruleAddress
	ruleBirthDate
	ruleLocation
	ruleHealth
	ruleSpecial
	ruleHomePath
	ruleCryptoAddress
	ruleDevice
	ruleHighEntropy
	ruleUserID
	ruleCustomKey
	ruleSQLLiteral
	ruleNotAllowed
	ruleLimit
	ruleError
	builtinRules
)

// class groups rules for profiles.
type class uint8

const (
	classSecret class = iota
	classPersonal
	classStrict
	classInternal
)

type ruleInfo struct {
	name   string
	label  string
	class  class
	action Action
	// code starts the hash token of this rule; empty means that the values are
	// too guessable, or too large, to hash.
	code string
	// partial tells what the partial action keeps; nil means not offered.
	partial func(string) string
	about   string
}

var builtin = [builtinRules]ruleInfo{
	ruleNone:           {name: "none"},
	ruleCredential:     {name: "credential", label: "[SECRET]", about: "passwords, secrets, tokens and API keys, by the name of their key"},
	ruleVendorToken:    {name: "vendor_token", label: "[SECRET:vendor]", code: "tk", about: "tokens of known vendors, by prefix and shape"},
	ruleJWT:            {name: "jwt", label: "[JWT]", code: "jw", about: "JSON web tokens"},
	ruleAuthScheme:     {name: "auth_scheme", label: "[SECRET]", code: "au", about: "the credentials behind Bearer, Basic, Digest, Negotiate and others; the scheme stays"},
	rulePrivateKey:     {name: "private_key", label: "[PRIVATE_KEY]", about: "private keys in PEM, OpenSSH, PGP and PuTTY form, also truncated"},
	ruleURLCredentials: {name: "url_credentials", label: "REDACTED", about: "user and password in URLs and connection strings"},
	ruleCookie:         {name: "cookie", label: "[COOKIE]", about: "cookie values; names and attributes stay"},
	ruleSession:        {name: "session", label: "[SESSION]", code: "se", about: "session ids, by key"},
	rulePasswordHash:   {name: "password_hash", label: "[PASSWORD_HASH]", about: "bcrypt, argon2, crypt, PBKDF2 and LDAP hashes"},
	ruleEmail:          {name: "email", label: "[EMAIL]", class: classPersonal, code: "em", partial: partialEmail, about: "e-mail addresses, also percent-, HTML- and \\u-encoded"},
	rulePhone:          {name: "phone", label: "[PHONE]", class: classPersonal, code: "ph", partial: partialPhone, about: "phone numbers: E.164, North America, national forms in context"},
	ruleCard:           {name: "card", label: "[CARD]", class: classPersonal, code: "cc", partial: partialCard, about: "payment cards, by issuer range and Luhn"},
	ruleCardCode:       {name: "card_code", label: "[CARD_CODE]", class: classPersonal, about: "card verification codes, by key"},
	ruleIBAN:           {name: "iban", label: "[IBAN]", class: classPersonal, code: "ib", partial: partialIBAN, about: "IBANs, by country length and mod 97"},
	ruleBankAccount:    {name: "bank_account", label: "[ACCOUNT]", class: classPersonal, code: "ba", partial: partialLast4, about: "account, routing and sort numbers, by key"},
	ruleNationalID:     {name: "national_id", label: "[NATIONAL_ID]", class: classPersonal, code: "id", partial: partialLast4, about: "national, tax, health and passport numbers"},
	ruleUSSSN:          {name: "us_ssn", label: "[SSN]", class: classPersonal, code: "sn", partial: partialLast4, about: "US social security numbers"},
	ruleIP:             {name: "ip", label: "[IP]", class: classPersonal, code: "ip", partial: partialIP, about: "public IP addresses in free text"},
	ruleClientIP:       {name: "client_ip", label: "[IP]", class: classPersonal, action: ActionPartial, code: "ip", partial: partialIP, about: "addresses of clients and users, by key"},
	ruleMAC:            {name: "mac", label: "[MAC]", class: classPersonal, code: "ma", partial: partialMAC, about: "hardware addresses"},
	ruleName:           {name: "name", label: "[NAME]", class: classPersonal, code: "nm", about: "names of persons, by key"},
	ruleAddress:        {name: "address", label: "[ADDRESS]", class: classPersonal, code: "ad", about: "postal addresses, by key"},
	ruleBirthDate:      {name: "birth_date", label: "[BIRTH_DATE]", class: classPersonal, partial: partialYear, about: "dates of birth, by key"},
	ruleLocation:       {name: "location", label: "[LOCATION]", class: classPersonal, about: "coordinates of persons, by key"},
	ruleHealth:         {name: "health", label: "[HEALTH]", class: classPersonal, about: "medical record numbers and diagnoses, by key"},
	ruleSpecial:        {name: "special", label: "[SENSITIVE]", class: classPersonal, about: "salary, religion, ethnicity, orientation, by key"},
	ruleHomePath:       {name: "home_path", label: "[USER]", class: classPersonal, code: "us", about: "the user's name in home directory paths"},
	ruleCryptoAddress:  {name: "crypto_address", label: "[CRYPTO_ADDRESS]", class: classPersonal, code: "ca", about: "addresses of crypto currencies, by checksum"},
	ruleDevice:         {name: "device", label: "[DEVICE]", class: classPersonal, code: "dv", about: "IMEI, IMSI, ICCID in context"},
	ruleHighEntropy:    {name: "high_entropy", label: "[SECRET]", code: "he", about: "random text behind words such as API key; with `profile: strict` anywhere near them"},
	ruleUserID:         {name: "user_id", label: "[USER_ID]", class: classStrict, code: "ui", about: "ids and names of accounts, by key; only with `profile: strict` or when switched on"},
	ruleCustomKey:      {name: "custom_key", label: "[REDACTED]", class: classInternal, code: "ck", about: "values under `keys.sensitive`"},
	ruleSQLLiteral:     {name: "sql_literal", label: "?", class: classInternal, about: "every literal, with `sql.literals: all`"},
	ruleNotAllowed:     {name: "not_allowed", label: "[REDACTED:not_allowed]", class: classInternal, about: "keys outside of `keys.allowed`, with `mode: allowlist`"},
	ruleLimit:          {name: "limit", label: "[REDACTED:limit]", class: classInternal, about: "what lies beyond a limit"},
	ruleError:          {name: "error", label: "[REDACTED:error]", class: classInternal, about: "a value whose walk failed"},
}

// configurable tells whether users may set an action for the rule.
func (r Rule) configurable() bool { return r > ruleNone && r < ruleSQLLiteral }

// RuleInfo describes one built-in rule for documentation.
type RuleInfo struct {
	Name, Label, About string
	Actions            []Action
}

// Rules lists the built-in rules that configuration may name, in a fixed order.
func Rules() []RuleInfo {
	var out []RuleInfo
	for r := ruleNone + 1; r < builtinRules; r++ {
		if r.configurable() {
			b := builtin[r]
			out = append(out, RuleInfo{Name: b.name, Label: b.label, About: b.about, Actions: b.actions()})
		}
	}
	return out
}

// preserves tells whether the rule's values have a form that a stand-in can keep.
func (b ruleInfo) preserves() bool {
	switch b.code {
	case "em", "cc", "ph", "ip", "ib", "ma":
		return true
	}
	return false
}

// actions lists what a user may choose for the rule.
func (b ruleInfo) actions() []Action {
	out := []Action{ActionReplace, ActionMask, ActionRemove}
	if b.partial != nil {
		out = append(out, ActionPartial)
	}
	if b.code != "" {
		out = append(out, ActionHash)
	}
	if b.preserves() {
		out = append(out, ActionPreserve)
	}
	return out
}
