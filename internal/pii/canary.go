package pii

// Canary is a specimen that redaction has to hide. Nobody's data is in it.
type Canary struct {
	Name string
	// Text is what is sent, Secret the part of it that must not survive.
	Text, Secret string
	// Personal canaries are those of the rules that the profile secrets_only leaves alone.
	Personal bool
}

// Canaries are one specimen of every kind that is found wherever it stands. They are
// put together here, so that no scanner of repositories takes them for real.
func Canaries() []Canary {
	password := "hunter2-" + "canary-93"
	own := func(name, before, secret, after string) Canary {
		return Canary{Name: name, Text: before + secret + after, Secret: secret}
	}
	personal := func(name, text string) Canary { return Canary{Name: name, Text: text, Secret: text, Personal: true} }
	return []Canary{
		own("password_json", `{"user":"jane","password":"`, password, `"}`),
		own("password_form", "user=jane&password=", password, "&page=2"),
		own("password_sql", "UPDATE users SET password = '", password, "' WHERE id = 1"),
		own("password_url", "postgres://app:", password, "@db:5432/shop"),
		own("password_log", "login failed: user=jane password=", password, ""),
		own("password_flag", "mysqldump --password ", password, " shop"),
		own("connection_string", "Server=db;User Id=sa;Password=", password, ";Encrypt=true"),
		own("bearer", "Authorization: Bearer ", "mF_9.B5f-4.1JqM"+"canary", ""),
		own("basic", "Authorization: Basic ", "amFuZTpodW50ZXIy"+"LWNhbmFyeQ==", ""),
		own("cookie", "Cookie: sid=", "8f14e45fceea167a"+"5a36dedd4bea2543", ""),
		own("jwt", "token ", "eyJhbGciOiJIUzI1NiJ9"+".eyJzdWIiOiIxMjM0NTY3ODkwIn0"+".dozjgNryP4J3jVmNHl0w5N", " expired"),
		own("private_key", "-----BEGIN RSA PRIVATE"+" KEY-----\n", "MIIEpAIBAAKCAQEA0Z3V"+"S5JJcds3xfn", "\n-----END RSA PRIVATE"+" KEY-----"),
		own("aws", "key ", "AKIA"+"IOSFODNN7EXAMPLE", ""),
		own("github", "push with ", "ghp"+"_16C7e42F292c6912E7710c838347Ae178B4a", ""),
		own("slack", "post with ", "xoxb"+"-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzqqgy", ""),
		own("stripe", "charge with ", "sk_live"+"_4eC39HqLyjWDarjtT1zdp7dc", ""),
		personal("email", "jane.canary"+"@"+"example.org"),
		personal("card", "4111 1111"+" 1111 1111"),
		personal("iban", "DE89370400"+"440532013000"),
		personal("ssn", "078-05"+"-1120"),
		personal("phone", "+1 415"+"-555-2671"),
		personal("ip", "203.0"+".113.77"),
		personal("mac", "00:1b:44"+":11:3a:b7"),
		personal("national_id", "529.982."+"247-25"),
	}
}
