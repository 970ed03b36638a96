// Package pii finds and hides personal data and secrets in text.
//
// An Engine is compiled once from a Config and is safe for many goroutines. A
// Session is one caller's view of it: it owns scratch memory and the counts of
// what was found, and is used by one goroutine at a time.
//
// A value goes through three steps. The key decides first (keys.go): a password
// field is hidden whatever it holds. A walker then follows structure the text
// may have: JSON, SQL, cookies, base64, escapes. The scanner (scan.go) reads
// what is left in one pass and hands each suspicious place to one detector,
// which proves its finding by grammar or checksum. All of them record edits on
// the original text, which is rewritten once; text without findings is never
// copied.
//
// The package knows nothing of the collector, logs nothing, and uses regular
// expressions only for patterns that the user wrote.
package pii
