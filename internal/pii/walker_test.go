package pii

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// place is a structure that holds a value under a key, and the parser that its
// readers use.
type place struct {
	name string
	// key is the attribute that the text stands under.
	key   string
	build func(key, value string) string
	parse func(text string) error
}

// fits cuts what a structure cannot hold without breaking.
func fits(s, not string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == utf8.RuneError || strings.ContainsRune(not, r) {
			return '_'
		}
		return r
	}, s)
}

var places = []place{
	{"json", "", func(k, v string) string { return `{"n":1,"o":{` + quoteJSON(k) + `:` + quoteJSON(v) + `},"z":[true]}` }, parseJSON},
	{"json in json", "", func(k, v string) string { return `{"s":` + quoteJSON(`{`+quoteJSON(k)+`:`+quoteJSON(v)+`}`) + `}` }, parseJSON},
	{"form", "http.request.body", func(k, v string) string { return "n=1&" + url.QueryEscape(k) + "=" + url.QueryEscape(v) + "&z=2" }, parseForm},
	{"url", "url.full", func(k, v string) string {
		return "https://shop.example/a/b?n=1&" + url.QueryEscape(k) + "=" + url.QueryEscape(v) + "&z=2#part"
	}, parseURL},
	{"multipart", "http.request.body", buildMultipart, parseMultipart},
	{"xml", "", func(k, v string) string {
		return "<a><" + tagName(k) + ">" + escapeXML(v) + "</" + tagName(k) + "><n>1</n></a>"
	}, parseXML},
	{"sql", "db.query.text", func(k, v string) string {
		return "UPDATE t SET " + tagName(k) + " = '" + strings.ReplaceAll(fits(v, `\`), "'", "''") + "' WHERE id = 7"
	}, parseSQL},
	{"cookie", "http.request.header.cookie", func(k, v string) string { return "n=1; " + tagName(k) + "=" + fits(v, "\"; ,\\=") }, parseCookie},
	{"redis", "db.query.text", func(k, v string) string { return "HSET user:1 " + tagName(k) + " " + fits(v, "\"' \\") + " n 1" }, nil},
	{"mongo", "db.query.text", func(k, v string) string {
		return `{"find":"users","filter":{` + quoteJSON(k) + `:{"$eq":` + quoteJSON(v) + `}}}`
	}, parseJSON},
	{"connection string", "", func(k, v string) string {
		return "Server=db;Database=x;" + tagName(k) + "=" + fits(v, "\"';= {}") + ";Encrypt=True"
	}, nil},
	{"base64", "", func(k, v string) string {
		return base64.StdEncoding.EncodeToString([]byte(`{"note":"filled",` + quoteJSON(k) + `:` + quoteJSON(v) + `}`))
	}, func(s string) error { _, err := base64.StdEncoding.DecodeString(s); return err }},
	{"hexadecimal", "", func(k, v string) string {
		return hex.EncodeToString([]byte(`{"note":"filled",` + quoteJSON(k) + `:` + quoteJSON(v) + `}`))
	}, func(s string) error { _, err := hex.DecodeString(s); return err }},
	{"escapes", "", func(k, v string) string { return "see " + escapeAll(tagName(k)+"="+fits(v, "\"' \\&;,")) + " end" }, nil},
}

func parseJSON(s string) error {
	if !json.Valid([]byte(s)) {
		return errors.New("invalid JSON")
	}
	return nil
}

func parseForm(s string) error {
	v, err := url.ParseQuery(s)
	if err == nil && (v.Get("n") != "1" || v.Get("z") != "2") {
		return fmt.Errorf("neighbours lost: %v", v)
	}
	return err
}

func parseURL(s string) error {
	u, err := url.Parse(s)
	if err != nil {
		return err
	}
	if u.Host != "shop.example" || u.Path != "/a/b" || u.Fragment != "part" {
		return errors.New("parts lost")
	}
	return parseForm(u.RawQuery)
}

func parseXML(s string) error {
	d := xml.NewDecoder(strings.NewReader(s))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

const boundary = "b0undary"

func buildMultipart(k, v string) string {
	var b strings.Builder
	w := multipart.NewWriter(&b)
	_ = w.SetBoundary(boundary)
	for _, part := range [][2]string{{"n", "1"}, {tagName(k), strings.ReplaceAll(fits(v, ""), "--"+boundary, "")}, {"z", "2"}} {
		_ = w.WriteField(part[0], part[1])
	}
	_ = w.Close()
	return b.String()
}

func parseMultipart(s string) error {
	form, err := multipart.NewReader(strings.NewReader(s), boundary).ReadForm(1 << 20)
	if err == nil && (form.Value["n"][0] != "1" || form.Value["z"][0] != "2") {
		return errors.New("neighbours lost")
	}
	return err
}

func parseSQL(s string) error {
	if strings.Count(s, "'")%2 != 0 || !strings.HasPrefix(s, "UPDATE t SET ") || !strings.HasSuffix(s, " WHERE id = 7") {
		return errors.New("statement broken")
	}
	return nil
}

func parseCookie(s string) error {
	_, err := http.ParseCookie(s)
	return err
}

func tagName(k string) string {
	name := strings.Map(func(r rune) rune {
		if r < 0x80 && (isAlnum[byte(r)] || r == '_') {
			return r
		}
		return -1
	}, k)
	return "k" + name
}

func escapeAll(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if s[i] < 0x80 {
			fmt.Fprintf(&b, `\u%04x`, s[i])
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// checkPlace plants a secret in a place: it must not survive in any notation, the
// output must parse, and a second pass must change nothing.
func checkPlace(t *testing.T, e *Engine, p place, key, noise, secret string) {
	text := p.build(key, noise+" "+secret)
	if p.name == "redis" || p.name == "cookie" || p.name == "connection string" || p.name == "escapes" {
		text = p.build(key, secret)
	}
	if !utf8.ValidString(text) || (p.parse != nil && p.parse(text) != nil) {
		return
	}
	d := Decision{}
	if p.key != "" {
		d = e.Key(p.key)
	}
	s := e.Session()
	defer s.Release()
	once, _ := s.Value(d, text)
	for _, f := range s.Findings() {
		require.NotEqual(t, "error", f.Rule, "a walker failed on %q", text)
	}
	for _, found := range notations(once) {
		require.NotContains(t, found, secret, "%s: %q became %q", p.name, text, once)
	}
	if p.parse != nil {
		require.NoError(t, p.parse(once), "%s: %q became %q", p.name, text, once)
	}
	twice, _ := s.Value(d, once)
	require.Equal(t, once, twice, "%s: a second pass of %q", p.name, text)
}

// notations are the readings of a text in which a secret may hide.
func notations(s string) []string {
	out := []string{s}
	if u, err := url.QueryUnescape(s); err == nil {
		out = append(out, u)
	}
	if b, err := base64.StdEncoding.DecodeString(s); err == nil {
		out = append(out, string(b))
	}
	if b, err := hex.DecodeString(s); err == nil {
		out = append(out, string(b))
	}
	return append(out, string(unescapeJSON(nil, s)))
}

// TestPlanted puts every secret in every place, behind keys and text of many kinds.
func TestPlanted(t *testing.T) {
	e := newTestEngine(t, nil)
	for _, p := range places {
		for _, secret := range planted {
			for _, key := range []string{"note", "user.comment", "täxt", "password", "a b"} {
				checkPlace(t, e, p, key, "see it's 100% <ok> & \"fine\" \\ x=1;", secret)
			}
		}
	}
}

// FuzzPlaces is TestPlanted with keys and noise of the fuzzer's.
func FuzzPlaces(f *testing.F) {
	for i := range places {
		f.Add("note", "see it", uint(i), uint(i))
		f.Add("password", `it's 100% <ok> & "fine" \ x=1;`, uint(i), uint(i+1))
	}
	e := newTestEngine(f, nil)
	f.Fuzz(func(t *testing.T, key, noise string, at, which uint) {
		if len(key) > 100 || !utf8.ValidString(key+noise) || strings.ContainsRune(key+noise, utf8.RuneError) {
			return
		}
		checkPlace(t, e, places[at%uint(len(places))], key, noise, planted[which%uint(len(planted))])
	})
}

func FuzzKeyPath(f *testing.F) {
	for _, entry := range []string{"user.*.email", "$.a.**", "a[*].b", "**.x.**", "a*b*c", "[", "$."} {
		f.Add(entry, "user.home.email")
	}
	f.Fuzz(func(t *testing.T, entry, key string) {
		p, ok := parseKeyPath(entry)
		if !ok || len(entry) > 200 || len(key) > 200 {
			return
		}
		parts := keyParts(key)
		require.Equal(t, p.matches(parts, false), p.matches(parts, false))
		if !strings.ContainsAny(entry, "*$") && len(keyParts(entry)) > 0 {
			require.True(t, p.matches(keyParts(entry), false), "%q matches itself", entry)
		}
	})
}

func FuzzDictionary(f *testing.F) {
	f.Add("Blue Heron", "the blue heron flies")
	f.Add("zürich", "In ZÜRICH")
	f.Fuzz(func(t *testing.T, entry, text string) {
		if len(wordsOf(entry)) == 0 || len(entry) > maxWordBytes || len(entry) < 2 {
			return
		}
		e := newTestEngine(t, func(c *Config) { c.Dictionaries = []Dictionary{{Name: "own", Words: []string{entry}}} })
		once := redactChecked(t, e, text)
		require.Equal(t, once, redactChecked(t, e, once), "a second pass changed %q", text)
	})
}

// TestBrokenStructuresAreScanned cuts every structure at every byte: what is left
// of a planted secret's whole is never passed on.
func TestBrokenStructuresAreScanned(t *testing.T) {
	e := newTestEngine(t, nil)
	for _, p := range places {
		for _, secret := range planted[:3] {
			text := p.build("note", secret)
			for cut := range text {
				out := redactOnce(e, p.key, text[:cut])
				require.NotContains(t, out, secret, "%s cut at %d", p.name, cut)
			}
		}
	}
}
