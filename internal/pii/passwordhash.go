package pii

var (
	isCrypt = charset("a-zA-Z0-9./$=,+\\-")
	// cryptPrefixes start the modular crypt format of hashes of passwords.
	cryptPrefixes = []string{"$2a$", "$2b$", "$2y$", "$2x$", "$argon2", "$6$", "$5$", "$1$", "$y$", "$pbkdf2", "$scrypt$", "$7$", "$apr1$", "$P$", "$H$"}
	cryptFirst    = charset("1-7aypsPH")
	ldapPrefixes  = []string{"{SSHA}", "{SHA}", "{SSHA256}", "{SSHA512}", "{SMD5}", "{CRYPT}", "{PBKDF2}", "{ARGON2}"}
)

// cryptHash finds $2b$…, $argon2id$… and others.
func (w *work) cryptHash(t string, i int) int {
	if i+1 >= len(t) || !cryptFirst[t[i+1]] {
		return 0
	}
	for _, p := range cryptPrefixes {
		if hasAt(t, i, p) {
			end := span(t, i, &isCrypt)
			if end-i >= 20 {
				return w.hit(rulePasswordHash, "", i, end)
			}
		}
	}
	return 0
}

// ldapHash finds {SSHA}….
func (w *work) ldapHash(t string, i int) int {
	if i+1 >= len(t) || !isUpper[t[i+1]] {
		return 0
	}
	for _, p := range ldapPrefixes {
		if hasAt(t, i, p) {
			end := span(t, i+len(p), &isCrypt)
			if end-i-len(p) >= 16 {
				return w.hit(rulePasswordHash, "", i, end)
			}
		}
	}
	return 0
}
